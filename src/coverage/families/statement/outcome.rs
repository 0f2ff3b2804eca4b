//! What follows from a condition, as what a tester tries and looks at: `a step can be opened` is tried by opening one.

use super::forms::look;
use super::{Told, phrase};
use crate::basis::Criterion;
use crate::coverage::families::criteria::is_person;
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, capitalised, head, is_or_are, sentence};
use crate::test_case::Step;

/// What follows from a condition, with the thing that the condition names in place of a pronoun: `When a guest buys an
/// item, it's marked 'taken'` → `The item is marked 'taken'`.
pub(in crate::coverage::families) fn named(scene: &Scene<'_>, criterion: &Criterion, text: &str) -> String {
    if !phrase::opens_with_pronoun(text) {
        return text.to_owned();
    }
    let when = criterion.when.first().or_else(|| criterion.given.first());
    let thing = when.and_then(|when| phrase::antecedent(&scene.observed(&when.text)));
    thing.map_or_else(|| text.to_owned(), |thing| phrase::resolved(text, &thing))
}

/// An outcome that says what can be done, as what is tried: `a step can be opened` → `Open a step`, `A step is opened`.
pub(in crate::coverage::families) fn offered(outcome: &str) -> Option<(Vec<Step>, String)> {
    let clause = Clause::read(outcome)?;
    let can = ["can", "may"].contains(&clause.verb.split(' ').next()?.to_lowercase().as_str());
    let verb = clause
        .done()
        .filter(|_| can && !clause.negative && !outcome.contains(" and "))?;
    let subject = lowered(&clause.subject);
    let tail = clause.rest.split_once(' ').map_or("", |(_, tail)| tail);
    let deed = format!("{verb} {subject} {tail}").trim_end().to_owned();
    let mut way = Step::new(sentence(&format!("Look for a way to {deed}")));
    way.expected = "It is offered.".to_owned();
    let act = Step::new(sentence(&capitalised(&deed)));
    let be = is_or_are(&clause.subject);
    let expected = format!("{} {be} {}", clause.subject, clause.rest);
    Some((vec![way, act], sentence(&capitalised(&expected))))
}

/// An outcome that says what cannot be done, as what is tried: `a step cannot be opened`.
pub(in crate::coverage::families) fn withheld(outcome: &str) -> Option<(Vec<Step>, String)> {
    let clause = Clause::read(outcome)?;
    let first = clause.verb.split(' ').next()?.to_lowercase();
    let can = ["can", "cannot", "can't", "may"].contains(&first.as_str());
    let verb = clause
        .done()
        .filter(|_| can && clause.negative && !outcome.contains(" and "))?;
    let subject = lowered(&clause.subject);
    let tail = clause.rest.split_once(' ').map_or("", |(_, tail)| tail);
    let deed = format!("{verb} {subject} {tail}").trim_end().to_owned();
    let mut way = Step::new(sentence(&format!("Look for a way to {deed}")));
    way.expected = "None is offered.".to_owned();
    let mut direct = Step::new(sentence(&format!("Send the request to {deed} directly")));
    direct.expected = "The request is refused.".to_owned();
    let be = is_or_are(&clause.subject);
    let done = clause.rest.split(' ').next().unwrap_or("");
    Some((
        vec![way, direct],
        sentence(&format!("The act is refused; {subject} {be} not {done}")),
    ))
}

/// The steps that bring the condition about, without the story's act.
pub(in crate::coverage::families) fn before(steps: Vec<Step>, scene: &Scene<'_>) -> Vec<Step> {
    let ordinary = ordinary::run(scene).steps;
    steps
        .into_iter()
        .filter(|step| !ordinary.iter().any(|own| own.action == step.action))
        .collect()
}

/// A look at what the outcome is about, where the last step is not one.
pub(in crate::coverage::families) fn look_for(scene: &Scene<'_>, outcome: &str, steps: &[Step]) -> Option<Step> {
    let clause = Clause::read(outcome).filter(|clause| !clause.subject.is_empty() && !clause.negative)?;
    let head = head(bare(&clause.subject)).to_lowercase();
    let last = steps.last()?.action.to_lowercase();
    let long = clause.subject.split(' ').count() > 6 || clause.subject.contains('"');
    let message = [
        "message",
        "error",
        "warning",
        "nobody",
        "nothing",
        "everything",
        "it",
        "they",
    ]
    .contains(&head.as_str());
    let acts = is_person(&clause.subject) && !["be", "get", "receive"].contains(&clause.base.as_str());
    if acts || last.contains(&head) || last.starts_with("look") || message || long {
        return None;
    }
    look(Told::default(), scene, &clause).steps.pop()
}
