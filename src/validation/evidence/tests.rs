#![allow(clippy::unwrap_used, clippy::expect_used)]

//! Labelled values: what a careful reader would say of each, against what the room says.

use super::*;
use crate::basis;
use crate::story::{Limits, UserStory};
use crate::test_case::{Draft, Step};

const STORY: &str =
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";
const CRITERIA: &[&str] = &[
    "The code SAVE10 gives 10% off the cart total",
    "Orders of at least $50 ship for free",
    "After 5 failed attempts the checkout is locked for 30 minutes",
    "The message \"Code expired\" is shown for a code that has expired",
    "A photo of the receipt may be attached as PDF, PNG or JPG of at most 4 MB",
    "Between 1 and 8 guests can share a cart",
    "Select \"Place order\" to finish",
];
const CONTEXT: &str = "Gold members: customers with 3 orders or more. The support desk is open until 18:00.";

/// One case: the kind, then what a tester finds before, does, enters and sees.
struct Row {
    kind: TestCaseType,
    before: &'static str,
    does: &'static str,
    data: &'static str,
    sees: &'static str,
    /// Each value that must be found, with its origin.
    values: &'static [(&'static str, Origin)],
}

/// What a careful reader says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Stated,
    Computed,
    Sample,
    Assumed,
    /// No value at all: an ordinal, the number of a step, what the case itself established.
    Nothing,
}
use Origin::{Assumed, Computed, Nothing, Sample, Stated};
use TestCaseType::{Boundary, EdgeCase, Negative, Positive};

