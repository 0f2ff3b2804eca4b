//! R15 Update: what exists is changed.
//!
//! Gives: only the changed part differs, and a change that was given up leaves everything as it was. Two people changing
//! the same thing at once is R24; what each field accepts is R7 and R8.
//!
//! Refuses: settings (R32), states (R22) and passwords (R11).

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

/// Looks for an act that changes something.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some(scene) = scene.focus(&[VerbClass::Update, VerbClass::Manage]) else {
        return;
    };
    if scene.object().is_empty() || is_setting(&scene) {
        return;
    }
    let verb = scene.action().map_or("change", |action| action.verb.as_str());
    if ["renew", "extend", "prolong"].contains(&verb) {
        let one = scene.one();
        found.ask(
            format!("{one}/from when"),
            format!(
                "From how long before its end can {} be {}?",
                a(&one),
                crate::coverage::scene::grammar::participle(verb)
            ),
            Some(scene.action_span()),
        );
        return;
    }
    if names_the_account(&scene) {
        let one = scene.one();
        found.propose(taken(&scene));
        found.ask(
            format!("{one}/confirmed"),
            format!("Must the new {one} be confirmed before it replaces the old one?"),
            Some(scene.action_span()),
        );
    }
    found.propose(given_up(&scene));
    if has_parts(&scene) {
        found.propose(only_the_changed_part(&scene));
    }
}

/// What is chosen for the time to come, and the password.
fn is_setting(scene: &Scene<'_>) -> bool {
    let one = scene.one().to_lowercase();
    ["password", "language", "setting", "preference", "theme"].contains(&crate::coverage::scene::grammar::head(&one))
}

/// Whether it is a record with several parts, rather than a single value such as a quantity or an address.
fn has_parts(scene: &Scene<'_>) -> bool {
    const BOOKED: [&str; 8] = [
        "flight",
        "appointment",
        "booking",
        "reservation",
        "seat",
        "plan",
        "subscription",
        "delivery",
    ];
    let one = scene.one().to_lowercase();
    !is_single_value(&one) && !BOOKED.contains(&crate::coverage::scene::grammar::head(&one))
}

/// A value without parts, such as a quantity or a price.
pub(super) fn is_single_value(one: &str) -> bool {
    const SINGLE: [&str; 22] = [
        "quantity", "address", "name", "email", "number", "photo", "picture", "price", "status", "level", "date",
        "time", "amount", "title", "count", "stock", "salary", "wage", "rate", "budget", "limit", "fee",
    ];
    SINGLE.contains(&crate::coverage::scene::grammar::head(one).to_lowercase().as_str())
}

/// What an account is found by, so that no two may have the same.
fn names_the_account(scene: &Scene<'_>) -> bool {
    scene.is_own()
        && ["email", "email address", "user name", "username", "phone number"]
            .contains(&scene.one().to_lowercase().as_str())
}

fn taken(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    let actor = scene.actor();
    Proposal::new(
        format!("negative/{one}/taken"),
        format!("the {one} of another account"),
        Technique::EquivalencePartitioning,
        TestCaseType::Negative,
        scene.action_span(),
    )
    .titled(format!("The {one} of another account is refused"))
    .because("Two accounts with the same name of sign-in cannot be told apart")
    .priority(Priority::High)
    .givens(
        scene
            .start_as(VerbClass::Update)
            .into_iter()
            .filter(|given| !given.ends_with(" exists.")),
    )
    .given(format!("Another account exists whose {one} is known"))
    .act(format!("Open the {one} for editing"))
    .act(format!("Enter the {one} of the other account"))
    .act("Save the change")
    .seen(format!("A message says that this {one} cannot be used"))
    .expect(format!(
        "The {actor} still has the old {one}; the other account is unchanged"
    ))
}

fn given_up(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    Proposal::new(
        format!("edge/{one}/change given up"),
        format!("a change of {} that is not saved", a(&one)),
        Technique::Scenario,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("A change that is not saved leaves {} as it was", the(&one)))
    .because("Nothing may be changed before it is saved")
    .priority(scene.risk().lower())
    .givens(scene.start_as(VerbClass::Update))
    .step(scene.perform_as(VerbClass::Update, Vec::new()).swap_remove(0))
    .act(format!("Change {}", the(&one)))
    .act("Leave without saving")
    .act(format!("Open {} again", the(&one)))
    .expect(format!(
        "{} is shown as it was before; nothing of the change is left",
        capitalised(&the(&one))
    ))
}

fn only_the_changed_part(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    Proposal::new(
        format!("positive/{one}/one field changed"),
        format!("one field of {} is changed and the others are not", a(&one)),
        Technique::EquivalencePartitioning,
        TestCaseType::Positive,
        scene.action_span(),
    )
    .titled(format!("Changing one field of {} keeps the others", a(&one)))
    .because("A form that sends back everything easily empties what was not touched")
    .priority(Priority::Medium)
    .givens(scene.start_as(VerbClass::Update))
    .given(format!(
        "All fields of {} are filled in, and their contents are noted",
        the(&one)
    ))
    .step(scene.perform_as(VerbClass::Update, Vec::new()).swap_remove(0))
    .act("Change a single field")
    .act("Save the change")
    .act(format!("Open {} again", the(&one)))
    .expect("The changed field has its new content; every other field has the noted content")
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn record() {
        let story = "As a nurse, I want to edit a patient record so that the next shift knows about changes";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn single_value() {
        let story = "As a customer, I want to change my delivery address so that the parcel arrives";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to change my password so that my account is safe",
            "As a user, I want to change the language so that I understand the app",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
