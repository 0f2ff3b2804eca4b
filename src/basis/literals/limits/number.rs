//! A number with its currency or unit, and the noun that it counts.

use crate::basis::Dimension;
use crate::basis::literals::subject::LINKS;
use crate::basis::literals::units;
use crate::basis::text::Text;
use rust_decimal::Decimal;
use std::ops::Range;

pub(super) struct Number {
    pub(super) value: Decimal,
    pub(super) decimals: u32,
    pub(super) unit: String,
    pub(super) dimension: Option<Dimension>,
    /// With currency sign and unit.
    pub(super) range: Range<usize>,
    /// `6-digit`: the number and its unit describe a noun.
    pub(super) compound: bool,
}

/// A number at a token, with its currency before or its unit after.
pub(super) fn at(text: &Text<'_>, at: usize) -> Option<Number> {
    let token = text.tokens.get(at)?;
    if token.quoted {
        return None;
    }
    let sign =
        matches!(token.low.as_str(), "$" | "€" | "£" | "¥") || is_currency_code(&token.low) && text.is_number(at + 1);
    let minus = token.low == "-"
        && text.is_number(at + 1)
        && text.touches_next(at)
        && (at == 0 || !text.touches_next(at - 1))
        && !text.is_number(at.wrapping_sub(1));
    let digits = if sign || minus && !starts_line(text, at) {
        at + 1
    } else {
        at
    };
    let number = text.tokens.get(digits)?;
    let mut value = units::number(&number.low)?;
    let word = !text.is_number(digits);
    if !word && (is_dated(text, digits) || text.touches(digits, ":")) {
        return None;
    }
    // `24/7`, `#5` and numbered lines are no values.
    let slashed = text.low(digits + 1) == "/" || digits > 0 && text.low(digits - 1) == "/";
    let numbered = !sign && matches!(text.low(digits + 1), "." | ")") && starts_line(text, digits);
    if slashed || numbered || digits > 0 && text.low(digits - 1) == "#" {
        return None;
    }
    let decimals = number
        .low
        .split_once('.')
        .map_or(0, |(_, tail)| u32::try_from(tail.len()).unwrap_or(0));
    let mut end = digits + 1;
    if let Some(scale) = units::scale(text.low(end)) {
        value = value.checked_mul(scale)?;
        end += 1;
    }
    if minus && digits > at {
        value = -value;
    }
    let mut found = Number {
        value,
        decimals,
        unit: String::new(),
        dimension: None,
        range: at..end,
        compound: false,
    };
    if sign {
        token.low.clone_into(&mut found.unit);
        if !matches!(token.low.as_str(), "$" | "€" | "£" | "¥") {
            text.words(&(at..at + 1)).clone_into(&mut found.unit);
        }
        found.dimension = Some(Dimension::Money);
        return Some(found);
    }
    // `6-digit`, `30-day`: a hyphen ties the unit to the number.
    let tied = text.low(end) == "-" && text.touches_next(end - 1) && text.touches_next(end);
    let unit = end + usize::from(tied);
    if text.low(end) == "°" && matches!(text.low(end + 1), "c" | "f") {
        text.words(&(end..end + 2)).clone_into(&mut found.unit);
        found.dimension = Some(Dimension::Measure);
        found.range.end = end + 2;
    } else if let Some(measured) = units::dimension(text.low(unit)) {
        // `km/h`, `Mbit/s`: a measure in a time.
        let slashed = text.low(unit + 1) == "/" && text.touches_next(unit) && text.is_word(unit + 2);
        let paced = measured == Dimension::Measure && slashed;
        let stop = unit + 1 + 2 * usize::from(paced);
        text.words(&(unit..stop)).clone_into(&mut found.unit);
        found.dimension = Some(measured);
        found.range.end = stop;
        found.compound = tied;
    } else if matches!(text.low(end), "whole" | "full") && units::dimension(text.low(end + 1)) == Some(Dimension::Money)
    {
        text.words(&(end + 1..end + 2)).clone_into(&mut found.unit);
        found.dimension = Some(Dimension::Money);
        found.range.end = end + 2;
    }
    Some(found)
}

fn is_currency_code(low: &str) -> bool {
    matches!(low, "usd" | "eur" | "gbp" | "chf" | "jpy" | "cad" | "aud" | "inr")
}

fn starts_line(text: &Text<'_>, at: usize) -> bool {
    at == 0 || text.low(at - 1) == "\n"
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

/// How many tokens the noun takes that a number counts: `5 photos`, `3 failed attempts`, `one code`; 0 for none.
pub(super) fn counted(text: &Text<'_>, number: &Number) -> usize {
    let at = number.range.end;
    let word = |at: usize| {
        text.is_word(at)
            && !text.tokens[at].quoted
            && !LINKS.contains(&text.low(at))
            && !is_other(text.low(at))
            && units::number(text.low(at)).is_none()
    };
    if number.dimension.is_some() || !word(at) {
        return 0;
    }
    if number.value == Decimal::ONE {
        // One thing is a singular: up to a verb, a modal or a preposition.
        let end = (at..at + 3)
            .take_while(|at| word(*at) && !(*at > number.range.end && is_verb_form(text, *at)))
            .last();
        return end.map_or(0, |last| last + 1 - at);
    }
    let plural = |low: &str| {
        low.ends_with('s') && !low.ends_with("ss") || matches!(low, "people" | "children" | "men" | "women")
    };
    let end = (at..at + 4)
        .take_while(|at| word(*at))
        .find(|next| plural(text.low(*next)));
    end.map_or(0, |last| last + 1 - at)
}

fn is_other(low: &str) -> bool {
    matches!(
        low,
        "before"
            | "after"
            | "on"
            | "as"
            | "from"
            | "into"
            | "per"
            | "each"
            | "during"
            | "later"
            | "ago"
            | "off"
            | "upwards"
            | "onwards"
            | "then"
            | "so"
            | "but"
            | "until"
            | "more"
            | "less"
            | "fewer"
            | "over"
            | "older"
            | "above"
            | "below"
            | "under"
            | "while"
            | "via"
            | "using"
            | "without"
            | "were"
            | "was"
    )
}

fn is_verb_form(text: &Text<'_>, at: usize) -> bool {
    let low = text.low(at);
    low.ends_with("ed")
        || low.ends_with('s')
            && crate::basis::action::is_verb(text, at)
            && !crate::basis::action::is_base_verb(text, at)
}
