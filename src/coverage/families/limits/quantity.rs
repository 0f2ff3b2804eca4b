//! What a limit bounds, as a whole noun phrase of the text: `systolic value`, `target level`, `daily card spending limit`.
//!
//! Refuses: fragments of a sentence (`given`, `raising`, `mark never`). Such a limit keeps its item and its values, and
//! gets no made-up field.

use super::{Rule, lowered};
use crate::basis::modal::{is_modal, is_to_be};
use crate::basis::{Dimension, Limit, VerbClass, is_inflected_verb};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{verb_of_gerund, verb_of_participle};
use crate::coverage::scene::grammar::{bare, head, singular};

/// Words that end no noun phrase.
const NO_HEADS: [&str; 61] = [
    "given",
    "been",
    "being",
    "never",
    "ever",
    "already",
    "higher",
    "lower",
    "more",
    "less",
    "fewer",
    "other",
    "others",
    "then",
    "than",
    "now",
    "later",
    "earlier",
    "still",
    "such",
    "also",
    "even",
    "only",
    "again",
    "once",
    "always",
    "when",
    "whenever",
    "who",
    "whom",
    "whose",
    "which",
    "that",
    "it",
    "they",
    "them",
    "he",
    "she",
    "we",
    "you",
    "i",
    "one",
    "ones",
    "both",
    "all",
    "none",
    "nothing",
    "everything",
    "something",
    "up",
    "down",
    "off",
    "out",
    "away",
    "back",
    "together",
    "exactly",
    "get",
    "gets",
    "goes",
    "becomes",
];
/// Words that name no quantity: months, places, units.
const NO_QUANTITIES: [&str; 30] = [
    "january",
    "february",
    "march",
    "april",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "outside",
    "inside",
    "within",
    "between",
    "beyond",
    "per",
    "mmhg",
    "mg/dl",
    "km/h",
    "g/km",
    "missed",
    "emit",
];
/// Nouns that look like the `-ing` form of a verb.
const NOUNS_IN_ING: [&str; 34] = [
    "booking",
    "meeting",
    "rating",
    "reading",
    "setting",
    "recording",
    "listing",
    "posting",
    "building",
    "training",
    "hearing",
    "opening",
    "offering",
    "saving",
    "heating",
    "parking",
    "billing",
    "spending",
    "earning",
    "ranking",
    "warning",
    "shipping",
    "packaging",
    "pricing",
    "processing",
    "charging",
    "washing",
    "cleaning",
    "loading",
    "lighting",
    "wedding",
    "evening",
    "morning",
    "string",
];
/// Nouns that look like participles.
const NOUNS_IN_ED: [&str; 7] = ["bed", "feed", "speed", "seed", "need", "breed", "shed"];

/// Whether words are a noun phrase that a tester can look for.
pub(in crate::coverage::families) fn is_noun(words: &str) -> bool {
    let low = words.to_lowercase();
    let all: Vec<&str> = low.split_whitespace().collect();
    let Some(last) = all.last() else { return false };
    let plain = |word: &&str| word.chars().all(|c| c.is_alphanumeric() || "-'/".contains(c));
    let function = |word: &&str| {
        NO_HEADS.contains(word)
            || NO_QUANTITIES.contains(word)
            || is_modal(word)
            || is_to_be(word)
            || ["and", "or", "of", "in", "when", "if", "the", "a", "an"].contains(word) && all.len() < 3
            || word.ends_with("ly")
                && ![
                    "family", "assembly", "supply", "reply", "anomaly", "monthly", "weekly", "daily", "hourly",
                    "yearly", "early",
                ]
                .contains(word)
    };
    let acts = |word: &str| {
        word.ends_with("ing")
            && (all.len() == 1 || verb_of_gerund(word).is_some())
            && word.len() > 5
            && !NOUNS_IN_ING.contains(&word)
            || word.ends_with("ed") && verb_of_participle(word).is_some() && !NOUNS_IN_ED.contains(&word)
    };
    // `agents refund`, `wish list get`: a plural noun and its verb.
    let said = all.len() > 1
        && all
            .windows(2)
            .any(|pair| pair[0].ends_with('s') && !pair[0].ends_with("ss") && is_inflected_verb(pair[1], true));
    all.len() <= 5
        && all.iter().all(plain)
        && !all.iter().any(function)
        && !acts(last)
        && !said
        && !last.chars().all(|c| c.is_ascii_digit())
}

