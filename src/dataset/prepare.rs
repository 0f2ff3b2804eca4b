//! From raw to usable: cleaned texts, personal data replaced, and a split that is the same wherever it is made.

use super::{entries, escaped, personal, text};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, HashSet};

/// Something that was changed.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    /// JSON pointer to the value, as it was before.
    pub pointer: String,
    /// What was done.
    pub what: String,
}

/// Makes texts uniform: line ends, blanks at their ends, blanks that do not break, several blanks in a row, characters
/// without a shape. Stories that stand there twice with the same id and the same content are left out.
///
/// What a story says is not touched.
pub fn clean(document: &mut Value) -> Vec<Change> {
    let mut changes = Vec::new();
    each_text(document, &mut |pointer, text| {
        let cleaned = uniform(text);
        if cleaned != *text {
            *text = cleaned;
            changes.push(Change {
                pointer: pointer.to_owned(),
                what: "blanks and line ends made uniform".to_owned(),
            });
        }
    });
    if let Value::Array(stories) = document {
        let mut seen = HashSet::new();
        let mut index = 0;
        stories.retain(|story| {
            let first = seen.insert(story.to_string());
            if !first {
                changes.push(Change {
                    pointer: format!("/{index}"),
                    what: format!("left out: {} stands there twice", text(story, "id")),
                });
            }
            index += 1;
            first
        });
    }
    changes
}

fn uniform(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let lines = text.split('\n').map(|line| {
        let shaped = |letter: &char| !matches!(letter, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
        let line: String = line.chars().filter(shaped).collect();
        line.split(|letter: char| letter.is_whitespace())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    });
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Replaces personal data by placeholders such as `[EMAIL]`.
pub fn scrub(document: &mut Value) -> Vec<Change> {
    let mut changes = Vec::new();
    each_text(document, &mut |pointer, text| {
        for found in personal::find(text).into_iter().rev() {
            text.replace_range(found.range, found.kind.placeholder());
            changes.push(Change {
                pointer: pointer.to_owned(),
                what: format!("{} replaced by {}", found.kind.article(), found.kind.placeholder()),
            });
        }
    });
    changes
}

/// Calls for every string. The stack is the reader's: serde_json nests no deeper than 128.
fn each_text(document: &mut Value, call: &mut impl FnMut(&str, &mut String)) {
    let mut open = vec![(String::new(), document)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::String(text) => call(&pointer, text),
            Value::Array(items) => {
                let items = items.iter_mut().enumerate().rev();
                open.extend(items.map(|(index, item)| (format!("{pointer}/{index}"), item)));
            }
            Value::Object(fields) => {
                let fields: Vec<_> = fields.iter_mut().collect();
                let fields = fields.into_iter().rev();
                open.extend(fields.map(|(name, item)| (format!("{pointer}/{}", escaped(name)), item)));
            }
            _ => {}
        }
    }
}

/// The two halves of a file of stories.
#[derive(Clone, Debug, PartialEq)]
pub struct Halves {
    /// May be read and shown.
    pub dev: Vec<Value>,
    /// For the final measure.
    pub held_out: Vec<Value>,
}

/// Stories of one domain and difficulty: the hash that orders them, and where they stand.
type Stratum = Vec<([u8; 32], usize)>;

/// Splits stories. A story that has a split keeps it; the others are put in order by a hash of the seed and their id, and of
/// each domain and difficulty the first `held_out_percent` of them (rounded to the nearest) are held out. So the split
/// does not depend on the order of the file, nor on the machine.
#[must_use]
pub fn split(document: &Value, held_out_percent: usize, seed: u64) -> Halves {
    let mut strata: BTreeMap<(&str, &str), Stratum> = BTreeMap::new();
    let stories = entries(document);
    let mut is_held_out = vec![false; stories.len()];
    for (index, story) in stories.iter().enumerate() {
        match text(story, "split") {
            "held_out" => is_held_out[index] = true,
            "dev" => {}
            _ => {
                let mut hash = Sha256::new();
                hash.update(seed.to_le_bytes());
                hash.update(text(story, "id"));
                let stratum = (text(story, "domain"), text(story, "difficulty"));
                strata.entry(stratum).or_default().push((hash.finalize().into(), index));
            }
        }
    }
    for stratum in strata.values_mut() {
        stratum.sort_unstable();
        let count = (stratum.len() * held_out_percent.min(100) + 50) / 100;
        for (_, index) in stratum.iter().take(count) {
            is_held_out[*index] = true;
        }
    }
    let half = |held_out: bool| {
        let of_half = stories.iter().zip(&is_held_out).filter(|(_, is)| **is == held_out);
        of_half
            .map(|(story, _)| {
                let mut story = story.clone();
                if let Value::Object(fields) = &mut story {
                    let name = if held_out { "held_out" } else { "dev" };
                    fields.insert("split".to_owned(), Value::from(name));
                }
                story
            })
            .collect()
    };
    Halves {
        dev: half(false),
        held_out: half(true),
    }
}
