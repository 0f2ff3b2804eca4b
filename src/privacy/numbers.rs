//! Numbers of people: accounts, cards, identities, telephones.

use super::find::{is_edge, is_edge_after};
use super::{Kind, checks};
use std::ops::Range;

type Places = Vec<(Range<usize>, Kind)>;

/// Account numbers with check digits (ISO 13616), in one piece or in groups of four.
pub(super) fn ibans(text: &str) -> Places {
    let bytes = text.as_bytes();
    let mut found: Places = Vec::new();
    for at in 0..bytes.len() {
        let begins = bytes[at..].len() >= 15
            && bytes[at].is_ascii_alphabetic()
            && bytes[at + 1].is_ascii_alphabetic()
            && bytes[at + 2].is_ascii_digit()
            && bytes[at + 3].is_ascii_digit()
            && is_edge(text, at, 'A')
            && found.last().is_none_or(|(last, _)| last.end <= at);
        if begins {
            found.extend(iban(text, at).map(|range| (range, Kind::Iban)));
        }
    }
    found
}

fn iban(text: &str, start: usize) -> Option<Range<usize>> {
    let mut letters = Vec::with_capacity(34);
    let mut best = None;
    let mut after_blank = false;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            b' ' if !after_blank => after_blank = true,
            _ if byte.is_ascii_alphanumeric() && letters.len() < 34 => {
                after_blank = false;
                letters.push(byte.to_ascii_uppercase());
                if is_edge_after(text, at + 1, 'A') && checks::iban(&letters) {
                    best = Some(start..at + 1);
                }
            }
            _ => break,
        }
    }
    best
}

/// A row of digits with single marks between them.
struct Row {
    digits: Vec<u8>,
    /// Where each digit stands.
    places: Vec<usize>,
    /// Indexes of digits that begin a group.
    groups: Vec<usize>,
}

impl Row {
    fn range(&self, digits: &Range<usize>) -> Option<Range<usize>> {
        let last = digits.end.checked_sub(1)?;
        Some(*self.places.get(digits.start)?..*self.places.get(last)? + 1)
    }

    /// How long each group is.
    fn lengths(&self) -> Vec<usize> {
        let ends = self.groups.iter().skip(1).copied().chain([self.digits.len()]);
        self.groups.iter().zip(ends).map(|(start, end)| end - start).collect()
    }
}

/// How long the mark between two groups is: one of the marks, or up to three where a bracket is among them.
fn mark(bytes: &[u8], marks: &[u8]) -> Option<usize> {
    let length = bytes.iter().take(4).take_while(|byte| marks.contains(byte)).count();
    let bracket = bytes[..length].iter().any(|byte| matches!(byte, b'(' | b')'));
    let fits = length == 1 || length <= 3 && bracket;
    (fits && bytes.get(length).is_some_and(u8::is_ascii_digit)).then_some(length)
}

/// All rows of digits; between two of them stands one of these marks at most.
fn rows(text: &str, marks: &[u8]) -> Vec<Row> {
    let bytes = text.as_bytes();
    let mut rows: Vec<Row> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() || !is_edge(text, at, '0') {
            at += 1;
            continue;
        }
        let mut row = Row {
            digits: Vec::new(),
            places: Vec::new(),
            groups: vec![0],
        };
        loop {
            match bytes.get(at) {
                Some(byte) if byte.is_ascii_digit() => {
                    row.digits.push(byte - b'0');
                    row.places.push(at);
                }
                _ => match mark(&bytes[at..], marks) {
                    Some(length) => {
                        row.groups.push(row.digits.len());
                        at += length;
                        continue;
                    }
                    None => break,
                },
            }
            at += 1;
        }
        if is_edge_after(text, at, '0') {
            rows.push(row);
        }
        at += 1;
    }
    rows
}

/// Payment cards: 13 to 19 digits in usual groups, checked by Luhn.
pub(super) fn cards(text: &str) -> Places {
    let mut found = Vec::new();
    for row in rows(text, b" -") {
        let mut ends: Vec<usize> = row.groups.iter().skip(1).copied().collect();
        ends.push(row.digits.len());
        let ranges = row.groups.iter().flat_map(|start| {
            let ends = ends
                .iter()
                .filter(move |end| (13..=19).contains(&end.saturating_sub(*start)));
            ends.map(move |end| *start..*end)
        });
        let card = ranges
            .take(64)
            .filter(|range| matches!(row.digits[range.start], 2..=6) && checks::luhn(&row.digits[range.clone()]))
            .max_by_key(Range::len);
        found.extend(card.and_then(|card| row.range(&card)).map(|range| (range, Kind::Card)));
    }
    found
}

