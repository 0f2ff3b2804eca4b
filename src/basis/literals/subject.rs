//! What a limit bounds: the nearest noun phrase, looked for before the bound, over what only links the two.

use crate::basis::Dimension;
use crate::basis::action::{is_verb, verb_at};
use crate::basis::literals::units;
use crate::basis::text::Text;
use crate::basis::verbs::Form;
use std::ops::Range;

/// Words between a subject and its bound that belong to neither.
pub(super) const LINKS: &[&str] = &[
    "must",
    "should",
    "shall",
    "can",
    "may",
    "be",
    "is",
    "are",
    "has",
    "have",
    "to",
    "of",
    "with",
    "contain",
    "contains",
    "containing",
    "at",
    "it",
    "that",
    "which",
    "for",
    "than",
    "not",
    "no",
    "a",
    "an",
    "the",
    "only",
    "will",
    "by",
    "up",
    "in",
    "does",
    "do",
    "and",
    "or",
    "per",
    "if",
    "when",
    "long",
    "set",
    "valid",
    "available",
    "open",
    "limited",
    "cannot",
    "include",
    "includes",
    "hold",
    "holds",
    "accept",
    "accepts",
    "having",
    "was",
    "were",
    "least",
    "most",
    "between",
    "from",
    "maximum",
    "minimum",
    "max",
    "min",
    "max.",
    "min.",
    "then",
    "any",
];

/// Words that no subject holds.
const OUTSIDE: &[&str] = &[
    "my", "their", "our", "each", "every", "i", "we", "they", "you", "on", "want", "refuse", "refuses", "reject",
    "rejects", "deny", "denies", "as", "so", "this", "these", "all", "your", "his", "her", "its", "where", "whose",
    "into", "via", "but", "while", "until", "after", "before", "once", "unless", "who", "need", "needs",
];

/// What a bound is about: the noun phrase before it, or for what a person enters, the field after it.
pub(super) fn subject_of(text: &Text<'_>, range: &Range<usize>, dimension: Dimension) -> String {
    let before = subject(text, range.start);
    let entered = matches!(
        dimension,
        Dimension::Length | Dimension::DataSize | Dimension::Number | Dimension::Money
    );
    if entered && (before.is_empty() || is_person(&before)) {
        if let Some(after) = place_after(text, range.end) {
            return after;
        }
        if before.is_empty()
            && let Some(heading) = heading(text, range.start)
        {
            return heading;
        }
        if dimension == Dimension::Money
            && let Some(verb) = moved_money(text, range.start)
        {
            return format!("amount to {verb}");
        }
    }
    before
}

/// `Amount` in `Amount: any whole number of pounds, £10 to £250`: the name before the colon at the beginning.
fn heading(text: &Text<'_>, at: usize) -> Option<String> {
    let start = (0..at)
        .rev()
        .find(|at| text.low(*at) == "\n")
        .map_or(0, |line| line + 1);
    let colon = (start..(start + 5).min(at)).find(|at| text.low(*at) == ":")?;
    let named = colon > start && (start..colon).all(|at| text.is_word(at) && !OUTSIDE.contains(&text.low(at)));
    named.then(|| text.words(&(start..colon)).to_owned())
}

/// `up to 200 characters in the comment field`: the place that is entered into.
fn place_after(text: &Text<'_>, end: usize) -> Option<String> {
    let at = (end..end + 2).find(|at| matches!(text.low(*at), "in" | "for" | "into" | "as"))?;
    let mut start = at + 1;
    while matches!(text.low(start), "the" | "a" | "an" | "my" | "their" | "each" | "every") {
        start += 1;
    }
    let count = (start..start + 3)
        .take_while(|at| text.is_word(*at) && !LINKS.contains(&text.low(*at)) && !OUTSIDE.contains(&text.low(*at)))
        .count();
    (count > 0).then(|| text.words(&(start..start + count)).to_owned())
}

