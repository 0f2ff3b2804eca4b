//! The data files of `data/`: checked, cleaned, split, and freed of personal data.
//!
//! They are what models and prompts are judged by, so that a fault in them is a fault in every figure. [`check`] looks at
//! files together: each against its JSON Schema and its own references, and all of them against one another, because a
//! story that is measured with must not stand among the examples. It knows the flow (it reads cases through the same
//! comparison as the service); the flow never knows it.
//!
//! What it refuses: to mend silently. [`clean`] and [`scrub`] write a new text and say what they changed.

mod schema;
mod examples;
mod stories;
mod likeness;
mod balance;
mod personal;
mod prepare;
#[cfg(test)]
mod tests;

pub use prepare::{Change, Halves, clean, scrub, split};

use serde_json::Value;
use std::collections::BTreeMap;

/// Most bytes of a file.
pub const MOST_BYTES: u64 = 64 << 20;
/// Most files of one check.
pub const MOST_FILES: usize = 256;
/// Most stories of one check: each is compared with the others.
pub const MOST_STORIES: usize = 20_000;
/// Most findings that are kept; the rest is counted.
const MOST_FINDINGS: usize = 1_000;

const STORIES: &str = include_str!("../data/test/user_stories.schema.json");
const EXAMPLES: &str = include_str!("../data/examples/user_stories_with_test_cases.schema.json");
const BLIND_STORIES: &str = include_str!("../data/test/blind_stories.schema.json");
const BLIND_MARKS: &str = include_str!("../data/test/blind_marks.schema.json");
const GOLDEN_PAIRS: &str = include_str!("../data/test/golden_pairs.schema.json");

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Stories for evaluation.
    Stories,
    /// Stories with worked-out cases.
    Examples,
    /// Stories written without sight of the rules.
    BlindStories,
    /// What readers said of their cases.
    BlindMarks,
    /// Whether cases and golden cases test the same.
    GoldenPairs,
}

impl Kind {
    /// Told by the fields of its first object, as a file may have any name.
    fn of(document: &Value) -> Option<Self> {
        let first = document.get(0).unwrap_or(document);
        let has = |key: &str| first.get(key).is_some();
        if has("story_id") || has("test_cases") {
            Some(Self::Examples)
        } else if has("expected") || has("split") {
            Some(Self::Stories)
        } else if has("marks") {
            Some(Self::BlindMarks)
        } else if has("pairs") {
            Some(Self::GoldenPairs)
        } else if has("user_story") {
            Some(Self::BlindStories)
        } else {
            None
        }
    }

    /// The JSON Schema that such a file has to fulfil.
    #[must_use]
    pub fn schema(self) -> &'static str {
        match self {
            Self::Stories => STORIES,
            Self::Examples => EXAMPLES,
            Self::BlindStories => BLIND_STORIES,
            Self::BlindMarks => BLIND_MARKS,
            Self::GoldenPairs => GOLDEN_PAIRS,
        }
    }
}

/// A file and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it was read; stands in findings.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Somebody should look at it.
    Warning,
    /// The file must not be used.
    Error,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// In which file.
    pub file: String,
    /// JSON pointer to the value; empty for the whole file.
    pub pointer: String,
    /// Stable code.
    pub code: &'static str,
    /// How much it matters.
    pub level: Level,
    /// What is wrong and what is accepted.
    pub message: String,
}

/// What a check found.
#[derive(Debug, Default, serde::Serialize)]
pub struct Report {
    /// Figures, all of them numbers, by name.
    pub counts: BTreeMap<String, u64>,
    /// What is wrong, errors first, at most 1,000.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether a finding is an error.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.counts.get("errors").is_some_and(|count| *count > 0)
    }

    fn add(&mut self, finding: Finding) {
        let name = match finding.level {
            Level::Error => "errors",
            Level::Warning => "warnings",
        };
        self.count(name, 1);
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(finding);
        }
    }

    fn count(&mut self, name: impl Into<String>, more: u64) {
        *self.counts.entry(name.into()).or_default() += more;
    }
}

