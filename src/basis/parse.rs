//! The story's three parts: who, what, what for. Many templates, one way to look: each part is opened by one of a few
//! word sequences, and a part ends where the next one opens.

use super::action;
use super::text::Text;
use super::{Action, Phrase, StoryParts};
use std::ops::Range;

/// What opens the goal after a role or at the start.
const WANTS: &[&str] = &[
    "i want to be able to",
    "i would like to be able to",
    "i should be able to",
    "i must be able to",
    "i need to be able to",
    "i want to",
    "i would like to",
    "i'd like to",
    "i wish to",
    "i need to",
    "i have to",
    "i can",
    "i want",
    "i would like",
    "i'd like",
    "i need",
    "i wish",
    "we want to",
    "we want",
    "we need to",
    "we need",
    "we would like to",
    "wants to be able to",
    "want to be able to",
    "wants to",
    "want to",
    "would like to",
    "needs to",
    "need to",
];

/// What stands between a role and its goal in a plain statement.
const ABLE: &[&str] = &[
    "should be able to",
    "must be able to",
    "shall be able to",
    "are able to",
    "is able to",
    "want to be able to",
    "wants to be able to",
    "want to",
    "wants to",
    "need to",
    "needs to",
    "would like to",
    "can",
    "may",
];

/// What opens a benefit.
const BENEFITS: &[&str] = &[
    "so that",
    "in order that",
    "in order to",
    "so i can",
    "so we can",
    "so they can",
    "because",
];

/// What opens an imperative that grants somebody something.
const GRANTS: &[&str] = &["allow", "let", "enable", "permit"];

/// Takes a story apart; the range is the story without criteria that follow in the same text.
pub(super) fn story(text: &Text<'_>, range: Range<usize>) -> StoryParts {
    let mut start = skip_label(text, range.start);
    let mut parts = StoryParts::default();
    // `In order to B, as R, I want G`.
    if let Some(length) = opener(text, start, &["in order to", "so that"])
        && let Some(end) = (start..range.end).find(|at| text.low(*at) == ",")
    {
        parts.benefit = text.phrase(start + length..end);
        start = end + 1;
    }
    let benefit = parts
        .benefit
        .is_none()
        .then(|| find(text, start + 1..range.end, BENEFITS))
        .flatten();
    let end = benefit.as_ref().map_or(range.end, |found| found.start);
    if let Some(found) = benefit {
        let close = text
            .sentences(found.end..range.end)
            .first()
            .map_or(range.end, |sentence| sentence.end);
        parts.benefit = text.phrase(found.end..close);
    }
    let goal = goal_range(text, start, end, &mut parts.role);
    let goal = first_sentence(text, goal);
    parts.goal = text.phrase(goal.clone());
    parts.actions = action::actions(text, text.trimmed(goal));
    parts
}

fn skip_label(text: &Text<'_>, start: usize) -> usize {
    for label in [
        &["user", "story", ":"][..],
        &["story", ":"],
        &["title", ":"],
        &["feature", ":"],
    ] {
        if text.is(start, label) {
            return start + label.len();
        }
    }
    start
}

fn first_sentence(text: &Text<'_>, range: Range<usize>) -> Range<usize> {
    // A line feed inside a story only wraps it; a full stop ends it.
    let end = range.clone().find(|at| {
        matches!(text.low(*at), "." | "!" | "?" | ";") && !text.tokens[*at].quoted && !text.touches_next(*at)
    });
    range.start..end.unwrap_or(range.end)
}

/// Where the goal stands; finds the role on the way.
fn goal_range(text: &Text<'_>, start: usize, end: usize, role: &mut Option<Phrase>) -> Range<usize> {
    if text.low(start) == "as" {
        if let Some(want) = find(text, start + 1..end, WANTS) {
            *role = role_of(text, start + 1..want.start);
            return want.end..end;
        }
        if let Some(comma) = (start + 1..end).find(|at| text.low(*at) == ",") {
            *role = role_of(text, start + 1..comma);
            return comma + 1..end;
        }
    }
    if let Some(length) = opener(text, start, WANTS) {
        return start + length..end;
    }
    if let Some(length) = opener(text, start, GRANTS) {
        let able = (start + length..end.min(start + length + 8)).find(|at| text.low(*at) == "to");
        let verb =
            able.or_else(|| (start + length + 1..end.min(start + length + 5)).find(|at| action::is_verb(text, *at)));
        if let Some(at) = verb {
            *role = role_of(text, start + length..at);
            let goal = if text.low(at) == "to" { at + 1 } else { at };
            return goal..end;
        }
    }
    // `R can G`, `the system shall G`: the sentence has its doer before the verb.
    let near = end.min(start + 8);
    if let Some(able) =
        find(text, start + 1..near, ABLE).or_else(|| find(text, start + 1..near, &["shall", "must", "should"]))
    {
        *role = role_of(text, start..able.start);
        return able.end..end;
    }
    start..end
}

/// A role without what introduces it; a system is no role.
fn role_of(text: &Text<'_>, range: Range<usize>) -> Option<Phrase> {
    let mut range = text.trimmed(range);
    while range.start < range.end
        && matches!(
            text.low(range.start),
            "a" | "an" | "the" | "any" | "every" | "each" | "all"
        )
    {
        range.start += 1;
    }
    let words = text.words(&range).to_lowercase();
    let nobody = matches!(
        words.as_str(),
        "" | "system" | "application" | "app" | "website" | "service" | "it" | "i" | "we" | "there"
    );
    if nobody || range.len() > 12 {
        None
    } else {
        text.phrase(range)
    }
}

fn opener(text: &Text<'_>, at: usize, phrases: &[&str]) -> Option<usize> {
    Some(text.match_any(at, phrases)).filter(|length| *length > 0)
}

/// The first of the phrases in a range, as a token range.
fn find(text: &Text<'_>, range: Range<usize>, phrases: &[&str]) -> Option<Range<usize>> {
    range
        .filter(|at| !text.tokens.get(*at).is_some_and(|token| token.quoted))
        .find_map(|at| opener(text, at, phrases).map(|length| at..at + length))
}

/// The actions that a clause names.
pub(super) fn clause_action(text: &Text<'_>, range: Range<usize>) -> Option<Action> {
    action::actions(text, text.trimmed(range))
        .into_iter()
        .next()
        .filter(|found| !found.verb.is_empty())
}
