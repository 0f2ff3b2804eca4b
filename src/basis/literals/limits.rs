//! Limits: a number, its unit, its comparator, and what it bounds.
//!
//! A limit is always what is allowed: where a text says what is refused, the other side is written down.

mod bare;
mod comparator;
mod number;
mod refusal;

use super::subject;
use super::units;
use crate::basis::text::Text;
use crate::basis::{Bound, Dimension, Limit, Literal, LiteralKind, Quantity};
use comparator::Side;
use number::Number;
use rust_decimal::Decimal;
use std::ops::Range;

/// Reads limits and plain quantities.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut at = 0;
    while at < text.tokens.len() {
        let Some(first) = number::at(text, at) else {
            at += 1;
            continue;
        };
        let next = literal(text, first, found);
        at = next.max(at + 1);
    }
    bare::stated_step(text, found);
}

/// Writes the literal that begins with a number; gives where to go on.
fn literal(text: &Text<'_>, mut first: Number, found: &mut Vec<Literal>) -> usize {
    if let Some(next) = ranged(text, &first, found) {
        return next;
    }
    let end = first.range.end;
    let noun = number::counted(text, &first);
    if first.compound && first.dimension == Some(Dimension::Length) {
        return described(text, &first, found);
    }
    let named = comparator::named(text, &first);
    let before = comparator::before(text, first.range.start);
    if before.is_none()
        && let Some((start, side, of)) = named
    {
        let subject = text.noun(of).map(|noun| noun.text).unwrap_or_default();
        return bounded(text, first, start..end, side, noun, Some(subject), found);
    }
    // `aged 18 or over`: what stands behind says more.
    let exact = matches!(before, Some((_, Side::Exact)));
    let open = exact && comparator::after(text, &mut copied(&first), noun).is_some();
    if let Some((start, side)) = before
        && !open
    {
        return bounded(text, first, start..end, side, noun, None, found);
    }
    let start = first.range.start;
    if let Some((side, stop)) = comparator::after(text, &mut first, noun) {
        // `10 guests or fewer` holds what it counts; `8 or more guests` is followed by it.
        let inside = noun > 0 && stop > end + noun;
        if inside {
            first.unit = text.words(&(end..end + noun)).to_owned();
            first.dimension = Some(Dimension::Count);
            let unit = first.unit.clone();
            return bounded(text, first, start..stop, side, 0, Some(unit), found);
        }
        let behind = Number {
            range: start..stop,
            ..copied(&first)
        };
        let noun = number::counted(text, &behind);
        return bounded(text, first, start..stop, side, noun, None, found);
    }
    let counted_out = text.low(start.wrapping_sub(1)) == "after"
        && (end..end + 4).any(|at| {
            matches!(
                text.low(at),
                "attempts" | "attempt" | "tries" | "times" | "failures" | "retries"
            )
        });
    if counted_out {
        return bounded(text, first, start..end, Side::Upper(true), noun, None, found);
    }
    if let Some((start, side)) = comparator::only(text, &first, noun) {
        return bounded(text, first, start..end, side, noun, None, found);
    }
    if let Some((start, side)) = comparator::timed(text, &first) {
        let of =
            (text.low(start) == "after" && text.low(end) == "of").then(|| text.words(&(end + 1..end + 2)).to_owned());
        return bounded(text, first, start..end, side, noun, of, found);
    }
    if let Some(bare) = bare::bound(text, &first, noun, found) {
        return bounded(text, first, bare.start..bare.end, bare.side, noun, bare.subject, found);
    }
    quantity(text, first, noun, found);
    end
}

fn copied(number: &Number) -> Number {
    Number {
        value: number.value,
        decimals: number.decimals,
        unit: number.unit.clone(),
        dimension: number.dimension,
        range: number.range.clone(),
        compound: number.compound,
    }
}

/// `between A and B`, `from A to B`, `A to B`, `A-B`.
fn ranged(text: &Text<'_>, first: &Number, found: &mut Vec<Literal>) -> Option<usize> {
    let end = first.range.end;
    let opener = text.low(first.range.start.wrapping_sub(1));
    let up_to = opener == "from" && text.match_phrase(end, "up to") > 0;
    if !up_to && !matches!(text.low(end), "to" | "and" | "-" | "–" | "—" | "through") {
        return None;
    }
    let second = number::at(text, end + 1 + usize::from(up_to))?;
    // `from 2 hours up to 42 days` has an end in each unit.
    let two_units = !first.unit.is_empty() && !second.unit.is_empty() && !same_unit(&first.unit, &second.unit);
    if two_units {
        return None;
    }
    let between = opener == "between";
    if !between && (text.low(end) == "and" || first.value >= second.value)
        || second.compound != first.compound && first.compound
    {
        return None;
    }
    let start = first.range.start - usize::from(between || opener == "from");
    let bound = |value| Some(Bound { value, inclusive: true });
    let next = second.range.end;
    let noun = number::counted(text, &second);
    let unit = if second.unit.is_empty() {
        first.unit.clone()
    } else {
        second.unit.clone()
    };
    let whole = Number {
        decimals: first.decimals.max(second.decimals),
        dimension: second.dimension.or(first.dimension),
        unit,
        range: start..next,
        ..copied(&second)
    };
    let described = second.compound.then(|| described_noun(text, next));
    push(
        text,
        start..next,
        (bound(first.value), bound(second.value)),
        &whole,
        noun,
        described,
        found,
    );
    Some(next + noun)
}

fn same_unit(one: &str, other: &str) -> bool {
    let plain = |unit: &str| unit.to_lowercase().trim_end_matches('s').to_owned();
    plain(one) == plain(other)
}