/// `Users can withdraw at most $500`: what is bounded is the amount of the act.
fn moved_money(text: &Text<'_>, at: usize) -> Option<&'static str> {
    let verb = verb_at(text, at.checked_sub(1)?)?;
    (verb.form == Form::Base).then_some(verb.base)
}

/// The noun phrase before a bound: `a discount code of up to 20 characters` gives `discount code`.
pub(super) fn subject(text: &Text<'_>, at: usize) -> String {
    let mut end = at;
    while end > 0
        && (LINKS.contains(&text.low(end - 1))
            || matches!(text.low(end - 1), "(" | ":" | "=" | "\"")
            || is_predicate(text, end - 1)
            || is_complement(text, end - 1))
    {
        end -= 1;
    }
    let start = noun_start(text, end.saturating_sub(1)).min(end);
    // `over 2 kg and up to 5 kg`: the unit of the bound before is no subject.
    if end == start + 1 && start > 0 && text.is_number(start - 1) && units::dimension(text.low(start)).is_some() {
        return String::new();
    }
    // `Prices have up to two decimals and lie above 0`: what was counted before is no subject.
    let number = |at: usize| units::number(text.low(at)).is_some();
    let counted = end < at && (start > 0 && number(start - 1) || start + 1 < end && number(start));
    if counted && (end..at).any(|at| text.low(at) == "and") {
        return first_noun(text, start);
    }
    text.words(&(start..end)).to_owned()
}

/// The noun phrase with which the sentence before a token begins.
fn first_noun(text: &Text<'_>, at: usize) -> String {
    let opened = (0..at)
        .rev()
        .find(|at| matches!(text.low(*at), "." | ";" | "\n"))
        .map_or(0, |stop| stop + 1);
    let start = opened + usize::from(matches!(text.low(opened), "the" | "a" | "an" | "each" | "every"));
    let end = (start..(start + 3).min(at))
        .take_while(|at| {
            let low = text.low(*at);
            text.is_word(*at) && !LINKS.contains(&low) && !OUTSIDE.contains(&low) && !is_predicate(text, *at)
        })
        .last()
        .map_or(start, |last| last + 1);
    text.words(&(start..end)).to_owned()
}

/// Where the noun phrase begins that ends with a token.
pub(super) fn noun_start(text: &Text<'_>, last: usize) -> usize {
    let end = last + 1;
    let mut start = end;
    while start > 0 && end - start < 3 {
        let low = text.low(start - 1);
        let quoted = text.tokens.get(start - 1).is_none_or(|token| token.quoted);
        if !text.is_word(start - 1)
            || quoted
            || LINKS.contains(&low)
            || OUTSIDE.contains(&low)
            || start < end && is_act(text, start - 1)
        {
            break;
        }
        start -= 1;
    }
    start
}

/// Whether a word before a noun is a verb there: `enter a code` yes, `search results` and `failed attempts` no.
fn is_act(text: &Text<'_>, at: usize) -> bool {
    let Some(verb) = verb_at(text, at) else { return false };
    let before = text.low(at.wrapping_sub(1));
    match verb.form {
        Form::Base => {
            !verb.noun
                || matches!(
                    before,
                    "to" | "can" | "must" | "should" | "may" | "i" | "we" | "they" | "cannot" | "not"
                )
        }
        Form::S => !verb.noun,
        Form::Past => false,
        Form::Ing => matches!(before, "by" | "without" | "for" | "when"),
    }
}

/// What a value must be and not what it is called: `a whole number` in `The quantity must be a whole number`.
fn is_complement(text: &Text<'_>, at: usize) -> bool {
    let noun = matches!(text.low(at), "number" | "integer" | "value" | "figure");
    let whole = matches!(text.low(at), "whole" | "natural" | "round");
    let mut start = at;
    if noun && matches!(text.low(at.wrapping_sub(1)), "whole" | "natural" | "round") {
        start -= 1;
    }
    let named = whole && text.low(at + 1) == "number";
    (noun || named)
        && start >= 2
        && matches!(text.low(start - 1), "a" | "an" | "any")
        && matches!(text.low(start - 2), "be" | "is" | "are" | ":")
}

/// A word that says something of the subject and is no part of it: `possible`, `cannot`, `be cancelled`, `page loads`.
fn is_predicate(text: &Text<'_>, at: usize) -> bool {
    let low = text.low(at);
    let before = text.low(at.wrapping_sub(1));
    let said = matches!(
        low,
        "possible"
            | "allowed"
            | "accepted"
            | "permitted"
            | "aged"
            | "falls"
            | "rises"
            | "drops"
            | "expires"
            | "expire"
            | "lasts"
            | "costs"
            | "weighs"
            | "takes"
            | "ends"
            | "length"
            | "exceeds"
            | "loads"
            | "reaches"
            | "last"
            | "stays"
            | "goes"
            | "responds"
            | "respond"
            | "appears"
            | "appear"
            | "out"
            | "automatically"
            | "free"
            | "required"
            | "mandatory"
            | "deleted"
            | "answers"
            | "remains"
            | "locked"
            | "runs"
            | "remain"
            | "off"
            | "also"
            | "consists"
            | "consist"
            | "lies"
            | "lie"
            | "ranges"
            | "adjustable"
            | "settable"
            | "selectable"
            | "loud"
            | "always"
            | "usually"
            | "least"
    );
    let modal = crate::basis::modal::is_plain_modal(before);
    let be = matches!(before, "be" | "is" | "are" | "been" | "to" | "not" | "only" | "was");
    at > 0 && (said || modal || be && (low.ends_with("ed") || is_verb(text, at) || low.ends_with("wn")))
}

/// Whether a person stands before a bound: `Users under 13`.
pub(super) fn person_bounded(text: &Text<'_>, at: usize) -> bool {
    is_person(&subject(text, at))
}

fn is_person(subject: &str) -> bool {
    let low = subject.to_lowercase();
    let last = low.rsplit(' ').next().unwrap_or("");
    let person = last.strip_suffix('s').unwrap_or(last);
    matches!(
        person,
        "user"
            | "customer"
            | "member"
            | "visitor"
            | "person"
            | "people"
            | "child"
            | "children"
            | "adult"
            | "guest"
            | "patient"
            | "player"
            | "applicant"
            | "driver"
            | "buyer"
            | "student"
            | "participant"
            | "anyone"
            | "passenger"
            | "viewer"
            | "renter"
            | "employee"
            | "seller"
            | "client"
            | "citizen"
            | "tenant"
            | "senior"
            | "pensioner"
            | "pupil"
            | "teenager"
    )
}
