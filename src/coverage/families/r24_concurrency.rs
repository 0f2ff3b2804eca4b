//! R24 Concurrency and idempotency: the same thing twice, or two people at once.
//!
//! Gives: a form that is submitted twice in a row, and two people who change the same record.
//!
//! Refuses: acts whose double is tested by their own family (payments R19, codes R20, free places R23), and records that
//! belong to one person only. Never more than medium: it matters, but rarely stops a release.

use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, capitalised};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    if let Some(scene) = scene.focus(&[VerbClass::Create]) {
        if let Some(list) = collection(&scene) {
            found.propose(kept_twice(&scene, &list));
        } else if let Some(noun) = costs_when_doubled(&scene) {
            found.propose(submitted_twice(&scene, &noun));
        }
    }
    if let Some(scene) = scene.focus(&[VerbClass::Update, VerbClass::Manage]).filter(is_shared) {
        found.propose(edited_by_two(&scene));
    }
}

/// A list in which each thing stands once: `wishlist` of `to a wishlist`.
fn collection(scene: &Scene<'_>) -> Option<String> {
    let action = scene.action()?;
    let to = action
        .circumstances
        .iter()
        .find_map(|words| words.strip_prefix("to ").or_else(|| words.strip_prefix("in ")))?;
    let list = crate::coverage::scene::grammar::bare(to);
    let sets = [
        "wishlist",
        "wish list",
        "favourites",
        "favorites",
        "watchlist",
        "bookmarks",
        "reading list",
    ];
    sets.iter().any(|set| list.ends_with(set)).then(|| list.to_owned())
}

fn kept_twice(scene: &Scene<'_>, list: &str) -> Proposal {
    let one = scene.one();
    let verb = scene.action().map_or("save", |action| action.verb.as_str());
    Proposal::new(
        format!("edge/{one}/kept twice"),
        format!("{} that is in the {list} already", a(&one)),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("The same {one} stands in the {list} only once"))
    .because("Whoever forgot that it is there adds it again")
    .priority(Priority::Low)
    .given(format!("The {list} of the {} holds exactly one {one}", scene.actor()))
    .act(format!("Open this {one}"))
    .act(format!("{} it to the {list} again", capitalised(verb)))
    .act(format!("Open the {list}"))
    .expect(format!("The {list} still holds exactly one {one}; no error is shown"))
}

/// What is made, when a second one costs money or work or is seen by others: `leave request` of `request leave`.
fn costs_when_doubled(scene: &Scene<'_>) -> Option<String> {
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
    let one = scene.one();
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    match verb {
        _ if one.is_empty() => None,
        "book" | "reserve" => None,
        _ if super::r33_report::is_worked_out(verb) => None,
        "request" | "report" | "order" | "prescribe" | "apply" | "apply for" => Some(noun(scene, verb)),
        _ => (COSTLY.contains(&crate::coverage::scene::grammar::head(&one.to_lowercase())) || verb == "create")
            .then_some(one),
    }
}

/// What such an act makes: `leave request` of `request leave`.
pub(super) fn noun(scene: &Scene<'_>, verb: &str) -> String {
    let one = scene.one();
    match verb {
        "order" => format!("{one} order"),
        "prescribe" => format!("prescription of {}", a(&one)),
        "apply" | "apply for" => format!("application for {}", a(&one)),
        _ if one.ends_with(verb) => one,
        _ => format!("{one} {verb}"),
    }
}

fn submitted_twice(scene: &Scene<'_>, noun: &str) -> Proposal {
    let many = crate::coverage::scene::grammar::plural(noun);
    Proposal::new(
        format!("edge/{noun}/submitted twice"),
        format!("{} is submitted twice in a row", a(noun)),
        Technique::ErrorGuessing,
        TestCaseType::EdgeCase,
        scene.action_span(),
    )
    .titled(format!("Submitting twice in a row creates one {noun}"))
    .because("Whoever waits for an answer clicks again")
    .priority(scene.risk().lower())
    .givens(scene.start_as(VerbClass::Create))
    .givens(scene.surroundings())
    .given(format!("No {noun} with the same content exists"))
    .act(format!("Open the form for {}", a(&format!("new {noun}"))))
    .act("Fill in the form")
    .act("Submit the form with a double click")
    .seen("One confirmation is shown")
    .act(format!("Open the list of {many}"))
    .expect(format!("The new {noun} is listed exactly once"))
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
    let single = super::r15_update::is_single_value(&one);
    let (first, second) = if single {
        (
            format!("Set the {one} to a first new value in the first browser"),
            format!("Set the {one} to a second new value in the second browser"),
        )
    } else {
        (
            "Change one field in the first browser".to_owned(),
            "Change another field in the second browser".to_owned(),
        )
    };
    let kept = if single {
        format!(
            "A message said that the {one} was changed in the meantime; the first new value was not replaced without it"
        )
    } else {
        "The change of the first browser is still there; no change is lost without a message".to_owned()
    };
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
    .given(format!(
        "{} is open for editing in both browsers",
        capitalised(&a(&one))
    ))
    .act(first)
    .act("Save the change")
    .act(second)
    .act("Save this change as well")
    .act(format!("Open the {one} again"))
    .expect(kept)
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
