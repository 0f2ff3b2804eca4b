#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::basis;
use crate::story::{Limits, UserStory};
use crate::test_case::{Draft, Step, TestCaseType};

const STORY: &str =
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";

fn written(title: &str, before: &str, steps: &[(&str, &str)], expected: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        preconditions: vec![before.to_owned()],
        steps: steps
            .iter()
            .map(|(action, data)| Step::new(*action).with_data(*data))
            .collect(),
        expected_result: expected.to_owned(),
        ..Draft::default()
    }
}

fn likeness(first: &Draft, second: &Draft, covers: (&[usize], &[usize])) -> Option<u8> {
    let story = UserStory::new(STORY, &[], "", &Limits::default()).unwrap();
    let ground = Ground::new(&basis::parse(&story));
    let sign = |draft: &Draft, covers: &[usize]| {
        Signature::new(
            "TC-001".to_owned(),
            &Subject::of_draft(draft, TestCaseType::Positive),
            &ground,
            covers,
        )
    };
    sign(second, covers.1)
        .repeats([&sign(first, covers.0)], &Config::default())
        .map(|likeness| likeness.percent)
}

fn expired() -> Draft {
    written(
        "An expired discount code is refused",
        "The discount code SAVE10 has expired",
        &[
            ("Open the checkout", ""),
            ("Enter the discount code", "SAVE10"),
            ("Select Apply", ""),
        ],
        "The code is refused and the total is unchanged",
    )
}

fn of_length(length: usize, expected: &str) -> Draft {
    written(
        &format!("A discount code of {length} characters"),
        "The cart holds one item",
        &[
            ("Open the checkout", ""),
            ("Enter the discount code", &"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[..length]),
            ("Select Apply", ""),
        ],
        expected,
    )
}

#[test]
fn the_same_words_are_a_duplicate_whatever_their_case_and_signs() {
    let mut again = expired();
    again.title = "an EXPIRED discount code is refused.".to_owned();
    again.steps[2].action = "Select \"Apply\"".to_owned();
    assert_eq!(likeness(&expired(), &again, (&[], &[])), Some(100));
}

#[test]
fn another_sample_of_the_same_class_is_a_duplicate() {
    let mut again = expired();
    again.preconditions[0] = "The discount code WINTER7 has expired".to_owned();
    again.steps[1].data = "WINTER7".to_owned();
    assert_eq!(likeness(&expired(), &again, (&[], &[])), Some(100));
}

#[test]
fn the_same_item_in_other_words_is_a_duplicate() {
    let again = written(
        "Expired discount code gets refused at the checkout",
        "SAVE10 is an expired discount code",
        &[
            ("Open the checkout page", ""),
            ("Enter the expired discount code", "SAVE10"),
            ("Select Apply", ""),
        ],
        "The discount code is refused and the total stays unchanged",
    );
    let percent = likeness(&expired(), &again, (&[3], &[3]));
    assert!(percent.is_some_and(|percent| percent < 100), "{percent:?}");
}

#[test]
fn neighbours_of_a_limit_are_no_duplicates() {
    let accepted = "The code is accepted and the discount is applied";
    let refused = "The code is refused and the total is unchanged";
    assert_eq!(
        likeness(&of_length(19, accepted), &of_length(20, accepted), (&[], &[])),
        None
    );
    assert_eq!(
        likeness(&of_length(20, accepted), &of_length(21, refused), (&[], &[])),
        None
    );
    assert_eq!(
        likeness(&of_length(19, accepted), &of_length(20, accepted), (&[1], &[1])),
        None
    );
    assert!(likeness(&of_length(19, accepted), &of_length(19, accepted), (&[], &[])).is_some());
}

#[test]
fn another_condition_in_otherwise_equal_words_is_no_duplicate() {
    for (condition, covers) in [
        ("used-up", (&[3][..], &[4][..])),
        ("used-up", (&[], &[])),
        ("withdrawn", (&[], &[])),
    ] {
        let other = written(
            &format!("A {condition} discount code is refused"),
            &format!("The discount code SAVE10 is {condition}"),
            &[
                ("Open the checkout", ""),
                ("Enter the discount code", "SAVE10"),
                ("Select Apply", ""),
            ],
            "The code is refused and the total is unchanged",
        );
        assert_eq!(likeness(&expired(), &other, covers), None, "{condition}");
    }
}

#[test]
fn another_outcome_is_no_duplicate() {
    let mut other = expired();
    other.expected_result = "The code is accepted and the discount is applied".to_owned();
    assert_eq!(likeness(&expired(), &other, (&[], &[])), None);
}

#[test]
fn cases_about_different_things_are_no_duplicates() {
    let other = written(
        "The order history lists earlier orders",
        "Two orders exist",
        &[("Open the account", ""), ("Open the order history", "")],
        "Both orders are listed, the newest first",
    );
    assert_eq!(likeness(&expired(), &other, (&[], &[])), None);
}

#[test]
fn a_denial_tells_cases_apart() {
    let case = |title: &str, expected: &str| {
        written(
            title,
            "The shop is open",
            &[("Open the checkout", ""), ("Read the notice", "")],
            expected,
        )
    };
    for (one, two) in [
        (
            "The code is refused if the shop is closed",
            "The code is not refused if the shop is closed",
        ),
        ("The offer is shown to members", "The offer is not shown to members"),
        ("The notice can be hidden", "The notice cannot be hidden"),
        ("Anybody is told of the delay", "Nobody is told of the delay"),
        (
            "The parcel moves from sorted to loaded",
            "The parcel moves from loaded to sorted",
        ),
    ] {
        let (one, two) = (case(one, one), case(two, two));
        assert_eq!(likeness(&one, &two, (&[0], &[1])), None, "{}", two.title);
    }
    let one = case("The offer is shown to members", "The offer is shown to members");
    let again = case("The offer is shown to the members", "The offer is shown to all members");
    assert!(likeness(&one, &again, (&[0], &[0])).is_some());
    let double = case("The offer is not left out for members", "The offer is shown to members");
    assert!(likeness(&one, &double, (&[0], &[0])).is_some());
}
