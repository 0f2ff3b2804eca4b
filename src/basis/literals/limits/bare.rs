//! Bounds that no comparator makes: `The code has 16 characters`, `A slot takes 30 orders`, `pass mark 60 %`,
//! `100 MB in total`, and the other half of `at most 5,000 rows and 20 MB`.

use super::comparator::Side;
use super::number::{self, Number};
use crate::basis::literals::subject::LINKS;
use crate::basis::literals::units;
use crate::basis::text::Text;
use crate::basis::{Dimension, Limit, Literal, LiteralKind};

/// A bound that the words around a number make.
pub(super) struct Bare {
    /// The first token of the bound.
    pub(super) start: usize,
    /// One past its last token, where that is behind the number.
    pub(super) end: usize,
    pub(super) side: Side,
    /// What is bounded, where the bound itself says it.
    pub(super) subject: Option<String>,
}

/// The bound around a number that has no comparator.
pub(super) fn bound(text: &Text<'_>, number: &Number, noun: usize, found: &[Literal]) -> Option<Bare> {
    exact_length(text, number)
        .or_else(|| open_range(text, number, noun))
        .or_else(|| in_total(text, number))
        .or_else(|| carried(text, number, found))
        .or_else(|| mark(text, number))
        .or_else(|| required_share(text, number))
        .or_else(|| capacity(text, number, noun))
}

fn at(number: &Number, side: Side) -> Bare {
    Bare {
        start: number.range.start,
        end: number.range.end,
        side,
        subject: None,
    }
}

/// `has 16 characters`, `consists of 10 digits`, `Postcode: 5 digits`, `two letters and eight digits`.
fn exact_length(text: &Text<'_>, number: &Number) -> Option<Bare> {
    makes_length(text, number).then(|| Bare {
        subject: labelled(text, number.range.start),
        ..at(number, Side::Exact)
    })
}

/// Whether a length is stated as what the thing has, no more and no less.
pub(super) fn makes_length(text: &Text<'_>, number: &Number) -> bool {
    let mut start = number.range.start;
    let unit = number.unit.to_lowercase();
    if number.dimension != Some(Dimension::Length)
        || number.compound
        || matches!(unit.as_str(), "word" | "words" | "lines")
    {
        return false;
    }
    // The parts of one length are joined: each is as exact as the first.
    while matches!(text.low(start.wrapping_sub(1)), "and" | "+")
        && units::dimension(text.low(start.wrapping_sub(2))) == Some(Dimension::Length)
        && start >= 4
        && units::number(text.low(start - 3)).is_some()
    {
        start -= 3;
    }
    let before = text.low(start.wrapping_sub(1));
    let linked = matches!(before, "has" | "have" | "is" | "are" | "be" | "had" | ":" | "=")
        || before == "of"
            && matches!(
                text.low(start.wrapping_sub(2)),
                "consists" | "consist" | "composed" | "made"
            );
    start > 0 && linked
}

/// `DE` in `DE: 5 digits, NL: 4 digits and 2 letters`.
fn labelled(text: &Text<'_>, number: usize) -> Option<String> {
    let colon = (number.saturating_sub(4)..number)
        .rev()
        .take_while(|at| !matches!(text.low(*at), "," | ";" | "\n" | "."))
        .find(|at| text.low(*at) == ":")?;
    let first = colon.checked_sub(1)?;
    let start = super::subject::noun_start(text, first);
    (start < colon).then(|| text.words(&(start..colon)).to_owned())
}

/// `from €5 up to the balance`, `from 76 upwards`, `from 3 kg on`.
fn open_range(text: &Text<'_>, number: &Number, noun: usize) -> Option<Bare> {
    let start = number.range.start.checked_sub(1)?;
    if text.low(start) != "from" {
        return None;
    }
    let end = number.range.end + noun;
    let ends = |at: usize| !text.is_word(at) && !text.is_number(at);
    let taken = match text.low(end) {
        "upwards" | "onwards" | "upward" | "onward" => 1,
        "on" | "up" if ends(end + 1) => 1,
        // What follows is the other end, which is a bound of its own or no number at all.
        "up" if text.low(end + 1) == "to" => 0,
        _ => return None,
    };
    Some(Bare {
        start,
        end: if taken > 0 { end + taken } else { number.range.end },
        ..at(number, Side::Lower(true))
    })
}

/// `100 MB in total`.
fn in_total(text: &Text<'_>, number: &Number) -> Option<Bare> {
    let sized = matches!(number.dimension, Some(Dimension::DataSize));
    let total = text.match_any(number.range.end, &["in total", "altogether", "in all"]);
    (sized && total > 0).then(|| Bare {
        end: number.range.end + total,
        ..at(number, Side::Upper(true))
    })
}

/// `at most 5,000 rows and 20 MB`: the second number stands under the comparator of the first.
fn carried(text: &Text<'_>, number: &Number, found: &[Literal]) -> Option<Bare> {
    let joint = number.range.start.checked_sub(1)?;
    let last = found.last()?;
    let LiteralKind::Limit(limit) = &last.kind else {
        return None;
    };
    let touching = text.span(&(joint..joint + 1)).start.checked_sub(last.span.end) == Some(1);
    let dimension = number.dimension?;
    let another = dimension != limit.dimension && matches!(dimension, Dimension::DataSize | Dimension::Measure);
    // `at least one letter and one digit`: kinds of characters, each counted.
    let kinds = limit.dimension == Dimension::Count
        && dimension == Dimension::Length
        && units::dimension(&limit.unit.to_lowercase()) == Some(Dimension::Length);
    let another = another || kinds;
    if text.low(joint) != "and" || !touching || !another {
        return None;
    }
    let side = match (limit.lower, limit.upper) {
        (None, Some(bound)) => Side::Upper(bound.inclusive),
        (Some(bound), None) => Side::Lower(bound.inclusive),
        _ => return None,
    };
    Some(Bare {
        subject: if kinds {
            Some(number.unit.clone())
        } else {
            whole_of(text, limit, joint)
        },
        ..at(number, side)
    })
}

