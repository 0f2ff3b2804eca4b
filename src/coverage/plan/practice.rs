//! Whether a tester can run a case as it stands: the place where it begins, a control that the text names, and a result
//! that can be seen. A case that fails here stays an item without words.
//!
//! It exists because blind readers mended or dropped such cases most. `certainty` judges a case beside what its own
//! demand says; this judges how it is done.

use super::certainty::field_of;
use crate::basis::TestBasis;
use crate::coverage::Proposal;
use crate::coverage::scene::persons::is_person;
use crate::test_case::{BasisId, Draft};

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
}

/// What a proposal lacks first; `None` for one that can be run.
pub(super) fn lack(basis: &TestBasis, proposal: &Proposal) -> Option<Lack> {
    let draft = &proposal.draft;
    if has_no_way(proposal) {
        return Some(Lack::Way);
    }
    if denies_a_value(&draft.expected_result) {
        return Some(Lack::Result);
    }
    if !is_visible(&draft.expected_result) {
        return Some(Lack::State);
    }
    if draft.steps.iter().any(|step| {
        field_of(&step.action).is_some_and(|field| !is_named(basis, field))
            || chosen_as(&step.action).is_some_and(|choice| !is_choice(basis, choice))
    }) || is_of_no_noun(&draft.title)
    {
        return Some(Lack::Control);
    }
    if draft
        .steps
        .iter()
        .any(|step| step.action.starts_with("Open the payment page"))
        && !pays(basis)
    {
        return Some(Lack::Place);
    }
    if draft.steps.iter().any(|step| is_no_sight(&step.action)) {
        return Some(Lack::Sight);
    }
    is_without_data(draft).then_some(Lack::Data)
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
    if action.starts_with("Look at ") || action.starts_with("Read ") {
        return !data || action.starts_with("Look at a ");
    }
    if proposal.key.starts_with("success/") {
        return true;
    }
    let state = draft
        .preconditions
        .iter()
        .any(|given| !given.contains(" signed in") && !given.ends_with(" exists."));
    !(data || state && action.split(' ').count() > 3)
}

/// `The compensation is not 25 % of the fare`, `€11.90 is not shown`: what is so instead is the result.
fn denies_a_value(expected: &str) -> bool {
    let is_value = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let words: Vec<&str> = expected.split(' ').collect();
    let denied = words.windows(3).any(|three| {
        ["is", "are"].contains(&three[0]) && three[1] == "not" && is_value(three[2]) && !three[2].starts_with('\'')
    });
    let unseen = words
        .first()
        .is_some_and(|first| is_value(first) && expected.contains(" not shown"));
    let low = expected.to_lowercase();
    denied
        || unseen
        || [" does not stay", " do not stay", " is enough", " is not enough"]
            .iter()
            .any(|words| low.contains(words))
        || low.starts_with("no ") && (low.contains(" is required") || low.contains(" is needed"))
}

