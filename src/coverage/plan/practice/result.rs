//! Whether the result of a case says something that is seen: no value that is only denied, no act said again, no state that
//! nothing shows.

use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::coverage::scene::persons::is_person;
use crate::test_case::{BasisId, Draft};

/// `The compensation is not 25 % of the fare`, `€11.90 is not shown`: what is so instead is the result.
pub(super) fn denies_a_value(expected: &str) -> bool {
    let is_value = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = expected.split(' ').collect();
    let denied = words.windows(3).any(|three| {
        ["is", "are"].contains(&three[0]) && three[1] == "not" && is_value(three[2]) && !three[2].starts_with('\'')
    });
    let unseen = words
        .first()
        .is_some_and(|first| is_value(first) && expected.contains(" not shown"));
    let low = expected.to_lowercase();
    // `From 76 upwards a certificate is uploaded`: what the limit left behind.
    let cut = [
        "from ", "under ", "over ", "below ", "above ", "beyond ", "up to ", "at a ", "at an ",
    ]
    .iter()
    .any(|opening| low.starts_with(opening));
    cut || denied
        || unseen
        || [" does not stay", " do not stay", " is enough", " is not enough"]
            .iter()
            .any(|words| low.contains(words))
        || low.starts_with("no ") && (low.contains(" is required") || low.contains(" is needed"))
}

/// `Enter payments.` → `Payments are entered.`: the result says no more than the act.
pub(super) fn repeats_the_act(draft: &Draft) -> bool {
    const EMPTY: [&str; 12] = [
        "the", "a", "an", "is", "are", "it", "to", "of", "in", "for", "that", "has",
    ];
    let expected = draft.expected_result.to_lowercase();
    if expected.contains(['\'', '"', '“', ';'])
        || expected.contains(" not ")
        || expected.contains("shown")
        || expected.contains("signed in")
    {
        return false;
    }
    let acts: Vec<String> = draft
        .steps
        .iter()
        .filter(|step| !step.action.starts_with("Look ") && !step.action.starts_with("Open "))
        .flat_map(|step| step.action.to_lowercase().split(' ').map(stem).collect::<Vec<_>>())
        .collect();
    let mut said = expected
        .split(' ')
        .map(|word| word.trim_matches(|sign: char| !sign.is_alphanumeric()))
        .filter(|word| !word.is_empty() && !EMPTY.contains(word))
        .peekable();
    said.peek().is_some() && said.all(|word| acts.contains(&stem(word)) || is_person(word))
}

/// The beginning of a word, without its ending.
fn stem(word: &str) -> String {
    let word = word.trim_matches(|sign: char| !sign.is_alphanumeric());
    word.chars().take(4).collect()
}

/// `A saturation of 92% is refused` of `a saturation below 92 % raises an alarm`: the demand says what happens, and it is
/// no refusal.
pub(super) fn hides_the_outcome(basis: &TestBasis, proposal: &Proposal) -> bool {
    let title = &proposal.draft.title;
    let judged = [" is accepted", " are accepted", " is refused", " are refused"]
        .iter()
        .any(|end| title.ends_with(end));
    let happens = [
        " raises ",
        " raise ",
        " alarm",
        " warning",
        " warns",
        " triggers",
        " surcharge",
        " costs ",
        " discount",
        " is free",
        " are free",
        " bonus",
        " pass mark",
        "pass mark",
    ];
    judged
        && proposal.key.starts_with("boundary/")
        && proposal.spans.iter().any(|span| {
            // What stands in another sentence is said of something else.
            let text = basis.text(span.basis_id);
            let from = text
                .get(..span.start)
                .and_then(|before| before.rfind(['.', ';']))
                .unwrap_or(0);
            let end = text
                .get(span.end..)
                .and_then(|after| after.find(['.', ';']))
                .map_or(text.len(), |at| span.end + at);
            let sentence = format!(" {} ", text.get(from..end).unwrap_or("").to_lowercase());
            matches!(span.basis_id, BasisId::Criterion(_)) && happens.iter().any(|word| sentence.contains(word))
        })
}

/// Whether what something is shown as is a state that a product shows.
pub(super) fn is_visible(expected: &str) -> bool {
    const STATES: &[&str] = &[
        "borrowed",
        "lent",
        "loaned",
        "rented",
        "hired",
        "enrolled",
        "joined",
        "created",
        "updated",
        "printed",
        "uploaded",
        "imported",
        "exported",
        "invited",
        "installed",
        "bought",
        "linked",
        "granted",
        "removed",
        "overridden",
        "credited",
        "adopted",
        "accepted",
        "activated",
        "added",
        "applied",
        "approved",
        "archived",
        "assigned",
        "blocked",
        "booked",
        "cancelled",
        "canceled",
        "changed",
        "checked",
        "chosen",
        "claimed",
        "closed",
        "completed",
        "confirmed",
        "connected",
        "deactivated",
        "declined",
        "deleted",
        "delivered",
        "disabled",
        "done",
        "enabled",
        "ended",
        "escalated",
        "exchanged",
        "expired",
        "extended",
        "failed",
        "filed",
        "finished",
        "frozen",
        "hidden",
        "issued",
        "kept",
        "locked",
        "marked",
        "moved",
        "muted",
        "open",
        "opened",
        "ordered",
        "over",
        "overdue",
        "paid",
        "paused",
        "pending",
        "placed",
        "planned",
        "postponed",
        "published",
        "read",
        "received",
        "redeemed",
        "refunded",
        "refused",
        "registered",
        "rejected",
        "released",
        "renewed",
        "reopened",
        "reported",
        "requested",
        "rescheduled",
        "reserved",
        "resolved",
        "restored",
        "returned",
        "revoked",
        "running",
        "saved",
        "scheduled",
        "sent",
        "shared",
        "shipped",
        "signed",
        "skipped",
        "sold",
        "started",
        "stopped",
        "submitted",
        "subscribed",
        "suspended",
        "taken",
        "transferred",
        "unlocked",
        "verified",
        "withdrawn",
        "held",
        "set",
    ];
    let Some((_, state)) = expected.split_once(" shown as ") else {
        return true;
    };
    let word = state.split([' ', '.', ';', ',']).next().unwrap_or("");
    let participle = word.chars().all(|c| c.is_ascii_lowercase())
        && (word.ends_with("ed") || word.ends_with("en") || STATES.contains(&word));
    !participle || STATES.contains(&word)
}
