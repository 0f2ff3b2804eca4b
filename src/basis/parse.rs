//! The story's three parts: who, what, what for. Many templates, one way to look: each part is opened by one of a few
//! word sequences, and a part ends where the next one opens.

mod antecedent;
mod opening;

use super::action;
use super::text::Text;
use super::{Action, Phrase, StoryParts};
use std::ops::Range;

/// What opens the goal, said by or of the one who acts.
const WANTS: &[&str] = &[
    "i want",
    "i would like",
    "i would love",
    "i'd like",
    "i'd love",
    "i wish",
    "i need",
    "i require",
    "i expect",
    "i would want",
    "we want",
    "we would like",
    "we'd like",
    "we need",
    "we wish",
    "we require",
    "i want to",
    "i would like to",
    "i'd like to",
    "i wish to",
    "i need to",
    "i expect to",
    "we want to",
    "we would like to",
    "we'd like to",
    "we need to",
    "we wish to",
    "wants to",
    "want to",
    "would like to",
    "needs to",
    "need to",
    "wishes to",
    "wish to",
    "i'd love to",
    "i would love to",
];

/// Weaker openings of a goal: a benefit may hold them too.
const ABLE: &[&str] = &[
    "i should be able to",
    "i must be able to",
    "i shall be able to",
    "i am able to",
    "i will be able to",
    "i can",
    "i have to",
    "i must",
    "i should",
    "i shall",
    "i may",
    "i could",
    "i will",
    "we can",
    "we should be able to",
    "we must be able to",
];

/// What stands between a role and its goal in a plain statement.
const STATEMENT: &[&str] = &[
    "should be able to",
    "must be able to",
    "shall be able to",
    "will be able to",
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
    "shall",
    "must",
    "should",
    "will",
];

/// Words after `so` that show that a benefit begins.
const AFTER_SO: &[&str] = &[
    "i",
    "we",
    "they",
    "he",
    "she",
    "it",
    "my",
    "our",
    "their",
    "the",
    "you",
    "users",
    "customers",
    "people",
    "nobody",
    "no",
    "everyone",
];

/// What opens an imperative that grants somebody something.
const GRANTS: &[&str] = &["please allow", "allow", "let", "enable", "permit"];

/// The story, and where its text goes on after the sentences that it was read from.
pub(super) fn story(text: &Text<'_>, range: Range<usize>) -> (StoryParts, Range<usize>) {
    let mut parts = StoryParts::default();
    let start = skip_label(text, range.clone());
    let told_end = end_of_story(text, start, range.end);
    let start = opening::skip(text, start, told_end);
    let goal = match leading_benefit(text, start, told_end) {
        Some((benefit, next)) => {
            parts.benefit = text.phrase(benefit);
            goal_range(text, next, told_end, &mut parts.role)
        }
        None => with_benefit(text, start..told_end, &mut parts),
    };
    let goal = text.trimmed(goal);
    parts.goal = text.phrase(goal.clone());
    parts.actions = action::actions(text, goal);
    if let Some(role) = &parts.role {
        antecedent::resolve(&role.text, text, &mut parts.actions);
    }
    (parts, told_end..range.end)
}

/// `In order to B, as R, I want G`; `So that B, as a R I want G`: the benefit, and where the rest begins.
fn leading_benefit(text: &Text<'_>, start: usize, end: usize) -> Option<(Range<usize>, usize)> {
    let length = opener(text, start, &["in order to", "in order that", "so that"])?;
    let from = start + length;
    let role = (from..end).find(|at| opens_role(text, *at) && wants(text, *at..end).is_some());
    let next = role
        .or_else(|| find(text, from..end, WANTS).map(|found| found.start))
        .or_else(|| (from..end).find(|at| text.low(*at) == ",").map(|at| at + 1))?;
    Some((from..next, next))
}

/// The goal of a story whose benefit stands in the middle or at the end.
fn with_benefit(text: &Text<'_>, range: Range<usize>, parts: &mut StoryParts) -> Range<usize> {
    let Some(opened) = benefit(text, range.start + 1..range.end) else {
        return goal_range(text, range.start, range.end, &mut parts.role);
    };
    // `As R so that B I want G`.
    let early = opens_role(text, range.start) && wants(text, range.start..opened.start).is_none();
    if early && let Some(want) = find(text, opened.end..range.end, WANTS) {
        parts.benefit = text.phrase(opened.end..want.start);
        parts.role = role_of(text, range.start + 1..opened.start);
        return skip_able(text, want.end)..range.end;
    }
    parts.benefit = text.phrase(opened.end..range.end);
    goal_range(text, range.start, opened.start, &mut parts.role)
}

