//! Calendar dates: `2026-12-31`, `31 December 2026`, `December 31, 2026`, `12/05/2026`.
//!
//! A date whose order of day and month is not plain has no ISO form: nothing is guessed.

use crate::basis::text::Text;
use crate::basis::{Literal, LiteralKind};
use std::ops::Range;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads dates outside quotes.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut at = 0;
    while at < text.tokens.len() {
        let quoted = text.tokens.get(at).is_some_and(|token| token.quoted);
        let date = if quoted {
            None
        } else {
            numeric(text, at).or_else(|| named(text, at))
        };
        match date {
            Some((range, iso)) => {
                at = range.end;
                super::push(text, range, LiteralKind::Date(iso), found);
            }
            None => at += 1,
        }
    }
}

fn number(text: &Text<'_>, at: usize) -> Option<u32> {
    text.is_number(at).then(|| text.low(at).parse().ok()).flatten()
}

/// Three numbers that hyphens, slashes or dots join.
fn numeric(text: &Text<'_>, at: usize) -> Option<(Range<usize>, Option<String>)> {
    // `31.12.2026` is one token.
    if let Some((day, rest)) = text.low(at).split_once('.')
        && let Some((month, year)) = rest.split_once('.')
        && let (Ok(day), Ok(month), Ok(year)) = (day.parse(), month.parse(), year.parse())
        && (1900..2200).contains(&year)
    {
        return iso(year, month, day).map(|iso| (at..at + 1, Some(iso)));
    }
    let mark = text.low(at + 1);
    if !matches!(mark, "-" | "/") || text.low(at + 3) != mark {
        return None;
    }
    let (one, two, three) = (number(text, at)?, number(text, at + 2)?, number(text, at + 4)?);
    let iso = if text.low(at).len() == 4 {
        iso(one, two, three)
    } else if text.low(at + 4).len() == 4 && one > 12 {
        iso(three, two, one)
    } else if text.low(at + 4).len() == 4 && (two > 12 || one == two) {
        iso(three, one, two)
    } else {
        None
    };
    let plain = text.low(at).len() == 4 || text.low(at + 4).len() >= 2;
    plain.then_some((at..at + 5, iso))
}

/// A month in words, with day and year where they stand.
fn named(text: &Text<'_>, at: usize) -> Option<(Range<usize>, Option<String>)> {
    if let Some(day) = number(text, at).filter(|day| *day <= 31) {
        let month = month(text, at + 1)?;
        let year = number(text, at + 2).filter(|year| (1900..2200).contains(year));
        let end = at + 2 + usize::from(year.is_some());
        return Some((at..end, year.and_then(|year| iso(year, month, day))));
    }
    let month = month(text, at)?;
    let day = number(text, at + 1).filter(|day| *day <= 31)?;
    let comma = usize::from(text.low(at + 2) == ",");
    let year = number(text, at + 2 + comma).filter(|year| (1900..2200).contains(year));
    let end = if year.is_some() { at + 3 + comma } else { at + 2 };
    Some((at..end, year.and_then(|year| iso(year, month, day))))
}

fn month(text: &Text<'_>, at: usize) -> Option<u32> {
    let low = text.low(at);
    let index = MONTHS
        .iter()
        .position(|month| *month == low || low.len() == 3 && month.starts_with(low) && low != "may")?;
    u32::try_from(index + 1).ok()
}

fn iso(year: u32, month: u32, day: u32) -> Option<String> {
    ((1..=12).contains(&month) && (1..=31).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}