const fn row(
    kind: TestCaseType,
    before: &'static str,
    does: &'static str,
    data: &'static str,
    sees: &'static str,
    values: &'static [(&'static str, Origin)],
) -> Row {
    Row {
        kind,
        before,
        does,
        data,
        sees,
        values,
    }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    // Stated by the basis.
    row(Positive, "", "Enter a code of 20 characters", "ABCDEFGHIJKLMNOPQRST", "The discount is shown", &[("20 characters", Stated), ("ABCDEFGHIJKLMNOPQRST", Computed)]),
    row(Positive, "The cart total is $100", "Apply SAVE10", "SAVE10", "The total is $90", &[("$100", Sample), ("SAVE10", Stated), ("$90", Computed)]),
    row(Positive, "The cart total is $200", "Apply the code SAVE10", "", "The discount is 10% and the total is $180", &[("10%", Stated), ("$180", Computed), ("$200", Sample)]),
    row(Boundary, "The cart total is $50", "Open the checkout", "", "Shipping is free", &[("$50", Stated)]),
    row(Boundary, "The cart total is $49.99", "Open the checkout", "", "Shipping is not free", &[("$49.99", Computed)]),
    row(Boundary, "The cart total is $50.01", "Open the checkout", "", "Shipping is free", &[("$50.01", Computed)]),
    row(Negative, "", "Enter a wrong code five times", "", "The checkout is locked for 30 minutes", &[("30 minutes", Stated), ("five times", Stated)]),
    row(Negative, "The checkout was locked 30 minutes ago", "Open the checkout", "", "The checkout is no longer locked", &[("30 minutes", Stated)]),
    row(Negative, "", "Enter the expired code", "OLD2020", "The message \"Code expired\" is shown; no discount is applied", &[("Code expired", Stated), ("OLD2020", Sample)]),
    row(Positive, "", "Select 'Place order'", "", "The order is shown", &[("Place order", Stated)]),
    row(Positive, "", "Click the \"place order\" button", "", "The order is shown", &[("place order", Stated)]),
    row(Positive, "A customer with 3 orders exists", "Open the checkout", "", "The gold price is shown", &[("3", Stated)]),
    row(EdgeCase, "The time is 18:00", "Open the help page", "", "The desk is shown as closed", &[("18:00", Stated)]),
    row(Positive, "", "Attach a photo of 4 MB", "", "The photo is listed", &[("4 MB", Stated)]),
    row(Boundary, "Eight guests share the cart", "Invite one more guest", "", "The invitation is refused", &[("Eight", Stated)]),
    // Computed from the basis.
    row(Boundary, "", "Enter a code of 21 characters", "ABCDEFGHIJKLMNOPQRSTU", "The code is refused", &[("21 characters", Computed), ("ABCDEFGHIJKLMNOPQRSTU", Computed)]),
    row(Boundary, "", "Enter a code of 19 characters", "ABCDEFGHIJKLMNOPQRS", "The code is read whole", &[("19 characters", Computed)]),
    row(Boundary, "", "Enter \"AAAAAAAAAAAAAAAAAAAAA\" as the code", "", "The code is refused", &[("AAAAAAAAAAAAAAAAAAAAA", Computed)]),
    row(Boundary, "9 guests want to share the cart", "Invite all of them", "", "The last invitation is refused", &[("9", Computed)]),
    row(Boundary, "", "Enter a wrong code 6 times", "", "The checkout is locked", &[("6 times", Computed)]),
    row(Boundary, "", "Enter a wrong code 4 times", "", "The checkout is not locked", &[("4 times", Computed)]),
    row(Boundary, "The checkout was locked 31 minutes ago", "Open the checkout", "", "It opens", &[("31 minutes", Computed)]),
    row(Boundary, "", "Attach a photo of 4.1 MB", "", "The photo is refused", &[("4.1 MB", Computed)]),
    row(Boundary, "", "Enter a 21-character code", "", "The code is refused", &[("21-character", Computed)]),
    // Sums of what the case sets up.
    row(Positive, "The cart holds 2 shirts at $30 each", "Open the checkout", "", "The total is $60", &[("2", Sample), ("$30", Sample), ("$60", Computed)]),
    row(Positive, "The cart holds a lamp at $80", "Add a book at $20 to the cart", "", "The total is $100", &[("$80", Sample), ("$20", Sample), ("$100", Computed)]),
    row(Positive, "The cart holds 3 items", "Remove 1 item", "", "The cart shows 2 items", &[("2", Computed), ("3", Sample)]),
    row(Positive, "The cart holds 2 lamps at $60 each", "Apply the code SAVE10", "", "The total is $108", &[("$108", Computed)]),
    // Samples of a class.
    row(Positive, "", "Add 2 items to the cart", "", "The cart shows 2 items", &[("2", Sample)]),
    row(Positive, "", "Add two items to the cart", "", "The cart shows two items", &[("two", Sample)]),
    row(Positive, "", "Enter the email address anna@example.com", "", "A confirmation to anna@example.com is announced", &[("anna@example.com", Sample)]),
    row(Negative, "", "Enter the email address", "anna@", "The address is refused; nothing is sent", &[("anna@", Sample)]),
    row(Positive, "", "Enter the delivery date", "2027-03-01", "The date 2027-03-01 is shown", &[("2027-03-01", Sample)]),
    row(Positive, "The order was placed on March 1, 2026", "Open the order", "", "The order is shown", &[("March 1, 2026", Sample)]),
    row(Positive, "The order was placed on 1 March 2026", "Open the order", "", "The order is shown", &[("1 March 2026", Sample)]),
    row(Positive, "The order WX-4711 exists", "Search for WX-4711", "", "The order WX-4711 is listed", &[("WX-4711", Sample)]),
    row(Negative, "The code SUMMER10 has expired", "Enter SUMMER10", "SUMMER10", "The code SUMMER10 is refused; no discount is shown", &[("SUMMER10", Sample)]),
    row(Positive, "", "Attach the file receipt.pdf", "", "receipt.pdf is listed", &[("receipt.pdf", Sample)]),
    row(Positive, "", "Enter the phone number +49 30 1234567", "", "The number is shown", &[("+49 30 1234567", Sample)]),
    row(Positive, "", "Enter the password", "Tr0ub4dor&3", "The checkout is shown", &[("Tr0ub4dor&3", Sample)]),
    row(Positive, "", "Enter \"Blue lamp\" in the search field", "", "\"Blue lamp\" is listed", &[("Blue lamp", Sample)]),
    row(Positive, "", "Open https://example.com/checkout", "", "The checkout is shown", &[("https://example.com/checkout", Sample)]),
    row(Positive, "A discount of 15% is set up for the code HALFMOON", "Apply the code HALFMOON", "", "The discount is shown", &[("15%", Sample), ("HALFMOON", Sample)]),
    row(Negative, "The code expired 2 days ago", "Enter the code", "", "The code is refused; the total is unchanged", &[("2 days", Sample)]),
    row(Positive, "User 1 and user 2 share a cart", "Open the cart as user 2", "", "User 2 sees the cart", &[("1", Sample)]),
    row(Positive, "At least two orders exist", "Open the list of orders", "", "All orders are listed", &[("two", Computed)]),
    row(Positive, "The customer has more than 12 orders", "Open the list of orders", "", "All orders are listed", &[("12", Sample)]),
    row(Positive, "", "Click the 'Submit' button", "", "The order is shown", &[("Submit", Sample)]),
    row(Positive, "", "Click the Cancel button", "", "The cart is shown", &[("Cancel", Sample)]),
    row(Negative, "", "Open the checkout as an administrator", "", "The checkout is refused; no order is shown", &[("administrator", Sample)]),
    row(EdgeCase, "", "Enter the code with 3 leading spaces", "", "The code is read without them", &[("3", Sample)]),
    row(Boundary, "", "Enter a code of 100 characters", "", "The code is refused", &[("100 characters", Sample)]),
    row(Positive, "The card number 4111 1111 1111 1111 is saved", "Pay with it", "", "The payment is shown", &[]),
    row(Positive, "", "Enter the quantity", "7", "The cart shows 7 lamps", &[("7", Sample)]),
    row(Positive, "The customer Anna is signed in", "Open the profile of Anna", "", "The name Anna is shown", &[("Anna", Sample)]),
    // Placeholders.
    row(Boundary, "", "Enter a reference of <maximum length – not specified> characters", "", "It is accepted", &[("<maximum length – not specified>", Sample)]),
    row(Negative, "", "Enter a wrong code <number of attempts – not specified> times", "", "The checkout is locked; no code is accepted", &[("<number of attempts – not specified>", Sample)]),
    // Assumed.
    row(Boundary, "", "Enter a reference of 51 characters in the name field", "", "The name is refused; at most 50 characters are accepted", &[("50 characters", Assumed)]),
    row(Negative, "", "Enter a wrong code", "", "The account is locked for 15 minutes; no discount is shown", &[("15 minutes", Assumed)]),
    row(Negative, "", "Enter a wrong code", "", "The message \"Invalid discount code\" is shown and no discount is applied", &[("Invalid discount code", Assumed)]),
    row(Positive, "", "Open the checkout", "", "The page is shown within 2 seconds", &[("2 seconds", Assumed)]),
    row(Positive, "", "Wait 10 minutes", "", "The session has ended", &[("10 minutes", Assumed)]),
    row(Positive, "Passwords have at least 12 characters", "Open the checkout", "", "It opens", &[("12 characters", Assumed)]),
    row(Positive, "A code can be used at most 3 times a day", "Open the checkout", "", "It opens", &[("3 times", Assumed)]),
    row(Positive, "", "Apply the code SAVE10", "", "The response has the status 422", &[("422", Assumed)]),
    row(Positive, "", "Apply the code SAVE10", "", "The total is $73.50", &[("$73.50", Assumed)]),
    row(Positive, "", "Click the 'Redeem voucher' button", "", "The discount is shown", &[("Redeem voucher", Assumed)]),
    row(Positive, "", "Open the Loyalty tab", "", "The points are shown", &[("Loyalty", Assumed)]),
    row(Positive, "A manager has approved the code", "Apply the code", "", "The discount is shown", &[("manager", Assumed)]),
    row(Positive, "", "Finish the order", "", "A mail from shop@example.com is shown", &[("shop@example.com", Assumed)]),
    row(Positive, "", "Finish the order", "", "The order gets the number ORD-12345", &[("ORD-12345", Assumed)]),
    row(Positive, "", "Finish the order", "", "The delivery date is 2026-05-01", &[("2026-05-01", Assumed)]),
    row(Negative, "", "Attach a photo of 11 MB", "", "A message says that at most 10 MB are accepted; no photo is listed", &[("10 MB", Assumed), ("11 MB", Sample)]),
    row(Negative, "", "Enter a wrong code after 24 hours", "", "The code is refused; nothing changes", &[("24 hours", Assumed)]),
    // Nothing that needs evidence.
    row(Positive, "", "Select the first item", "", "The item is shown once", &[("first", Nothing), ("once", Nothing)]),
    row(Positive, "", "Repeat step 2 for the 3rd item", "", "The 3rd item is shown", &[("2", Nothing), ("3rd", Nothing), ("3", Nothing)]),
    row(Positive, "The cart holds one item", "Open the cart", "", "The cart shows 1 item", &[("one", Nothing), ("1", Nothing), ("1 item", Nothing)]),
    row(Negative, "The cart is empty", "Open the cart", "", "The cart shows 0 items and no total", &[("0", Nothing), ("0 items", Nothing)]),
    row(Positive, "", "1. Open the cart", "", "The cart is shown", &[("1", Nothing)]),
    row(Positive, "The customer's cart isn't empty", "Open the customers' page", "", "The cart isn't empty", &[("s cart isn", Nothing), ("t empty", Nothing)]),
    row(Positive, "", "Open the second-to-last order", "", "It is shown", &[("second-to-last", Nothing)]),
    row(Positive, "The criterion AC-3 applies", "Open the checkout", "", "It opens", &[("AC-3", Nothing), ("3", Nothing)]),
    row(Positive, "", "Enter 'SPRING5' as the code", "", "The code 'SPRING5' is shown as applied", &[("SPRING5", Sample)]),
];

