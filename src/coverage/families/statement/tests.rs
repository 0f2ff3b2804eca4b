//! What is read in statements, and what near-by ones must not be read as.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::coverage::families::r01_main_success::propose;
use crate::coverage::families::snapshot::given_by;

/// The cases of one criterion: titles, steps and results.
fn cases(story: &str, criterion: &str) -> String {
    let all = given_by(propose, story, &[criterion]);
    let mut out = String::new();
    let mut own = false;
    for line in all.lines() {
        if !line.starts_with(' ') {
            own = line.starts_with("criterion/");
        } else if own {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

const KEYS: &str = "As a developer, I want to replace my API key so that a leaked key stops being a danger";

#[test]
fn what_somebody_may_and_may_not_do_are_cases_of_their_own() {
    insta::assert_snapshot!(
        cases(KEYS, "Viewers see the list of keys but can't create or revoke any.")
            + &cases(KEYS, "Clerks enter payments but may not release them")
            + &cases(
                KEYS,
                "The owner can switch the link off at any time; it then leads to 'This key is off'."
            )
            + &cases(
                KEYS,
                "The owner doesn't see who used the key until the date of the release."
            )
    );
}

#[test]
fn what_is_seen_of_a_thing_is_looked_at_there() {
    insta::assert_snapshot!(
        cases(KEYS, "The secret is shown once, right after creation.")
            + &cases(KEYS, "All other sessions are signed out after the change.")
            + &cases(KEYS, "The answer is the same whether the address is known or not.")
            + &cases(KEYS, "Signing out clears the strip on a shared computer.")
            + &cases(KEYS, "Keys show up as 'pending' until the check is over")
            + &cases(KEYS, "The list holds the newest key on top")
    );
}

#[test]
fn things_are_measured_against_each_other() {
    insta::assert_snapshot!(
        cases(KEYS, "A request can't exceed the remaining balance")
            + &cases(KEYS, "Source and target differ")
            + &cases(KEYS, "Half days are possible")
            + &cases(KEYS, "Catalogue editor: products only")
            + &cases(KEYS, "Deposit: a credit card")
    );
}

#[test]
fn entries_bounds_and_offers_are_tried_as_they_are_said() {
    insta::assert_snapshot!(
        cases(
            KEYS,
            "Codes are not case-sensitive; blanks around the code are ignored."
        ) + &cases(
            KEYS,
            "Orders of $50 or more ship free. Below that, standard delivery costs $4."
        ) + &cases(
            KEYS,
            "A step can be opened only when all the earlier ones are complete."
        ) + &cases(KEYS, "Only the buyer, or someone with the order number, can see it.")
            + &cases(KEYS, "Works offline")
            + &cases(KEYS, "Colours depend on the product")
            + &cases(KEYS, "'Reset filters' brings back the full list")
            + &cases(
                KEYS,
                "When a guest buys an item, it's marked 'taken' for all other guests."
            )
    );
}

#[test]
fn what_nobody_can_read_is_asked_and_waits() {
    let given = given_by(propose, KEYS, &["Neat and tidy overall"]);
    assert!(given.contains("? check/AC-1/neat and tidy overall"), "{given}");
    for criterion in [
        "Returned items take their points away",
        "Saved items aren't part of the total",
    ] {
        let given = given_by(propose, KEYS, &[criterion]);
        assert!(
            !given.contains("is returned items") && !given.contains("is refused"),
            "{given}"
        );
    }
}
