//! R24 Concurrency and idempotency: the same thing twice, or two people at once.
//!
//! Gives: a form that is submitted twice in a row, and two people who change the same record.
//!
//! Refuses: acts whose double is tested by their own family (payments R19, codes R20, free places R23), and records that
//! belong to one person only. Never more than medium: it matters, but rarely stops a release.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised, the};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if let Some(scene) = scene.focus(&[VerbClass::Create]).filter(costs_when_doubled) {
        found.propose(submitted_twice(&scene));
    }
    if let Some(scene) = scene.focus(&[VerbClass::Update, VerbClass::Manage]).filter(is_shared) {
        found.propose(edited_by_two(&scene));
    }
}

/// A second one costs money or work, or is seen by others.
fn costs_when_doubled(scene: &Scene<'_>) -> bool {
    const COSTLY: [&str; 24] = [
        "order",
        "invoice",
        "application",
        "request",
        "claim",
        "report",
        "comment",
        "review",
        "message",
        "ticket",
        "expense",
        "complaint",
        "prescription",
        "referral",
        "bid",
        "vote",
        "issue",
        "post",
        "transaction",
        "entry",
        "submission",
        "payment",
        "permit",
        "survey",
    ];
    let one = scene.one().to_lowercase();
    let head = crate::coverage::scene::grammar::head(&one);
    let booked = scene
        .action()
        .is_some_and(|action| ["book", "reserve"].contains(&action.verb.as_str()));
    let generated = scene
        .action()
        .is_some_and(|action| super::r33_report::is_worked_out(&action.verb));
    !booked && !generated && COSTLY.contains(&head)
}

fn submitted_twice(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    let mut steps = scene.perform_as(VerbClass::Create, Vec::new());
    let last = steps.pop();
    let open = steps.into_iter().next().unwrap_or_else(|| scene.open());
    let submit = last.map_or_else(
        || "Submit the form".to_owned(),
        |step| step.action.trim_end_matches('.').to_owned(),
    );
    Proposal::new(
        format!("edge/{one}/submitted twice"),
        format!("{} is submitted twice in a row", a(&one)),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("Submitting twice in a row creates one {one}"))
    .because("Whoever waits for an answer clicks again")
    .priority(Priority::Medium)
    .givens(scene.start_as(VerbClass::Create))
    .step(open)
    .act(format!("Fill in {}", the(&one)))
    .act(format!("{submit} with a double click"))
    .seen("One confirmation is shown")
    .act(format!("Open the place where {} are listed", scene.many()))
    .expect(format!("The new {one} is listed exactly once"))
}

/// Whether several people may change it: it is worked on by a role, or the story says so.
fn is_shared(scene: &Scene<'_>) -> bool {
    const STAFF: [&str; 22] = [
        "admin",
        "administrator",
        "manager",
        "editor",
        "nurse",
        "doctor",
        "clerk",
        "officer",
        "agent",
        "operator",
        "supervisor",
        "teacher",
        "librarian",
        "moderator",
        "dispatcher",
        "planner",
        "receptionist",
        "pharmacist",
        "engineer",
        "technician",
        "developer",
        "caseworker",
    ];
    let actor = scene.actor().to_lowercase();
    let staff = actor.rsplit(' ').next().is_some_and(|last| STAFF.contains(&last));
    let together = scene
        .mentions(&[
            "team",
            "colleague",
            "shared",
            "collaborate",
            "together",
            "at the same time",
            "everyone",
            "shift",
        ])
        .is_some();
    !scene.object().is_empty() && (staff && !scene.is_own() || together)
}

fn edited_by_two(scene: &Scene<'_>) -> Proposal {
    let one = scene.one();
    let people = crate::coverage::scene::grammar::plural(&scene.actor());
    Proposal::new(
        format!("edge/{one}/changed by two"),
        format!("two {people} change the same {one} at once"),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!(
        "A second change of the same {one} does not silently undo the first"
    ))
    .because("A form that was opened earlier writes back what somebody else has changed since")
    .priority(Priority::Medium)
    .given(format!("Two {people} are signed in, each in a browser of their own"))
    .given(format!("{} exists", capitalised(&a(&one))))
    .act(format!("Open the {one} for editing in both browsers"))
    .act("Change one field in the first browser")
    .act("Save the change")
    .act("Change another field in the second browser")
    .act("Save this change as well")
    .act(format!("Open the {one} again"))
    .expect("The change of the first browser is still there; no change is lost without a message")
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn created_twice() {
        let story = "As an employee, I want to submit an expense report so that I get my money back";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn changed_by_two() {
        let story = "As an editor, I want to edit an article so that mistakes are corrected";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a user, I want to edit my profile so that others know me",
            "As a manager, I want to generate a monthly sales report so that I can see trends",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
