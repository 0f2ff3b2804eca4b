//! Whether a sentence refuses what a bound names: `Codes longer than 20 characters are refused` allows up to 20.

use super::comparator::Side;
use crate::basis::text::Text;
use std::ops::Range;

/// Words that refuse what they stand beside.
const REFUSALS: &[&str] = &[
    "refused",
    "rejected",
    "denied",
    "blocked",
    "declined",
    "invalid",
    "error",
    "errors",
    "cannot",
    "fail",
    "fails",
    "not eligible",
    "not allowed",
    "not accepted",
    "not possible",
    "not permitted",
    "must not",
    "may not",
    "ineligible",
    "prevented",
    "ignored",
    "discarded",
    "truncated",
    "cut off",
    "forbidden",
    "disallowed",
    "prohibited",
    "locked",
    "not valid",
    "excluded",
    "unavailable",
    "no longer",
    "not be",
    "not supported",
    "not shown",
    "not applied",
    "warning",
    "abort",
    "aborted",
    "cancelled automatically",
];

/// Verbs whose object is refused.
const ACTIVE: &[&str] = &[
    "refuse", "refuses", "reject", "rejects", "deny", "denies", "decline", "declines", "block", "blocks", "ignore",
    "ignores", "prevent", "prevents",
];

/// Farthest that a refusal may stand from its bound, in tokens, so that one endless sentence costs no more than many.
const REACH: usize = 60;

/// Whether what the bound names is refused: in the bound's own clause, or in the consequence of the condition that it
/// stands in. What holds otherwise says nothing about the bound itself; `unless` turns the answer round.
pub(super) fn refuses(text: &Text<'_>, range: &Range<usize>, side: Side) -> bool {
    let stops = |at: &usize| {
        matches!(text.low(*at), ";" | "\n" | "otherwise" | "else") || text.low(*at) == "." && !text.touches_next(*at)
    };
    let parts = |at: &usize| matches!(text.low(*at), "," | "and" | "but");
    let floor = range.start.saturating_sub(REACH);
    let ceiling = text.tokens.len().min(range.end + REACH);
    let start = (floor..range.start).rev().find(stops).map_or(floor, |at| at + 1);
    let end = (range.end..ceiling).find(stops).unwrap_or(ceiling);
    let own_start = (start..range.start).rev().find(parts).map_or(start, |at| at + 1);
    let own_end = (range.end..end).find(parts).unwrap_or(end);
    let refusal = |at: usize| {
        let denied = matches!(text.low(at.wrapping_sub(1)), "not" | "no" | "without" | "never");
        text.match_any(at, REFUSALS) > 0 && !denied && !text.tokens[at].quoted && !is_measured_or_sent(text, at)
    };
    let opens = |at: &usize| matches!(text.low(*at), "if" | "when" | "whenever" | "once" | "unless" | "where");
    let condition = (start..range.start).rev().find(opens);
    if let Some(opened) = condition {
        let refused = (range.end..end).any(refusal) || (start..opened).any(refusal);
        return refused != (text.low(opened) == "unless");
    }
    let obliged = (own_start..range.start)
        .any(|at| crate::basis::modal::is_demand(text.low(at)) || matches!(text.low(at), "needs" | "need"));
    let actively = (own_start..range.start).any(|at| text.match_any(at, ACTIVE) > 0);
    let beside = !obliged && (range.end..own_end).any(refusal);
    let strict = matches!(side, Side::Lower(false) | Side::Upper(false));
    if strict {
        beside || actively
    } else {
        !obliged && is_refused_at(text, range.end)
    }
}

/// `the error rate`, `a warning is sent`: what is measured or sent refuses nothing.
fn is_measured_or_sent(text: &Text<'_>, at: usize) -> bool {
    let next = text.low(at + 1);
    match text.low(at) {
        "error" | "errors" => matches!(next, "rate" | "rates" | "budget" | "count" | "ratio" | "log"),
        "warning" => {
            matches!(next, "is" | "email" | "message" | "goes")
                && (at + 1..at + 4).any(|near| matches!(text.low(near), "sent" | "out" | "raised"))
        }
        _ => false,
    }
}

/// Whether `are refused` follows at once: `Codes with 21 or more characters are refused`.
fn is_refused_at(text: &Text<'_>, end: usize) -> bool {
    let at = end + usize::from(matches!(text.low(end), "long" | "old" | ")"));
    matches!(text.low(at), "are" | "is" | "gets" | "get" | "will")
        && (text.match_any(at + 1, REFUSALS) > 0 || text.low(at) == "will" && text.match_any(at + 2, REFUSALS) > 0)
}