/// Numbers of persons whose check digits are right.
pub(super) fn identities(text: &str) -> Places {
    let mut found: Places = Vec::new();
    for row in rows(text, b" .-+") {
        let digits = row.digits.as_slice();
        let lengths = row.lengths();
        let written = |groups: &[usize]| lengths == groups;
        let one = lengths.len() == 1;
        let known = (one || written(&[3, 3, 3, 2])) && checks::cpf(digits)
            || (one || written(&[2, 3, 3, 3])) && checks::german_tax(digits)
            || one && checks::pesel(digits)
            || (one || written(&[1, 2, 2, 2, 3, 3, 2])) && checks::french_insee(digits)
            || (written(&[6, 4]) || written(&[8, 4])) && checks::swedish(digits)
            || written(&[3, 2, 4]) && checks::american(digits);
        if known {
            found.extend(row.range(&(0..digits.len())).map(|range| (range, Kind::IdNumber)));
        }
    }
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            let word = text[start..at].to_ascii_uppercase();
            if checks::spanish(word.as_bytes()) || checks::italian(word.as_bytes()) {
                found.push((start..at, Kind::IdNumber));
            }
        }
    }
    found
}

/// Words after which a row of digits is a telephone number, however it is written.
const TELEPHONES: &[&str] = &["phone", "tel", "tel.", "mobile", "call", "fax", "sms", "whatsapp"];

/// Telephone numbers: with a plus, with an area code in brackets, in the groups of one, or after the word.
pub(super) fn phones(text: &str) -> Places {
    let mut found = Vec::new();
    for row in rows(text, b" -./()") {
        let Some(mut range) = row.range(&(0..row.digits.len())) else {
            continue;
        };
        let before = text[..range.start].trim_end_matches('(');
        let plus = before.ends_with('+');
        if is_phone(text, &row, &range, plus, before) {
            if plus {
                range.start = before.len() - 1;
            } else if before.len() < range.start && text[range.clone()].contains(')') {
                range.start = before.len();
            }
            found.push((range, Kind::Phone));
        }
    }
    found
}

fn is_phone(text: &str, row: &Row, range: &Range<usize>, plus: bool, before: &str) -> bool {
    let count = row.digits.len();
    let lengths = row.lengths();
    if !(7..=15).contains(&count) || is_date(&lengths) || is_followed_by_more(text, range.end) {
        return false;
    }
    if plus {
        return before.len() < 2 || !before[..before.len() - 1].ends_with(|c: char| c.is_alphanumeric());
    }
    let grouped = lengths.len() >= 2;
    let written = text.get(range.clone()).unwrap_or_default();
    let one_mark = ['-', '.', ' ']
        .iter()
        .any(|mark| written.matches(*mark).count() + 1 == lengths.len());
    let american = lengths == [3, 3, 4] && (one_mark || written.contains(')'));
    let trunk =
        row.digits[0] == 0 && row.digits[1] != 0 && grouped && count >= 9 && lengths.iter().all(|length| *length >= 2);
    let last = before
        .trim_end_matches([' ', ':', '=', '#', '"'])
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    let named = TELEPHONES.iter().any(|word| last.eq_ignore_ascii_case(word)) || last.eq_ignore_ascii_case("number");
    american || trunk || named && count >= 9
}

/// `01.02.2026`, `2026-02-01` and what follows them.
fn is_date(lengths: &[usize]) -> bool {
    matches!(lengths, [2, 2, 4, ..] | [4, 2, 2, ..])
}

/// `09:30` after the digits is a time: the digits before it are a date.
fn is_followed_by_more(text: &str, end: usize) -> bool {
    let rest = &text.as_bytes()[end..];
    rest.first().is_some_and(|byte| matches!(byte, b':' | b'%' | b',')) && rest.get(1).is_some_and(u8::is_ascii_digit)
}