/// What a file's checks report to.
struct Desk<'a> {
    file: &'a str,
    report: &'a mut Report,
}

impl Desk<'_> {
    fn error(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.finding(pointer.into(), code, Level::Error, message.into());
    }

    fn warning(&mut self, pointer: impl Into<String>, code: &'static str, message: impl Into<String>) {
        self.finding(pointer.into(), code, Level::Warning, message.into());
    }

    fn finding(&mut self, pointer: String, code: &'static str, level: Level, message: String) {
        let file = self.file.to_owned();
        self.report.add(Finding {
            file,
            pointer,
            code,
            level,
            message,
        });
    }
}

/// A file that was read.
struct Read<'a> {
    path: &'a str,
    kind: Kind,
    document: Value,
    /// Whether it fulfils its schema: only then is its content looked at.
    sound: bool,
}

/// Checks files, each by itself and all together.
#[must_use]
pub fn check(sources: &[Source]) -> Report {
    let mut report = Report::default();
    for name in ["errors", "warnings", "files", "stories", "examples", "test_cases"] {
        report.count(name, 0);
    }
    let mut files = Vec::new();
    for source in sources {
        report.count("files", 1);
        let mut desk = Desk {
            file: &source.path,
            report: &mut report,
        };
        files.extend(read(source, &mut desk));
    }
    let known = stories::known(&files);
    for file in files.iter().filter(|file| file.sound) {
        let mut desk = Desk {
            file: file.path,
            report: &mut report,
        };
        match file.kind {
            Kind::Stories => {
                stories::check(&file.document, &mut desk);
                balance::stories(&file.document, &mut desk);
            }
            Kind::Examples => {
                examples::check(&file.document, &known, &mut desk);
                balance::examples(&file.document, &mut desk);
            }
            Kind::BlindStories | Kind::BlindMarks => stories::unique(&file.document, "id", &mut desk),
            Kind::GoldenPairs => {}
        }
    }
    likeness::check(&files, &mut report);
    report.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    report
}

fn read<'a>(source: &'a Source, desk: &mut Desk<'_>) -> Option<Read<'a>> {
    let document: Value = match serde_json::from_slice(&source.bytes) {
        Ok(document) => document,
        Err(error) => {
            desk.error("", "NOT_JSON", format!("it is no JSON document: {error}"));
            return None;
        }
    };
    let Some(kind) = Kind::of(&document) else {
        desk.error(
            "",
            "UNKNOWN_KIND",
            "it is none of the kinds that are known: stories (expected, split), examples (story_id, test_cases), \
             blind stories (user_story), marks (marks) or pairs (pairs)",
        );
        return None;
    };
    let faults = schema::faults(kind.schema(), &document);
    for (pointer, message) in &faults {
        desk.error(pointer, "SCHEMA", message);
    }
    for (pointer, text) in texts(&document) {
        for found in personal::find(text) {
            let message = format!(
                "it holds {}: replace it, or let `testgen data scrub` do it",
                found.kind.article()
            );
            desk.error(&pointer, "PERSONAL_DATA", message);
        }
    }
    Some(Read {
        path: &source.path,
        kind,
        document,
        sound: faults.is_empty(),
    })
}

/// Every string of a document with its JSON pointer.
fn texts(document: &Value) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), document)];
    while let Some((pointer, value)) = open.pop() {
        match value {
            Value::String(text) => found.push((pointer, text.as_str())),
            Value::Array(items) => {
                let items = items.iter().enumerate().rev();
                open.extend(items.map(|(index, item)| (format!("{pointer}/{index}"), item)));
            }
            Value::Object(fields) => {
                let fields = fields.iter().rev();
                open.extend(fields.map(|(name, item)| (format!("{pointer}/{}", escaped(name)), item)));
            }
            _ => {}
        }
    }
    found
}

/// A name as a JSON pointer writes it.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A field's text; empty if there is none.
fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// A field's items; none if it is no array.
fn items<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The items of a document that is an array.
fn entries(document: &Value) -> &[Value] {
    document.as_array().map_or(&[], Vec::as_slice)
}
