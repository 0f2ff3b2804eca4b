//! Part of R1: goals that nobody of the story acts out. What the product does by itself is set off and looked at; what no
//! reading explains is asked, and left to the criteria.
//!
//! Refuses: to show that a fact comes true by assuming it. Without an event there is no case of the goal alone.

use crate::basis::VerbClass;
use crate::coverage::scene::clause::contrary;
use crate::coverage::scene::grammar::{a, capitalised, is_plural, third_person};
use crate::coverage::scene::{Goal, Watched};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Technique, TestCaseType};

/// Names the question whose answer says how the goal itself is tested.
pub(in crate::coverage) const QUESTION: &str = "story/how";

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    match scene.goal() {
        Goal::Acted => {}
        Goal::Watched(Watched { fact, event: None }) => found.ask(
            QUESTION,
            format!("What is done, or what happens, before it can be seen that {fact}; and where is it seen?"),
            Some(scene.goal_span()),
        ),
        Goal::Watched(watched) => seen(scene, watched, found),
        Goal::Told(text) => told(scene, text, found),
    }
}

/// The event and what follows; and nothing of it without the event.
fn seen(scene: &Scene<'_>, watched: &Watched, found: &mut Found) {
    let Some(event) = &watched.event else { return };
    let item = |key: &str, condition: String, technique, case_type| {
        Proposal::new(key, condition, technique, case_type, scene.goal_span())
            .priority(scene.risk())
            .givens(scene.start())
    };
    found.propose(
        item(
            "success/goal",
            format!("{event}, with ordinary data"),
            Technique::Scenario,
            TestCaseType::Positive,
        )
        .titled(short(&watched.told(), &format!(" when {event}")))
        .because("This is what the story is for")
        .step(watched.brought_about())
        .act(format!("Look whether {}", watched.fact))
        .expect(&watched.fact),
    );
    // Devices have a family of their own for what must not happen.
    if !scene.surface().has_pages() {
        return;
    }
    let (Some(no_event), Some(denied)) = (contrary(event), contrary(&watched.fact)) else {
        return;
    };
    found.propose(
        item(
            "negative/goal/no event",
            no_event.clone(),
            Technique::EquivalencePartitioning,
            TestCaseType::Negative,
        )
        .titled(short(&capitalised(&denied), &format!(" when {no_event}")))
        .because("Without what sets it off nothing may happen")
        .given(&no_event)
        .act(format!("Look whether {}", watched.fact))
        .expect(&denied),
    );
}

/// A question that somebody looks up (`see how many points I have`) has its answer compared; any other act is asked.
fn told(scene: &Scene<'_>, text: &str, found: &mut Found) {
    let looked_up = scene.basis.main_action().filter(|action| {
        let first = action.object.split(' ').next().unwrap_or("").to_lowercase();
        let asks = ["how", "what", "which", "whether", "where", "who"].contains(&first.as_str());
        asks && matches!(action.class, VerbClass::Read | VerbClass::Search)
    });
    let Some(action) = looked_up else {
        return found.ask(
            QUESTION,
            format!(
                "Which steps does {} take to {text}, and what is seen when it worked?",
                scene.an_actor()
            ),
            Some(scene.goal_span()),
        );
    };
    let said = scene.observed(&action.object);
    let verb = if is_plural(&scene.actor()) {
        action.verb.clone()
    } else {
        third_person(&action.verb)
    };
    found.propose(
        Proposal::new(
            "success/goal",
            format!("{text} with ordinary data"),
            Technique::Scenario,
            TestCaseType::Positive,
            scene.goal_span(),
        )
        .titled(capitalised(&format!("{} {verb} {said}", a(&scene.actor()))))
        .because("This is what the story is for")
        .priority(scene.risk())
        .givens(scene.start())
        .act(format!("Open the place that shows {said}"))
        .act("Compare what is shown with the stored data")
        .expect("What is shown equals the stored data"),
    );
}

/// A title with its condition, where it stays readable.
fn short(fact: &str, condition: &str) -> String {
    if fact.len() + condition.len() <= 130 {
        format!("{fact}{condition}")
    } else {
        fact.to_owned()
    }
}
