//! What a criterion states without a condition, as cases of its own: who acts in it and what is done, what leads to it and
//! which thing shows it. `Signing out clears the strip` is tried by signing out, not by what the story does first.
//!
//! Refuses: to run the story's act and echo a sentence in which nothing can be read to look at; that is asked instead.

mod phrase;
mod event;
mod person;
mod relation;
mod label;
mod entered;
#[cfg(test)]
mod tests;

use super::criteria::is_person;
use super::limits::lowered;
use super::ordinary::{self, Ordinary};
use super::permission;
use crate::basis::{Criterion, LiteralKind};
use crate::coverage::scene::clause::{Clause, as_fact, contrary, verb_of_gerund};
use crate::coverage::scene::grammar::{a, bare, capitalised, head, is_or_are, sentence, singular, the, third_person};
use crate::coverage::scene::{Scene, Surface};
use crate::test_case::{Step, TestCaseType, Value};
use event::Occasion;

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

/// `Later than that a fee of €20 applies`: what `that` points to is the bound named before it.
fn beyond_that(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let lower = text.to_lowercase();
    let (opener, _) = lower.split_once(" that").filter(|(opener, _)| {
        [
            "below",
            "above",
            "beyond",
            "over",
            "under",
            "later than",
            "earlier than",
            "more than",
            "less than",
        ]
        .contains(opener)
    })?;
    let rest = text.get(opener.len() + " that".len()..)?.trim_start_matches(',').trim();
    let place = scene
        .basis
        .criteria
        .iter()
        .find(|other| scene.observed(other.statement.text.trim().trim_end_matches('.')) == text)?;
    let here = place.statement.span;
    let bound = scene.basis.literals.iter().filter(|literal| {
        let earlier = literal.span.basis_id < here.basis_id
            || literal.span.basis_id == here.basis_id && literal.span.end <= here.start;
        earlier && matches!(literal.kind, LiteralKind::Limit(_) | LiteralKind::Quantity(_))
    });
    let bound = bound.last()?;
    let from = bound.text.find(|c: char| c.is_ascii_digit() || "$€£".contains(c))?;
    let value = bound
        .text
        .get(from..)?
        .trim_end_matches(" or more")
        .trim_end_matches(" or less");
    let tail = scene
        .basis
        .text(bound.span.basis_id)
        .get(bound.span.end..)
        .unwrap_or("");
    let value = if tail.trim_start().starts_with("before") {
        format!("{value} before")
    } else {
        value.to_owned()
    };
    let clause = Clause::read(rest);
    let told = Told::new(&format!("{opener} {value}: {rest}"))
        .run(Ordinary {
            expected: String::new(),
            ..ordinary::run(scene)
        })
        .given(if opener.ends_with("er than") {
            format!("It is {opener} {value}")
        } else {
            format!("What counts is {opener} {value}")
        });
    let told = match clause.filter(|clause| !clause.subject.is_empty()) {
        Some(clause) => look(told, scene, &clause),
        None => told.act("Look at what is then asked for"),
    };
    Some(
        told.expect(if Clause::read(rest).is_some_and(|clause| !clause.subject.is_empty()) {
            fact(rest)
        } else {
            format!("What is {opener} {value} {rest}")
        }),
    )
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
    read(scene, &text)
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
        .or_else(|| compared(scene, text))
        .or_else(|| gerund(scene, text))
        .or_else(|| nominal(scene, text))
        .or_else(|| situation(scene, text))
        .or_else(|| shown_once(scene, text))
        .or_else(|| lasting(scene, text))
        .or_else(|| occasion(scene, text))
        .or_else(|| used(scene, text));
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

/// Only who is signed in, of what holds before the story's act.
fn signed_in(scene: &Scene<'_>) -> Vec<String> {
    scene
        .start()
        .into_iter()
        .filter(|given| given.contains("signed in"))
        .collect()
}

// === Conditions ===

/// What follows from a condition, with the thing that the condition names in place of a pronoun: `When a guest buys an
/// item, it's marked 'taken'` → `The item is marked 'taken'`.
pub(super) fn named(scene: &Scene<'_>, criterion: &Criterion, text: &str) -> String {
    if !phrase::opens_with_pronoun(text) {
        return text.to_owned();
    }
    let when = criterion.when.first().or_else(|| criterion.given.first());
    let thing = when.and_then(|when| phrase::antecedent(&scene.observed(&when.text)));
    thing.map_or_else(|| text.to_owned(), |thing| phrase::resolved(text, &thing))
}

/// An outcome that says what can be done, as what is tried: `a step can be opened` → `Open a step`, `A step is opened`.
pub(super) fn offered(outcome: &str) -> Option<(Vec<Step>, String)> {
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
pub(super) fn withheld(outcome: &str) -> Option<(Vec<Step>, String)> {
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
pub(super) fn before(steps: Vec<Step>, scene: &Scene<'_>) -> Vec<Step> {
    let ordinary = ordinary::run(scene).steps;
    steps
        .into_iter()
        .filter(|step| !ordinary.iter().any(|own| own.action == step.action))
        .collect()
}

/// A look at what the outcome is about, where the last step is not one.
pub(super) fn look_for(scene: &Scene<'_>, outcome: &str, steps: &[Step]) -> Option<Step> {
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

// === Forms ===

/// `The answer is the same whether the address is known or not`.
fn compared(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let (before, condition) = text.split_once(" whether ")?;
    let (one, other) = match condition.strip_suffix(" or not") {
        Some(one) => (one.to_owned(), contrary(one)?),
        None => {
            let (one, other) = condition.split_once(" or ")?;
            let other = if Clause::read(other).is_some_and(|clause| !clause.subject.is_empty()) {
                other.to_owned()
            } else {
                let clause = Clause::read(one)?;
                format!("{} {} {other}", clause.subject, clause.verb)
            };
            (one.to_owned(), other)
        }
    };
    let clause = Clause::read(before)?;
    let subject = lowered(&clause.subject);
    let deed = scene.deed();
    Some(
        Told::new(text)
            .given(format!(
                "Two cases are prepared: in the first {one}, in the second {other}"
            ))
            .act(format!("{deed} in the first case"))
            .act(format!("Note {subject}"))
            .act(format!("{deed} in the second case"))
            .act(format!("Compare {subject} with what was noted"))
            .expect(format!("{before} in both cases")),
    )
}

/// `Signing out clears the strip on a shared computer`: the act that is named, then its effect.
fn gerund(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let clause = Clause::read(text).filter(|clause| !clause.state && !clause.negative)?;
    let (first, after) = clause.subject.split_once(' ').unwrap_or((&clause.subject, ""));
    let verb = verb_of_gerund(&first.to_lowercase())?;
    let thing = phrase::antecedent(text);
    let rest = match (&thing, clause.rest.split_once(' ')) {
        (Some(thing), Some(("it" | "them", tail))) => format!("{thing} {tail}"),
        (Some(thing), None) if ["it", "them"].contains(&clause.rest.as_str()) => thing.clone(),
        _ => clause.rest.clone(),
    };
    let seen = phrase::done_to(&clause.base, &rest);
    let expected = seen.clone().unwrap_or_else(|| text.to_owned());
    let told = Told::new(text);
    let told = Told {
        givens: signed_in(scene),
        ..told
    };
    let told = match after.strip_suffix(" again") {
        Some(first_time) => told
            .act(format!("{verb} {first_time}"))
            .act(format!("{verb} {} again", known(first_time))),
        None => told.act(format!("{verb} {after}").trim_end()),
    };
    let look = phrase::object(&rest).map(|(noun, _)| noun);
    let told = match look.filter(|noun| noun.split(' ').count() <= 4 && thing.as_ref() != Some(noun)) {
        Some(noun) => told.act(format!("Look at {}", the(bare(&noun)))),
        None => told.act("Look at what is then shown"),
    };
    Some(told.expect(expected))
}

/// `at an item` → `at the item`.
fn known(phrase: &str) -> String {
    format!(" {phrase}")
        .replacen(" an ", " the ", 1)
        .replacen(" a ", " the ", 1)
        .trim()
        .to_owned()
}

/// `A successful login resets the counter`, `A request for another page ends with 'Access denied'`: the act that the
/// subject names, then what follows from it.
fn nominal(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let clause = Clause::read(text).filter(|clause| !clause.state && !clause.negative)?;
    let first = clause.subject.split(' ').next()?.to_lowercase();
    let tried = head(bare(&clause.subject)).to_lowercase();
    let attempt = ["request", "attempt", "try", "call", "visit"].contains(&tried.as_str());
    if !["a", "an", "any", "every", "each"].contains(&first.as_str()) || !attempt && event::act_of(&tried).is_none() {
        return None;
    }
    let made = format!("Make {}", a(bare(&clause.subject)));
    let told = Told {
        givens: signed_in(scene),
        ..Told::new(text)
    };
    let denied = text.contains("denied") || text.contains("refused") || text.contains("error");
    let look = phrase::object(&clause.rest)
        .map(|(noun, _)| noun)
        .filter(|noun| noun.split(' ').count() <= 4);
    let until = clause.rest.contains(" until ");
    let told = match look {
        Some(noun) => told.act(made).act(format!("Look at {}", the(bare(&noun)))).expect(
            phrase::done_to(&clause.base, &clause.rest)
                .filter(|_| !until)
                .unwrap_or_else(|| text.to_owned()),
        ),
        None => told.act(made).act("Look at the answer").expect(fact(text)),
    };
    Some(if denied { told.refused() } else { told })
}

/// `A balance below the amount leads to 'Insufficient funds'`: the situation is there when the story's act is tried.
fn situation(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let clause = Clause::read(text).filter(|clause| !clause.negative && clause.base == "lead")?;
    let after = clause.rest.strip_prefix("to ")?;
    let lower = clause.subject.to_lowercase();
    if !["a ", "an ", "any "].iter().any(|start| lower.starts_with(start)) {
        return None;
    }
    let seen = if after.starts_with(['\'', '"', '“', '‘']) {
        let end = after.find(" and ").unwrap_or(after.len());
        let (quoted, rest) = after.split_at(end);
        format!("The message {quoted} is shown{rest}")
    } else {
        format!("The answer is {after}")
    };
    let told = Told::new(text)
        .run(Ordinary {
            expected: String::new(),
            ..ordinary::run(scene).up_to_the_act()
        })
        .given(format!("There is {}", a(bare(&lowered(&clause.subject)))));
    Some(told.expect(seen).refused())
}

/// `The secret is shown once, right after creation`: seen, and then no more.
fn shown_once(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let (occasion, clause) = match Occasion::read(text) {
        Some((occasion, rest)) => (Some(occasion), Clause::read(&rest)?),
        None => (None, Clause::read(text)?),
    };
    let rest = clause.rest.trim_end_matches(',');
    let shown = [
        "shown once",
        "displayed once",
        "shown only once",
        "displayed only once",
        "visible once",
    ];
    if clause.base != "be" || !shown.contains(&rest) {
        return None;
    }
    let subject = lowered(&clause.subject);
    let be = is_or_are(&clause.subject);
    let run = occasion.map_or_else(|| ordinary::run(scene), |occasion| occasion.run(scene));
    Some(
        Told::new(text)
            .run(run)
            .act(format!("Look at {subject}"))
            .seen(format!("{subject} {be} shown"))
            .act("Load the page again")
            .act(format!("Look for {subject} once more"))
            .expect(format!("{subject} {be} not shown a second time")),
    )
}

/// `Points show up as 'pending' until the return period is over`: so before, and no longer after.
fn lasting(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let (before, end) = text.split_once(" until ")?;
    let clause = Clause::read(before).filter(|clause| !clause.subject.is_empty() && !clause.negative)?;
    if is_person(&clause.subject) || end.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let states = [
        "be", "stay", "remain", "show", "hold", "keep", "last", "count", "appear",
    ];
    if !states.contains(&clause.base.as_str()) {
        return None;
    }
    let after = if ["stay", "remain"].contains(&clause.base.as_str()) {
        format!(
            "{} {} no longer {}",
            clause.subject,
            is_or_are(&clause.subject),
            clause.rest
        )
    } else {
        format!("{} any more", contrary(&fact(before))?)
    };
    let come = if Clause::read(end).is_some_and(|clause| !clause.subject.is_empty()) {
        end.to_owned()
    } else {
        format!("{end} {} come", if is_or_are(end) == "are" { "have" } else { "has" })
    };
    let subject = lowered(&clause.subject);
    let run = ordinary::run(scene);
    Some(
        Told::new(text)
            .run(Ordinary {
                expected: String::new(),
                ..run
            })
            .act(format!("Look at {subject}"))
            .seen(fact(before))
            .act(format!("Bring it about that {come}"))
            .act(format!("Look at {subject} again"))
            .expect(after),
    )
}

/// `All other sessions are signed out after the change`: what is named is brought about first.
fn occasion(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let (occasion, rest) = Occasion::read(text)?;
    let clause = Clause::read(&rest)?;
    let run = occasion.run(scene);
    let told = others(Told::new(text), &clause.subject).run(run);
    Some(look(told, scene, &clause).expect(fact(text)))
}

/// Other things of a kind must be there: `All other sessions` → `At least one other session exists`.
fn others(told: Told, subject: &str) -> Told {
    let lower = subject.to_lowercase();
    let other = ["all other ", "all the other ", "other ", "the other "]
        .iter()
        .find_map(|start| lower.strip_prefix(start));
    match other {
        Some(things) => {
            let one = singular(things);
            told.given(format!("At least one other {one} exists"))
        }
        None => told,
    }
}

/// `The link works without an account`: it is used, as it is said.
fn used(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let clause = Clause::read(text)?;
    if clause.base != "work" || clause.subject.is_empty() || clause.negative {
        return None;
    }
    let way = clause.rest.split(" and ").next().unwrap_or("");
    let told = Told::new(text).run(Ordinary {
        expected: String::new(),
        ..ordinary::run(scene).up_to_the_act()
    });
    let thing = lowered(&clause.subject);
    let told = told.act(format!("Use {thing} {way}").trim_end());
    Some(told.expect(fact(text)))
}

/// A state or content of a thing: what leads there, then a look at the thing itself.
pub(super) fn looked_at(scene: &Scene<'_>, text: &str) -> Told {
    let told = Told::new(&fact(text)).run(Ordinary {
        expected: String::new(),
        ..ordinary::run(scene)
    });
    let Some(clause) = Clause::read(text).filter(|clause| !clause.subject.is_empty()) else {
        return told.expect(fact(text));
    };
    let modified = [" without ", " with "]
        .iter()
        .any(|word| format!("{} ", clause.subject).contains(word))
        && ["a ", "an "]
            .iter()
            .any(|start| clause.subject.to_lowercase().starts_with(start));
    let told = match permission::thing::stands(scene, text) {
        Some(state) => told.given(state),
        None if modified => told.given(format!("{} exists", capitalised(&lowered(&clause.subject)))),
        None if is_person(&clause.subject) && phrase::one_of(&clause.subject) != scene.actor() => told.given(format!(
            "{} is there",
            phrase::somebody(&phrase::one_of(&clause.subject))
        )),
        None => others(told, &clause.subject),
    };
    look(told, scene, &clause).expect(fact(text))
}

/// A look at the clause's subject, unless the last step is one already.
fn look(told: Told, scene: &Scene<'_>, clause: &Clause) -> Told {
    if matches!(scene.surface(), Surface::Device(_)) && told.steps.is_empty() {
        return told;
    }
    let subject = clause.subject.strip_prefix("Afterwards ").unwrap_or(&clause.subject);
    let whole = lowered(subject).replacen("Each ", "each ", 1);
    // What is part of something is looked for there.
    let whole = match clause.rest.split_once("part of ") {
        Some((_, place)) if clause.base == "be" => place.to_owned(),
        _ => whole,
    };
    let whole = if whole.starts_with("nothing") {
        "for any change".to_owned()
    } else if let Some(noun) = whole.strip_prefix("no ").or_else(|| whole.strip_prefix("No ")) {
        format!("for {}", a(noun))
    } else if is_person(&whole) {
        let verb = if clause.base == "be" {
            "is shown or was sent".to_owned()
        } else {
            third_person(&clause.base)
        };
        format!("at what the {} {verb}", phrase::one_of(&whole))
    } else {
        format!("at {whole}")
    };
    told.act(format!("Look {whole}"))
}
