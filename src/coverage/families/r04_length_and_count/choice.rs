//! How many are chosen with the act: persons at a table, stars of a rating, hours of a space. One value is chosen and
//! shown; beyond the bound none is offered, or the act is refused.

use crate::basis::{Dimension, VerbClass};
use crate::coverage::families::limit_case::Setup;
use crate::coverage::families::limits::{Point, Rule};
use crate::coverage::families::ordinary::{self, Ordinary};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, head, is_or_are, participle, singular, the};
use crate::coverage::scene::persons::is_person;
use crate::coverage::values;
use crate::test_case::{Span, Step};
use rust_decimal::Decimal;

/// What an act has a choice of: how many come along, how long it is for, how good something was.
const CHOSEN: [&str; 18] = [
    "person",
    "people",
    "guest",
    "passenger",
    "adult",
    "child",
    "traveller",
    "traveler",
    "participant",
    "player",
    "visitor",
    "star",
    "night",
    "day",
    "hour",
    "week",
    "ticket",
    "seat",
];

/// Whether so many of a thing are chosen with the story's act: `a table for 2 to 8 persons`, `1 to 5 stars`, `at up to five
/// nurseries`.
pub(super) fn is_choosable(scene: &Scene<'_>, rule: &Rule, one: &str) -> bool {
    let low = head(one).to_lowercase();
    let known = CHOSEN.contains(&low.as_str()) || is_person(&low);
    known
        && (ordinary::is_booking(scene)
            || scene.takes()
            || is_rating(scene) && low == "star"
            || is_search(scene) && is_person(&low))
        || is_with_act(scene, rule.span)
}

/// `apply for a place at up to five nurseries with one form`: what the act goes to, by the preposition before the number.
fn is_with_act(scene: &Scene<'_>, span: Span) -> bool {
    let goal = scene.goal_span();
    let inside = span.basis_id == goal.basis_id && goal.start <= span.start && span.end <= goal.end;
    let before = scene
        .basis
        .text(span.basis_id)
        .get(..span.start)
        .unwrap_or("")
        .trim_end();
    let linked = ["at", "for", "from", "with"].contains(&before.rsplit(' ').next().unwrap_or(""));
    let makes = [VerbClass::Create, VerbClass::Other].contains(&scene.class());
    inside && linked && makes && !scene.object().is_empty()
}

fn is_search(scene: &Scene<'_>) -> bool {
    [VerbClass::Search, VerbClass::Filter].contains(&scene.class())
}

fn is_rating(scene: &Scene<'_>) -> bool {
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    ["rate", "review", "grade"].contains(&verb)
}

/// How a number is chosen, and what is then seen.
pub(super) fn setup(scene: &Scene<'_>, point: &Point, value: &str, setup: &mut Setup) {
    let one = scene.one();
    setup.entries.push(step(scene, point.value, value, point.inside));
    if is_rating(scene) {
        "stars".clone_into(&mut setup.field);
        let noun = if scene.action().is_some_and(|action| action.verb == "review") {
            "review"
        } else {
            "rating"
        };
        setup.thing = format!("{noun} with {value}");
        setup.seen = format!("The {noun} of the {} is shown with {value}", scene.actor());
        setup.barred = if point.value.is_zero() {
            format!("A message asks for the stars; no {noun} is added")
        } else {
            format!(
                "{} cannot be chosen, or a message refuses the {noun}; no {noun} is added",
                capitalised(value)
            )
        };
        return;
    }
    if is_search(scene) {
        setup.seen = format!("{} are listed for {value}", capitalised(&scene.many()));
        setup.barred = format!(
            "{} cannot be chosen, or a message refuses the search; no {one} is listed",
            capitalised(value)
        );
        return;
    }
    if !(ordinary::is_booking(scene) || scene.takes()) {
        let noun = value.split_once(' ').map_or(value, |(_, noun)| noun);
        noun.clone_into(&mut setup.field);
        let applied = scene.action().is_some_and(|action| action.verb.starts_with("apply"));
        let thing = if applied { "application".to_owned() } else { one.clone() };
        setup.seen = format!("{} is shown with all {value}", capitalised(&the(&thing)));
        setup.barred = format!(
            "{} cannot be chosen, or a message refuses them; no {thing} is created",
            capitalised(value)
        );
        return;
    }
    let verb = scene.action().map_or("book", |action| action.verb.as_str());
    setup.thing = format!("{one} for {value}");
    setup.shown = format!("for {value}");
    setup.barred = format!(
        "{} cannot be chosen, or a message refuses it; {} {} not {}",
        capitalised(value),
        the(&one),
        is_or_are(&one),
        participle(verb)
    );
}

/// The step that chooses a number; one that may not be offered is tried.
fn step(scene: &Scene<'_>, number: Decimal, value: &str, offered: bool) -> Step {
    if number.is_zero() && is_rating(scene) {
        return Step::new("Choose no star.").with_data("0");
    }
    let tried = if offered { "Choose" } else { "Try to choose" };
    Step::new(format!("{tried} {value}.")).with_data(value)
}

/// An ordinary number within the range that the story itself gives for what is chosen: the choice, and what is seen of it.
pub(in crate::coverage::families) fn ordinary_choice(scene: &Scene<'_>, run: &mut Ordinary) {
    let Some((number, value, place)) = in_goal(scene) else {
        return;
    };
    if is_rating(scene) || run.steps.iter().any(|step| step.data == value) {
        return;
    }
    let at = run.steps.len().saturating_sub(1);
    run.steps.insert(at, step(scene, number, &value, true));
    run.expected = format!("{} for {value}.", run.expected.trim_end_matches('.'));
    run.values
        .push(values::computed(value, "between the two limits", Some(place)));
}

/// What is chosen by the words of the goal, in the middle of its range.
fn in_goal(scene: &Scene<'_>) -> Option<(Decimal, String, Span)> {
    let fits = ordinary::is_booking(scene) || scene.takes();
    let goal = scene.goal_span();
    scene.basis.limits().filter(|_| fits).find_map(|(limit, span)| {
        let inside = span.basis_id == goal.basis_id && goal.start <= span.start && span.end <= goal.end;
        let (lower, upper) = (limit.lower?.value, limit.upper?.value);
        let one = singular(head(&limit.unit)).to_lowercase();
        let chosen = limit.dimension == Dimension::Duration || CHOSEN.contains(&one.as_str()) || is_person(&one);
        let number = (lower / Decimal::TWO + upper / Decimal::TWO).floor();
        (inside && chosen && lower < number && number < upper).then(|| (number, values::of_limit(number, limit), span))
    })
}
