//! Comparators: the words that say on which side of a number a value may lie.

use super::number::Number;
use crate::basis::literals::subject::LINKS;
use crate::basis::literals::units;
use crate::basis::modal::is_demand;
use crate::basis::text::Text;
use crate::basis::{Bound, Dimension};
use std::ops::Range;

/// Which side of a range a comparator gives, and whether the number itself is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Lower(bool),
    Upper(bool),
    Exact,
}

impl Side {
    /// What remains where this side is refused.
    pub(super) fn refused(self) -> Self {
        match self {
            Self::Lower(inclusive) => Self::Upper(!inclusive),
            Self::Upper(inclusive) => Self::Lower(!inclusive),
            Self::Exact => Self::Exact,
        }
    }

    /// The bounds that a number on this side gives.
    pub(super) fn bounds(self, number: &Number) -> (Option<Bound>, Option<Bound>) {
        let bound = |inclusive| {
            Some(Bound {
                value: number.value,
                inclusive,
            })
        };
        match self {
            Self::Lower(inclusive) => (bound(inclusive), None),
            Self::Upper(inclusive) => (None, bound(inclusive)),
            Self::Exact => (bound(true), bound(true)),
        }
    }
}

const LEAST: Side = Side::Lower(true);
const ABOVE: Side = Side::Lower(false);
const MOST: Side = Side::Upper(true);
const BELOW: Side = Side::Upper(false);

/// Comparators that stand before a number.
const BEFORE: &[(&str, Side)] = &[
    ("at least", LEAST),
    ("minimum of", LEAST),
    ("minimum", LEAST),
    ("min.", LEAST),
    ("min", LEAST),
    ("no less than", LEAST),
    ("not less than", LEAST),
    ("no fewer than", LEAST),
    ("not fewer than", LEAST),
    ("not below", LEAST),
    ("not under", LEAST),
    ("no lower than", LEAST),
    ("no shorter than", LEAST),
    ("not shorter than", LEAST),
    ("no younger than", LEAST),
    ("starting at", LEAST),
    ("starting from", LEAST),
    ("> =", LEAST),
    ("≥", LEAST),
    ("greater than or equal to", LEAST),
    ("more than or equal to", LEAST),
    ("more than", ABOVE),
    ("greater than", ABOVE),
    ("longer than", ABOVE),
    ("larger than", ABOVE),
    ("bigger than", ABOVE),
    ("older than", ABOVE),
    ("higher than", ABOVE),
    ("heavier than", ABOVE),
    ("later than", ABOVE),
    ("in excess of", ABOVE),
    ("over", ABOVE),
    ("above", ABOVE),
    ("beyond", ABOVE),
    ("exceeds", ABOVE),
    ("exceed", ABOVE),
    ("exceeding", ABOVE),
    (">", ABOVE),
    ("at most", MOST),
    ("up to", MOST),
    ("maximum of", MOST),
    ("maximum", MOST),
    ("max.", MOST),
    ("max", MOST),
    ("no more than", MOST),
    ("not more than", MOST),
    ("no longer than", MOST),
    ("not longer than", MOST),
    ("no larger than", MOST),
    ("not larger than", MOST),
    ("no bigger than", MOST),
    ("no greater than", MOST),
    ("not greater than", MOST),
    ("no higher than", MOST),
    ("no older than", MOST),
    ("not older than", MOST),
    ("no later than", MOST),
    ("not later than", MOST),
    ("not over", MOST),
    ("not above", MOST),
    ("not exceed", MOST),
    ("not exceeding", MOST),
    ("less than or equal to", MOST),
    ("within the first", MOST),
    ("within the next", MOST),
    ("within the last", MOST),
    ("within", MOST),
    ("limit of", MOST),
    ("limited to", MOST),
    ("restricted to", MOST),
    ("capped at", MOST),
    ("cap of", MOST),
    ("< =", MOST),
    ("≤", MOST),
    ("less than", BELOW),
    ("fewer than", BELOW),
    ("under", BELOW),
    ("below", BELOW),
    ("shorter than", BELOW),
    ("younger than", BELOW),
    ("smaller than", BELOW),
    ("lower than", BELOW),
    ("earlier than", BELOW),
    ("<", BELOW),
    ("exactly", Side::Exact),
    ("precisely", Side::Exact),
    ("equal to", Side::Exact),
    ("aged", Side::Exact),
];