/// Where a benefit opens; the range holds the opening words alone.
fn benefit(text: &Text<'_>, range: Range<usize>) -> Option<Range<usize>> {
    range.filter(|at| !text.tokens[*at].quoted).find_map(|at| {
        if let Some(length) = opener(
            text,
            at,
            &[
                "so that",
                "in order that",
                "in order to",
                "so as to",
                "because",
                "such that",
            ],
        ) {
            return Some(at..at + length);
        }
        let so = text.low(at) == "so" && (AFTER_SO.contains(&text.low(at + 1)) || text.low(at + 1) == ",");
        so.then(|| at..at + 1)
    })
}

/// Where the story's own sentences end: at a full stop, unless a benefit opens right behind it, or at a line that is a
/// bullet or a scenario.
fn end_of_story(text: &Text<'_>, start: usize, end: usize) -> usize {
    for at in start..end {
        let low = text.low(at);
        let next = text.low(at + 1);
        if matches!(low, "." | "!" | "?") && !text.tokens[at].quoted && !text.touches_next(at) {
            let skipped = (at + 1..end).find(|next| text.low(*next) != "\n").unwrap_or(end);
            let goes_on = opener(
                text,
                skipped,
                &[
                    "so that",
                    "in order to",
                    "so i",
                    "so we",
                    "because",
                    "i want",
                    "i would like",
                    "i need",
                    "as a",
                    "as an",
                    "as the",
                ],
            )
            .is_some();
            if !goes_on {
                return at;
            }
        }
        let listed = matches!(next, "-" | "•" | "*" | "given" | "scenario" | "–")
            || text.is_number(at + 1) && matches!(text.low(at + 2), "." | ")");
        if low == "\n" && at > start && (listed || next == "\n" && wants(text, start..at).is_some()) {
            return at;
        }
    }
    end
}

/// Past a title: `User story:`, `US-101:`, `Checkout: As a …`, and whatever stands on lines before `As a …`.
fn skip_label(text: &Text<'_>, range: Range<usize>) -> usize {
    let marked = |at: usize| {
        at == range.start
            || matches!(
                text.low(at - 1),
                ":" | "-" | "–" | "—" | "\n" | "]" | ")" | "." | "*" | "|" | "\"" | "“"
            )
    };
    let told = range
        .clone()
        .take(40)
        .find(|at| marked(*at) && opens_role(text, *at) && wants(text, *at..range.end).is_some());
    let leads = opener(text, range.start, &["in order to", "in order that", "so that"]).is_some();
    if let Some(at) = told
        && !leads
    {
        return at;
    }
    let mut start = range.start;
    while start < range.end && matches!(text.low(start), "\"" | "“" | "-" | "*" | "#" | "\n" | "–") {
        start += 1;
    }
    let colon = (start + 1..range.end.min(start + 5)).find(|at| text.low(*at) == ":");
    match colon {
        Some(at)
            if !opens_role(text, start) && !action::is_base_verb(text, start)
                || colon.is_some() && matches!(text.low(start), "user" | "story" | "feature" | "title" | "request") =>
        {
            at + 1
        }
        _ => start,
    }
}

/// `as a`, `as an`, `as the`, or `as` at the start.
fn opens_role(text: &Text<'_>, at: usize) -> bool {
    text.low(at) == "as"
        && !matches!(
            text.low(at + 1),
            "soon" | "well" | "long" | "far" | "much" | "needed" | "before" | "often" | "many"
        )
        && (at == 0
            || matches!(text.low(at + 1), "a" | "an" | "the" | "any" | "our")
            || matches!(text.low(at - 1), "," | ":" | "\n" | "." | "*"))
}

/// The words that open a goal, strong ones first.
fn wants(text: &Text<'_>, range: Range<usize>) -> Option<Range<usize>> {
    find(text, range.clone(), WANTS).or_else(|| find(text, range, ABLE))
}

