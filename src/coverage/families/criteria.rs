//! What a criterion says, as a case needs it: states, steps, and what is seen. Shared by the families that go through the
//! criteria (R1, R2, R6).

use super::limits::{joined, lowered};
use super::ordinary;
pub(super) use crate::coverage::scene::persons::is_person;

use crate::basis::modal::is_demand;
use crate::basis::{Criterion, CriterionForm, Phrase};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, as_fact};
use crate::coverage::scene::grammar::{bare, capitalised, head, sentence, singular};
use crate::test_case::{Step, Value};

/// A criterion as a case.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    pub(super) givens: Vec<String>,
    pub(super) steps: Vec<Step>,
    /// Samples of the ordinary run that its states or steps use.
    pub(super) values: Vec<Value>,
    /// States that the ordinary run assumes; what the criterion says of the same thing takes their place.
    assumed: Vec<String>,
}

/// What happens in a clause, as far as a tester brings it about.
pub(super) enum Deed {
    /// A state to be in before.
    Given(String),
    /// A step.
    Step(String),
}

/// The single clauses of a part: `I am signed in and a slot is free` → two.
pub(super) fn clauses(scene: &Scene<'_>, parts: &[Phrase]) -> Vec<String> {
    parts
        .iter()
        .flat_map(|part| split(&scene.observed(&part.text)))
        .collect()
}

/// Parts a text at each `and` that is followed by a clause of its own.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    for piece in text.split(" and ") {
        let own = Clause::read(piece)
            .is_some_and(|clause| !clause.subject.is_empty() || piece.split(' ').count() > 1 || clause.rest.is_empty());
        match pieces.last_mut() {
            Some(last) if !own || Clause::read(last).is_none() => *last = format!("{last} and {piece}"),
            _ => pieces.push(piece.to_owned()),
        }
    }
    pieces
        .into_iter()
        .map(|piece| piece.trim().trim_end_matches([',', '.', ';']).to_owned())
        .filter(|piece| !piece.is_empty())
        .collect()
}

/// A clause as a state or a step.
pub(super) fn deed(scene: &Scene<'_>, clause: &str) -> Deed {
    let Some(read) = Clause::read(clause) else {
        return Deed::Given(sentence(clause));
    };
    if read.state || read.negative {
        return Deed::Given(sentence(clause));
    }
    let actor = scene.actor();
    let subject = bare(&read.subject).to_lowercase();
    let imperative = read
        .imperative()
        .map(|step| step.replace(" their ", " the ").replace(" themselves", ""));
    if subject.is_empty()
        || subject == actor
        || ["user", "they", "he", "she", "you", "somebody", "someone"].contains(&subject.as_str())
        || actor.ends_with(&subject)
    {
        return imperative.map_or_else(|| Deed::Given(sentence(clause)), Deed::Step);
    }
    if is_person(&subject) {
        let step = imperative.unwrap_or_else(|| sentence(clause));
        return Deed::Step(sentence(&format!("{} as the {subject}", step.trim_end_matches('.'))));
    }
    let changed = ["change", "move", "increase", "decrease", "open", "close"].contains(&read.base.as_str());
    if changed && read.rest.is_empty() {
        return Deed::Step(sentence(&format!(
            "{} {}",
            capitalised(&read.base),
            lowered(&read.subject)
        )));
    }
    if let ("get", Some(done)) = (read.base.as_str(), read.rest.split([' ', ',']).next())
        && let Some(verb) = crate::coverage::scene::clause::verb_of_participle(done)
    {
        let tail = read.rest.get(done.len()..).unwrap_or("");
        return Deed::Step(sentence(&format!(
            "{} {}{tail}",
            capitalised(&verb),
            lowered(&read.subject)
        )));
    }
    Deed::Step(sentence(&format!(
        "Let {} {} {}",
        lowered(&read.subject),
        read.base,
        read.rest
    )))
}