fn found(row: &Row) -> Evidence {
    let criteria: Vec<String> = CRITERIA.iter().map(ToString::to_string).collect();
    let story = UserStory::new(STORY, &criteria, CONTEXT, &Limits::default()).unwrap();
    let ground = Ground::new(&basis::parse(&story));
    let draft = Draft {
        case_type: Some(row.kind),
        title: "The checkout takes a discount code".to_owned(),
        preconditions: if row.before.is_empty() {
            Vec::new()
        } else {
            vec![row.before.to_owned()]
        },
        steps: vec![Step::new(row.does).with_data(row.data)],
        expected_result: row.sees.to_owned(),
        ..Draft::default()
    };
    let subject = Subject::of_draft(&draft, row.kind);
    gather(&subject, &ground, &Givens::default(), &[], &[])
}

fn origin(evidence: &Evidence, text: &str) -> Origin {
    let same = |value: &&Value| value.text.eq_ignore_ascii_case(text) || value.text.starts_with(&format!("{text} "));
    match evidence.values.iter().find(same).map(|value| value.origin) {
        None => Nothing,
        Some(ValueOrigin::Stated) => Stated,
        Some(ValueOrigin::Computed) => Computed,
        Some(ValueOrigin::Sample) => Sample,
        Some(ValueOrigin::Assumed) => Assumed,
    }
}

