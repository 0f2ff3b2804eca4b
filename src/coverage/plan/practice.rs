//! Whether a tester can run a case as it stands: the place where it begins, a control that the text names, and a result
//! that can be seen. A case that fails here stays an item without words.
//!
//! It exists because blind readers mended or dropped such cases most. `certainty` judges a case beside what its own
//! demand says; this judges how it is done.

mod control;
mod doubtful;
mod fragment;
mod goal;
mod restated;
mod result;

use super::certainty::field_of;
use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::coverage::scene::persons::is_person;
use crate::test_case::{BasisId, Draft};
use control::{chosen_as, is_choice, is_named, is_of_no_noun, is_of_system, uses_unsaid};
use result::{denies_a_value, hides_the_outcome, is_visible, repeats_the_act};

/// What a case lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lack {
    /// One step that says no more than the goal.
    Way,
    /// A result that says only what is not so where something else is.
    Result,
    /// A state that nothing shows: `The parcel is shown as followed`.
    State,
    /// A field or a choice that the text does not name as one.
    Control,
    /// A payment where the story speaks of none.
    Place,
    /// A person or a condition that the tester is told to look at.
    Sight,
    /// Data that are not said.
    Data,
    /// The criterion itself where one case of it was due.
    Instance,
    /// Words of somebody who speaks: `my data`, `the items I looked at`.
    Speech,
}

/// What a proposal lacks first; `None` for one that can be run.
pub(super) fn lack(basis: &TestBasis, proposal: &Proposal) -> Option<Lack> {
    let draft = &proposal.draft;
    if has_no_way(proposal) {
        return Some(Lack::Way);
    }
    if denies_a_value(&draft.expected_result) || repeats_the_act(draft) || hides_the_outcome(basis, proposal) {
        return Some(Lack::Result);
    }
    if !is_visible(&draft.expected_result) {
        return Some(Lack::State);
    }
    if draft.steps.iter().any(|step| {
        field_of(&step.action).is_some_and(|field| !is_named(basis, field))
            || proposal.key.starts_with("class/")
                && chosen_as(&step.action).is_some_and(|choice| !is_choice(basis, &choice))
    }) || is_of_no_noun(&draft.title)
        || is_of_system(basis, proposal)
        || uses_unsaid(basis, &draft.title)
        || is_left_open(draft)
        || is_of_a_clause(draft)
    {
        return Some(Lack::Control);
    }
    let at_payment = draft
        .steps
        .iter()
        .any(|step| step.action.starts_with("Open the payment page"));
    if at_payment && !pays(basis)
        || draft.expected_result.contains(" shown as applied ") && !redeems(basis)
        || is_placeless(draft)
    {
        return Some(Lack::Place);
    }
    if draft.steps.iter().any(|step| is_no_sight(&step.action)) {
        return Some(Lack::Sight);
    }
    if restated::is_restated(proposal) || doubtful::is_doubtful(basis, proposal) {
        return Some(Lack::Instance);
    }
    if is_of_a_speaker(draft) {
        return Some(Lack::Speech);
    }
    (goal::is_thin(basis, proposal)
        || is_without_data(draft)
        || is_inexact(proposal)
        || is_half_a_format(basis, proposal))
    .then_some(Lack::Data)
}

/// `The quantity differs by more than 2 %`: a tester needs one value; the cases of the limit have it.
fn is_inexact(proposal: &Proposal) -> bool {
    let draft = &proposal.draft;
    let says = |text: &str| {
        let low = text.to_lowercase();
        ["more than ", "less than ", "fewer than ", "at least ", "at most "]
            .iter()
            .any(|words| {
                low.split_once(words)
                    .is_some_and(|(_, after)| after.starts_with(|c: char| c.is_ascii_digit() || "€$£".contains(c)))
            })
    };
    proposal.key.starts_with("criterion/")
        && (draft.preconditions.iter().any(|given| says(given)) || draft.steps.iter().any(|step| says(&step.action)))
}

/// `2 letters followed by 8 digits`: a length that is only a part of what is entered.
fn is_half_a_format(basis: &TestBasis, proposal: &Proposal) -> bool {
    let entered = proposal.draft.steps.iter().any(|step| field_of(&step.action).is_some());
    entered
        && proposal.key.starts_with("boundary/")
        && proposal.spans.iter().any(|span| {
            let text = basis.text(span.basis_id);
            let after = text.get(span.end..).unwrap_or("").trim_start();
            let before = text.get(..span.start).unwrap_or("").trim_end();
            after.starts_with("followed by") || before.ends_with("followed by")
        })
}

/// `Plan a trip together with the others.` and nothing else: how it is done is not said. An author's own scenario with
/// its state or its data is.
fn has_no_way(proposal: &Proposal) -> bool {
    let draft = &proposal.draft;
    let [step] = draft.steps.as_slice() else {
        return false;
    };
    let action = step.action.as_str();
    let data = action.contains(|c: char| c.is_ascii_digit() || matches!(c, '\'' | '"' | '“' | '‘'));
    let state = draft
        .preconditions
        .iter()
        .any(|given| !given.contains(" signed in") && !given.ends_with(" exists."));
    let place = ["Look at the app.", "Look at the screen.", "Look at the display."].contains(&action);
    if action.starts_with("Look at ") && !(place && state) || action.starts_with("Read ") {
        return !data || action.starts_with("Look at a ");
    }
    if proposal.key.starts_with("success/") {
        return true;
    }
    !(data || state && action.split(' ').count() > 2)
}

