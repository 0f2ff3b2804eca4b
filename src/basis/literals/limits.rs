//! Limits: a number, its unit, its comparator, and what it bounds.

use super::subject::{LINKS, person_bounded, subject};
use super::units;
use crate::basis::text::Text;
use crate::basis::{Bound, Dimension, Limit, Literal, LiteralKind, Quantity};
use rust_decimal::Decimal;
use std::ops::Range;

/// Which side of a range a comparator gives, and whether the number itself is in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Lower(bool),
    Upper(bool),
    Exact,
}

/// Comparators that stand before a number.
const BEFORE: &[(&str, Side)] = &[
    ("at least", Side::Lower(true)),
    ("a minimum of", Side::Lower(true)),
    ("minimum of", Side::Lower(true)),
    ("minimum", Side::Lower(true)),
    ("min.", Side::Lower(true)),
    ("no less than", Side::Lower(true)),
    ("not less than", Side::Lower(true)),
    ("no fewer than", Side::Lower(true)),
    ("more than", Side::Lower(false)),
    ("greater than", Side::Lower(false)),
    ("longer than", Side::Lower(false)),
    ("larger than", Side::Lower(false)),
    ("older than", Side::Lower(false)),
    ("higher than", Side::Lower(false)),
    ("over", Side::Lower(false)),
    ("above", Side::Lower(false)),
    ("exceeds", Side::Lower(false)),
    ("exceed", Side::Lower(false)),
    ("exceeding", Side::Lower(false)),
    ("bigger than", Side::Lower(false)),
    ("at most", Side::Upper(true)),
    ("up to", Side::Upper(true)),
    ("a maximum of", Side::Upper(true)),
    ("maximum of", Side::Upper(true)),
    ("maximum", Side::Upper(true)),
    ("max.", Side::Upper(true)),
    ("max", Side::Upper(true)),
    ("no more than", Side::Upper(true)),
    ("not more than", Side::Upper(true)),
    ("no longer than", Side::Upper(true)),
    ("not longer than", Side::Upper(true)),
    ("not exceed", Side::Upper(true)),
    ("within", Side::Upper(true)),
    ("less than", Side::Upper(false)),
    ("fewer than", Side::Upper(false)),
    ("under", Side::Upper(false)),
    ("below", Side::Upper(false)),
    ("shorter than", Side::Upper(false)),
    ("younger than", Side::Upper(false)),
    ("smaller than", Side::Upper(false)),
    ("exactly", Side::Exact),
    ("limit of", Side::Upper(true)),
    ("limited to", Side::Upper(true)),
    ("> =", Side::Lower(true)),
    ("< =", Side::Upper(true)),
    (">", Side::Lower(false)),
    ("<", Side::Upper(false)),
    ("≥", Side::Lower(true)),
    ("≤", Side::Upper(true)),
    ("aged", Side::Exact),
];

/// Comparators that stand after a number and its unit.
const AFTER: &[(&str, Side)] = &[
    ("or more", Side::Lower(true)),
    ("or over", Side::Lower(true)),
    ("or older", Side::Lower(true)),
    ("or longer", Side::Lower(true)),
    ("or above", Side::Lower(true)),
    ("and over", Side::Lower(true)),
    ("and above", Side::Lower(true)),
    ("or higher", Side::Lower(true)),
    ("or fewer", Side::Upper(true)),
    ("or less", Side::Upper(true)),
    ("or under", Side::Upper(true)),
    ("or younger", Side::Upper(true)),
    ("or below", Side::Upper(true)),
    ("at most", Side::Upper(true)),
    ("at least", Side::Lower(true)),
    ("maximum", Side::Upper(true)),
    ("minimum", Side::Lower(true)),
];

/// Words that refuse what they stand beside: a bound in such a sentence tells what is *not* allowed.
const REFUSALS: &[&str] = &[
    "refused",
    "rejected",
    "denied",
    "blocked",
    "declined",
    "invalid",
    "error",
    "cannot",
    "fail",
    "fails",
    "not eligible",
    "not allowed",
    "not accepted",
    "not possible",
    "not permitted",
    "must not",
    "ineligible",
    "prevented",
    "ignored",
    "discarded",
    "truncated",
    "cut off",
    "forbidden",
    "disallowed",
    "prohibited",
    "locked",
    "not valid",
    "excluded",
    "unavailable",
];

/// Farthest that a refusal may stand from its bound, in tokens, so that one endless sentence costs no more than many.
const REACH: usize = 60;