/// `a 6-digit code`: exactly so many.
fn described(text: &Text<'_>, number: &Number, found: &mut Vec<Literal>) -> usize {
    let end = number.range.end;
    let mut plain = copied(number);
    if !plain.unit.ends_with('s') {
        plain.unit.push('s');
    }
    let bounds = Side::Exact.bounds(number);
    push(
        text,
        number.range.clone(),
        bounds,
        &plain,
        0,
        Some(described_noun(text, end)),
        found,
    );
    end
}

/// The noun that `6-digit` describes.
fn described_noun(text: &Text<'_>, at: usize) -> String {
    let end = (at..at + 2)
        .take_while(|at| text.is_word(*at) && !subject::LINKS.contains(&text.low(*at)))
        .count();
    text.words(&(at..at + end)).to_owned()
}

/// A number on one side of which a value may lie.
fn bounded(
    text: &Text<'_>,
    number: Number,
    range: Range<usize>,
    side: Side,
    noun: usize,
    subject: Option<String>,
    found: &mut Vec<Literal>,
) -> usize {
    let whole = range.start..range.end + noun;
    let mut side = side;
    if side != Side::Exact && refusal::refuses(text, &whole, side) {
        side = side.refused();
    }
    // `up to 24 hours before the start`: at least so much time is left.
    let ahead = number.dimension == Some(Dimension::Duration) && matches!(text.low(range.end), "before" | "prior");
    if ahead
        && side == Side::Upper(true)
        && text.match_any(range.start, &["up to", "no later than", "not later than", "at most"]) > 0
    {
        side = Side::Lower(true);
    }
    let next = whole.end.max(number.range.end);
    push(text, range, side.bounds(&number), &number, noun, subject, found);
    next
}

fn push(
    text: &Text<'_>,
    range: Range<usize>,
    (lower, upper): (Option<Bound>, Option<Bound>),
    number: &Number,
    noun: usize,
    subject: Option<String>,
    found: &mut Vec<Literal>,
) {
    let counted = text.words(&(range.end..range.end + noun)).to_owned();
    let dimension = dimension(text, &range, number, noun);
    let thing = is_thing(text, &range, number);
    let (mut range, mut unit) = (range, number.unit.clone());
    let subject = match (&subject, dimension) {
        (Some(subject), _) if !subject.is_empty() => subject.clone(),
        (_, Dimension::Count) if noun > 0 => counted.clone(),
        (_, Dimension::Count) if thing => unit.clone(),
        _ => subject::subject_of(text, &range, dimension),
    };
    if unit.is_empty() && dimension == Dimension::Count {
        unit = if counted.is_empty() { subject.clone() } else { counted };
    } else if unit.is_empty() && dimension == Dimension::Age {
        unit = "years".to_owned();
    }
    range.end += noun;
    let step = if dimension == Dimension::Number && number.decimals == 0 && is_priced(&subject) {
        Decimal::new(1, 2)
    } else {
        units::step(dimension, number.decimals, &unit.to_lowercase())
    };
    let limit = Limit {
        subject,
        dimension,
        lower,
        upper,
        unit,
        step,
    };
    super::push(text, range, LiteralKind::Limit(limit), found);
}

/// Whether a bare number of it is an amount of money.
fn is_priced(subject: &str) -> bool {
    let low = subject.to_lowercase();
    let last = low.rsplit(' ').next().unwrap_or("");
    matches!(
        last.strip_suffix('s').unwrap_or(last),
        "price" | "amount" | "fee" | "cost" | "balance" | "fare" | "deposit"
    )
}

fn dimension(text: &Text<'_>, range: &Range<usize>, number: &Number, noun: usize) -> Dimension {
    let person = || subject::person_bounded(text, range.start);
    let aged = text.match_any(range.end, &["years old", "years of age"]) > 0
        || number.unit.starts_with("year") && matches!(text.low(range.end), "old" | "of")
        || (range.start.saturating_sub(2)..range.end + 3)
            .any(|at| matches!(text.low(at), "aged" | "age" | "old" | "older" | "younger"))
            && (number.unit.is_empty() && noun == 0 || number.unit.starts_with("year") && person());
    if aged {
        return Dimension::Age;
    }
    if is_thing(text, range, number) {
        return Dimension::Count;
    }
    match number.dimension {
        Some(dimension) => dimension,
        None if noun > 0 => Dimension::Count,
        None if person() => Dimension::Age,
        None => Dimension::Number,
    }
}

/// `at least one digit`: one of a kind is counted, not measured.
fn is_thing(text: &Text<'_>, range: &Range<usize>, number: &Number) -> bool {
    let low = number.unit.to_lowercase();
    let single = matches!(low.as_str(), "digit" | "letter" | "character" | "word")
        && number.value == Decimal::ONE
        && !number.compound;
    let contained = || {
        (range.start.saturating_sub(2)..range.start).any(|at| {
            matches!(
                text.low(at),
                "contain" | "contains" | "include" | "includes" | "containing" | "and"
            )
        })
    };
    single || matches!(low.as_str(), "digits" | "letters") && contained() && !bare::makes_length(text, number)
}

fn quantity(text: &Text<'_>, number: Number, noun: usize, found: &mut Vec<Literal>) {
    let end = number.range.end;
    let alone = number.value == Decimal::ONE && !text.is_number(number.range.start);
    if alone && number.dimension.is_none() {
        return;
    }
    let (unit, dimension, range) = match number.dimension {
        Some(dimension) => (number.unit, dimension, number.range),
        None if noun > 0 => (
            text.words(&(end..end + noun)).to_owned(),
            Dimension::Count,
            number.range.start..end + noun,
        ),
        None => return,
    };
    let quantity = Quantity {
        value: number.value,
        unit,
        dimension,
    };
    super::push(text, range, LiteralKind::Quantity(quantity), found);
}
