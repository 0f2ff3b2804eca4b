//! States that things are in, and transitions between them.

use crate::basis::text::Text;
use crate::basis::{Literal, LiteralKind};

/// States that things are in; read where they describe something, not as verbs.
pub(super) const STATES: &[&str] = &[
    "draft",
    "pending",
    "approved",
    "rejected",
    "published",
    "archived",
    "active",
    "inactive",
    "expired",
    "shipped",
    "delivered",
    "cancelled",
    "canceled",
    "paid",
    "unpaid",
    "open",
    "closed",
    "locked",
    "suspended",
    "overdue",
    "available",
    "unavailable",
    "confirmed",
    "completed",
    "in progress",
    "submitted",
    "frozen",
    "blocked",
    "revoked",
    "enabled",
    "disabled",
    "returned",
    "refunded",
    "queued",
    "failed",
    "resolved",
];

/// Reads transitions first; a state inside one is part of it.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut moves = Vec::new();
    super::transitions::read(text, &mut moves);
    let inside = |start: usize| {
        moves
            .iter()
            .any(|literal: &Literal| literal.span.start <= start && start < literal.span.end)
    };
    let mut at = 0;
    while at < text.tokens.len() {
        let skip = if inside(text.tokens[at].start) {
            0
        } else {
            state(text, at, found)
        };
        at += skip.max(1);
    }
    found.append(&mut moves);
}

/// A state that is said of something (`is shipped`, `marked as paid`) or that tells things apart (`pending orders`).
fn state(text: &Text<'_>, at: usize, found: &mut Vec<Literal>) -> usize {
    let length = text.match_any(at, STATES);
    if length == 0 || text.tokens[at].quoted {
        return 0;
    }
    let Some(of) = said_of(text, at, at + length) else {
        return length;
    };
    let state = text.words(&(at..at + length)).to_lowercase();
    super::push(text, at..at + length, LiteralKind::State { state, of }, found);
    length
}

/// What a word is a state of; `None` where it is none, such as a verb or a noun of its own.
fn said_of(text: &Text<'_>, at: usize, end: usize) -> Option<String> {
    let before = text.low(at.wrapping_sub(1));
    match before {
        "is" | "are" | "becomes" | "become" | "remains" | "stays" | "was" | "were" => Some(bearer_before(text, at - 1)),
        "as" if matches!(
            text.low(at.wrapping_sub(2)),
            "marked" | "shown" | "flagged" | "mark" | "set" | "listed"
        ) =>
        {
            Some(bearer_before(text, at - 2))
        }
        "still" | "already" | "not" | "been" | "now" | "never" | "automatically" => Some(bearer_before(text, at - 1)),
        "be" if matches!(
            text.low(at.wrapping_sub(2)),
            "to" | "can" | "must" | "should" | "may" | "cannot"
        ) =>
        {
            None
        }
        "status" | "state" => Some(String::new()),
        "to" => matches!(
            text.low(at.wrapping_sub(2)),
            "changes" | "change" | "set" | "changed" | "moves" | "back" | "reset"
        )
        .then(|| bearer_before(text, at - 2)),
        "from" | "i" | "we" | "they" | "you" | "can" | "must" | "should" | "may" | "will" | "and" => None,
        _ => {
            // `an expired code`, `Only pending requests`: a noun must follow, and the word be no verb there.
            let opens = at == 0
                || !text.is_word(at - 1)
                || matches!(
                    before,
                    "a" | "an"
                        | "the"
                        | "only"
                        | "all"
                        | "no"
                        | "my"
                        | "of"
                        | "for"
                        | "their"
                        | "any"
                        | "each"
                        | "every"
                        | "with"
                        | "by"
                        | "on"
                        | "see"
                        | "view"
                        | "or"
                        | "when"
                        | "if"
                        | "that"
                        | "delete"
                        | "cancel"
                        | "edit"
                        | "archive"
                        | "approve"
                        | "reject"
                        | "filter"
                        | "search"
                        | "list"
                        | "use"
                        | "enter"
                        | "enters"
                        | "apply"
                        | "applies"
                );
            let noun = noun_after(text, end);
            (opens && !noun.is_empty()).then_some(noun)
        }
    }
}

/// The noun right behind a state, in the singular; empty if none follows.
fn noun_after(text: &Text<'_>, end: usize) -> String {
    let fits = |at: usize| is_bearer(text, at) && !text.tokens[at].quoted && !is_function(text.low(at));
    let count = (end..end + 3)
        .take_while(|at| fits(*at) && !(*at > end && crate::basis::action::is_verb(text, *at)))
        .count();
    if count == 0 {
        return String::new();
    }
    singular(&text.words(&(end..end + count)).to_lowercase())
}

/// The noun that a state is said of: the phrase before the verb.
fn bearer_before(text: &Text<'_>, verb: usize) -> String {
    let mut end = verb;
    while end > 0
        && matches!(
            text.low(end - 1),
            "is" | "are"
                | "has"
                | "have"
                | "was"
                | "were"
                | "be"
                | "been"
                | "gets"
                | "marked"
                | "automatically"
                | "changes"
                | "status"
                | "still"
                | "must"
                | "can"
                | "will"
                | "also"
                | "then"
        )
    {
        end -= 1;
    }
    let start = super::subject::noun_start(text, end.saturating_sub(1)).min(end);
    if start == end || !is_bearer(text, end - 1) {
        return String::new();
    }
    text.words(&(end - 1..end)).to_lowercase()
}

fn is_function(low: &str) -> bool {
    matches!(
        low,
        "and"
            | "or"
            | "is"
            | "are"
            | "can"
            | "cannot"
            | "must"
            | "should"
            | "may"
            | "will"
            | "the"
            | "a"
            | "an"
            | "in"
            | "on"
            | "at"
            | "to"
            | "for"
            | "of"
            | "with"
            | "by"
            | "from"
            | "when"
            | "if"
            | "until"
            | "after"
            | "before"
            | "as"
            | "so"
            | "has"
            | "have"
            | "than"
            | "while"
            | "up"
            | "out"
            | "my"
            | "again"
            | "only"
            | "then"
            | "not"
            | "yet"
            | "within"
            | "shall"
            | "does"
            | "be"
    )
}

/// The singular of a regular noun.
fn singular(noun: &str) -> String {
    if let Some(stem) = noun.strip_suffix("ies").filter(|stem| stem.len() > 2) {
        return format!("{stem}y");
    }
    for end in ["ches", "shes", "sses", "xes"] {
        if noun.ends_with(end) {
            return noun[..noun.len() - 2].to_owned();
        }
    }
    if noun.ends_with('s') && !noun.ends_with("ss") && !noun.ends_with("us") {
        noun[..noun.len() - 1].to_owned()
    } else {
        noun.to_owned()
    }
}

/// Whether a word can be what a state is a state of.
fn is_bearer(text: &Text<'_>, at: usize) -> bool {
    text.is_word(at)
        && !super::is_unit(text.low(at))
        && !matches!(
            text.low(at),
            "it" | "they" | "this" | "that" | "which" | "who" | "there"
        )
}
