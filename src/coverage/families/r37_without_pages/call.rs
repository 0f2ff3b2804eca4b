//! Calls that one program sends another on an event: exactly one for each event, none for others, and what becomes of one
//! that nobody takes.

use super::super::ordinary::Ordinary;
use super::{brought_about, item, not_given};
use crate::coverage::scene::Event;
use crate::coverage::{Found, Scene};
use crate::test_case::{Priority, Step, TestCaseType};

const RECEIVER: &str = "A receiver is registered that records every call.";

fn event(scene: &Scene<'_>) -> Option<Event> {
    let goal = scene.basis.words(scene.goal_span());
    let (_, event) = goal.split_once(" when ").or_else(|| goal.split_once(" whenever "))?;
    Some(Event::Clause(scene.observed(event)))
}

fn cause(scene: &Scene<'_>) -> String {
    event(scene).map_or_else(
        || "Bring about the event that the call tells of".to_owned(),
        |event| brought_about(&event),
    )
}

pub(super) fn run(scene: &Scene<'_>) -> Ordinary {
    Ordinary {
        givens: vec![RECEIVER.to_owned()],
        steps: vec![
            Step::new(format!("{}.", cause(scene))),
            Step::new("Read what the receiver recorded."),
        ],
        expected: "The record shows exactly one call, with the event and what it happened to.".to_owned(),
        ..Ordinary::default()
    }
}

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let cause = cause(scene);
    let case = |key: &str, condition: &str, kind| item(scene, &format!("call/{key}"), condition, kind).given(RECEIVER);
    if let Some(Event::Clause(clause)) = event(scene) {
        let other = not_given(&clause);
        found.propose(
            case("other event", "the event does not happen", TestCaseType::Negative)
                .titled(format!("No call is sent when {other}"))
                .because("A false call sets work going at the receiver")
                .priority(scene.risk())
                .act(format!("Bring it about that {other}"))
                .act("Read what the receiver recorded")
                .expect("The record shows no call"),
        );
    }
    found.propose(
        case("two", "two events shortly one after the other", TestCaseType::EdgeCase)
            .titled("Two events give two calls that can be told apart")
            .because("A receiver must be able to see a repetition as one")
            .priority(Priority::Medium)
            .act(&cause)
            .act("Bring about the same event for something else")
            .act("Read what the receiver recorded")
            .expect("The record shows exactly two calls, each with an id of its own and with what it happened to"),
    );
    found.propose(
        case("not taken", "the receiver does not answer", TestCaseType::Negative)
            .titled("A call that the receiver did not take is sent again")
            .because("A receiver is down one day, and what happened then must not be lost")
            .priority(scene.risk())
            .act("Stop the receiver")
            .act(&cause)
            .act("Start the receiver again")
            .act("Read what the receiver recorded after the next try")
            .expect("The record shows the call exactly once, with the data of the event")
            .waits_for("call/retries"),
    );
    found.ask(
        "call/retries",
        "How often and for how long is a call sent again that the receiver did not take?",
        Some(scene.action_span()),
    );
    found.propose(
        case(
            "signature",
            "a call that somebody else makes up",
            TestCaseType::Negative,
        )
        .titled("The receiver can tell a call that was made up")
        .because("The address of a receiver is no secret")
        .priority(scene.risk())
        .act(&cause)
        .act("Check the signature of the recorded call with the secret of the registration")
        .act("Change one character of the recorded call and check the signature again")
        .expect("The first check succeeds; the second fails")
        .waits_for("call/signature"),
    );
    found.ask(
        "call/signature",
        "How does a receiver check where a call comes from?",
        Some(scene.action_span()),
    );
}
