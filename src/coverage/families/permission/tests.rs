#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::coverage::families::snapshot::{self, given_by};
use crate::coverage::{Found, Scene};

fn propose(scene: &Scene<'_>, found: &mut Found) {
    for criterion in &scene.basis.criteria {
        super::propose(scene, criterion, found);
    }
}

/// The titles of what is proposed for one criterion of a story.
fn titles(story: &str, criterion: &str) -> Vec<String> {
    snapshot::titles(propose, story, criterion)
}

const BORROW: &str = "As a member, I want to borrow a book so that I can read at home";
const APPROVE: &str = "As a manager, I want to approve requests so that my team can go on";
const CART: &str = "As a shopper, I want to add a product to my cart so that I can buy it";

#[test]
fn persons_in_a_state_are_refused() {
    for (story, criterion, title) in [
        (
            BORROW,
            "Overdue members cannot borrow.",
            "An overdue member cannot borrow a book",
        ),
        (BORROW, "Suspended users can't log in", "A suspended user cannot log in"),
        (BORROW, "Guests may not post comments", "A guest cannot post comments"),
        (
            BORROW,
            "Minors are not allowed to buy alcohol",
            "A minor cannot buy alcohol",
        ),
        (
            BORROW,
            "Users who have not verified their email cannot post reviews",
            "A user who has not verified their email cannot post reviews",
        ),
        (
            BORROW,
            "Guests may read but not write reviews",
            "A guest cannot write reviews",
        ),
        (
            BORROW,
            "Authors cannot approve their own articles",
            "An author cannot approve their own articles",
        ),
        (BORROW, "No guest may rate a book", "A guest cannot rate a book"),
    ] {
        assert_eq!(titles(story, criterion), [title], "{criterion}");
    }
}

#[test]
fn a_device_refuses_the_person_who_stands_there() {
    let story = "As a driver, I want to lock my car with the app so that it is safe";
    let given = given_by(propose, story, &["Guests may lock but not unlock the car"]);
    assert!(
        given.contains("1. As a guest, unlock the car. => The act is refused."),
        "{given}"
    );
    assert!(
        given.contains("=> The act is refused; the car is not unlocked."),
        "{given}"
    );
}

#[test]
fn things_in_a_state_are_left_as_they_are() {
    for (story, criterion, title) in [
        (
            CART,
            "A product that is out of stock cannot be added to the cart",
            "A product that is out of stock cannot be added to the cart",
        ),
        (
            CART,
            "Paid invoices cannot be edited or deleted",
            "An invoice that is paid cannot be edited or deleted",
        ),
        (
            CART,
            "The cart cannot be changed while a payment is open",
            "The cart cannot be changed while a payment is open",
        ),
        (
            CART,
            "Products with a recall cannot be sold",
            "A product with a recall cannot be sold",
        ),
        (
            CART,
            "In read-only mode the cart cannot be changed",
            "The cart cannot be changed while the cart is in read-only mode",
        ),
        (
            CART,
            "The date of birth cannot be changed",
            "The date of birth cannot be changed",
        ),
        (
            CART,
            "Products which are sold out may not be reserved",
            "A product which is sold out cannot be reserved",
        ),
    ] {
        assert_eq!(titles(story, criterion), [title], "{criterion}");
    }
}

#[test]
fn one_state_alone_gives_both_sides() {
    for criterion in [
        "Only pending requests can be approved.",
        "A request can only be approved while it is pending",
        "Requests can be approved only if they are pending",
    ] {
        assert_eq!(
            titles(APPROVE, criterion),
            [
                "A request that is pending can be approved",
                "A request that is not pending cannot be approved"
            ],
            "{criterion}"
        );
    }
}

#[test]
fn sentences_near_by_are_left_to_others() {
    for criterion in [
        "Members under 18 cannot borrow",
        "If the member is overdue, the loan is refused",
        "The page must not show prices",
        "A member cannot borrow more than 5 books",
        "Only librarians can delete books",
        "Only PDF files can be uploaded",
        "Members can borrow books",
        "The order is not shipped",
        "A refund is possible only if the item is unopened",
    ] {
        assert_eq!(titles(BORROW, criterion), Vec::<String>::new(), "{criterion}");
    }
}

#[test]
fn the_words_of_the_cases() {
    insta::assert_snapshot!(given_by(
        propose,
        APPROVE,
        &[
            "Only pending requests can be approved.",
            "A rejected request cannot be edited.",
            "Guests may not see requests"
        ]
    ));
}

#[test]
fn the_goals_own_act_is_refused_where_it_is_done() {
    let overdue = given_by(propose, BORROW, &["Overdue members cannot borrow."]);
    let out_of_stock = "A product that is out of stock cannot be added to the cart";
    let sold_out = given_by(propose, CART, &[out_of_stock]);
    insta::assert_snapshot!(format!("{overdue}{sold_out}"));
}
