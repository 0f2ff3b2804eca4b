//! Whether the case of the goal itself says enough to be run: what is done it with, and what is then seen.
//!
//! The goal is one sentence, so its case is the one that leaves most to the tester. Marks of readers say which of them
//! they take: a choice among what is free, an entry or a setting with its value, a search by what two things differ in, a
//! cancellation. What only opens a thing, does it and finds it done is left to a model.

use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::test_case::Draft;

/// States that a single act without data may end in.
const PLAIN_ENDS: [&str; 6] = ["booked", "borrowed", "cancelled", "canceled", "chosen", "reserved"];

/// Whether the case of a goal leaves open what it is tried with.
pub(super) fn is_thin(basis: &TestBasis, proposal: &Proposal) -> bool {
    if !proposal.key.starts_with("success/") {
        return false;
    }
    let draft = &proposal.draft;
    // Criteria mostly say what the act needs besides; a bare story says all of it.
    is_compared(draft) || !basis.criteria.is_empty() && (is_by_another_way(draft) || is_done_and_no_more(draft))
}

/// `Compare the checklist with what is known`: what it must show is left to the tester.
fn is_compared(draft: &Draft) -> bool {
    const OPEN: [&str; 6] = [
        "known data",
        "what is known",
        "the same data as",
        "worked out by hand",
        "opens with its content",
        "names the ",
    ];
    OPEN.iter().any(|words| draft.expected_result.contains(words))
        || draft
            .steps
            .iter()
            .any(|step| step.action.starts_with("Sort the list by ") && !step.action.contains(','))
}

/// A payment without what is paid for, the page of something that is taken, somebody with whom it is shared.
fn is_by_another_way(draft: &Draft) -> bool {
    const PLACES: [&str; 3] = ["Open the payment page", "with the second person", "Compare the "];
    draft
        .steps
        .iter()
        .any(|step| PLACES.iter().any(|place| step.action.contains(place)))
}

/// `Open the item. Return the item. The item is shown as returned.`
fn is_done_and_no_more(draft: &Draft) -> bool {
    let data = draft
        .steps
        .iter()
        .any(|step| !step.data.is_empty() || step.action.contains(|c: char| c.is_ascii_digit()));
    let chosen = draft
        .steps
        .iter()
        .any(|step| step.action.starts_with("Choose a free time"));
    let Some((_, state)) = draft.expected_result.split_once(" shown as ") else {
        return false;
    };
    let word = state.split([' ', '.', ';', ',']).next().unwrap_or("");
    let plain = PLAIN_ENDS.contains(&word) && (chosen || !matches!(word, "booked" | "reserved"));
    !data && !plain
}
