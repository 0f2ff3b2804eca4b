//! R38, tracking: the state or place of something that moves on elsewhere: a delivery, an application, a claim.
//!
//! Gives: the way from the first state to the last, what was cancelled, what is not known yet, two at once, that of
//! somebody else, the source that does not answer. Refuses: figures that have no thing that moves (R14).

use super::rows::{self, Row};
use crate::basis::VerbClass;
use crate::coverage::scene::grammar::{a, bare, head, plural, singular, the};
use crate::coverage::{Found, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let Some((state, thing)) = tracked(scene) else { return };
    let (actor, the_thing, many) = (scene.actor(), the(&thing), plural(&thing));
    let given: Vec<String> = scene
        .start()
        .into_iter()
        .filter(|given| given.contains("signed in"))
        .collect();
    let prefix = format!("tracking/{thing}");
    let open = (format!("Look at its {state}"), "");
    let row = |key, kind, priority, title: String| Row {
        key,
        technique: Technique::StateTransition,
        kind,
        priority,
        condition: title.to_lowercase(),
        title,
        because: "Whoever waits acts on what is shown",
        givens: Vec::new(),
        steps: Vec::new(),
        expect: String::new(),
    };
    let all = [
        Row {
            givens: vec![format!("{} has just begun", a(&thing))],
            steps: vec![
                (format!("Open {the_thing}"), ""),
                open.clone(),
                (
                    format!("Move {the_thing} on to its next state, until it has reached the last one"),
                    "",
                ),
                (format!("Look at its {state} after each move"), ""),
            ],
            expect: format!(
                "Each {state} is shown once {the_thing} has reached it; none is left out and none comes back"
            ),
            ..row(
                "way",
                TestCaseType::Positive,
                scene.risk(),
                format!("The {state} follows {the_thing} to its end"),
            )
        },
        Row {
            givens: vec![format!("{} was cancelled while it was under way", a(&thing))],
            steps: vec![(format!("Open {the_thing}"), ""), open.clone()],
            expect: format!(
                "{} is shown as cancelled; nothing says that it is still under way",
                capital(&the_thing)
            ),
            ..row(
                "cancelled",
                TestCaseType::EdgeCase,
                Priority::Medium,
                format!("{} that was cancelled is not shown as under way", capital(&a(&thing))),
            )
        },
        Row {
            technique: Technique::EquivalencePartitioning,
            givens: vec![format!("{} exists of which no {state} is known yet", a(&thing))],
            steps: vec![(format!("Open {the_thing}"), ""), open.clone()],
            expect: format!(
                "A text says that no {state} is known yet; no error and no {state} of another {thing} is shown"
            ),
            ..row(
                "unknown",
                TestCaseType::EdgeCase,
                Priority::Medium,
                format!("{} without a known {state} says so", capital(&a(&thing))),
            )
        },
        Row {
            technique: Technique::EquivalencePartitioning,
            givens: vec![format!("The {actor} has two {many} with a different {state} each")],
            steps: vec![
                (format!("Open the {state} of the first {thing}"), ""),
                (format!("Open the {state} of the second {thing}"), ""),
            ],
            expect: format!("Each {thing} is shown with its own {state}"),
            ..row(
                "two",
                TestCaseType::EdgeCase,
                Priority::Medium,
                format!("Two {many} are shown with their own {state} each"),
            )
        },
        Row {
            technique: Technique::ChecklistBased,
            because: "What somebody waits for is nobody else's business",
            givens: vec![format!("Another {actor} has {} whose number is known", a(&thing))],
            steps: vec![
                (format!("Open the search for the {state}"), ""),
                (
                    format!("Ask for the {state} of {the_thing} with the known number"),
                    "A message says that it is not found",
                ),
            ],
            expect: format!("Nothing of the other {actor}'s {thing} is shown"),
            ..row(
                "foreign",
                TestCaseType::Negative,
                Priority::High,
                format!("The {state} of another {actor}'s {thing} is not shown"),
            )
        },
        Row {
            technique: Technique::ErrorGuessing,
            because: "The state comes from elsewhere, and that is down one day",
            givens: vec![format!("What the {state} comes from was stopped")],
            steps: vec![(format!("Open {the_thing}"), ""), open],
            expect: format!("A text says that the {state} cannot be had at the moment; no made-up {state} is shown"),
            ..row(
                "source",
                TestCaseType::Negative,
                Priority::Medium,
                format!("A {state} that cannot be had is not made up"),
            )
        },
    ];
    for row in all {
        rows::propose(scene, &prefix, &given, row, found);
    }
    found.ask(
        format!("{prefix}/states"),
        format!(
            "Which states can the {state} of {} have, and in which order?",
            a(&thing)
        ),
        Some(scene.action_span()),
    );
}

fn capital(text: &str) -> String {
    crate::coverage::scene::grammar::capitalised(text)
}

/// What is shown of it, and the thing that moves: `delivery status` of an `order`.
fn tracked(scene: &Scene<'_>) -> Option<(String, String)> {
    const STATES: [&str; 6] = ["status", "state", "progress", "location", "position", "whereabouts"];
    const MOVING: [&str; 14] = [
        "order",
        "parcel",
        "package",
        "delivery",
        "shipment",
        "application",
        "claim",
        "request",
        "repair",
        "case",
        "refund",
        "ticket",
        "complaint",
        "return",
    ];
    let action = scene.action().filter(|_| scene.class() == VerbClass::Read)?;
    let object = bare(&action.object).to_lowercase();
    if let Some((state, thing)) = object.split_once(" of ") {
        let thing = singular(bare(thing));
        return (STATES.contains(&head(state)) && MOVING.contains(&head(&thing))).then(|| (state.to_owned(), thing));
    }
    let (thing, state) = object.rsplit_once(' ').unwrap_or((object.as_str(), ""));
    if STATES.contains(&state) && MOVING.contains(&head(&singular(thing))) {
        return Some(("status".to_owned(), singular(thing)));
    }
    let follows = ["track", "follow"].contains(&action.verb.as_str());
    (follows && MOVING.contains(&head(&singular(&object)))).then(|| ("status".to_owned(), singular(&object)))
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn delivery() {
        let story = "As a customer, I want to track the delivery status of my order so that I am at home";
        insta::assert_snapshot!(given_by(propose, story, &[]));
    }

    #[test]
    fn other_words_for_the_same() {
        for (story, thing) in [
            ("As a customer, I want to track my parcel", "parcel"),
            (
                "As a citizen, I want to see the status of my application",
                "application",
            ),
            (
                "As an insured person, I want to check the progress of my claim",
                "claim",
            ),
        ] {
            let keys = keys(propose, story);
            assert!(keys.contains(&format!("tracking/{thing}/way")), "{story}: {keys:?}");
        }
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a customer, I want to see my orders",
            "As a bank customer, I want to see my account balance",
            "As a runner, I want to track my steps",
            "As a clerk, I want to change the status of an order",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
