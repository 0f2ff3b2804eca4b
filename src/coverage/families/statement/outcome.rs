//! What follows from a condition, as what a tester tries and looks at: `a step can be opened` is tried by opening one.

use crate::coverage::families::limits::lowered;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{capitalised, is_or_are, sentence};
use crate::test_case::Step;

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