#[test]
fn labelled_values_have_the_origin_that_a_reader_gives_them() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for row in ROWS {
        let evidence = found(row);
        for (text, label) in row.values {
            count += 1;
            let said = origin(&evidence, text);
            if said != *label {
                wrong.push(format!(
                    "{text:?} is {label:?}, not {said:?}: {} | {} | {}",
                    row.before, row.does, row.sees
                ));
            }
        }
    }
    assert!(count >= 100, "{count}");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn nothing_is_flagged_that_a_reader_supports() {
    for row in ROWS {
        let labelled = |text: &str| {
            row.values
                .iter()
                .any(|(label, origin)| *origin == Assumed && text.to_lowercase().starts_with(&label.to_lowercase()))
        };
        let flagged: Vec<_> = found(row)
            .assumed
            .into_iter()
            .filter(|(_, text)| !labelled(text))
            .collect();
        assert!(
            flagged.is_empty(),
            "{flagged:?}: {} | {} | {}",
            row.before,
            row.does,
            row.sees
        );
    }
}

#[test]
fn a_computed_value_says_how() {
    let evidence = found(&row(
        Boundary,
        "",
        "Enter a code of 21 characters",
        "ABCDEFGHIJKLMNOPQRSTU",
        "It is refused",
        &[],
    ));
    let notes: Vec<_> = evidence.values.iter().map(|value| value.note.as_str()).collect();
    assert_eq!(notes, ["20 + 1", "a text of 21 characters (20 + 1)"]);
    assert!(evidence.values.iter().all(|value| value.span.is_some()));
}

#[test]
fn a_stated_value_has_its_place() {
    let evidence = found(&row(
        Negative,
        "",
        "Enter the code",
        "",
        "The message \"code  expired\" is shown",
        &[],
    ));
    let span = evidence.values[0].span.unwrap();
    assert_eq!(span.basis_id, crate::test_case::BasisId::Criterion(4));
    assert_eq!(&CRITERIA[3][span.start..span.end], "Code expired");
}
