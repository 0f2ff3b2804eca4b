//! Stories that are nearly the same: between splits and between files they leak what is measured, within one split they
//! count twice.
//!
//! Two texts are compared by the set of their words, folded, without marks (Jaccard). Sets are sorted by size, so that a
//! set is compared only with those that are large enough to be that alike.

use super::{Desk, Kind, MOST_STORIES, Read, Report, entries, text};
use std::collections::{BTreeSet, HashMap};

/// From this share of common words on, in percent, two stories are near twins.
pub(super) const NEAR_TWIN_PERCENT: usize = 80;

struct Entry<'a> {
    file: &'a str,
    pointer: String,
    id: &'a str,
    /// `dev`, `held_out`, `examples` or `blind`.
    part: &'a str,
    words: Vec<u32>,
}

/// Compares all stories of all files.
pub(super) fn check(files: &[Read<'_>], report: &mut Report) {
    let mut vocabulary: HashMap<String, u32> = HashMap::new();
    let mut all = Vec::new();
    for file in files.iter().filter(|file| file.sound) {
        for (index, story) in entries(&file.document).iter().enumerate() {
            if all.len() == MOST_STORIES {
                let mut desk = Desk {
                    file: file.path,
                    report,
                };
                let message =
                    format!("there are more than {MOST_STORIES} stories: those from here on are not compared");
                desk.error(format!("/{index}"), "TOO_MANY", message);
                return;
            }
            let (part, id) = match file.kind {
                Kind::Stories => (text(story, "split"), text(story, "id")),
                Kind::Examples => ("examples", text(story, "story_id")),
                Kind::BlindStories => ("blind", text(story, "id")),
                Kind::BlindMarks | Kind::GoldenPairs => continue,
            };
            all.push(Entry {
                file: file.path,
                pointer: format!("/{index}/user_story"),
                id,
                part,
                words: words(text(story, "user_story"), &mut vocabulary),
            });
        }
    }
    all.sort_by_key(|entry| entry.words.len());
    for (index, entry) in all.iter().enumerate() {
        let enough = |other: &&Entry<'_>| other.words.len() * NEAR_TWIN_PERCENT <= entry.words.len() * 100;
        for other in all[index + 1..].iter().take_while(enough) {
            // An example has the id and the text of its story, which is checked elsewhere.
            if !other.id.is_empty() && other.id == entry.id {
                continue;
            }
            if let Some(percent) = alike(&entry.words, &other.words) {
                told(entry, other, percent, report);
            }
        }
    }
}

fn told(one: &Entry<'_>, other: &Entry<'_>, percent: usize, report: &mut Report) {
    let message = format!(
        "{} shares {percent} % of its words with {} ({}, {}); less than {NEAR_TWIN_PERCENT} % is accepted",
        other.id, one.id, one.file, one.part
    );
    let mut desk = Desk {
        file: other.file,
        report,
    };
    if one.part == other.part {
        desk.warning(&other.pointer, "NEAR_TWIN", message);
    } else {
        desk.error(&other.pointer, "LEAK", message);
    }
}

fn alike(one: &[u32], other: &[u32]) -> Option<usize> {
    let (mut left, mut right, mut common) = (0, 0, 0);
    while let (Some(first), Some(second)) = (one.get(left), other.get(right)) {
        common += usize::from(first == second);
        left += usize::from(first <= second);
        right += usize::from(second <= first);
    }
    let union = one.len() + other.len() - common;
    (union > 0 && common * 100 >= union * NEAR_TWIN_PERCENT).then(|| common * 100 / union)
}

fn words(text: &str, vocabulary: &mut HashMap<String, u32>) -> Vec<u32> {
    let folded = text.to_lowercase();
    let words = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let set: BTreeSet<u32> = words
        .map(|word| {
            let next = u32::try_from(vocabulary.len()).unwrap_or(u32::MAX);
            *vocabulary.entry(word.to_owned()).or_insert(next)
        })
        .collect();
    set.into_iter().collect()
}
