//! Kinds of characters that a text must have: `12 to 64 characters, at least one letter and one digit`. A text with one
//! fewer, as many and one more of them, and otherwise one that keeps the other rules.

use super::super::limit_case::{self, Setup};
use super::super::limits::{self, Point, Rule};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{head, singular, slug, the};
use crate::coverage::values;
use rust_decimal::prelude::ToPrimitive;

/// Characters of a text where no length is stated.
const USUAL: usize = 12;

/// The setup where the counted thing is a kind of character; `lengths` are the stated lengths, one of which names the field.
pub(super) fn setup(scene: &Scene<'_>, lengths: &[Rule], rule: &Rule, point: &Point) -> Option<Setup> {
    let one = singular(&rule.limit.unit).to_lowercase();
    let (of, others) = alphabet(&one)?;
    let size = point.value.to_usize()?;
    let length = lengths.iter().find(|length| length.span.basis_id == rule.span.basis_id);
    let field = length.map_or_else(|| scene.one(), |length| limits::subject(scene, &length.limit));
    let field = if field.is_empty() { "text".to_owned() } else { field };
    let least = length
        .and_then(|length| length.limit.lower)
        .and_then(|bound| bound.value.to_usize())
        .unwrap_or(USUAL)
        .clamp(size, 200.max(size));
    let sample: String = of
        .chars()
        .cycle()
        .take(size)
        .chain(others.chars().cycle().take(least - size))
        .collect();
    let value = values::of_limit(point.value, &rule.limit);
    Some(Setup {
        key: format!("{}/{}", slug(&field), slug(&rule.limit.unit)),
        thing: format!("{field} with {value}"),
        refused: field.clone(),
        why: format!("{} has {}", the(&field), limit_case::comparison(rule, point)),
        entries: vec![scene.enter(&field, &sample)],
        values: vec![values::sample(
            sample,
            format!("a text with {value}, any other will do"),
        )],
        field,
        ..Setup::default()
    })
}

/// Characters of the kind, and characters of all other kinds that are often asked for.
fn alphabet(one: &str) -> Option<(&'static str, &'static str)> {
    let kind = head(one);
    let cased = |case: &[&str]| case.iter().any(|word| one.contains(word));
    Some(match kind {
        "letter" | "character" if cased(&["upper", "capital"]) => ("QWERTY", "a5-b7-"),
        "letter" | "character" if cased(&["lower", "small"]) => ("qwerty", "A5-B7-"),
        "letter" if one == "letter" => ("Qwerty", "5-7-3-"),
        "digit" | "number" | "numeral" if one == kind => ("573914", "Qw-er-"),
        "character" | "sign" if cased(&["special"]) => ("-+!=", "Qw5er7"),
        "symbol" => ("-+!=", "Qw5er7"),
        _ => return None,
    })
}