/// Reads Given and When. Steps come from acts, in order; a run of one step gets its opening.
pub(super) fn reading(scene: &Scene<'_>, criterion: &Criterion) -> Reading {
    let mut reading = Reading {
        givens: scene.start(),
        ..Reading::default()
    };
    for clause in clauses(scene, &criterion.given) {
        match deed(scene, &clause) {
            Deed::Given(state) => reading.given(state),
            Deed::Step(step) => reading.steps.push(Step::new(step)),
        }
    }
    let when = clauses(scene, &criterion.when);
    let event = is_event(scene, criterion);
    for clause in &when {
        match deed(scene, clause) {
            Deed::Given(state) if event && criterion.given.is_empty() => match brought_about(scene, clause) {
                Some(steps) => reading.come(scene, steps),
                None => reading.given(state),
            },
            Deed::Given(state) => reading.given(state),
            Deed::Step(step) => reading.steps.push(Step::new(step)),
        }
    }
    let absent = first_outcome(scene, criterion)
        .strip_prefix("no ")
        .and_then(Clause::read)
        .map(|clause| clause.subject);
    if let Some(absent) = absent.filter(|_| reading.steps.is_empty()) {
        reading.steps = vec![
            scene.open(),
            Step::new(format!("Look for {}.", crate::coverage::scene::grammar::a(&absent))),
        ];
    } else if reading.steps.is_empty() {
        let refused = criterion.negative || super::limits::refuses(&outcome(scene, criterion));
        let run = ordinary::run(scene);
        let run = if refused { run.up_to_the_act() } else { run };
        for given in run.givens {
            reading.assume(given);
        }
        reading.values = run.values;
        reading.steps = run.steps;
    } else if reading.steps.len() == 1 && !starts_by_opening(&reading.steps[0].action) {
        reading.steps.insert(0, scene.open());
    }
    reading
}

/// Whether a condition is something that happens and not a state that holds all along: `as soon as the network is back`.
pub(super) fn is_event(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    const EVENTS: [&str; 5] = ["when ", "whenever ", "once ", "as soon as ", "after "];
    let [when] = criterion.when.as_slice() else {
        return false;
    };
    let item = scene.basis.text(when.span.basis_id);
    let before = item.get(..when.span.start).unwrap_or("").to_lowercase();
    criterion.form == CriterionForm::Conditional && EVENTS.iter().any(|word| before.ends_with(word))
}

/// How a tester brings about what a condition tells as a state: `the exchange is requested` → `Request the exchange.`
pub(super) fn brought_about(scene: &Scene<'_>, clause: &str) -> Option<Vec<Step>> {
    let read = Clause::read(clause).filter(|read| !read.negative && read.base == "be")?;
    let standing = ["signed in", "logged in", "on ", "in ", "at ", "out of "];
    if standing.iter().any(|start| read.rest.starts_with(start)) || read.subject.is_empty() {
        return None;
    }
    if let Some(verb) = read.done() {
        let own = scene.action().is_some_and(|action| action.verb == verb);
        let tail = read.rest.split_once(' ').map_or("", |(_, tail)| tail);
        let by_somebody = tail.strip_prefix("by ").is_some_and(is_person);
        if own {
            return None;
        }
        let act = if by_somebody {
            format!("{verb} {} {}", lowered(&read.subject), tail.replacen("by ", "as ", 1))
        } else {
            format!("{verb} {} {tail}", lowered(&read.subject))
        };
        return Some(vec![Step::new(sentence(&capitalised(act.trim_end())))]);
    }
    let back = [
        "back",
        "over",
        "ready",
        "complete",
        "full",
        "empty",
        "available",
        "due",
        "finished",
        "done",
        "reachable",
    ];
    let first = read.rest.split(' ').next().unwrap_or("");
    back.contains(&first)
        .then(|| vec![Step::new(format!("Bring it about that {}.", lowered(clause)))])
}

impl Reading {
    /// What happens after the story's own act.
    fn come(&mut self, scene: &Scene<'_>, steps: Vec<Step>) {
        if self.steps.is_empty() {
            let run = ordinary::run(scene);
            for given in run.givens {
                self.assume(given);
            }
            self.values = run.values;
            self.steps = run.steps;
        }
        self.steps.extend(steps);
    }

    /// A further state; one that was assumed of the same thing gives way to it.
    pub(super) fn given(&mut self, state: String) {
        let contrary =
            |known: &String| known.replace(" is ", " is not ") == state || state.replace(" is ", " is not ") == *known;
        let assumed = std::mem::take(&mut self.assumed);
        self.givens.retain(|known| {
            let same = assumed.contains(known) && speak_of_the_same(&state, known);
            !contrary(known) && *known != state && !same
        });
        self.assumed = assumed;
        self.givens.push(state);
        let (givens, steps) = (&self.givens, &self.steps);
        self.values.retain(|value| {
            givens.iter().any(|given| given.contains(&value.text))
                || steps
                    .iter()
                    .any(|step| step.action.contains(&value.text) || step.data == value.text)
        });
    }

