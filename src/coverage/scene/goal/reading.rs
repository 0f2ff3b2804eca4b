//! A goal's words as a fact that somebody looks at, and what sets it off.

use super::is_thing;
use crate::basis::modal::is_modal;
use crate::basis::{Action, VerbClass};
use crate::coverage::scene::clause::{Clause, verb_of_participle};
use crate::coverage::scene::grammar::{bare, head, is_or_are, is_plural, observed, the, third_person};
use crate::coverage::scene::persons::is_person;
use crate::coverage::scene::surface::device_in;

/// Words that open what sets the product going.
const EVENTS: [&str; 12] = [
    " right after ",
    " immediately after ",
    " as soon as ",
    " every time ",
    " each time ",
    " whenever ",
    " when ",
    " once ",
    " after ",
    " if ",
    " because ",
    " while ",
];

/// Things that are wanted in order to do something; what follows is an act of the role.
const MEANS: [&str; 22] = [
    "way",
    "option",
    "button",
    "possibility",
    "ability",
    "opportunity",
    "chance",
    "page",
    "tool",
    "feature",
    "form",
    "right",
    "function",
    "link",
    "screen",
    "means",
    "method",
    "place",
    "permission",
    "access",
    "time",
    "code",
];

/// What the product itself is called.
const PRODUCTS: [&str; 14] = [
    "system",
    "app",
    "application",
    "shop",
    "store",
    "site",
    "website",
    "platform",
    "service",
    "api",
    "software",
    "product",
    "portal",
    "program",
];

/// `be offered other connections` → `the passenger is offered other connections`.
pub(super) fn passive(text: &str, actor: &str) -> Option<String> {
    let rest = text.strip_prefix("be ").or_else(|| text.strip_prefix("get "))?;
    let first = rest.split(' ').next()?;
    let adjective = ["able", "allowed", "signed", "logged"].contains(&first);
    (!adjective && is_participle(first)).then(|| format!("{} is {rest}", the(actor)))
}

/// `quizzes to be marked` → `quizzes are marked`; `the search to forgive mistakes` → `the search forgives mistakes`.
pub(super) fn doer(text: &str, action: Option<&Action>) -> Option<String> {
    let (subject, rest) = text.split_once(" to ")?;
    let low = subject.to_lowercase();
    let mut words = low.split(' ');
    let first = words.next()?;
    let verb = action.map_or("", |action| action.verb.split(' ').next().unwrap_or(""));
    let long = low.split(' ').count() > 5 || low.contains(',');
    let placed = words
        .clone()
        .any(|word| ["of", "for", "with", "in", "on", "at", "by", "and"].contains(&word));
    if long
        || placed && verb != "be"
        || first == verb
        || is_person(&low) && verb != "be"
        || MEANS.contains(&head(&low))
        || device_in(&low).is_some()
    {
        return None;
    }
    let known = PRODUCTS.contains(&bare(&low));
    let passive = rest
        .strip_prefix("be ")
        .filter(|rest| rest.split(' ').next().is_some_and(is_participle));
    if let Some(rest) = passive {
        return Some(format!("{subject} {} {rest}", is_or_are(subject)));
    }
    if let Some(rest) = rest.strip_prefix("be ") {
        return (noun_like(&low) && verb == "be").then(|| format!("{subject} {} {rest}", is_or_are(subject)));
    }
    let told = action.is_some_and(|action| {
        action.class != VerbClass::Other
            && is_thing(&action.object)
            && !action.object.is_empty()
            && rest.starts_with(verb)
    });
    let noun = noun_like(&low);
    let acts = rest
        .split(' ')
        .next()
        .is_some_and(|word| word.chars().all(char::is_alphabetic) && !is_modal(word));
    let acts = acts && rest.split(' ').next().is_some_and(|word| !is_determined(word));
    if !noun || !acts || known && told {
        return None;
    }
    let rest = if is_plural(subject) {
        rest.to_owned()
    } else {
        third_person(rest)
    };
    Some(format!("{subject} {rest}"))
}