/// What the limit of a rule bounds; `None` where no noun of the text says it.
pub(in crate::coverage::families) fn of(scene: &Scene<'_>, rule: &Rule) -> Option<String> {
    let said = super::label::said(&rule.limit);
    // `a vehicle that emits more than 150 g/km`: the word before the bound is a verb.
    let before = scene
        .basis
        .text(rule.span.basis_id)
        .get(..rule.span.start)
        .unwrap_or("");
    let mut last = before.split_whitespace().rev();
    if last.next().is_some() && last.next().is_some_and(|word| ["that", "which", "who"].contains(&word)) {
        return None;
    }
    if let Some((_, by)) =
        super::threshold::class(scene, rule.span).and_then(|_| super::threshold::class_heading(scene, rule.span))
    {
        return Some(by);
    }
    if is_noun(&said) {
        return Some(whole(scene, &super::subject(scene, &rule.limit)));
    }
    // `raising it above £2,000`: what the story sets.
    const CHANGES: [&str; 8] = [
        "raising",
        "increasing",
        "lowering",
        "reducing",
        "decreasing",
        "setting",
        "changing",
        "it",
    ];
    if scene.class() == VerbClass::Configure && CHANGES.iter().any(|word| said.starts_with(word)) {
        return Some(scene.one());
    }
    if let Some(carried) = carried(scene, rule) {
        return Some(whole(scene, &carried));
    }
    if !said.is_empty() {
        return None;
    }
    let moved = matches!(scene.class(), VerbClass::Pay | VerbClass::Other | VerbClass::Create);
    match rule.limit.dimension {
        Dimension::Percentage => None,
        Dimension::Money if !moved => None,
        _ => Some(super::subject(scene, &rule.limit)).filter(|noun| is_noun(noun)),
    }
}

/// The noun of the limit before it in the same text, where this one names none: `Target level from 50 % to 100 %; above 90 %`.
fn carried(scene: &Scene<'_>, rule: &Rule) -> Option<String> {
    let alike = |limit: &Limit| {
        limit.dimension == rule.limit.dimension
            && singular(&limit.unit).eq_ignore_ascii_case(&singular(&rule.limit.unit))
            && is_noun(&lowered(bare(&limit.subject)))
    };
    scene
        .basis
        .limits()
        .filter(|(limit, span)| span.basis_id == rule.span.basis_id && span.end <= rule.span.start && alike(limit))
        .last()
        .map(|(limit, _)| super::subject(scene, limit))
}

/// `limit` of a story about a `daily card spending limit` is that one.
fn whole(scene: &Scene<'_>, noun: &str) -> String {
    let one = scene.one();
    let known = one
        .rsplit(' ')
        .next()
        .is_some_and(|last| last.eq_ignore_ascii_case(noun));
    if known && !noun.contains(' ') && head(&one).eq_ignore_ascii_case(noun) {
        one
    } else {
        noun.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::is_noun;

    #[test]
    fn fragments_of_a_sentence_are_no_nouns() {
        for noun in [
            "systolic value",
            "target level",
            "delay",
            "daily card spending limit",
            "booking",
            "order",
            "transfer amount",
            "reading speed",
            "UTF-8 file",
        ] {
            assert!(is_noun(noun), "{noun}");
        }
        for words in [
            "",
            "given",
            "raising",
            "been",
            "mark never",
            "higher",
            "can be set between",
            "agents refund",
            "it",
            "already confirmed",
        ] {
            assert!(!is_noun(words), "{words}");
        }
    }
}
