//! Ordinary data for one thing that is entered: a text or a value within every limit that the text sets for it.

use super::form::field_sample;
use crate::basis::Dimension;
use crate::coverage::families::limits;
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{head, is_plural, singular};
use crate::coverage::values;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

/// A value for a thing that is one datum and no record, and its class; `None` where the story does not say what it is.
pub(super) fn fitting(scene: &Scene<'_>, thing: &str) -> Option<(String, String)> {
    if thing.is_empty() || is_plural(thing) || head(thing).eq_ignore_ascii_case("password") {
        return None;
    }
    let known = field_sample(thing).filter(|_| is_datum(thing));
    let limit = scene
        .basis
        .limits()
        .find(|(limit, span)| {
            limits::is_wished(scene, *span) && limits::subject(scene, limit).eq_ignore_ascii_case(thing)
        })
        .map(|(limit, _)| limit);
    let Some(limit) = limit else {
        return known.map(|(text, class)| (text.to_owned(), class.to_owned()));
    };
    match limit.dimension {
        Dimension::Length => {
            let least = limit.lower.and_then(|bound| bound.value.to_usize()).unwrap_or(1);
            let most = limit
                .upper
                .and_then(|bound| bound.value.to_usize())
                .unwrap_or(usize::MAX);
            let digits = singular(&limit.unit) == "digit";
            let said = known
                .filter(|(text, _)| !digits && (least..=most).contains(&text.chars().count()))
                .map(|(text, class)| (text.to_owned(), format!("{class} within the limits")));
            let size = if most == usize::MAX {
                least + least / 2 + 1
            } else {
                least / 2 + most / 2
            };
            said.or_else(|| {
                let text = if digits {
                    values::digits_of_length(size)
                } else {
                    values::text_of_length(size)
                };
                (size > 0 && size <= 40).then(|| (text, "a text of a length within the limits".to_owned()))
            })
        }
        Dimension::Measure | Dimension::Number => {
            let (lower, upper) = (limit.lower?.value, limit.upper?.value);
            let middle = (lower / Decimal::TWO + upper / Decimal::TWO).round();
            (lower < middle && middle < upper)
                .then(|| (values::of_limit(middle, limit), "a value between the limits".to_owned()))
        }
        _ => None,
    }
}

/// What else the criteria ask for in the form of the act, each with a value within its limits: `Text: 20-2,000 characters`,
/// `Amount: £10 to £250`. A limit with an end below asks for something; one that has no such end may be left out.
pub(super) fn required(scene: &Scene<'_>) -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for (limit, span) in scene.basis.limits() {
        let one = scene.one();
        let labelled = is_label_of(scene, span);
        let noun = limits::subject(scene, limit);
        let asks = limit.lower.is_some_and(|bound| bound.value >= Decimal::ONE) && labelled;
        let known =
            found.iter().any(|(field, _, _)| field.eq_ignore_ascii_case(&noun)) || noun.eq_ignore_ascii_case(&one);
        if !asks || known || noun.is_empty() || is_plural(&noun) || found.len() >= 3 {
            continue;
        }
        let sample = match limit.dimension {
            Dimension::Length => of_length(limit),
            Dimension::Money => limit.upper.zip(limit.lower).map(|(upper, lower)| {
                let middle = (lower.value / Decimal::TWO + upper.value / Decimal::TWO).round();
                (
                    values::of_limit(middle, limit),
                    "an amount between the limits".to_owned(),
                )
            }),
            _ => None,
        };
        if let Some((text, class)) = sample {
            found.push((noun, text, class));
        }
    }
    found
}

/// A text a little longer than the shortest that is taken; `None` for digits, which may mean something.
fn of_length(limit: &crate::basis::Limit) -> Option<(String, String)> {
    let least = limit.lower?.value.to_usize()?;
    let most = limit.upper.map_or(Some(usize::MAX), |bound| bound.value.to_usize())?;
    let size = least.checked_add(5)?.min(most);
    let words = ["character", "sign"].contains(&singular(&limit.unit).as_str());
    (words && size <= 300).then(|| {
        let class = format!("a text of {size} characters, within the limits");
        (plain_text(size), class)
    })
}

/// A text that somebody might write, of exactly so many characters.
fn plain_text(size: usize) -> String {
    const WORDS: &str = "A plain text that says what is meant and goes on as long as it has to, word by word. ";
    let text: String = WORDS.chars().cycle().take(size).collect();
    // No blank at the end, which a field may cut off.
    text.strip_suffix(' ')
        .map_or_else(|| text.clone(), |cut| format!("{cut}."))
}

/// Whether a limit stands in a line of a form: a name, a colon, and what it takes.
fn is_label_of(scene: &Scene<'_>, span: crate::test_case::Span) -> bool {
    let text = scene.basis.text(span.basis_id);
    let label = text.get(..span.start).and_then(|before| before.split_once(':'));
    matches!(span.basis_id, crate::test_case::BasisId::Criterion(_))
        && label.is_some_and(|(name, between)| {
            name.split_whitespace().count() <= 3 && !between.contains(':') && !text.to_lowercase().contains("optional")
        })
}

/// Whether a noun names a text that is typed in one field.
fn is_datum(thing: &str) -> bool {
    const TEXTS: [&str; 23] = [
        "address",
        "username",
        "name",
        "number",
        "website",
        "link",
        "postcode",
        "code",
        "city",
        "town",
        "destination",
        "country",
        "street",
        "title",
        "subject",
        "headline",
        "reason",
        "comment",
        "description",
        "message",
        "note",
        "text",
        "review",
    ];
    TEXTS.contains(&head(thing).to_lowercase().as_str())
}