struct Number {
    value: Decimal,
    decimals: u32,
    unit: String,
    dimension: Option<Dimension>,
    /// With currency sign and unit.
    range: Range<usize>,
}

/// Reads limits and plain quantities.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut at = 0;
    while at < text.tokens.len() {
        let Some(first) = number_at(text, at) else {
            at += 1;
            continue;
        };
        at = literal(text, first, found);
    }
}

/// Writes the literal that begins with a number; gives where to go on.
fn literal(text: &Text<'_>, mut first: Number, found: &mut Vec<Literal>) -> usize {
    let end = first.range.end;
    // `between A and B`, `A to B`, `A-B`.
    let joins = matches!(text.low(end), "to" | "and" | "-" | "–" | "—");
    let second = joins.then(|| number_at(text, end + 1)).flatten();
    if let Some(second) = second {
        let between = text.low(first.range.start.wrapping_sub(1)) == "between";
        let ranged = between || text.low(end) != "and" && first.value < second.value;
        if ranged {
            let start =
                first.range.start - usize::from(between || text.low(first.range.start.wrapping_sub(1)) == "from");
            let range = start..second.range.end;
            let unit = if second.unit.is_empty() {
                first.unit
            } else {
                second.unit
            };
            let dimension = second.dimension.or(first.dimension);
            let bounds = (
                Some(Bound {
                    value: first.value,
                    inclusive: true,
                }),
                Some(Bound {
                    value: second.value,
                    inclusive: true,
                }),
            );
            let decimals = first.decimals.max(second.decimals);
            let next = range.end;
            push_limit(text, range, bounds, dimension, unit, decimals, found);
            return next;
        }
    }
    let before = comparator_before(text, first.range.start).or_else(|| named_bound(text, first.range.start));
    let after = AFTER
        .iter()
        .find_map(|(words, side)| Some((text.match_phrase(end, words), *side)).filter(|(length, _)| *length > 0));
    let attempts = counted_out(text, &first);
    let (side, range) = match (before, after) {
        (Some((start, side)), None | Some((_, Side::Exact))) => (side, start..end),
        (_, Some((length, side))) => {
            // `21 or more characters`: the unit stands after the comparator.
            let unit = end + length;
            let measured = units::dimension(text.low(unit)).filter(|_| first.unit.is_empty());
            if measured.is_some() {
                first.unit = text.words(&(unit..unit + 1)).to_owned();
                first.dimension = measured;
            }
            (side, first.range.start..unit + usize::from(measured.is_some()))
        }
        (None, None) if attempts => (Side::Upper(true), first.range.clone()),
        (None, None) => {
            if let Some(dimension) = first.dimension {
                let quantity = Quantity {
                    value: first.value,
                    unit: first.unit,
                    dimension,
                };
                super::push(text, first.range.clone(), LiteralKind::Quantity(quantity), found);
            } else if let Some(noun) = counted_noun(text, end) {
                let range = first.range.start..end + noun.split_whitespace().count();
                let quantity = Quantity {
                    value: first.value,
                    unit: noun,
                    dimension: Dimension::Count,
                };
                super::push(text, range, LiteralKind::Quantity(quantity), found);
            }
            return end;
        }
    };
    let next = range.end.max(end);
    let bound = |inclusive| {
        Some(Bound {
            value: first.value,
            inclusive,
        })
    };
    let mut bounds = match side {
        Side::Lower(inclusive) => (bound(inclusive), None),
        Side::Upper(inclusive) => (None, bound(inclusive)),
        Side::Exact => (bound(true), bound(true)),
    };
    let strict = matches!(side, Side::Lower(false) | Side::Upper(false));
    if side != Side::Exact && (strict && refuses(text, &range) || is_refused_at(text, range.end)) {
        // What is refused beyond a bound is allowed up to it.
        bounds = match side {
            Side::Lower(inclusive) => (None, bound(!inclusive)),
            _ => (bound(matches!(side, Side::Upper(false))), None),
        };
    }
    push_limit(text, range, bounds, first.dimension, first.unit, first.decimals, found);
    next
}

/// `after 5 failed attempts` bounds the attempts.
fn counted_out(text: &Text<'_>, number: &Number) -> bool {
    text.low(number.range.start.wrapping_sub(1)) == "after"
        && (number.range.end..number.range.end + 4)
            .any(|at| matches!(text.low(at), "attempts" | "attempt" | "tries" | "times"))
}