/// `my earnings paid out every fortnight` → `my earnings are paid out every fortnight`, with or without `have`.
pub(super) fn done(text: &str, action: Option<&Action>) -> Option<String> {
    let (text, event) = opened(text);
    let said = text
        .strip_prefix("have ")
        .or_else(|| text.strip_prefix("get "))
        .unwrap_or(text);
    let nominal = action.is_none_or(|action| action.verb == "use" && action.class == VerbClass::Other);
    if said.len() == text.len() && !nominal {
        return None;
    }
    let words: Vec<&str> = said.split(' ').collect();
    if !is_determined(words.first()?) && !is_plural(words.first()?) {
        return None;
    }
    let at = (1..words.len().min(6)).find(|&at| is_participle(words[at]))?;
    let subject = words[..at].join(" ");
    let placed = ["of", "for", "with", "in", "on", "at", "by", "that", "to", "from"];
    let noun_follows = words.get(at + 1).is_some_and(|next| {
        let low = next.to_lowercase();
        is_plural(&low) && !placed.contains(&low.as_str())
    });
    let bare_subject = is_determined(&subject) || words[..at].iter().any(|word| placed.contains(word));
    if bare_subject || noun_follows || ["all", "each", "every", "my", "the", "a"].contains(&words[at - 1]) {
        return None;
    }
    Some(format!(
        "{subject} {} {}{event}",
        is_or_are(&subject),
        words[at..].join(" ")
    ))
}

/// `an editor sets a price, and the shop switches`: a clause of its own.
pub(super) fn clause(text: &str, action: Option<&Action>) -> Option<String> {
    let nominal = action.is_some_and(|action| action.verb == "use" && action.class == VerbClass::Other);
    let clause = Clause::read(text).filter(|_| nominal && !text.starts_with("use "))?;
    let told = is_determined(clause.subject.split(' ').next()?) && clause.subject.split(' ').count() <= 4;
    told.then(|| text.to_owned())
}

/// `a certificate once I have finished the course` → `the participant gets a certificate once …`.
pub(super) fn received(text: &str, action: Option<&Action>, actor: &str) -> Option<String> {
    let (thing, event) = opened(text);
    let nominal = action.is_some_and(|action| action.verb == "use" && action.class == VerbClass::Other);
    let thing = (nominal && !event.is_empty() && is_determined(thing.split(' ').next()?)).then_some(thing)?;
    Some(format!("{} gets {thing}{event}", the(actor)))
}

/// The words before what sets an act off, and the rest with the word that opens it.
pub(super) fn opened(text: &str) -> (&str, &str) {
    let at = EVENTS.iter().filter_map(|opener| text.find(opener)).min();
    text.split_at(at.unwrap_or(text.len()))
}

/// Whether words open like a noun phrase.
pub(super) fn noun_like(words: &str) -> bool {
    is_determined(words.split(' ').next().unwrap_or("")) || is_plural(words)
}

pub(super) fn is_determined(word: &str) -> bool {
    const WORDS: [&str; 14] = [
        "the", "my", "our", "a", "an", "each", "every", "all", "any", "their", "its", "this", "both", "one",
    ];
    WORDS.contains(&word.to_lowercase().as_str())
}

pub(super) fn is_participle(word: &str) -> bool {
    const OTHERS: [&str; 13] = [
        "led", "sent", "paid", "held", "made", "told", "shown", "given", "offered", "asked", "spared", "put", "kept",
    ];
    let told =
        word.ends_with("ed") && word.len() > 4 && !["need", "speed", "indeed", "exceed", "proceed"].contains(&word);
    told || OTHERS.contains(&word) || verb_of_participle(word).is_some_and(|base| base != word)
}

/// A fact without what sets it off, and that, if it is a clause.
pub(super) fn parted(text: &str) -> (String, Option<String>) {
    let opened = EVENTS
        .iter()
        .filter_map(|opener| Some((text.find(opener)?, *opener)))
        .min_by_key(|(at, _)| *at);
    let Some((at, opener)) = opened else {
        return (text.to_owned(), None);
    };
    let event = text.get(at + opener.len()..).unwrap_or("").trim_end_matches(['.', ',']);
    if Clause::read(&observed(event, "person")).is_none_or(|clause| clause.subject.is_empty()) {
        return (text.to_owned(), None);
    }
    (text[..at].trim_end_matches(',').to_owned(), Some(event.to_owned()))
}

/// Owners are named where a sentence opens with them: `their train …` → `the passenger's train …`.
pub(super) fn addressed(text: &str, actor: &str) -> String {
    text.strip_prefix("their ")
        .map_or_else(|| text.to_owned(), |rest| format!("{}'s {rest}", the(actor)))
}
