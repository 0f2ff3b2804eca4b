//! Actions: a verb, what it is done to, and the circumstances.

use super::text::Text;
use super::verbs;
use super::{Action, VerbClass};
use std::ops::Range;

/// Words that end an object and open a circumstance.
const PREPOSITIONS: &[&str] = &[
    "at",
    "by",
    "from",
    "in",
    "into",
    "on",
    "onto",
    "with",
    "without",
    "to",
    "using",
    "via",
    "through",
    "when",
    "whenever",
    "if",
    "while",
    "within",
    "after",
    "before",
    "during",
    "until",
    "for",
    "per",
    "against",
    "over",
    "under",
    "between",
    "across",
    "based",
    "that",
    "which",
    "who",
    "where",
    "such",
    "including",
    "so",
    "as",
    "online",
];

/// Openings of a goal that say no more than that the act can be done.
const LEADS: &[&str] = &[
    "a way to",
    "the ability to",
    "the option to",
    "an option to",
    "the possibility to",
    "to be able to",
    "be able to",
    "the system to",
    "the app to",
    "the application to",
    "the website to",
    "the site to",
    "the platform to",
    "an easy way to",
    "the opportunity to",
];

/// Words that begin a bound: a literal, no part of an object and no circumstance.
const BOUNDS: &[&str] = &[
    "up to",
    "at least",
    "at most",
    "no more than",
    "not more than",
    "no less than",
    "more than",
    "less than",
    "fewer than",
    "between",
    "within",
    "under",
    "over",
    "exactly",
    "a maximum of",
    "a minimum of",
    "maximum",
    "minimum",
    "max.",
    "min.",
];

/// Whether a verb begins at a token.
pub(super) fn is_verb(text: &Text<'_>, at: usize) -> bool {
    verb_at(text, at).is_some()
}

/// Whether a verb in its base form begins at a token.
pub(super) fn is_base_verb(text: &Text<'_>, at: usize) -> bool {
    verb_at(text, at).is_some_and(|(verb, _, _)| verb.split(' ').next() == Some(text.low(at)))
}

fn verb_at(text: &Text<'_>, at: usize) -> Option<(&'static str, VerbClass, usize)> {
    verbs::at(&[text.low(at), text.low(at + 1), text.low(at + 2)])
}

/// The actions of a goal, clause by clause: `create an invoice and send it to the client`.
pub(super) fn actions(text: &Text<'_>, range: Range<usize>) -> Vec<Action> {
    let mut found = Vec::new();
    let mut start = range.start;
    for at in range.clone().skip(1) {
        let joint = text.low(at) == "and" && !text.tokens.get(at).is_none_or(|token| token.quoted);
        let condition =
            (start..at).any(|n| matches!(text.low(n), "when" | "whenever" | "if" | "so" | "that" | "while"));
        if joint
            && !condition
            && starts_clause(text, at + 1, range.end)
            && verb_at(text, at - 1).is_none_or(|_| !is_base_verb(text, at - 1))
        {
            found.extend(clause(text, start..at));
            start = at + 1;
        }
    }
    found.extend(clause(text, start..range.end));
    // `create an invoice and send it`: what is sent is the invoice.
    for at in 1..found.len() {
        let before = found
            .get(at - 1)
            .map_or_else(String::new, |action| action.object.clone());
        if let Some(action) = found
            .get_mut(at)
            .filter(|action| matches!(action.object.as_str(), "it" | "them"))
        {
            action.object = before;
        }
    }
    found
}

/// The actions of one clause: one, or several that share an object (`create, edit and delete invoices`).
fn clause(text: &Text<'_>, range: Range<usize>) -> Vec<Action> {
    let mut at = range.start;
    while at < range.end
        && matches!(
            text.low(at),
            "to" | "able" | "also" | "easily" | "quickly" | "only" | "securely" | "automatically"
        )
    {
        at += 1;
    }
    at += text.match_any(at, LEADS);
    if at >= range.end {
        return Vec::new();
    }
    let mut found: Vec<(String, VerbClass, Range<usize>)> = Vec::new();
    let begin = at;
    while at < range.end {
        let (verb, class, count) = match verb_at(text, at) {
            Some(verb) => verb,
            // An unknown verb is taken by its place, at the beginning only.
            None if found.is_empty() && text.is_word(at) && !is_article(text.low(at)) => ("", VerbClass::Other, 1),
            None => break,
        };
        let name = if verb.is_empty() {
            text.low(at).to_owned()
        } else {
            verb.to_owned()
        };
        found.push((name, class, at..at + count));
        at += count;
        let mut next = at;
        while matches!(text.low(next), "," | "and" | "or" | "/") {
            next += 1;
        }
        if next == at || verb_at(text, next).is_none() || next >= range.end {
            break;
        }
        at = next;
    }
    if found.is_empty() {
        return nominal(text, begin..range.end);
    }
    let bounded = text.match_any(at, BOUNDS);
    if bounded > 0 && text.is_number(at + bounded) && !crate::basis::literals::is_unit(text.low(at + bounded + 1)) {
        // `upload up to 5 photos`: the photos are uploaded.
        at += bounded + 1;
    }
    let (object, rest) = object_and_rest(text, at..range.end);
    let object_text = text
        .noun(object.clone())
        .map(|noun| without_owner(&noun.text))
        .unwrap_or_default();
    let rest_text = text.words(&text.trimmed(rest.clone())).to_lowercase();
    let circumstances = circumstances(text, rest);
    found
        .into_iter()
        .map(|(verb, class, _)| Action {
            class: verbs::refine(&verb, class, &object_text, &rest_text),
            verb,
            object: object_text.clone(),
            circumstances: circumstances.clone(),
            span: text.span(&text.trimmed(begin..range.end)),
        })
        .collect()
}