/// Comparators that stand after a number, before or behind its unit.
const AFTER: &[(&str, Side)] = &[
    ("or more", LEAST),
    ("or over", LEAST),
    ("or older", LEAST),
    ("or longer", LEAST),
    ("or above", LEAST),
    ("or higher", LEAST),
    ("or greater", LEAST),
    ("or larger", LEAST),
    ("and over", LEAST),
    ("and above", LEAST),
    ("and older", LEAST),
    ("and more", LEAST),
    ("at least", LEAST),
    ("minimum", LEAST),
    ("min", LEAST),
    ("or fewer", MOST),
    ("or less", MOST),
    ("or under", MOST),
    ("or younger", MOST),
    ("or below", MOST),
    ("or lower", MOST),
    ("or shorter", MOST),
    ("or smaller", MOST),
    ("at most", MOST),
    ("maximum", MOST),
    ("max", MOST),
    ("limit", MOST),
];

/// The comparator that ends right before a number: where it starts, and its side.
pub(super) fn before(text: &Text<'_>, number: usize) -> Option<(usize, Side)> {
    // `a dozen`: the article belongs to the number.
    let article = number > 0 && text.low(number) == "dozen" && text.low(number - 1) == "a";
    let at = number - usize::from(article);
    let (start, side) = BEFORE
        .iter()
        .filter(|(words, _)| at > 0 && words.ends_with(text.low(at - 1)))
        .filter_map(|(words, side)| {
            let start = at.checked_sub(words.split(' ').count())?;
            (text.match_phrase(start, words) > 0).then_some((start, *side))
        })
        .min_by_key(|(start, _)| *start)?;
    let own = matches!(text.low(start), "not" | "no");
    let side = if !own && is_denied(text, start) {
        side.refused()
    } else {
        side
    };
    let article = start > 0
        && matches!(text.low(start), "minimum" | "maximum" | "limit" | "cap" | "max" | "min")
        && text.low(start - 1) == "a";
    Some((start - usize::from(article), side))
}

/// `cannot upload more than`, `must not be longer than`, `no order over`: a denial in the same clause turns the side round.
fn is_denied(text: &Text<'_>, start: usize) -> bool {
    (start.saturating_sub(6)..start)
        .rev()
        .take_while(|at| {
            let low = text.low(*at);
            text.is_word(*at)
                && !matches!(
                    low,
                    "and" | "or" | "but" | "if" | "when" | "unless" | "with" | "of" | "than" | "for" | "then"
                )
        })
        .any(|at| matches!(text.low(at), "not" | "cannot" | "never" | "no") || text.low(at).ends_with("n't"))
}

/// `only one code`, `one code per order`: how many at most.
pub(super) fn only(text: &Text<'_>, number: &Number, noun: usize) -> Option<(usize, Side)> {
    let start = number.range.start;
    let before = text.low(start.wrapping_sub(1));
    if matches!(before, "only" | "just") && number.dimension.is_none() {
        return Some((start - 1, MOST));
    }
    let single = number.value == rust_decimal::Decimal::ONE && number.dimension.is_none();
    let per = number.range.end + noun;
    // `1 point per full euro` is a rate.
    let rate = matches!(text.low(per + 1), "full" | "whole" | "started" | "spent")
        || units::dimension(text.low(per + 1)) == Some(Dimension::Money);
    (single && noun > 0 && text.low(per) == "per" && !rate).then_some((start, MOST))
}

