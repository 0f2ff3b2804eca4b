//! Ordinary runs that are watched: acts of the system itself, and messages that arrive.

use super::super::criteria;
use super::Ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, capitalised, is_or_are, participle, singular, the, third_person};
use crate::test_case::Step;

/// Who acts when a story wants something of the system: `system`, `API`; `None` when the role acts.
fn system(scene: &Scene<'_>) -> Option<String> {
    let goal = scene.basis.words(scene.goal_span());
    let (subject, _) = goal.strip_prefix("the ")?.split_once(" to ")?;
    (subject.split(' ').count() <= 3 && !criteria::is_person(subject)).then(|| subject.to_owned())
}

/// Whether the act is one of the system itself: `I want the system to charge a fine`.
pub(in crate::coverage::families) fn is_system_act(scene: &Scene<'_>) -> bool {
    system(scene).is_some()
}

/// The title of an act of the system: `The system charges a fine`.
pub(in crate::coverage::families) fn system_title(scene: &Scene<'_>) -> Option<String> {
    if let Some(automatic) = scene.automatic() {
        return Some(super::super::r37_without_pages::title(&automatic));
    }
    let who = system(scene)?;
    let verb = third_person(scene.action().map_or("act", |action| action.verb.as_str()));
    Some(if scene.object().is_empty() {
        format!("The {who} {verb}")
    } else {
        format!("The {who} {verb} {}", a(&short(scene)))
    })
}

fn short(scene: &Scene<'_>) -> String {
    let object = if scene.object().is_empty() {
        "result"
    } else {
        scene.object()
    };
    object.split(" of $").next().unwrap_or(object).to_owned()
}

/// The programming interface that acts, if the system is one: `API`.
pub(in crate::coverage::families) fn interface(scene: &Scene<'_>) -> Option<String> {
    system(scene).filter(|who| ["API", "service", "endpoint"].iter().any(|word| who.ends_with(word)))
}

/// An act of the system is watched, not done.
pub(super) fn by_system(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let object = short(scene);
    let be = is_or_are(&object);
    let object = the(&object);
    let who = system(scene).unwrap_or_else(|| "system".to_owned());
    let verb = scene.action().map_or("show", |action| action.verb.as_str());
    if interface(scene).is_some() {
        ordinary.steps = vec![
            Step::new(format!("Send a request to the {who}.")),
            Step::new("Read the answer."),
        ];
        ordinary.expected = format!("The {who} answers with the data that was asked for and without an error.");
        return;
    }
    let place = Step::new(format!("Open the place where {object} {be} shown."));
    if ["show", "display", "list", "indicate"].contains(&verb) {
        ordinary.steps = vec![place, Step::new(format!("Compare {object} with the true one."))];
        ordinary.expected = format!("{} {be} shown and equal to the true one.", capitalised(&object));
        return;
    }
    ordinary.steps = vec![
        Step::new(format!(
            "Bring about the event after which the {who} must {verb} {object}."
        )),
        place,
    ];
    ordinary.expected = format!("{} {be} shown as {}.", capitalised(&object), participle(verb));
}

/// A message whose event the story does not tell.
pub(super) fn message(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let message = if scene.object().is_empty() {
        "message".to_owned()
    } else {
        singular(scene.object())
    };
    let actor = scene.actor();
    ordinary.givens = vec![format!("What is sent to the {actor} can be read.")];
    ordinary.steps = vec![
        Step::new(format!("Bring about the event of which the {message} tells.")),
        Step::new(format!("Look into what was sent to the {actor}.")),
    ];
    ordinary.expected = format!("The {actor} has received exactly one {message}; it names the event.");
}
