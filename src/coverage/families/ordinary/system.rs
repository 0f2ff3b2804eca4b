//! Ordinary runs that are watched: acts of the system itself, messages that arrive, and judgements that are given.

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
    let who = system(scene)?;
    let verb = third_person(scene.action().map_or("act", |action| action.verb.as_str()));
    Some(if scene.object().is_empty() {
        format!("The {who} {verb}")
    } else {
        format!("The {who} {verb} {}", a(&short(scene)))
    })
}

fn short(scene: &Scene<'_>) -> String {
    let object = if scene.object().is_empty() { "result" } else { scene.object() };
    object.split(" of $").next().unwrap_or(object).to_owned()
}

/// An act of the system is watched, not done.
pub(super) fn by_system(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let object = short(scene);
    let be = is_or_are(&object);
    let object = the(&object);
    let who = system(scene).unwrap_or_else(|| "system".to_owned());
    let verb = scene.action().map_or("show", |action| action.verb.as_str());
    if ["API", "service", "endpoint"].iter().any(|word| who.ends_with(word)) {
        ordinary.steps = vec![Step::new(format!("Send a request to the {who}.")), Step::new("Read the answer.")];
        ordinary.expected = format!("The {who} answers with the data that was asked for and without an error.");
        return;
    }
    let place = Step::new(format!("Open the place where {object} {be} shown."));
    if ["show", "display", "list", "indicate"].contains(&verb) {
        ordinary.steps = vec![place, Step::new(format!("Compare {object} with the true one."))];
        ordinary.expected = format!("{} {be} shown and equal to the true one.", capitalised(&object));
        return;
    }
    ordinary.steps = vec![Step::new(format!("Bring about the event after which the {who} must {verb} {object}.")), place];
    ordinary.expected = format!("{} {be} shown as {}.", capitalised(&object), participle(verb));
}

/// A message that arrives when something happens.
pub(super) fn message(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let circumstances = scene.action().map_or(&[][..], |action| action.circumstances.as_slice());
    let marks = ["when ", "if ", "as soon as ", "once ", "whenever "];
    let event = circumstances.iter().find_map(|words| marks.iter().find_map(|mark| words.strip_prefix(mark)));
    let event = event.map(|event| scene.observed(event));
    let message = if scene.object().is_empty() { "message".to_owned() } else { singular(scene.object()) };
    let actor = scene.actor();
    let step = match (event.as_deref().map(|event| criteria::deed(scene, event)), &event) {
        (Some(criteria::Deed::Step(step)), _) => step,
        (_, Some(event)) => format!("Bring it about that {event}."),
        (_, None) => format!("Bring about the event of which the {message} tells."),
    };
    ordinary.givens = vec![format!("What is sent to the {actor} can be read.")];
    ordinary.steps = vec![Step::new(step), Step::new(format!("Open what was sent to the {actor}."))];
    ordinary.expected = match event {
        Some(event) => format!("Exactly one {message} was sent to the {actor}; it says that {event}."),
        None => format!("Exactly one {message} was sent to the {actor}; it names the event."),
    };
}

/// A judgement that is given: a rating, a review.
pub(super) fn rate(scene: &Scene<'_>, ordinary: &mut Ordinary) {
    let one = scene.one();
    ordinary.steps =
        vec![Step::new(format!("Open {}.", a(&one))), Step::new("Choose a rating."), Step::new("Submit the rating.")];
    ordinary.expected =
        format!("The rating that was chosen is shown with {} as the rating of the {}.", the(&one), scene.actor());
}