/// `I want a filter by price`: a thing is wanted, no act is named.
fn nominal(text: &Text<'_>, range: Range<usize>) -> Vec<Action> {
    let (object, rest) = object_and_rest(text, range.clone());
    let Some(noun) = text.noun(object) else {
        return Vec::new();
    };
    let low = noun.text.to_lowercase();
    let class = if low.contains("filter") || low.contains("sort") {
        VerbClass::Filter
    } else if low.contains("search") {
        VerbClass::Search
    } else if low.contains("notification") || low.contains("reminder") || low.contains("alert") {
        VerbClass::Notify
    } else {
        VerbClass::Other
    };
    vec![Action {
        verb: String::new(),
        class,
        object: noun.text,
        circumstances: circumstances(text, rest),
        span: text.span(&text.trimmed(range)),
    }]
}

fn is_article(word: &str) -> bool {
    matches!(
        word,
        "a" | "an" | "the" | "my" | "our" | "their" | "some" | "more" | "all"
    )
}

/// `my order history` is the order history; whose it is, the actor says.
fn without_owner(noun: &str) -> String {
    let low = noun.to_lowercase();
    for owner in [
        "my own ",
        "my ",
        "our ",
        "their ",
        "his ",
        "her ",
        "your ",
        "all my ",
        "all of my ",
    ] {
        if low.starts_with(owner) {
            return noun.get(owner.len()..).unwrap_or(noun).to_owned();
        }
    }
    noun.to_owned()
}

/// Whether an act of its own begins: a verb in its base form with an object after it, or one that is no noun.
fn starts_clause(text: &Text<'_>, at: usize, end: usize) -> bool {
    let Some((_, _, length)) = verb_at(text, at).filter(|_| is_base_verb(text, at)) else {
        return false;
    };
    let next = text.low(at + length);
    let plural = next.len() > 3 && next.ends_with('s') && !next.ends_with("ss");
    at + length < end
        && (plural
            || matches!(
                next,
                "a" | "an"
                    | "the"
                    | "my"
                    | "our"
                    | "their"
                    | "it"
                    | "them"
                    | "all"
                    | "any"
                    | "each"
                    | "its"
                    | "his"
                    | "her"
                    | "me"
                    | "which"
            ))
}

/// Where the object ends and the circumstances begin.
fn object_and_rest(text: &Text<'_>, range: Range<usize>) -> (Range<usize>, Range<usize>) {
    let mut at = range.start;
    while at < range.end {
        let low = text.low(at);
        let bound = text.match_any(at, BOUNDS) > 0;
        let of_bound = low == "of" && (text.match_any(at + 1, BOUNDS) > 0 || text.is_number(at + 1));
        let timed = text.is_number(at) && crate::basis::literals::is_unit(text.low(at + 1));
        let next_act = low == "and" && at > range.start && starts_clause(text, at + 1, range.end);
        let stop = timed
            || next_act
            || PREPOSITIONS.contains(&low)
            || matches!(low, "." | ";" | ":" | "(" | "\n")
            || bound
            || of_bound;
        let aside = low == "," && !list_goes_on(text, at, range.end);
        // A preposition ends the object even where there is none: `log in with …`.
        if stop || aside && at > range.start {
            break;
        }
        at += 1;
    }
    (range.start..at, at..range.end)
}

/// Whether a comma stands in a list of nouns rather than before an aside: an `and` or `or` follows within a few words.
fn list_goes_on(text: &Text<'_>, comma: usize, end: usize) -> bool {
    (comma + 1..end.min(comma + 8))
        .take_while(|at| !PREPOSITIONS.contains(&text.low(*at)))
        .any(|at| matches!(text.low(at), "and" | "or"))
}

/// The circumstances, each from its preposition to the next; bounds are left out.
fn circumstances(text: &Text<'_>, range: Range<usize>) -> Vec<String> {
    let opens = |at: usize| {
        matches!(
            text.low(at),
            "at" | "by"
                | "from"
                | "in"
                | "into"
                | "on"
                | "with"
                | "without"
                | "to"
                | "using"
                | "via"
                | "through"
                | "when"
                | "whenever"
                | "if"
                | "after"
                | "before"
                | "during"
                | "until"
                | "for"
                | "per"
                | "while"
                | "across"
                | "online"
        ) && text.match_any(at, BOUNDS) == 0
            && text.match_any(at.wrapping_sub(1), BOUNDS) < 2
    };
    let mut starts: Vec<usize> = range.clone().filter(|at| opens(*at)).collect();
    // `by price and by brand` are two, `from Monday to Friday` is one.
    starts.retain(|at| {
        !(text.low(*at) == "to"
            && (range.start..*at)
                .rev()
                .take(4)
                .any(|before| text.low(before) == "from"))
    });
    let mut found = Vec::new();
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(range.end);
        let end = (*start..end)
            .find(|at| {
                matches!(text.low(*at), "that" | "which" | "so" | ";" | "(")
                    || text.match_any(*at, BOUNDS) > 0
                    || (text.low(*at) == "of" && text.match_any(at + 1, BOUNDS) > 0)
            })
            .unwrap_or(end);
        if let Some(phrase) = text.phrase(*start..end)
            && phrase.text.contains(|c: char| c.is_whitespace())
        {
            let ranged = text.low(*start) == "to" && text.is_number(start.wrapping_sub(1));
            let bound =
                text.is_number(*start + 1) && (ranged || matches!(text.low(*start), "from" | "in" | "for" | "after"));
            if !bound {
                found.push(phrase.text);
            }
        }
    }
    found
}
