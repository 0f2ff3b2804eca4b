//! Where in a text something stands that must not leave.

use super::{Kind, What, addresses, numbers, secrets};
use std::ops::Range;

/// A place, and what stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

/// The owner's own words.
#[derive(Debug)]
pub(super) struct Terms<'a>(Vec<&'a str>);

impl<'a> Terms<'a> {
    pub(super) fn new(terms: &'a [String]) -> Self {
        let mut terms: Vec<&str> = terms
            .iter()
            .map(|term| term.trim())
            .filter(|term| !term.is_empty())
            .collect();
        // The longest first, so that a phrase is found before its words.
        terms.sort_by_key(|term| std::cmp::Reverse(term.len()));
        Self(terms)
    }
}

/// Everything, in the order of the text, without overlaps: where two overlap, the one that is surer of itself counts.
pub(super) fn find(text: &str, what: What, terms: &Terms<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut add = |more: Vec<(Range<usize>, Kind)>| {
        for (range, kind) in more {
            let apart = |other: &Found| other.range.end <= range.start || range.end <= other.range.start;
            if !range.is_empty() && found.iter().all(apart) {
                found.push(Found { range, kind });
            }
        }
    };
    if what != What::Nothing {
        add(secrets::private_keys(text));
        add(secrets::credentials(text));
        add(secrets::tokens(text));
        add(secrets::passwords(text));
    }
    if what == What::All {
        add(addresses::emails(text));
        add(numbers::ibans(text));
        add(numbers::cards(text));
        add(numbers::identities(text));
        add(addresses::ips(text));
        add(numbers::phones(text));
    }
    for term in &terms.0 {
        add(occurrences(text, term)
            .into_iter()
            .map(|range| (range, Kind::Term))
            .collect());
    }
    found.sort_by_key(|found| found.range.start);
    found
}

/// Where a value stands in a text, whatever its letter case. Letters and digits at its edges are the edges of words.
pub(super) fn occurrences(text: &str, value: &str) -> Vec<Range<usize>> {
    let Some(first) = value.chars().next() else {
        return Vec::new();
    };
    let last = value.chars().next_back().unwrap_or(first);
    let mut found = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        if at < from || !same(c, first) {
            continue;
        }
        let Some(length) = matching(&text[at..], value) else {
            continue;
        };
        let end = at + length;
        if is_edge(text, at, first) && is_edge_after(text, end, last) {
            found.push(at..end);
            from = end;
        }
    }
    found
}

/// How many bytes of the text's beginning are the value, whatever its letter case.
fn matching(text: &str, value: &str) -> Option<usize> {
    let mut letters = text.char_indices();
    for wanted in value.chars() {
        let (_, c) = letters.next()?;
        if !same(c, wanted) {
            return None;
        }
    }
    Some(letters.next().map_or(text.len(), |(at, _)| at))
}

fn same(one: char, other: char) -> bool {
    one == other || one.to_lowercase().eq(other.to_lowercase())
}

/// Whether a word that begins here with this letter is not the rest of a longer one.
pub(super) fn is_edge(text: &str, at: usize, first: char) -> bool {
    !first.is_alphanumeric() || !text[..at].chars().next_back().is_some_and(char::is_alphanumeric)
}

pub(super) fn is_edge_after(text: &str, end: usize, last: char) -> bool {
    !last.is_alphanumeric() || !text[end..].chars().next().is_some_and(char::is_alphanumeric)
}

/// Words between blanks, without the punctuation around them.
pub(super) fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let rest = piece.trim_start_matches(|c: char| !c.is_alphanumeric());
        let letters = rest.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !letters.is_empty() {
            let from = start + piece.len() - rest.len();
            words.push(from..from + letters.len());
        }
        start += piece.len();
    }
    words
}

/// Places in order, none of which overlap: where two do, the longer one counts.
pub(super) fn apart(mut found: Vec<(Range<usize>, Kind)>) -> Vec<(Range<usize>, Kind)> {
    found.sort_by_key(|(range, kind)| (std::cmp::Reverse(range.len()), range.start, *kind));
    let mut kept: Vec<(Range<usize>, Kind)> = Vec::new();
    for (range, kind) in found {
        if kept
            .iter()
            .all(|(other, _)| other.end <= range.start || range.end <= other.start)
        {
            kept.push((range, kind));
        }
    }
    kept.sort_by_key(|(range, _)| range.start);
    kept
}
