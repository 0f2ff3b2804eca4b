//! Plain stories, each with what any tester would write of it: the words that must stand in one case.

#![allow(clippy::unwrap_used)]

use super::plan;
use crate::basis;
use crate::coverage::Wanted;
use crate::story::{Limits, UserStory};
use crate::test_case::Draft;

/// Every worded case of a story, one text each: title, givens, steps with data, result.
fn cases(story: &str, criteria: &[&str]) -> Vec<String> {
    let criteria: Vec<String> = criteria.iter().map(|&text| text.to_owned()).collect();
    let story = UserStory::new(story, &criteria, "", &Limits::default()).unwrap();
    let plan = plan(&basis::parse(&story), &Wanted::default());
    plan.drafts
        .iter()
        .filter(|draft| !draft.steps.is_empty())
        .map(told)
        .collect()
}

fn told(draft: &Draft) -> String {
    let steps: Vec<&str> = draft.steps.iter().map(|step| step.action.as_str()).collect();
    format!(
        "{} | {} | {} => {}",
        draft.title,
        draft.preconditions.join(" "),
        steps.join(" "),
        draft.expected_result
    )
}

/// Each row of words stands in one of the cases.
fn assert_told(story: &str, criteria: &[&str], rows: &[&[&str]]) {
    let cases = cases(story, criteria);
    for row in rows {
        let found = cases.iter().any(|case| row.iter().all(|words| case.contains(words)));
        assert!(found, "{row:?} of {story}\n{}", cases.join("\n"));
    }
}

#[test]
fn what_is_counted_up_by_the_act() {
    assert_told(
        "As a member, I want to borrow up to 5 books so that I can read at home",
        &[],
        &[
            &[
                "A member borrows books",
                "Borrow the book.",
                "=> The book is shown as borrowed.",
            ],
            &["already borrowed 4 books", "the member now has 5 borrowed books"],
            &[
                "already borrowed 5 books",
                "not borrowed and the member still has 5 borrowed books",
            ],
        ],
    );
    assert_told(
        "As a shopper, I want to add up to 10 items to my wish list so that I can buy them later",
        &[],
        &[
            &["lists 9 items besides", "it lists 10 items in all"],
            &["lists 10 items besides", "the wish list still lists 10 items"],
        ],
    );
    assert_told(
        "As a team lead, I want to invite up to 20 people to my project so that we can work together",
        &[],
        &[
            &["already invited 19 people", "the team lead now has 20 invited people"],
            &[
                "already invited 20 people",
                "no invitation is sent and the team lead still has 20 invited people",
            ],
        ],
    );
    assert_told(
        "As a seller, I want to upload up to 8 photos for an offer so that buyers see the article",
        &[],
        &[
            &["Select 8 photos.", "=> All 8 photos are listed, each once."],
            &["Select 9 photos.", "no more than 8 photos are listed"],
        ],
    );
}

#[test]
fn values_that_are_entered() {
    assert_told(
        "As a new user, I want to choose a user name of 3 to 20 characters so that others recognise me",
        &[],
        &[
            &[
                "Enter anna.example in the user name field.",
                "=> The user name is shown as anna.example.",
            ],
            &["Enter Ann in", "=> The user name is shown as Ann."],
            &["A user name of 21 characters is refused"],
        ],
    );
    assert_told(
        "As a customer, I want to submit a text of at most 2000 characters so that support understands my problem",
        &[],
        &[
            &[
                "Enter A short text in the text field.",
                "=> The new text is shown as A short text.",
            ],
            &[
                "Enter 2000 characters",
                "=> The text is shown with all its 2000 characters.",
            ],
            &["Enter 2001 characters", "is refused"],
        ],
    );
    assert_told(
        "As a nurse, I want to enter a temperature between 34.0 and 42.0 degrees so that the chart is complete",
        &[],
        &[
            &["Enter 38 degrees in", "=> The new temperature is shown as 38 degrees."],
            &["Enter 34 degrees in", "shown as 34 degrees"],
            &["Enter 33.9 degrees in", "is refused; no temperature is created"],
            &["Enter 42 degrees in", "shown as 42 degrees"],
            &["Enter 42.1 degrees in", "is refused; no temperature is created"],
        ],
    );
}

