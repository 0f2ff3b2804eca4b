//! What a criterion states without a condition, as cases of its own: who acts in it and what is done, what leads to it and
//! which thing shows it. `Signing out clears the strip` is tried by signing out, not by what the story does first.
//!
//! Refuses: to run the story's act and echo a sentence in which nothing can be read to look at; that is asked instead.

mod phrase;
mod forms;
pub(super) mod outcome;
mod event;
mod person;
mod relation;
mod label;
mod entered;
#[cfg(test)]
mod tests;

use super::criteria::is_person;
use super::limits::lowered;
use super::ordinary::Ordinary;
use crate::basis::Criterion;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, as_fact, verb_of_gerund, verb_of_participle};
use crate::coverage::scene::grammar::{capitalised, gerund, sentence, the};
use crate::test_case::{Step, TestCaseType, Value};
pub(super) use forms::looked_at;
use forms::{
    beyond_that, compared, control, depending, gerund as by_gerund, lasting, nominal, occasion, shown_once, situation,
    used,
};
pub(super) use phrase::{done_to, object};

/// A case that a statement calls for.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Names the behaviour; no full stop.
    pub(super) title: String,
    /// Negative for what is refused.
    pub(super) negative: bool,
    /// States before step 1.
    pub(super) givens: Vec<String>,
    /// What is done, and where a tester looks at the end.
    pub(super) steps: Vec<Step>,
    /// What is then seen.
    pub(super) expected: String,
    /// Samples that the steps use.
    pub(super) values: Vec<Value>,
}

impl Told {
    fn new(title: &str) -> Self {
        Self {
            title: capitalised(title.trim_end_matches('.')),
            ..Self::default()
        }
    }

    fn run(mut self, run: Ordinary) -> Self {
        self.givens.extend(run.givens);
        self.steps.extend(run.steps);
        self.values.extend(run.values);
        self
    }

    fn given(mut self, state: impl AsRef<str>) -> Self {
        self.givens.push(sentence(state.as_ref()));
        self
    }

    fn act(mut self, action: impl AsRef<str>) -> Self {
        self.steps.push(Step::new(sentence(&capitalised(action.as_ref()))));
        self
    }

    fn seen(mut self, seen: impl AsRef<str>) -> Self {
        if let Some(last) = self.steps.last_mut() {
            last.expected = sentence(&capitalised(seen.as_ref()));
        }
        self
    }

    fn expect(mut self, expected: impl AsRef<str>) -> Self {
        let expected = expected.as_ref();
        // A sentence that opens with the words of a control would read as an instruction.
        let of_control = expected.starts_with(['\'', '"', '“', '‘']);
        self.expected = sentence(&if of_control {
            format!("The control {expected}")
        } else {
            capitalised(expected)
        });
        self
    }

    fn refused(mut self) -> Self {
        self.negative = true;
        self
    }

    pub(super) fn kind(&self) -> TestCaseType {
        if self.negative {
            TestCaseType::Negative
        } else {
            TestCaseType::Positive
        }
    }
}

/// The cases of a statement that says itself what is done; empty for conditions, and where the story's act leads there.
pub(super) fn tell(scene: &Scene<'_>, criterion: &Criterion) -> Vec<Told> {
    let text = scene.observed(criterion.statement.text.trim().trim_end_matches('.'));
    if !criterion.given.is_empty() || !criterion.when.is_empty() {
        // `after the change` opens no condition: it says when to look.
        let told = shown_once(scene, &text).or_else(|| occasion(scene, &text));
        let phrase = criterion.when.iter().all(|when| Clause::read(&when.text).is_none());
        let after = phrase && criterion.given.is_empty() && text.contains(" after ");
        return told
            .or_else(|| after.then(|| looked_at(scene, &text)))
            .into_iter()
            .collect();
    }
    if phrase::opens_with_pronoun(&text) {
        return follow(scene, criterion, &text);
    }
    if let Some(whole) = completed(scene, &text) {
        let told = read(scene, &whole);
        return if told.is_empty() {
            vec![looked_at(scene, &whole)]
        } else {
            told
        };
    }
    read(scene, &text)
}

/// Whether a criterion says anything that can be done or looked at.
pub(super) fn is_readable(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    let text = scene.observed(criterion.statement.text.trim().trim_end_matches('.'));
    let conditional = !criterion.given.is_empty() || !criterion.when.is_empty() || criterion.otherwise.is_some();
    conditional
        || Clause::read(&text).is_some()
        || text.starts_with(['\'', '"', '“', '‘'])
        || text.split(' ').any(|word| word.chars().any(|c| c.is_ascii_digit()))
}

