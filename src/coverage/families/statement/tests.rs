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
