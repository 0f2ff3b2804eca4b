//! Transitions: `from draft to published`, chains of them, and arrows.
//!
//! Between known states `from … to …` is enough. Other words are states only where a verb of change stands before them
//! (`a parcel goes from sorted to loaded`) or an arrow between them; ranges, places and routes are none.

use super::states::STATES;
use crate::basis::text::Text;
use crate::basis::{Literal, LiteralKind};
use std::ops::Range;

/// States that are named in transitions alone: elsewhere the same words say other things.
const FURTHER: &[&str] = &[
    "in review",
    "under review",
    "in transit",
    "on hold",
    "to do",
    "in development",
    "in testing",
    "new",
    "waiting",
    "processing",
    "processed",
    "accepted",
    "declined",
    "assigned",
    "unassigned",
    "scheduled",
    "packed",
    "ready",
    "done",
    "reviewed",
    "released",
];

/// Verbs after which `from … to …` names states.
const CHANGES: &[&str] = &[
    "go",
    "goes",
    "gone",
    "move",
    "moves",
    "moved",
    "change",
    "changes",
    "changed",
    "transition",
    "transitions",
    "switch",
    "switches",
    "advance",
    "advances",
    "progress",
    "progresses",
    "turn",
    "turns",
    "pass",
    "passes",
];

/// Ends of things that are gone through, and words that open a noun: no states.
const OUTSIDE: &[&str] = &[
    "a",
    "an",
    "the",
    "my",
    "our",
    "their",
    "his",
    "her",
    "its",
    "this",
    "that",
    "one",
    "another",
    "any",
    "each",
    "here",
    "there",
    "start",
    "beginning",
    "left",
    "right",
    "top",
    "bottom",
    "first",
    "left-hand",
    "home",
    "page",
    "step",
    "where",
];

/// Words that end the name of a state.
const ENDS: &[&str] = &[
    "to",
    "and",
    "or",
    "when",
    "if",
    "after",
    "once",
    "by",
    "as",
    "only",
    "automatically",
    "then",
    "before",
    "unless",
    "but",
    "on",
    "with",
    "in",
    "at",
    "for",
    "within",
    "immediately",
    "without",
    "via",
    "through",
    "from",
    "until",
];

/// Most words of a state's name.
const LONGEST: usize = 3;

/// Reads all transitions of an item.
pub(super) fn read(text: &Text<'_>, found: &mut Vec<Literal>) {
    let mut at = 0;
    while at < text.tokens.len() {
        let next = if text.low(at) == "from" {
            told(text, at, found)
        } else if arrow(text, at) > 0 {
            drawn(text, at, found)
        } else {
            None
        };
        at = next.unwrap_or(at + 1).max(at + 1);
    }
}

/// `from X to Y`, and `to Z` that follows; gives where to go on.
fn told(text: &Text<'_>, from: usize, found: &mut Vec<Literal>) -> Option<usize> {
    let earlier = goes_on(text, from, found);
    let changing_verb = (from.saturating_sub(3)..from).any(|at| CHANGES.contains(&text.low(at)));
    let general = changing_verb || earlier.is_some();
    let (mut before, mut next) = state(text, from + 1, general)?;
    let of = earlier.unwrap_or_else(|| changing(text, from));
    let mut start = from;
    let mut end = None;
    loop {
        let linked = (next..next + 3)
            .take_while(|at| matches!(text.low(*at), "," | "and" | "then"))
            .count();
        let to = next + linked;
        if text.low(to) != "to" {
            return end;
        }
        let Some((after, stop)) = state(text, to + 1, general && linked == 0) else {
            return end;
        };
        push(text, start..stop, &of, &before, &after, found);
        if text.low(stop) == "or"
            && let Some((other, stop)) = state(text, stop + 1, false)
        {
            push(text, start..stop, &of, &before, &other, found);
            return Some(stop);
        }
        (start, before, next, end) = (to, after, stop, Some(stop));
    }
}

/// `X → Y → Z`, also `X → Y or Z → W`: reads the whole chain from its first arrow.
fn drawn(text: &Text<'_>, first: usize, found: &mut Vec<Literal>) -> Option<usize> {
    let (before, of) = left_of(text, first)?;
    let mut start = before.start;
    let mut sources = vec![before];
    let mut at = first;
    let mut end = None;
    while arrow(text, at) > 0 {
        let begin = at + arrow(text, at);
        let (targets, stop) = alternatives(text, begin);
        if targets.is_empty() {
            return end;
        }
        for before in &sources {
            for after in &targets {
                push(text, start..stop, &of, before, after, found);
            }
        }
        (start, sources, at, end) = (begin, targets, stop, Some(stop));
    }
    end
}

/// `approved or declined`: the states behind an arrow, and where they end.
fn alternatives(text: &Text<'_>, at: usize) -> (Vec<Range<usize>>, usize) {
    let mut states = Vec::new();
    let mut next = at;
    while let Some((found, stop)) = state(text, next, true) {
        states.push(found);
        if !matches!(text.low(stop), "or" | "/" | "|") {
            return (states, stop);
        }
        next = stop + 1;
    }
    (states, next)
}

