//! Kinds of cases whose words readers did not take, whatever the story: each with the reason that they gave.

use super::fragment::{
    is_cut, is_cut_off, is_done_to_somebody, is_gerund_with_article, is_of_a_format, is_of_somebody, is_twice_of_one,
};
use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::test_case::BasisId;

/// Whether a case is of such a kind.
pub(super) fn is_doubtful(basis: &TestBasis, proposal: &Proposal) -> bool {
    let key = proposal.key.as_str();
    let title = proposal.draft.title.as_str();
    // A response time or a load is measured, and the story says neither with what nor on what.
    key.starts_with("quality/")
        || key.starts_with("class/") && is_of_participles(title)
        || key.starts_with("list/") && is_list_of_participles(&proposal.draft.expected_result)
        || is_gerund_with_article(title)
        || key.starts_with("time/") && is_of_some(basis, proposal)
        || key.starts_with("format/") && title.contains("email address") && is_alone(proposal)
        // At a time of day something is seen by many, or on one day in particular: who looks, and where?
        || key.starts_with("hours/")
        || title.contains("as if it had obeyed") && !is_commanded(basis)
        || key.starts_with("time/") && tells_behind_a_colon(basis, proposal)
        || is_cut_off(proposal)
        || is_of_a_format(title)
        || (key.starts_with("class/") || key.starts_with("list/")) && is_no_choice(basis, proposal)
        || is_vague(title)
        || tells_two_sides(&proposal.draft.expected_result)
        || is_twice_of_one(title)
        || is_done_to_somebody(&proposal.draft.expected_result)
        || key.starts_with("criterion/") && is_cut(title)
        || is_of_a_drift(proposal)
        || denies_one_of_two(basis, proposal)
        || title.contains(" still held ")
        || title.contains(" no longer held ")
        || title.contains("surcharge on") && proposal.spans.iter().any(|span| is_at_times(basis.text(span.basis_id)))
        || is_share_of_nothing(&proposal.draft.expected_result)
        || (key.starts_with("boundary/") || key.starts_with("time/")) && leaves_a_choice(proposal)
        || is_of_somebody(proposal)
        || title.contains(" before it runs") && !title.contains(" out")
        || is_of_no_entry(basis, proposal)
        || is_pin_of_some(basis, title)
        || key.starts_with("boundary/") && proposal.draft.expected_result.ends_with(" is uploaded.")
        || draft_compares_two(proposal)
        || is_loose_list(title)
        || is_raised_from_nowhere(basis, proposal)
        || key.starts_with("time/") && opens_what_is_made(proposal)
}

/// `Two cases are prepared`: two runs in one, whose acts differ.
fn draft_compares_two(proposal: &Proposal) -> bool {
    proposal
        .draft
        .preconditions
        .iter()
        .any(|given| given.starts_with("Two cases are prepared"))
}

/// `What is open to the administrator: all of it, plus user management`.
fn is_loose_list(title: &str) -> bool {
    title.starts_with("What is open to ")
        && [
            "all of it",
            "read only",
            "read-only",
            "masked",
            " plus ",
            " own ",
            "everything",
        ]
        .iter()
        .any(|words| title.contains(words))
}

/// `Raising it above £2,000`: what it was before decides, and stands nowhere.
fn is_raised_from_nowhere(basis: &TestBasis, proposal: &Proposal) -> bool {
    proposal.key.starts_with("boundary/")
        && proposal.spans.iter().any(|span| {
            let text = basis.text(span.basis_id).to_lowercase();
            ["raising", "increasing", "lowering", "reducing"]
                .iter()
                .any(|word| text.contains(word))
        })
}

/// `Open the return. Start the return.`: what the act makes is not there to be opened.
fn opens_what_is_made(proposal: &Proposal) -> bool {
    const MAKES: [&str; 6] = ["Start ", "Register ", "Request ", "File ", "Create ", "Begin "];
    let steps = &proposal.draft.steps;
    steps.iter().any(|step| {
        MAKES
            .iter()
            .find_map(|verb| step.action.strip_prefix(verb))
            .is_some_and(|thing| {
                let thing = thing.strip_prefix("the ").unwrap_or(thing).trim_end_matches('.');
                steps.iter().any(|opened| {
                    opened.action == format!("Open the {thing}.") || opened.action == format!("Open a {thing}.")
                })
            })
    })
}