fn push_limit(
    text: &Text<'_>,
    range: Range<usize>,
    (lower, upper): (Option<Bound>, Option<Bound>),
    dimension: Option<Dimension>,
    unit: String,
    decimals: u32,
    found: &mut Vec<Literal>,
) {
    let counted = counted_noun(text, range.end);
    let mut range = range;
    let age = text.match_any(range.end, &["years old", "years of age"]) > 0
        || unit.starts_with("year") && matches!(text.low(range.end), "old" | "of")
        || (range.start.saturating_sub(2)..range.end + 3)
            .any(|at| matches!(text.low(at), "aged" | "age" | "old" | "older" | "younger"))
            && (unit.is_empty() || unit.starts_with("year") && person_bounded(text, range.start));
    let dimension = if age {
        Dimension::Age
    } else {
        dimension.unwrap_or(if person_bounded(text, range.start) && counted.is_none() {
            Dimension::Age
        } else if counted.is_some() {
            Dimension::Count
        } else {
            Dimension::Number
        })
    };
    let inner = (range.start + 1..range.end).find(|at| matches!(text.low(*at), "is" | ":" | "of" | "="));
    let subject = match (&counted, dimension, inner) {
        (Some(noun), Dimension::Count, _) => noun.clone(),
        (_, _, Some(link)) if link > range.start + 1 => text.words(&(range.start + 1..link)).to_owned(),
        _ => subject(text, range.start),
    };
    let low_unit = unit.to_lowercase();
    let step = units::step(dimension, decimals, &low_unit);
    let unit = match (unit.is_empty(), dimension) {
        (true, Dimension::Count) => counted.unwrap_or_default(),
        (true, Dimension::Age) => "years".to_owned(),
        _ => unit,
    };
    if dimension == Dimension::Count {
        range.end += unit.split_whitespace().count();
    }
    super::push(
        text,
        range,
        LiteralKind::Limit(Limit {
            subject,
            dimension,
            lower,
            upper,
            unit,
            step,
        }),
        found,
    );
}

/// A number at a token, with its currency sign before or its unit after.
fn number_at(text: &Text<'_>, at: usize) -> Option<Number> {
    let token = text.tokens.get(at)?;
    if token.quoted {
        return None;
    }
    let sign = matches!(token.low.as_str(), "$" | "€" | "£" | "¥");
    let digits = if sign { at + 1 } else { at };
    let number = text.tokens.get(digits)?;
    let value = units::number(&number.low)?;
    let word = !text.is_number(digits);
    if word && (number.low == "one" || number.low == "zero") && units::dimension(text.low(digits + 1)).is_none() {
        return None;
    }
    // `AC-2`, `3D` and `OAuth2` are words of their own already; `24/7` and numbered lines are no values.
    if !word && (is_dated(text, digits) || text.touches(digits, ":")) {
        return None;
    }
    let slashed = text.low(digits + 1) == "/" || digits > 0 && text.low(digits - 1) == "/";
    let numbered = !sign && matches!(text.low(digits + 1), "." | ")") && (digits == 0 || text.low(digits - 1) == "\n");
    if slashed || numbered || digits > 0 && text.low(digits - 1) == "#" {
        return None;
    }
    let decimals = number
        .low
        .split_once('.')
        .map_or(0, |(_, tail)| u32::try_from(tail.len()).unwrap_or(0));
    let mut end = digits + 1;
    let mut unit = if sign { token.low.clone() } else { String::new() };
    let mut dimension = sign.then_some(Dimension::Money);
    if !sign {
        // `°` and `C` are two tokens.
        let joined = format!("{}{}", text.low(end), text.low(end + 1));
        if text.low(end) == "°" && matches!(joined.as_str(), "°c" | "°f") {
            unit = text.words(&(end..end + 2)).to_owned();
            dimension = Some(Dimension::Measure);
            end += 2;
        } else if let Some(measured) = units::dimension(text.low(end)) {
            unit = text.words(&(end..end + 1)).to_owned();
            dimension = Some(measured);
            end += 1;
        }
    }
    Some(Number {
        value,
        decimals,
        unit,
        dimension,
        range: at..end,
    })
}