#[test]
fn values_that_are_chosen() {
    assert_told(
        "As a guest, I want to book a table for 2 to 8 persons so that we can eat together",
        &[],
        &[
            &["A guest books a table", "Choose 5 persons.", "booked for 5 persons"],
            &["Choose 8 persons.", "=> The table is shown as booked for 8 persons."],
            &[
                "Try to choose 9 persons.",
                "9 persons cannot be chosen, or a message refuses it; the table is not booked",
            ],
        ],
    );
    assert_told(
        "As a driver, I want to reserve a parking space for 1 to 12 hours so that I find a place",
        &[],
        &[
            &[
                "Choose 12 hours",
                "=> The parking space is shown as reserved for 12 hours.",
            ],
            &[
                "Choose 13 hours",
                "13 hours cannot be chosen, or a message refuses the choice",
            ],
        ],
    );
    assert_told(
        "As a guest, I want to rate a restaurant with 1 to 5 stars so that others know",
        &[],
        &[
            &["Choose 4 stars.", "shown with 4 stars at the restaurant"],
            &["Choose 5 stars.", "=> The rating of the guest is shown with 5 stars."],
            &["Try to choose 6 stars.", "no rating is added"],
        ],
    );
}

#[test]
fn times_money_and_parts() {
    assert_told(
        "As a user, I want to log in with my password so that I see my data",
        &["After 3 failed attempts the account is locked for 15 minutes."],
        &[
            &[
                "locked 15 minutes ago",
                "Enter the sign-in name and the right password",
                "is signed in",
            ],
            &[
                "locked 14 minutes ago",
                "=> The sign-in is refused; the user is not signed in.",
            ],
        ],
    );
    assert_told(
        "As a patient, I want to book an appointment so that I see a doctor",
        &["Appointments can be booked from 2 hours up to 42 days ahead."],
        &[
            &[
                "Choose a time that is 2 hours ahead.",
                "booked for the time that is 2 hours ahead",
            ],
            &["Choose a time that is 1 hour ahead.", "the appointment is not booked"],
            &[
                "Choose a time on the day that is 43 days ahead.",
                "the appointment is not booked",
            ],
        ],
    );
    assert_told(
        "As a vendor, I want my earnings paid out every week so that I can plan",
        &[
            "Commission is 12.5 % of the item price.",
            "The statement lists every order and the net amount.",
        ],
        &[&[
            "12.5% commission on 200 leaves 175",
            "=> The commission is shown as 25; the net amount is 175.",
        ]],
    );
    assert_told(
        "As a homeowner, I want to set a weekly heating schedule so that I save energy",
        &["Up to 6 switching times per day"],
        &[
            &[
                "has 5 switching times on Monday",
                "shown with 6 switching times on Monday",
            ],
            &[
                "has 6 switching times on Monday",
                "still has 6 switching times on Monday",
            ],
        ],
    );
    assert_told(
        "As a shopper, I want to enter a coupon code so that I pay less",
        &["WELCOME15 takes 15 % off the goods."],
        &[
            &["Enter WELCOME15 in the coupon code field."],
            &["No coupon code NOSUCH42 exists."],
        ],
    );
}

#[test]
fn accounts_and_ages() {
    assert_told(
        "As a customer who forgot the password, I want to reset it by e-mail so that I get in again",
        &[
            "The customer enters the email address of the account.",
            "The link works for 30 minutes.",
        ],
        &[
            &[
                "Enter anna@ in the email address field.",
                "The email address is refused; no reset link is sent",
            ],
            &[
                "exists with the email address anna+test@mail.example.com",
                "signed in with the new password",
            ],
            &["The customer is not signed in.", "The link was issued 31 minutes ago."],
        ],
    );
    assert_told(
        "As a tourist, I want to hire a car so that I can explore the island",
        &["Driver's age: at least 21, from 76 upwards a medical certificate must be uploaded."],
        &[
            &["turns 21 today", "=> The car is shown as hired."],
            &["turns 21 tomorrow", "is refused; the car is not hired"],
        ],
    );
    assert_told(
        "As a user, I want to sign in with my password so that I see my data",
        &["After 5 minutes without any action the session ends."],
        &[&["has done nothing for 5 minutes", "the user is no longer signed in"]],
    );
}