/// `After 3 wrong PINs: the change is locked` where the PIN is asked for above an amount alone.
fn is_pin_of_some(basis: &TestBasis, title: &str) -> bool {
    let tried = ["wrong PIN", "right PIN"].iter().any(|words| title.contains(words));
    tried
        && basis.items.iter().any(|item| {
            let low = item.text.to_lowercase();
            let pin = low.split(|c: char| !c.is_alphanumeric()).any(|word| word == "pin");
            pin && [" above ", " over ", "more than", "raising"]
                .iter()
                .any(|words| low.contains(words))
        })
}

/// `Let the systolic value rise to 180 mmHg. Look into what was sent`: nobody at pages makes a value rise, and what is
/// seen stands elsewhere.
fn is_of_a_drift(proposal: &Proposal) -> bool {
    let draft = &proposal.draft;
    draft
        .preconditions
        .iter()
        .any(|given| given.starts_with("What is sent to "))
        || draft.steps.iter().any(|step| {
            step.action.starts_with("Let the ")
                && [" rise ", " fall ", " drop ", " sink ", " climb "]
                    .iter()
                    .any(|verb| step.action.contains(verb))
        })
}

/// `The keypad is not blocked and the owner gets a message` of `is blocked and the owner gets a message`: half is denied.
fn denies_one_of_two(basis: &TestBasis, proposal: &Proposal) -> bool {
    let expected = proposal.draft.expected_result.as_str();
    // A refusal says itself what stays.
    let refused = [" is refused", " are refused"]
        .iter()
        .any(|end| proposal.draft.title.ends_with(end));
    let derived = (proposal.key.starts_with("boundary/") || proposal.key.starts_with("time/")) && !refused;
    let Some((_, behind)) = expected.split_once(" not ") else {
        return false;
    };
    let said = proposal.spans.iter().any(|span| {
        let text = basis.text(span.basis_id);
        [" not ", "n't ", " no ", " never ", "annot "]
            .iter()
            .any(|word| text.contains(word))
    });
    let joined = behind.contains(" and ") || expected.contains(", but ") || expected.contains(" still does not ");
    derived && !said && !behind.contains(" not ") && joined || derived && expected.contains(" still does not ")
}

/// Whether a rule holds only at times, so that a case has to bring the time about.
fn is_at_times(text: &str) -> bool {
    let low = format!(" {} ", text.to_lowercase());
    [
        " after ",
        " more than ",
        " that ",
        " if ",
        " when ",
        " above ",
        " over ",
        " from ",
    ]
    .iter()
    .any(|word| low.contains(word))
}

/// `The compensation is 50 %.`: of what, and how much is that?
fn is_share_of_nothing(expected: &str) -> bool {
    let end = expected.trim_end_matches('.');
    end.strip_suffix('%')
        .map(str::trim_end)
        .and_then(|rest| rest.rsplit(' ').next())
        .is_some_and(|number| number.chars().all(|c| c.is_ascii_digit() || c == '.') && !number.is_empty())
        && [" is ", " are "].iter().any(|verb| end.contains(verb))
}

/// `The heating is paused or on the eco temperature`, `Upload a file up to 7 days after the deadline`.
fn leaves_a_choice(proposal: &Proposal) -> bool {
    let draft = &proposal.draft;
    let open = |text: &str| [" up to ", " no later than "].iter().any(|words| text.contains(words));
    draft.preconditions.iter().any(|given| given.contains(" or ")) || draft.steps.iter().any(|step| open(&step.action))
}

/// `Tomorrow is accepted as the departure` of a scenario, `Below is accepted as the amount`: words of a sentence, and no
/// choice that a form offers.
fn is_no_choice(basis: &TestBasis, proposal: &Proposal) -> bool {
    const NO_VALUES: [&str; 12] = [
        "today",
        "tomorrow",
        "below",
        "above",
        "up",
        "down",
        "before",
        "after",
        "earlier",
        "later",
        "uploaded",
        "photographed",
    ];
    let title = proposal.draft.title.to_lowercase();
    let first = title.split(' ').next().unwrap_or("");
    let scenario = proposal.spans.iter().any(|span| {
        basis.criteria.iter().any(|criterion| {
            criterion.statement.span.basis_id == span.basis_id
                && criterion.form == crate::basis::CriterionForm::GivenWhenThen
        })
    });
    let listed = proposal.draft.expected_result.to_lowercase();
    scenario
        || NO_VALUES.contains(&first)
        || NO_VALUES
            .iter()
            .any(|word| listed.contains(&format!(" exactly {word} ")))
}