/// `Maximum file size: 25 MB`, `the minimum order value is €20`: where the bound begins, and its side.
fn named_bound(text: &Text<'_>, number: usize) -> Option<(usize, Side)> {
    let mut at = number.checked_sub(1)?;
    if !matches!(text.low(at), "is" | ":" | "of" | "=") {
        return None;
    }
    for _ in 0..4 {
        at = at.checked_sub(1)?;
        match text.low(at) {
            "maximum" | "max" | "max." => return Some((at, Side::Upper(true))),
            "minimum" | "min" | "min." => return Some((at, Side::Lower(true))),
            _ if !text.is_word(at) || LINKS.contains(&text.low(at)) => return None,
            _ => {}
        }
    }
    None
}

/// Whether a number is part of a date such as `2026-12-31`: three numbers that hyphens join.
fn is_dated(text: &Text<'_>, at: usize) -> bool {
    let hyphen = |at: usize| text.low(at) == "-" && text.is_number(at.wrapping_sub(1)) && text.is_number(at + 1);
    [
        (at + 1, at + 3),
        (at.wrapping_sub(1), at + 1),
        (at.wrapping_sub(3), at.wrapping_sub(1)),
    ]
    .iter()
    .any(|(one, two)| hyphen(*one) && hyphen(*two))
}

/// The comparator that ends right before a token: where it starts, and its side.
fn comparator_before(text: &Text<'_>, at: usize) -> Option<(usize, Side)> {
    BEFORE
        .iter()
        .filter_map(|(words, side)| {
            let count = words.split(' ').count();
            let start = at.checked_sub(count)?;
            (text.match_phrase(start, words) == count).then_some((start, *side))
        })
        .min_by_key(|(start, _)| *start)
        .map(|(start, side)| {
            // `may not be more than`, `no more than`: the denial is part of the comparator.
            let denied =
                (start.saturating_sub(3)..start).any(|before| matches!(text.low(before), "not" | "cannot" | "never"));
            match side {
                Side::Lower(inclusive) if denied => (start, Side::Upper(!inclusive)),
                Side::Upper(inclusive) if denied && text.low(start) != "not" && text.low(start) != "no" => {
                    (start, Side::Lower(!inclusive))
                }
                side => (start, side),
            }
        })
}

/// Whether the sentence refuses what lies beyond a strict bound: in the bound's own clause, or in the consequence of the
/// condition that the bound stands in. What holds otherwise says nothing about the bound itself.
fn refuses(text: &Text<'_>, range: &Range<usize>) -> bool {
    let stops = |at: &usize| matches!(text.low(*at), "." | ";" | "\n" | "otherwise" | "else");
    let parts = |at: &usize| matches!(text.low(*at), "," | "and" | "but");
    let floor = range.start.saturating_sub(REACH);
    let ceiling = text.tokens.len().min(range.end + REACH);
    let start = (floor..range.start).rev().find(stops).map_or(floor, |at| at + 1);
    let end = (range.end..ceiling).find(stops).unwrap_or(ceiling);
    let own_start = (start..range.start).rev().find(parts).map_or(start, |at| at + 1);
    let own_end = (range.end..end).find(parts).unwrap_or(end);
    let refusal = |at: usize| text.match_any(at, REFUSALS) > 0 && !text.tokens[at].quoted;
    let active = |at: usize| {
        text.match_any(
            at,
            &[
                "refuse", "refuses", "reject", "rejects", "deny", "decline", "block", "ignore",
            ],
        ) > 0
    };
    let condition = (start..range.start).any(|at| matches!(text.low(at), "if" | "when" | "whenever" | "once"));
    (range.end..own_end).any(refusal)
        || (own_start..range.start).any(|at| active(at) || condition && refusal(at))
        || condition && ((range.end..end).any(refusal) || (start..own_start).any(refusal))
}

/// Whether `are refused` follows at once: `Codes with 21 or more characters are refused`.
fn is_refused_at(text: &Text<'_>, end: usize) -> bool {
    let verb = (end..end + 2).find(|at| matches!(text.low(*at), "are" | "is" | "gets" | "get"));
    verb.is_some_and(|at| text.match_any(at + 1, REFUSALS) > 0)
}

/// The noun that a number counts: `5 photos`, `3 failed attempts`.
fn counted_noun(text: &Text<'_>, at: usize) -> Option<String> {
    if !text.is_word(at) || LINKS.contains(&text.low(at)) {
        return None;
    }
    let end = (at..at + 3)
        .find(|next| text.low(*next).ends_with('s') && text.is_word(*next) && !text.low(*next).ends_with("ss"))?;
    let range = at..end + 1;
    range
        .clone()
        .all(|at| text.is_word(at))
        .then(|| text.words(&range).to_owned())
}