/// Whether what something is shown as is a state that a product shows.
fn is_visible(expected: &str) -> bool {
    const STATES: &[&str] = &[
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

/// Words that name no field, whatever else is said of them.
const NO_FIELDS: [&str; 26] = [
    "today",
    "tomorrow",
    "yesterday",
    "now",
    "future",
    "past",
    "up",
    "characters",
    "character",
    "columns",
    "column",
    "fields",
    "field",
    "page",
    "result",
    "way",
    "row",
    "rows",
    "line",
    "lines",
    "stop",
    "electricity",
    "pass mark",
    "slot",
    "household",
    "infant",
];

/// Whether the words of a field stand together in the basis, or are those of every product.
fn is_named(basis: &TestBasis, field: &str) -> bool {
    const COMMON: [&str; 9] = [
        "email address",
        "email",
        "password",
        "new password",
        "comment",
        "code",
        "card number",
        "phone number",
        "amount",
    ];
    let low = field.to_lowercase();
    let short_code = field.len() <= 2 && field.chars().all(char::is_uppercase);
    if NO_FIELDS.contains(&low.as_str()) || short_code {
        return false;
    }
    let stem = low.strip_suffix('y').map_or(low.as_str(), |stem| stem);
    COMMON.contains(&low.as_str()) || basis.items.iter().any(|item| item.text.to_lowercase().contains(stem))
}

/// What is chosen, and as what: `Choose fingerprint as the change.`
fn chosen_as(action: &str) -> Option<&str> {
    let (_, label) = action.strip_prefix("Choose ")?.rsplit_once(" as the ")?;
    Some(label.trim_end_matches('.'))
}

/// Whether a list is one that somebody chooses from: the text gives it a label that is no person and no state.
fn is_choice(basis: &TestBasis, label: &str) -> bool {
    const NONE: [&str; 14] = [
        "status", "state", "option", "column", "field", "level", "step", "role", "result", "mail", "change", "date",
        "card", "tier",
    ];
    let low = label.to_lowercase();
    let last = low.rsplit(' ').next().unwrap_or("");
    if NONE.contains(&last) || is_person(last) || ["for", "visible", "required"].contains(&last) {
        return false;
    }
    // A text that gives roles their rights in the same form lists no choices.
    let of_roles = basis.items.iter().any(|item| {
        item.text
            .split_once(": ")
            .is_some_and(|(before, _)| before.split(' ').count() < 4 && is_person(&before.to_lowercase()))
    });
    let labelled = basis.items.iter().any(|item| {
        let text = item.text.to_lowercase();
        text.find(&low).is_some_and(|at| {
            let after = text.get(at + low.len()..).unwrap_or("");
            let after = after.trim_start_matches(['s', 'e']);
            [":", " are ", " is ", " can be", " may be", " must be"]
                .iter()
                .any(|mark| after.starts_with(mark))
        })
    });
    labelled && !of_roles
}

/// `A today 365 days ahead is accepted`, `A given the member …`: what is tried is no thing.
fn is_of_no_noun(title: &str) -> bool {
    let low = title.to_lowercase();
    let Some(rest) = low.strip_prefix("a ").or_else(|| low.strip_prefix("an ")) else {
        return false;
    };
    let first = rest.split(' ').next().unwrap_or("");
    const NO_NOUNS: [&str; 12] = [
        "given", "when", "then", "today", "tomorrow", "paid", "below", "above", "under", "over", "while", "if",
    ];
    NO_NOUNS.contains(&first) && !rest.starts_with("paid ") || rest.starts_with("paid within")
}

/// Whether the story pays in its own act.
fn pays(basis: &TestBasis) -> bool {
    let goal = basis.story.goal.as_ref().map_or_else(
        || basis.text(BasisId::Story).to_lowercase(),
        |goal| goal.text.to_lowercase(),
    );
    let other = ["exchange", "move money", "again", "try ", "another"];
    ["pay", "buy", "check out", "checkout", "purchase", "donate", "transfer"]
        .iter()
        .any(|word| goal.contains(word))
        && !other.iter().any(|word| goal.contains(word))
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
        || thing.starts_with(|c: char| c.is_ascii_digit())
        || [
            "result",
            "application",
            "payout",
            "app",
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
        ["Change a single field", "Change another field", "Choose any "]
            .iter()
            .any(|opening| step.action.starts_with(opening))
            || step.action.contains(" to another value")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::basis;
    use crate::story::{Limits, UserStory};
    use crate::test_case::{Span, Step, Technique, TestCaseType};

    fn of(story: &str, criteria: &[&str]) -> TestBasis {
        let criteria: Vec<String> = criteria.iter().map(|text| (*text).to_owned()).collect();
        basis::parse(&UserStory::new(story, &criteria, "", &Limits::default()).unwrap_or_else(|_| panic!("{story}")))
    }

    fn proposal(key: &str, givens: &[&str], steps: &[&str], expected: &str) -> Proposal {
        let place = Span {
            basis_id: BasisId::Story,
            start: 0,
            end: 4,
        };
        let draft = Draft {
            title: "An order is placed".to_owned(),
            preconditions: givens.iter().map(|given| (*given).to_owned()).collect(),
            steps: steps.iter().map(|step| Step::new(*step)).collect(),
            expected_result: expected.to_owned(),
            ..Draft::default()
        };
        Proposal {
            draft,
            ..Proposal::new(key, "", Technique::Scenario, TestCaseType::Positive, place)
        }
    }

    const STORY: &str = "As a customer, I want to order a permit so that I can park";

    #[test]
    fn a_single_step_says_how() {
        for (key, givens, step, runs) in [
            (
                "success/goal",
                &["The customer is signed in."][..],
                "Order a permit online.",
                false,
            ),
            ("criterion/AC-1", &["The customer is signed in."], "Refuse.", false),
            (
                "criterion/AC-1",
                &["Eco mode is active."],
                "Press the reset button for 5 seconds.",
                true,
            ),
            (
                "criterion/AC-1",
                &["The ticket has been refunded."],
                "Claim compensation for a train.",
                true,
            ),
            (
                "criterion/AC-1",
                &["The battery is at 15%."],
                "Look at a warning.",
                false,
            ),
        ] {
            let found = lack(&of(STORY, &[]), &proposal(key, givens, &[step], "The order is shown."));
            assert_eq!(found.is_none(), runs, "{step}");
        }
    }

    #[test]
    fn results_are_seen() {
        for (expected, runs) in [
            ("The compensation is not 25 % of the single fare.", false),
            ("€11.90 is not shown.", false),
            ("The error rate does not stay.", false),
            ("No reason is required.", false),
            ("The parcel is shown as followed.", false),
            ("The place is shown as used.", false),
            ("The permit is shown as ordered.", true),
            ("The limit is shown as £500 when it is looked at again.", true),
            ("The order is not created; nothing is charged.", true),
        ] {
            let found = lack(
                &of(STORY, &[]),
                &proposal("x", &[], &["Open the order.", "Order the permit."], expected),
            );
            assert_eq!(found.is_none(), runs, "{expected}");
        }
    }

    #[test]
    fn controls_stand_in_the_text() {
        let basis = of(
            STORY,
            &[
                "Rhythm: weekly, monthly or yearly",
                "The change is confirmed by fingerprint or PIN",
                "The start date is tomorrow or later",
                "A reason of 10 characters is required",
            ],
        );
        for (step, runs) in [
            ("Choose weekly as the Rhythm.", true),
            ("Choose fingerprint as the change.", false),
            ("Enter 31 in the tomorrow field.", false),
            ("Enter ABC in the reason field.", true),
            ("Enter 12345 in the DE field.", false),
            ("Look at the supervisor.", false),
            ("Change a single field.", false),
        ] {
            let found = lack(
                &basis,
                &proposal("x", &[], &["Open the form.", step], "The order is shown."),
            );
            assert_eq!(found.is_none(), runs, "{step}");
        }
    }

    #[test]
    fn money_is_paid_where_the_story_pays() {
        let steps = &["Open the payment page.", "Confirm the payment."];
        for (story, runs) in [
            ("As a buyer, I want to pay a fine so that it is done", true),
            ("As a buyer, I want to exchange an item so that it fits", false),
        ] {
            let found = lack(&of(story, &[]), &proposal("x", &[], steps, "The amount is shown."));
            assert_eq!(found.is_none(), runs, "{story}");
        }
    }
}