/// `A thing that is not easy to do is refused`: a wish, and no rule.
fn is_vague(title: &str) -> bool {
    [
        " not easy ",
        " not quick",
        " not simple",
        " not straightforward",
        " not intuitive",
        " not fast",
    ]
    .iter()
    .any(|words| title.contains(words))
}

/// `A claim is approved automatically, anything above goes to the manager`: what happens on the other side is told as well.
fn tells_two_sides(expected: &str) -> bool {
    const OTHERS: [&str; 9] = [
        ", anything ",
        ", everything ",
        ", afterwards ",
        ", after that ",
        " late or more",
        " or more gives",
        "at most once",
        " is not kept",
        "This does not happen",
    ];
    OTHERS.iter().any(|words| expected.contains(words))
}

/// Whether something is switched or set from afar.
fn is_commanded(basis: &TestBasis) -> bool {
    basis.items.iter().any(|item| {
        let low = item.text.to_lowercase();
        ["turn ", "switch", " set ", "command"]
            .iter()
            .any(|word| low.contains(word))
    })
}

/// `7 days before expiry: mail to the owners`: what happens then, and not until when something may be done.
fn tells_behind_a_colon(basis: &TestBasis, proposal: &Proposal) -> bool {
    proposal.spans.iter().any(|span| {
        let after = basis.text(span.basis_id).get(span.end..).unwrap_or("");
        matches!(span.basis_id, BasisId::Criterion(_))
            && after
                .split_once(':')
                .is_some_and(|(event, told)| event.split_whitespace().count() <= 5 && !told.trim().is_empty())
    })
}

/// `Open the entry. Check in the entry.`: the text speaks of no entry.
fn is_of_no_entry(basis: &TestBasis, proposal: &Proposal) -> bool {
    let named = basis.items.iter().any(|item| item.text.to_lowercase().contains("entr"));
    (proposal.key.starts_with("time/") || proposal.key.starts_with("boundary/"))
        && !named
        && proposal
            .draft
            .steps
            .iter()
            .any(|step| step.action.starts_with("Open the entry"))
}

/// `Moved is accepted as the appointment`: what may be done to it is no value of it.
fn is_of_participles(title: &str) -> bool {
    let value = title.split_once(" is accepted as ").map(|(value, _)| value);
    value.is_some_and(|value| {
        let last = value.rsplit(' ').next().unwrap_or("").to_lowercase();
        last.ends_with("ed") || last == "free"
    })
}

/// `The choice offers exactly moved and cancelled free.`
fn is_list_of_participles(expected: &str) -> bool {
    expected.split_once(" offers exactly ").is_some_and(|(_, list)| {
        let first = list.split([' ', ',']).next().unwrap_or("");
        first.ends_with("ed") && first.starts_with(char::is_lowercase)
    })
}

/// A time that holds of some only, or from a moment that the sentence leaves to another: `if nothing is chosen, 30 days`,
/// `the old key stays valid for 72 hours`.
fn is_of_some(basis: &TestBasis, proposal: &Proposal) -> bool {
    let low = proposal.draft.title.to_lowercase();
    let of_old = ["an old ", "the old ", "a previous ", "the previous "]
        .iter()
        .any(|word| low.starts_with(word));
    let opens_and_closes = proposal.key.starts_with("time/")
        && proposal.spans.iter().any(|span| {
            let text = basis.text(span.basis_id).to_lowercase();
            let later = text.contains("later")
                && ["still", "possible", "fee", "but "]
                    .iter()
                    .any(|word| text.contains(word));
            text.contains(" opens ") && text.contains(" closes ")
                || text.contains("free until")
                || later
                || text.contains(" from ") && text.contains(" until ")
        });
    let conditional = proposal.key.starts_with("time/")
        && proposal.spans.iter().any(|span| {
            let text = format!(" {} ", basis.text(span.basis_id).to_lowercase());
            matches!(span.basis_id, BasisId::Criterion(_))
                && [" unless ", "if nothing ", " = "]
                    .iter()
                    .any(|words| text.contains(words))
        });
    of_old || conditional || opens_and_closes
}

/// An address without an @ sign in a form of which other fields are due as well, or that is not there for everybody: only
/// where somebody registers, or changes the address, is it known that the field is there and that nothing else is missing.
fn is_alone(proposal: &Proposal) -> bool {
    const OWN: [&str; 5] = [
        "Register",
        "Sign up",
        "Save the change",
        "Create the account",
        "Open the sign-in page",
    ];
    let steps = &proposal.draft.steps;
    !steps
        .iter()
        .any(|step| OWN.iter().any(|opening| step.action.starts_with(opening)))
}