/// `Maximum file size: 25 MB`, `the minimum order value is €20`, `the lowest price that can be entered is €1`: where the
/// bound begins, its side, and the words that it bounds.
pub(super) fn named(text: &Text<'_>, number: &Number) -> Option<(usize, Side, Range<usize>)> {
    let measured = number.dimension.is_some();
    let number = number.range.start;
    let link = number.checked_sub(1)?;
    if let Some(side) = superlative(text.low(link)).filter(|_| measured) {
        return Some((link, side, same_noun(text, link)));
    }
    if !matches!(text.low(link), "is" | ":" | "of" | "=" | "be" | "are" | "was") {
        return None;
    }
    let mut at = link;
    let mut relative = link;
    for _ in 0..8 {
        at = at.checked_sub(1)?;
        let side = match text.low(at) {
            low if measured && superlative(low).is_some() => superlative(low)?,
            "that" | "which" => {
                relative = at;
                continue;
            }
            "can" | "may" | "be" if measured => continue,
            "maximum" | "max" | "max." => MOST,
            "minimum" | "min" | "min." => LEAST,
            low if (is_demand(low) || low == "to") && text.low(link) == "be" => continue,
            low if !text.is_word(at) || LINKS.contains(&low) && !matches!(low, "of" | "a" | "an" | "the" | "for") => {
                return None;
            }
            _ => continue,
        };
        let mut end = link;
        while end > at + 1 && (is_demand(text.low(end - 1)) || matches!(text.low(end - 1), "to" | "be")) {
            end -= 1;
        }
        return Some((at, side, at + 1..end.min(relative)));
    }
    None
}

/// `the lowest price is €1`: the end of a range that a superlative names.
fn superlative(low: &str) -> Option<Side> {
    match low {
        "lowest" | "smallest" | "shortest" | "earliest" | "least" => Some(LEAST),
        "highest" | "largest" | "longest" | "greatest" | "biggest" => Some(MOST),
        _ => None,
    }
}

/// `the lowest price is €1 and the highest €9`: the noun of the first end is the noun of the other.
fn same_noun(text: &Text<'_>, at: usize) -> Range<usize> {
    let other = (at.saturating_sub(12)..at)
        .rev()
        .find(|at| superlative(text.low(*at)).is_some());
    other.map_or(at..at, |other| {
        let end = (other + 1..other + 4)
            .take_while(|at| text.is_word(*at) && !LINKS.contains(&text.low(*at)))
            .last()
            .map_or(other + 1, |last| last + 1);
        other + 1..end
    })
}

/// The comparator behind a number: its side, how many tokens to its end, and the unit where that stands behind it.
pub(super) fn after(text: &Text<'_>, number: &mut Number, noun: usize) -> Option<(Side, usize)> {
    let end = number.range.end;
    if text.low(end) == "+" && text.touches_next(end - 1) {
        return Some((LEAST, end + 1));
    }
    for at in [end, end + noun] {
        let hit = AFTER.iter().find(|(words, _)| text.match_phrase(at, words) > 0);
        let Some((words, side)) = hit else { continue };
        let mut stop = at + words.split(' ').count();
        // `at least` and `maximum` may open the next bound instead: `8 characters, at least 1 digit`.
        if matches!(*words, "at least" | "at most" | "minimum" | "maximum" | "max" | "min")
            && units::number(text.low(stop)).is_some()
        {
            return None;
        }
        // `21 or more characters`: the unit stands after the comparator.
        if number.unit.is_empty()
            && let Some(dimension) = units::dimension(text.low(stop))
        {
            text.words(&(stop..stop + 1)).clone_into(&mut number.unit);
            number.dimension = Some(dimension);
            stop += 1;
        }
        return Some((*side, stop));
    }
    None
}

/// Times that bound without a comparator: `expires after 24 hours`, `valid for 24 hours`, `loads in 2 seconds`.
pub(super) fn timed(text: &Text<'_>, number: &Number) -> Option<(usize, Side)> {
    if number.dimension != Some(Dimension::Duration) {
        return None;
    }
    let start = number.range.start.checked_sub(1)?;
    let near = |words: &[&str]| (start.saturating_sub(4)..start).any(|at| words.contains(&text.low(at)));
    let bounds = match text.low(start) {
        "after" => true,
        "for" => near(&[
            "valid",
            "available",
            "locked",
            "blocked",
            "active",
            "open",
            "stored",
            "kept",
            "retained",
            "saved",
            "suspended",
            "frozen",
            "reserved",
            "held",
            "remembered",
            "displayed",
            "visible",
            "accessible",
            "usable",
            "remain",
            "remains",
            "stays",
            "lasts",
        ]),
        "in" => near(&[
            "load",
            "loads",
            "loaded",
            "responds",
            "respond",
            "expire",
            "expires",
            "shown",
            "appear",
            "appears",
            "answers",
            "displayed",
            "returned",
            "completed",
        ]),
        _ => false,
    };
    bounds.then_some((start, MOST))
}