/// A note without a subject as a sentence about what the story is about: `Works offline` → `The application works offline`,
/// `Paid out with the next payroll` → `The travel expense is paid out …`, `Free of charge …` → `Cancelling an appointment
/// is free of charge …`.
fn completed(scene: &Scene<'_>, text: &str) -> Option<String> {
    const ADJECTIVES: [&str; 8] = [
        "free",
        "possible",
        "available",
        "visible",
        "allowed",
        "anonymous",
        "reversible",
        "valid",
    ];
    let first = text.split(' ').next()?.trim_end_matches(',').to_lowercase();
    let short = lowered(text);
    let thing = the(&scene.one());
    if ADJECTIVES.contains(&first.as_str())
        && Clause::read(text).is_none_or(|clause| clause.subject.split(' ').count() > 3)
    {
        let deed = scene.deed();
        let (verb, object) = deed.split_once(' ').unwrap_or((&deed, ""));
        return Some(format!("{} {object} is {short}", capitalised(&gerund(verb))));
    }
    let goes_on = text.split(' ').nth(1).is_some_and(|next| {
        let around = [
            "with", "at", "by", "within", "in", "on", "to", "out", "off", "back", "from", "every", "for", "only",
            "per", "via",
        ];
        around.contains(&next)
    });
    if verb_of_participle(&first).is_some() && Clause::read(text).is_none() && goes_on {
        return Some(format!("{} is {short}", capitalised(&thing)));
    }
    let clause = Clause::read(&format!("it {short}")).filter(|clause| clause.subject == "it")?;
    (Clause::read(text).is_none() && clause.verb == first && first != clause.base)
        .then(|| format!("The application {short}"))
}

fn read(scene: &Scene<'_>, text: &str) -> Vec<Told> {
    let several = person::tell(scene, text);
    if !several.is_empty() {
        return several;
    }
    let several = relation::tell(scene, text);
    if !several.is_empty() {
        return several;
    }
    let one = label::tell(scene, text)
        .or_else(|| entered::tell(scene, text))
        .or_else(|| beyond_that(scene, text))
        .or_else(|| depending(text))
        .or_else(|| compared(scene, text))
        .or_else(|| by_gerund(scene, text))
        .or_else(|| nominal(scene, text))
        .or_else(|| situation(scene, text))
        .or_else(|| shown_once(scene, text))
        .or_else(|| lasting(scene, text))
        .or_else(|| occasion(scene, text))
        .or_else(|| used(scene, text))
        .or_else(|| control(scene, text));
    one.into_iter().collect()
}

/// A statement that goes on from the one before it: `…; it then leads to 'This list is private'`.
fn follow(scene: &Scene<'_>, criterion: &Criterion, text: &str) -> Vec<Told> {
    let place = criterion.statement.span;
    let before = scene
        .basis
        .criteria
        .iter()
        .rfind(|other| other.basis_id == criterion.basis_id && other.statement.span.end <= place.start);
    let Some(before) = before else { return Vec::new() };
    let said = scene.observed(before.statement.text.trim_end_matches('.'));
    let Some(thing) = phrase::antecedent(&said) else {
        return Vec::new();
    };
    let text = phrase::resolved(text, &thing);
    let led = tell(scene, before).into_iter().find(|told| !told.negative);
    let own = led.filter(|_| is_act(&said));
    let Some(mut led) = own else {
        let told = read(scene, &text);
        return if told.is_empty() {
            vec![looked_at(scene, &text)]
        } else {
            told
        };
    };
    // What was looked at for the first statement is not what is looked at for this one.
    if led.steps.len() > 1 && led.steps.last().is_some_and(|step| step.action.starts_with("Look at ")) {
        led.steps.pop();
    }
    let look = if leads(&text) { "Open" } else { "Look at" };
    let told = Told {
        title: capitalised(&text),
        expected: String::new(),
        ..led
    };
    vec![told.act(format!("{look} {thing}")).expect(fact(&text))]
}

/// Whether a statement tells what somebody does: `Signing out …`, `The owner can switch …`.
fn is_act(text: &str) -> bool {
    Clause::read(text).is_some_and(|clause| {
        let first = clause.subject.split(' ').next().unwrap_or("").to_lowercase();
        verb_of_gerund(&first).is_some() || is_person(&clause.subject)
    })
}

fn leads(text: &str) -> bool {
    Clause::read(text).is_some_and(|clause| ["lead", "open", "go", "point"].contains(&clause.base.as_str()))
}

fn fact(text: &str) -> String {
    as_fact(text).unwrap_or_else(|| text.to_owned())
}