/// What has both the counted things and the size: `The file has at most 5,000 rows and 20 MB`.
fn whole_of(text: &Text<'_>, limit: &Limit, joint: usize) -> Option<String> {
    let verb = (joint.saturating_sub(10)..joint).rev().find(|at| {
        matches!(
            text.low(*at),
            "has" | "have" | "contains" | "holds" | "include" | "includes" | "contain"
        )
    })?;
    let start = super::subject::noun_start(text, verb.checked_sub(1)?);
    let noun = text.words(&(start..verb)).to_owned();
    (start < verb && noun != limit.subject).then_some(noun)
}

/// `Pass mark 60 %`, `the quorum is 50 %`.
fn mark(text: &Text<'_>, number: &Number) -> Option<Bare> {
    let mut before = number.range.start.checked_sub(1)?;
    if matches!(text.low(before), "is" | ":" | "of" | "=") {
        before = before.checked_sub(1)?;
    }
    let named = text.low(before) == "mark" && matches!(text.low(before.wrapping_sub(1)), "pass" | "passing")
        || matches!(text.low(before), "quorum" | "threshold");
    let start = super::subject::noun_start(text, before);
    (named && number.dimension == Some(Dimension::Percentage)).then(|| Bare {
        subject: Some(text.words(&(start..before + 1)).to_owned()),
        ..at(number, Side::Lower(true))
    })
}

/// `requires 80 % of the lessons`.
fn required_share(text: &Text<'_>, number: &Number) -> Option<Bare> {
    let before = text.low(number.range.start.checked_sub(1)?);
    let required = matches!(before, "requires" | "require" | "needs" | "need");
    let end = number.range.end;
    if !required || number.dimension != Some(Dimension::Percentage) || text.low(end) != "of" {
        return None;
    }
    let start = end + 1 + usize::from(matches!(text.low(end + 1), "the" | "all" | "its" | "their"));
    let stop = (start..start + 3)
        .take_while(|at| text.is_word(*at) && !LINKS.contains(&text.low(*at)))
        .last()?;
    Some(Bare {
        subject: Some(text.words(&(start..stop + 1)).to_owned()),
        ..at(number, Side::Lower(true))
    })
}

/// `A slot takes 30 orders`, `the room seats 12 people`; what somebody holds at a moment is a state and no bound.
fn capacity(text: &Text<'_>, number: &Number, noun: usize) -> Option<Bare> {
    let verb = number.range.start.checked_sub(1)?;
    let named = matches!(text.low(verb), "seats" | "fits" | "accommodates");
    let holds = matches!(text.low(verb), "takes" | "holds" | "carries");
    if noun == 0 || number.dimension.is_some() || !(named || holds) {
        return None;
    }
    let effort = matches!(
        text.low(number.range.end + noun - 1),
        "clicks" | "taps" | "steps" | "attempts" | "tries" | "turns"
    );
    let subject = super::subject::noun_start(text, verb.checked_sub(1)?);
    let any = matches!(text.low(subject.wrapping_sub(1)), "a" | "an" | "each" | "every" | "one") && subject > 0;
    let state = (verb.saturating_sub(8)..verb)
        .any(|at| matches!(text.low(at), "given" | "when" | "if" | "while" | "once" | "and"));
    let usual = named && subject < verb || holds && any && subject < verb;
    (usual && !effort && !state).then(|| at(number, Side::Upper(true)))
}

/// The step that a text gives to the limit before it: `in steps of £20`, `in increments of 15 minutes`.
pub(super) fn stated_step(text: &Text<'_>, found: &mut [Literal]) {
    for opened in 0..text.tokens.len() {
        let words = text.match_any(opened, &["in steps of", "in increments of", "in multiples of"]);
        let step = if words > 0 {
            number::at(text, opened + words)
        } else if text.low(opened) == "in" {
            // `in 0.5 °C steps`.
            number::at(text, opened + 1).filter(|step| matches!(text.low(step.range.end), "steps" | "increments"))
        } else {
            None
        };
        let Some(step) = step else { continue };
        let place = text.span(&(opened..opened + 1)).start;
        let limit = found
            .iter_mut()
            .filter(|literal| literal.span.end <= place)
            .filter_map(|literal| match &mut literal.kind {
                LiteralKind::Limit(limit) => Some(limit),
                _ => None,
            })
            .next_back();
        let Some(limit) = limit else { continue };
        let fits = step.dimension.is_none_or(|dimension| dimension == limit.dimension);
        if fits && step.value.is_sign_positive() && !step.value.is_zero() {
            limit.step = step.value;
        }
    }
    whole_units(text, found);
}

/// `any whole number of pounds, £10 to £250`, `250 whole euros`: no cents.
fn whole_units(text: &Text<'_>, found: &mut [Literal]) {
    let whole = (0..text.tokens.len()).any(|at| {
        text.match_any(
            at,
            &[
                "whole number of",
                "whole pounds",
                "whole euros",
                "whole dollars",
                "full pounds",
                "full euros",
                "full dollars",
                "whole amounts",
            ],
        ) > 0
    });
    if !whole {
        return;
    }
    for literal in found {
        if let LiteralKind::Limit(limit) = &mut literal.kind
            && limit.dimension == Dimension::Money
        {
            limit.step = rust_decimal::Decimal::ONE;
        }
    }
}