    /// A state of the ordinary run, unless the criterion speaks of the same thing.
    fn assume(&mut self, state: String) {
        if !self.givens.contains(&state) && !self.givens.iter().any(|known| speak_of_the_same(known, &state)) {
            self.assumed.push(state.clone());
            self.givens.push(state);
        }
    }
}

/// Whether the second state mentions the subject of the first; who is signed in is no such state.
fn speak_of_the_same(one: &str, other: &str) -> bool {
    let Some(clause) = Clause::read(one).filter(|_| !one.contains("signed in") && !other.contains("signed in")) else {
        return false;
    };
    let subject = head(&clause.subject).to_lowercase();
    other
        .to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word == subject)
}

fn starts_by_opening(action: &str) -> bool {
    ["Open", "Go", "Visit", "Navigate", "Access", "Launch"]
        .iter()
        .any(|verb| action.starts_with(verb))
}

/// Whether a Given is a condition that can fail, and not where the tester stands or who is signed in.
pub(super) fn is_condition(given: &str) -> bool {
    let Some(clause) = Clause::read(given) else {
        return false;
    };
    let place = [
        "on the",
        "on their",
        "in the",
        "at the",
        "signed in",
        "logged in",
        "a ",
        "an ",
        "viewing",
        "using",
    ];
    let stands = clause.base == "be" && place.iter().any(|start| clause.rest.starts_with(start));
    clause.state && !clause.negative && !stands && !given.to_lowercase().contains("exist")
}

/// What is then seen: the Then parts as facts.
pub(super) fn outcome(scene: &Scene<'_>, criterion: &Criterion) -> String {
    let parts = criterion.then.iter().map(|part| {
        let text = scene.observed(&part.text);
        let text = text.strip_suffix(", even").unwrap_or(&text);
        split(text)
            .into_iter()
            .map(|clause| fact(&clause).unwrap_or_else(|| nothing_comes(clause)))
            .collect::<Vec<_>>()
            .join(" and ")
    });
    joined(parts)
}

/// `no message` → `no message is sent`; what has a verb stays as it is.
pub(super) fn nothing_comes(clause: String) -> String {
    let lower = clause.to_lowercase();
    let Some(noun) = lower.strip_prefix("no ").filter(|noun| noun.split(' ').count() <= 3) else {
        return clause;
    };
    if Clause::read(&clause).is_some() {
        return clause;
    }
    let sent = [
        "message",
        "email",
        "mail",
        "notification",
        "alert",
        "reminder",
        "alarm",
        "sms",
    ];
    let be = if crate::coverage::scene::grammar::is_plural(noun) {
        "are"
    } else {
        "is"
    };
    let done = if sent.contains(&singular(head(noun)).as_str()) {
        "sent"
    } else {
        "shown"
    };
    format!("{clause} {be} {done}")
}

/// A demand as what a tester sees. What a person must decide is asked of them: `the manager must approve it` → `the
/// manager is asked to approve it`.
pub(super) fn fact(clause: &str) -> Option<String> {
    const ASKED: [&str; 16] = [
        "approve", "choose", "confirm", "enter", "provide", "select", "accept", "upload", "add", "review", "state",
        "explain", "verify", "agree", "give", "sign",
    ];
    let read = Clause::read(clause)?;
    let first = read.verb.split(' ').next().unwrap_or("").to_lowercase();
    let must = is_demand(&first);
    if must && ASKED.contains(&read.base.as_str()) && is_person(read.subject.split(" and ").next().unwrap_or("")) {
        let several = read.subject.contains(" and ") || crate::coverage::scene::grammar::is_plural(&read.subject);
        let be = if several { "are" } else { "is" };
        let not = if read.negative { " not" } else { "" };
        return Some(
            format!("{} {be}{not} asked to {} {}", read.subject, read.base, read.rest)
                .trim_end()
                .to_owned(),
        );
    }
    as_fact(clause)
}

/// The first of what is then seen, for titles.
pub(super) fn first_outcome(scene: &Scene<'_>, criterion: &Criterion) -> String {
    let text = criterion
        .then
        .first()
        .map_or_else(String::new, |part| scene.observed(&part.text));
    let text = text.strip_suffix(", even").map_or_else(|| text.clone(), str::to_owned);
    let first = split(&text).into_iter().next().unwrap_or(text);
    lowered(&fact(&first).unwrap_or(first))
}
