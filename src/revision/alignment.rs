//! Which criterion of the old story is which of the new one: first by equal text, then by likeness, so that a criterion
//! that only moved keeps its cases.

use super::{BasisChange, ChangeKind};
use crate::basis::{BasisItem, TestBasis};
use crate::test_case::BasisId;
use std::collections::BTreeSet;

/// From this share of common words on, a criterion is the same one with a changed text.
const LIKE: f64 = 0.5;
/// Below this share of common words a story is another one, and nothing of the old suite is to be reworded for it.
const SAME_STORY: f64 = 0.25;
/// Words that every story has.
const COMMON: [&str; 34] = [
    "a", "an", "the", "as", "i", "we", "my", "our", "want", "to", "so", "that", "in", "order", "of", "and", "or",
    "for", "with", "on", "at", "by", "is", "are", "be", "can", "it", "need", "would", "like", "from", "not", "must",
    "should",
];

/// What became of each item of the basis.
#[derive(Debug)]
pub(super) struct Alignment {
    changes: Vec<BasisChange>,
}

impl Alignment {
    /// Compares two bases.
    pub(super) fn of(before: &TestBasis, after: &TestBasis) -> Self {
        let mut old: Vec<&BasisItem> = before.items.iter().collect();
        let mut new: Vec<&BasisItem> = after.items.iter().collect();
        let mut changes = Vec::new();
        pair_up(&mut old, &mut new, &mut changes, |one, other| {
            let both = (one.id == BasisId::Story) == (other.id == BasisId::Story);
            (both && (plain(&one.text) == plain(&other.text) || is_alike(&one.text, &other.text)))
                .then_some((1.0, ChangeKind::Unchanged))
        });
        pair_up(&mut old, &mut new, &mut changes, |one, other| {
            match (one.id == BasisId::Story, other.id == BasisId::Story) {
                (true, true) => (likeness(&one.text, &other.text) >= SAME_STORY).then_some((1.0, ChangeKind::Changed)),
                (false, false) => {
                    let likeness = likeness(&one.text, &other.text);
                    (likeness >= LIKE).then_some((likeness, ChangeKind::Changed))
                }
                _ => None,
            }
        });
        let change = |before, after, kind| BasisChange { before, after, kind };
        changes.extend(old.iter().map(|item| change(Some(item.id), None, ChangeKind::Removed)));
        changes.extend(new.iter().map(|item| change(None, Some(item.id), ChangeKind::Added)));
        changes.sort_by_key(|change| (change.after.is_none(), change.after, change.before));
        Self { changes }
    }

    /// All of them: the new story's items in order, then what was removed.
    pub(super) fn changes(&self) -> &[BasisChange] {
        &self.changes
    }

    /// What became of an item of the old story. The context is taken as it is.
    pub(super) fn kind(&self, old: BasisId) -> ChangeKind {
        match self.changes.iter().find(|change| change.before == Some(old)) {
            Some(change) => change.kind,
            None if old == BasisId::Context => ChangeKind::Changed,
            None => ChangeKind::Removed,
        }
    }

    /// What became of an item, by its id in the new story.
    pub(super) fn kind_of_new(&self, new: BasisId) -> Option<ChangeKind> {
        let change = self.changes.iter().find(|change| change.after == Some(new))?;
        Some(change.kind)
    }

    /// The id in the new story.
    pub(super) fn new_id(&self, old: BasisId) -> Option<BasisId> {
        self.changes.iter().find(|change| change.before == Some(old))?.after
    }
}

/// Pairs the most alike first; what is paired leaves both lists.
fn pair_up<'a>(
    old: &mut Vec<&'a BasisItem>,
    new: &mut Vec<&'a BasisItem>,
    changes: &mut Vec<BasisChange>,
    alike: impl Fn(&BasisItem, &BasisItem) -> Option<(f64, ChangeKind)>,
) {
    let mut found: Vec<(f64, BasisId, BasisId, ChangeKind)> = Vec::new();
    for one in old.iter() {
        for other in new.iter() {
            found.extend(alike(one, other).map(|(likeness, kind)| (likeness, one.id, other.id, kind)));
        }
    }
    found.sort_by(|left, right| {
        right
            .0
            .total_cmp(&left.0)
            .then_with(|| (left.1, left.2).cmp(&(right.1, right.2)))
    });
    for (_, before, after, kind) in found {
        let is_free = |items: &[&BasisItem], id: BasisId| items.iter().any(|item| item.id == id);
        if is_free(old, before) && is_free(new, after) {
            old.retain(|item| item.id != before);
            new.retain(|item| item.id != after);
            changes.push(BasisChange {
                before: Some(before),
                after: Some(after),
                kind,
            });
        }
    }
}

/// A text without what changes no meaning: case, blanks, signs at its ends.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ").to_lowercase();
    text.trim_matches(|sign: char| !sign.is_alphanumeric()).to_owned()
}

/// Whether two texts say the same but for case, blanks and punctuation.
pub(super) fn is_alike(one: &str, other: &str) -> bool {
    let said = |text: &str| -> Vec<String> {
        text.split_whitespace()
            .map(|word| word.trim_matches(|sign: char| sign.is_ascii_punctuation() && !"-+%$#<>=".contains(sign)))
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    one == other || said(one) == said(other)
}

/// The share of words that two texts have in common, 0 to 1. Numbers are what changes most, so they do not count.
fn likeness(one: &str, other: &str) -> f64 {
    let (one, other) = (words(one), words(other));
    let common = one.intersection(&other).count();
    2.0 * common as f64 / (one.len() + other.len()).max(1) as f64
}

fn words(text: &str) -> BTreeSet<String> {
    text.split(|sign: char| !sign.is_alphanumeric())
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(str::to_lowercase)
        .filter(|word| !COMMON.contains(&word.as_str()))
        .collect()
}