/// Where the goal stands; finds the role on the way.
fn goal_range(text: &Text<'_>, start: usize, end: usize, role: &mut Option<Phrase>) -> Range<usize> {
    if opens_role(text, start) {
        if let Some(want) = wants(text, start + 1..end) {
            *role = role_of(text, start + 1..want.start);
            return skip_able(text, want.end)..end;
        }
        if let Some(able) = find(text, start + 1..end, STATEMENT) {
            *role = role_of(text, start + 1..able.start);
            return skip_able(text, able.end)..end;
        }
        if let Some(comma) = (start + 1..end).find(|at| text.low(*at) == ",") {
            *role = role_of(text, start + 1..comma);
            return comma + 1..end;
        }
    }
    if let Some(length) = opener(text, start, WANTS).or_else(|| opener(text, start, ABLE)) {
        return skip_able(text, start + length)..end;
    }
    if let Some(length) = opener(text, start, GRANTS)
        && let Some(goal) = granted(text, start + length, end, role)
    {
        return goal;
    }
    // `R can G`, `the system shall G`: the sentence has its doer before the verb.
    let near = end.min(start + 10);
    if let Some(able) = find(text, start + 1..near, WANTS).or_else(|| find(text, start + 1..near, STATEMENT))
        && !(start..able.start).any(|at| matches!(text.low(at), "." | "if" | "when" | "that"))
        && (!action::is_base_verb(text, start)
            || matches!(text.low(start + 1), "can" | "should" | "must" | "shall" | "may"))
    {
        *role = role_of(text, start..able.start);
        return skip_able(text, able.end)..end;
    }
    start..end
}

/// `Allow R to G`, `Let R G`.
fn granted(text: &Text<'_>, from: usize, end: usize, role: &mut Option<Phrase>) -> Option<Range<usize>> {
    let to = (from + 1..end.min(from + 8)).find(|at| text.low(*at) == "to");
    let verb = to.or_else(|| {
        (from + 1..end.min(from + 6))
            .find(|at| action::is_base_verb(text, *at) && !matches!(text.low(at - 1), "a" | "an" | "the"))
    })?;
    *role = role_of(text, from..verb);
    Some(skip_able(text, verb)..end)
}

/// Past `to`, `be able to` and what says the same.
fn skip_able(text: &Text<'_>, at: usize) -> usize {
    let mut at = at;
    loop {
        let colon = usize::from(matches!(text.low(at), ":" | "," | "\n"));
        let able = opener(
            text,
            at,
            &[
                "to be able to",
                "be able to",
                "to have the option to",
                "to have the ability to",
                "to have the possibility to",
                "to have the opportunity to",
                "to have a way to",
                "to be allowed to",
                "to be given the option to",
                "have the option to",
                "have the ability to",
                "be allowed to",
                "to",
            ],
        );
        match (colon, able) {
            (0, None) => return at,
            (colon, able) => at += able.unwrap_or(colon),
        }
    }
}

/// A role without what introduces it, and without a clause after a comma; a system is no role.
fn role_of(text: &Text<'_>, range: Range<usize>) -> Option<Phrase> {
    let mut range = text.trimmed(range);
    let aside = (range.start + 1..range.end).find(|at| {
        text.low(at - 1) == ","
            && matches!(
                text.low(*at),
                "when"
                    | "if"
                    | "while"
                    | "in"
                    | "on"
                    | "after"
                    | "before"
                    | "using"
                    | "once"
                    | "at"
                    | "during"
                    | "who"
                    | "having"
                    | "with"
                    | "so"
                    | "whenever"
                    | "for"
                    | "from"
            )
            || text.low(at - 1) == "(" && *at > range.start + 3
    });
    if let Some(at) = aside {
        range = text.trimmed(range.start..at - 1);
    }
    while range.start < range.end {
        // `a(n)` is four tokens.
        if text.is(range.start, &["a", "(", "n", ")"]) {
            range.start += 4;
        } else if matches!(
            text.low(range.start),
            "a" | "an" | "the" | "any" | "every" | "each" | "all" | "our" | ":" | "our/the"
        ) {
            range.start += 1;
        } else {
            break;
        }
    }
    if range.start + 2 < range.end && matches!(text.low(range.start + 1), "/") && text.low(range.start) == "a" {
        range.start += 3;
    }
    let words = text.words(&range).to_lowercase();
    let nobody = matches!(
        words.as_str(),
        "" | "system"
            | "application"
            | "app"
            | "website"
            | "site"
            | "platform"
            | "service"
            | "it"
            | "i"
            | "we"
            | "there"
            | "page"
            | "software"
            | "product"
            | "tool"
    );
    if nobody || range.len() > 14 {
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
        .filter(|found| !matches!(found.verb.as_str(), "" | "be" | "have"))
}
