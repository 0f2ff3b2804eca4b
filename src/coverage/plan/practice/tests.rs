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
        ("The book is shown as borrowed.", true),
        ("The limit is shown as £500 when it is looked at again.", true),
        ("The order is not created; nothing is charged.", true),
        ("From 76 upwards a certificate is uploaded.", false),
        ("The permit is ordered.", false),
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
            &proposal("class/x", &[], &["Open the form.", step], "The order is shown."),
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

#[test]
fn what_the_product_does_by_itself_is_no_permission() {
    let basis = of(
        STORY,
        &[
            "The reminder is sent 48 hours before the appointment",
            "A permit can be cancelled 2 days before it begins",
        ],
    );
    for (criterion, title, runs) in [
        (1, "A reminder can be sent 48 hours before the appointment", false),
        (2, "A permit can be cancelled 2 days before it begins", true),
    ] {
        let mut tried = proposal(
            "time/x",
            &[],
            &["Open the permit.", "Cancel the permit."],
            "The permit is shown as cancelled.",
        );
        tried.draft.title = title.to_owned();
        tried.spans[0].basis_id = BasisId::Criterion(criterion);
        assert_eq!(lack(&basis, &tried).is_none(), runs, "{title}");
    }
}

#[test]
fn a_scenario_needs_one_value_and_a_format_is_whole() {
    let basis = of(STORY, &["Permit number: 2 letters followed by 8 digits"]);
    for (key, given, runs) in [
        ("criterion/AC-1", "The quantity differs by more than 2 %.", false),
        ("criterion/AC-1", "The quantity differs by 3 %.", true),
        ("boundary/AC-1", "The quantity differs by more than 2 %.", true),
    ] {
        let tried = proposal(
            key,
            &[given],
            &["Open the permit.", "Close the permit."],
            "The permit is shown as closed.",
        );
        assert_eq!(lack(&basis, &tried).is_none(), runs, "{key} {given}");
    }
    let place = basis
        .limits()
        .map(|(_, span)| span)
        .chain(basis.literals.iter().map(|literal| literal.span))
        .find(|span| basis.words(*span).contains('2'));
    let mut half = proposal(
        "boundary/permit number",
        &[],
        &["Open the form.", "Enter AB in the permit number field."],
        "The permit number is accepted; the entry is saved.",
    );
    half.spans = place.into_iter().collect();
    assert_eq!(lack(&basis, &half), Some(Lack::Data));
}