/// A form that is opened and never filled in or sent: the act that follows is another one.
fn is_left_open(draft: &Draft) -> bool {
    let opened = draft
        .steps
        .first()
        .is_some_and(|step| step.action.starts_with("Open the form for a new "));
    let goes_on = |action: &str| {
        [
            "Submit", "Fill in", "Enter", "Choose", "Leave", "Select", "Save", "Open", "Add", "Create", "Confirm",
        ]
        .iter()
        .any(|verb| action.starts_with(verb))
    };
    opened && !draft.steps.iter().skip(1).any(|step| goes_on(&step.action))
}

/// Whether the story pays in its own act.
fn pays(basis: &TestBasis) -> bool {
    let goal = basis.story.goal.as_ref().map_or_else(
        || basis.text(BasisId::Story).to_lowercase(),
        |goal| goal.text.to_lowercase(),
    );
    let other = [
        "exchange",
        "move money",
        "again",
        "try ",
        "another",
        "with a gift card",
        "by invoice",
        "part of",
    ];
    ["pay", "buy", "check out", "checkout", "purchase", "donate", "transfer"]
        .iter()
        .any(|word| goal.contains(word))
        && !other.iter().any(|word| goal.contains(word))
}

/// Whether the story takes something off by a code or by points.
fn redeems(basis: &TestBasis) -> bool {
    let goal = basis
        .story
        .goal
        .as_ref()
        .map_or(String::new(), |goal| goal.text.to_lowercase());
    [
        "apply",
        "redeem",
        "enter",
        "use ",
        "coupon",
        "voucher",
        "code",
        "gift card",
        "spend",
    ]
    .iter()
    .any(|word| goal.contains(word))
}

/// An entry that is saved nowhere: no page or form is opened for it.
fn is_placeless(draft: &Draft) -> bool {
    draft.steps.iter().any(|step| step.action == "Save the entry.")
        && !draft.steps.first().is_some_and(|step| step.action.starts_with("Open "))
}

/// `Open the form for a new customer has placed an order.`, `Choose 2 hours for the appointment.` of hours ahead.
fn is_of_a_clause(draft: &Draft) -> bool {
    draft.steps.iter().any(|step| {
        let opened = step.action.strip_prefix("Open the form for a new ");
        opened.is_some_and(|thing| {
            [" has ", " is ", " are ", " have "]
                .iter()
                .any(|verb| thing.contains(verb))
        })
    })
}

/// `A customer deletes their account and my data`: the author's first person was not turned into the actor.
fn is_of_a_speaker(draft: &Draft) -> bool {
    let spoken = |text: &str| {
        let low = format!(" {} ", text.trim_end_matches('.'));
        [" my ", " I ", " me ", " our ", " we ", " other's "]
            .iter()
            .any(|word| low.contains(word))
    };
    let quoted = |text: &str| text.contains(['\'', '"', '“']);
    std::iter::once(&draft.title)
        .chain(draft.preconditions.iter())
        .chain(draft.steps.iter().map(|step| &step.action))
        .any(|text| !quoted(text) && spoken(text))
}

/// `Look at a warning.`, `Look at the supervisor.`: no place where it would be seen.
fn is_no_sight(action: &str) -> bool {
    let Some(thing) = action.strip_prefix("Look at ") else {
        return false;
    };
    let thing = thing.trim_end_matches('.');
    let bare = thing.strip_prefix("the ").unwrap_or(thing).to_lowercase();
    let opened = ["a ", "an ", "one ", "no "].iter().any(|word| thing.starts_with(word));
    opened
        || is_person(&bare)
        || bare.starts_with(|c: char| c.is_ascii_digit())
        || [
            "result",
            "application",
            "payout",
            "team lead",
            "department",
            "finance department",
        ]
        .contains(&bare.as_str())
        || bare.split(' ').next().is_some_and(|word| word.ends_with("ing"))
}

/// `Change a single field`, `any other value`: the data are left to the tester.
fn is_without_data(draft: &Draft) -> bool {
    draft.steps.iter().any(|step| {
        [
            "Change a single field",
            "Change another field",
            "Choose any ",
            "Collect the point",
            "Earn the point",
        ]
        .iter()
        .any(|opening| step.action.starts_with(opening))
            || step.action.contains(" to another value")
    }) || draft.expected_result.contains("the data that was entered")
        && !draft.steps.iter().any(|step| {
            ["Enter", "Fill in", "Choose", "Select", "Set ", "Leave"]
                .iter()
                .any(|verb| step.action.starts_with(verb))
        })
}

#[cfg(test)]
mod tests;