/// How many tokens an arrow takes: `→`, `->`, `=>`; 0 for none.
fn arrow(text: &Text<'_>, at: usize) -> usize {
    match text.low(at) {
        "→" | "⇒" | "➔" => 1,
        "-" | "=" if text.low(at + 1) == ">" && text.touches_next(at) => 2,
        _ => 0,
    }
}

/// The state before an arrow, and what changes: the noun before a colon or a verb of change.
fn left_of(text: &Text<'_>, arrow: usize) -> Option<(Range<usize>, String)> {
    let mut start = arrow;
    while start > 0
        && arrow - start < LONGEST
        && text.is_word(start - 1)
        && !CHANGES.contains(&text.low(start - 1))
        && text.low(start - 1) != "from"
    {
        start -= 1;
    }
    if start == arrow || OUTSIDE.contains(&text.low(start)) {
        return None;
    }
    let of = match text.low(start.wrapping_sub(1)) {
        ":" => changing(text, start - 1),
        _ => changing(text, start),
    };
    Some((start..arrow, of))
}

/// The name of a state that begins at a token, and where it ends with its quotes. A known state always is one; other
/// words only in `general` places.
fn state(text: &Text<'_>, at: usize, general: bool) -> Option<(Range<usize>, usize)> {
    if let Some(quote) = text
        .quotes
        .iter()
        .find(|quote| quote.start == at + 1 || quote.start == at)
    {
        return Some((quote.clone(), quote.end + 1));
    }
    let known = text
        .match_any(at, STATES)
        .max(text.match_any(at, FURTHER) * usize::from(general));
    let known = known.max(further_pair(text, at));
    if known > 0 {
        return Some((at..at + known, at + known));
    }
    let fits = |at: &usize| text.is_word(*at) && !ENDS.contains(&text.low(*at));
    let count = (at..at + LONGEST + 1).take_while(fits).count();
    let plain = text.words(&(at..at + 1)).starts_with(char::is_lowercase)
        && !OUTSIDE.contains(&text.low(at))
        && !super::is_unit(text.low(at));
    (general && plain && (1..=LONGEST).contains(&count)).then_some((at..at + count, at + count))
}

/// `from new to shipped`: of two names, one that is known is enough for the other to be a state.
fn further_pair(text: &Text<'_>, at: usize) -> usize {
    let length = text.match_any(at, FURTHER);
    let beside = length > 0 && text.low(at + length) == "to" && text.match_any(at + length + 1, STATES) > 0
        || at > 1 && text.low(at - 1) == "to" && STATES.contains(&text.low(at - 2));
    length * usize::from(beside)
}

/// What the transition before changes, where this one goes on from it: `…, from in review to published`.
fn goes_on(text: &Text<'_>, from: usize, found: &[Literal]) -> Option<String> {
    let last = found.last()?;
    let end = text.tokens.get(from)?.start;
    let between = text.source.get(last.span.end..end)?;
    let links = between
        .split(|c: char| c.is_whitespace() || c == ',')
        .all(|word| ["", "and", "then", "or", "later", "finally"].contains(&word));
    match &last.kind {
        LiteralKind::Transition { of, .. } if links => Some(of.clone()),
        _ => None,
    }
}

fn push(
    text: &Text<'_>,
    whole: Range<usize>,
    of: &str,
    from: &Range<usize>,
    to: &Range<usize>,
    found: &mut Vec<Literal>,
) {
    let (from, to) = (text.words(from).to_lowercase(), text.words(to).to_lowercase());
    if from == to {
        return;
    }
    let of = of.to_owned();
    super::push(text, whole, LiteralKind::Transition { of, from, to }, found);
}

/// What changes: the noun before `from`, past the verb: `an article from draft to published`, `the status of an order
/// changes from …`.
fn changing(text: &Text<'_>, from: usize) -> String {
    let mut end = from;
    while end > 0
        && (CHANGES.contains(&text.low(end - 1))
            || matches!(
                text.low(end - 1),
                "is" | "be" | "set" | "can" | "must" | "may" | "should" | "only" | "status" | "state" | "states"
            )
            || text.low(end - 1).ends_with("ly"))
    {
        end -= 1;
    }
    let word = text.low(end.wrapping_sub(1));
    if end == 0 || !text.is_word(end - 1) || matches!(word, "it" | "they" | "this" | "and" | "or" | "then" | "the") {
        return String::new();
    }
    // Back to the article, so that all words of `a leave request` count.
    let article = |at: &usize| {
        matches!(
            text.low(*at),
            "a" | "an" | "the" | "my" | "their" | "each" | "every" | "any"
        )
    };
    let start = (end.saturating_sub(4)..end - 1)
        .rev()
        .find(article)
        .map_or(end - 1, |at| at + 1);
    text.words(&(start..end)).to_lowercase()
}
