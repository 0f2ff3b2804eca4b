//! What a limit bounds, by the words and the label before it.

use super::{criterion_of, lowered, quantity};
use crate::basis::{Dimension, Limit};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, singular};
use crate::test_case::Span;

/// `name` of `Name of dog: 2-30 characters`, where the dog was read as what is bounded.
pub(super) fn noun_of(scene: &Scene<'_>, limit: &Limit, span: Span) -> Option<&'static str> {
    const NOUNS: [&str; 8] = ["name", "number", "date", "title", "code", "size", "length", "weight"];
    let before = scene.basis.text(span.basis_id).get(..span.start)?.to_lowercase();
    let label = before.trim_end().strip_suffix(':')?;
    let label = label
        .strip_suffix(&limit.subject.to_lowercase())
        .filter(|_| !limit.subject.is_empty())?;
    let label = label
        .trim_end()
        .strip_suffix(" of")
        .or_else(|| label.trim_end().strip_suffix(" of the"))?;
    let last = label.rsplit([' ', ';', '.']).next()?;
    NOUNS.into_iter().find(|noun| *noun == last)
}

/// The noun that the text gives a limit, without what is said of the field: `image` of `Image optional: up to 1 MB`.
pub(super) fn said(limit: &Limit) -> String {
    let said = lowered(bare(&limit.subject));
    let said = said.strip_prefix("exempt ").map_or_else(|| said.clone(), str::to_owned);
    [" optional", " required", " mandatory"]
        .iter()
        .find_map(|end| said.strip_suffix(end))
        .map_or_else(|| said.clone(), str::to_owned)
}

/// What stands before a limit with a colon: `Title: 1-60 characters`, `Image optional: JPG, 300-3000 px`.
enum Label {
    /// The noun of the label.
    Named(String),
    /// There is a label, and its words name nothing.
    Unread,
    /// There is none.
    None,
}

fn label(scene: &Scene<'_>, span: Span) -> Label {
    let before = scene.basis.text(span.basis_id).get(..span.start).unwrap_or("");
    let part = before.rsplit([';', '(', '\n']).next().unwrap_or("");
    let Some((label, _)) = part.rsplit_once(':') else {
        return Label::None;
    };
    let label = label.rsplit(". ").next().unwrap_or(label);
    let words: Vec<String> = label
        .split_whitespace()
        .map(str::to_lowercase)
        .filter(|word| !["optional", "required", "mandatory", "new"].contains(&word.as_str()))
        .collect();
    let noun = words.join(" ");
    if words.len() <= 3 && quantity::is_noun(&noun) {
        Label::Named(noun)
    } else {
        Label::Unread
    }
}

/// What the limit bounds, in the singular and without article; the story's object or a plain word where it is not said.
pub(in crate::coverage::families) fn subject(scene: &Scene<'_>, limit: &Limit) -> String {
    let said = said(limit);
    if matches!(
        limit.dimension,
        Dimension::Measure | Dimension::Number | Dimension::Percentage
    ) {
        let whole = scene.action().map_or("", |action| action.object.as_str());
        if !said.is_empty() && whole.contains(&format!(" of my {said}")) || whole.ends_with(&format!(" of the {said}"))
        {
            return scene.one();
        }
    }
    if !said.is_empty() {
        return if limit.dimension == Dimension::Count {
            said
        } else {
            singular(&said)
        };
    }
    let measured = match limit.unit.to_lowercase().as_str() {
        "kg" | "g" | "lb" => "weight",
        "km" | "m" | "miles" | "metres" | "meters" => "distance",
        _ => "",
    };
    let named = matches!(limit.dimension, Dimension::Length | Dimension::DataSize);
    let place = named
        .then(|| scene.basis.limits().find(|(other, _)| *other == limit))
        .flatten();
    let told = place
        .and_then(|(_, span)| criterion_of(scene, span))
        .and_then(|criterion| Clause::read(&criterion.statement.text))
        .map(|clause| lowered(bare(&clause.subject)))
        .filter(|noun| {
            quantity::is_noun(noun) && noun.split(' ').count() <= 3 && !super::super::criteria::is_person(noun)
        });
    if let Some(told) = told {
        return singular(&told);
    }
    // What the line is headed by is what is bounded; where that is no noun, nothing else is.
    let heads = scene
        .basis
        .limits()
        .find(|(other, _)| *other == limit)
        .map(|(_, span)| label(scene, span));
    match heads {
        Some(Label::Named(noun)) => return singular(&noun),
        Some(Label::Unread) => return String::new(),
        Some(Label::None) | None => {}
    }
    match limit.dimension {
        Dimension::Measure if !measured.is_empty() => measured.to_owned(),
        Dimension::Length => scene.one(),
        Dimension::Count => limit.unit.clone(),
        Dimension::Money => "amount".to_owned(),
        Dimension::DataSize => "file".to_owned(),
        Dimension::Percentage => "percentage".to_owned(),
        Dimension::Age => "age".to_owned(),
        Dimension::Duration => scene.one(),
        Dimension::Measure | Dimension::Number if scene.object().is_empty() => "value".to_owned(),
        Dimension::Measure | Dimension::Number => scene.one(),
    }
}
