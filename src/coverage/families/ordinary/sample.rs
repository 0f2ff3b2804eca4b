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
