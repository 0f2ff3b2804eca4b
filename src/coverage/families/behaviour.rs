//! A criterion with conditions, worded with its own parts alone: what is given holds before step 1, what happens is done
//! or awaited, and what follows is seen. Nothing of the story's ordinary run is mixed in, unless the criterion names no
//! act and the story states one.
//!
//! Refuses: a part in which no act, no state or nothing to see is certain, and words that point to nothing. Such a
//! criterion is an item that a model words.

mod part;

use super::criteria;
use super::statement::outcome;
use crate::basis::{Criterion, CriterionForm, Junction};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, capitalised, sentence, the};
use crate::test_case::Step;
pub(super) use part::{Part, imperative, part, stated_act};

/// A case in a criterion's own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Behaviour {
    /// Names the behaviour; no full stop.
    pub(super) title: String,
    /// States before step 1.
    pub(super) givens: Vec<String>,
    /// What is done or awaited.
    pub(super) steps: Vec<Step>,
    /// What is then seen.
    pub(super) expected: String,
}

/// The case of a criterion all of whose conditions hold; `None` where a part of it is not certain.
pub(super) fn of(scene: &Scene<'_>, criterion: &Criterion) -> Option<Behaviour> {
    if criterion.junction == Junction::Or && criterion.when.len() > 1 {
        return None;
    }
    let given = criteria::clauses(scene, &criterion.given);
    let when = criteria::clauses(scene, &criterion.when);
    let scenario = criterion.form == CriterionForm::GivenWhenThen;
    let event = scenario || criteria::is_event(scene, criterion);
    let mut built = Behaviour::default();
    let mut named: Vec<String> = Vec::new();
    for clause in &given {
        match part(scene, &resolved(clause, &named)?, false)? {
            Part::State(state) => built.givens.push(sentence(&capitalised(&state))),
            Part::Act(act) | Part::Event(act) => built.steps.push(Step::new(sentence(&capitalised(&act)))),
        }
        named.extend(things(clause));
    }
    for clause in &when {
        match part(scene, &resolved(clause, &named)?, event)? {
            Part::State(state) => built.givens.push(sentence(&capitalised(&state))),
            Part::Act(act) | Part::Event(act) => built.steps.push(Step::new(sentence(&capitalised(&act)))),
        }
        named.extend(things(clause));
    }
    // `when I book`: the goal says what.
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    for step in &mut built.steps {
        let bare_verb = step.action.trim_end_matches('.').eq_ignore_ascii_case(verb);
        if let Some(act) = stated_act(scene).filter(|_| bare_verb) {
            *step = Step::new(sentence(&capitalised(&act)));
        }
    }
    let outcomes = outcomes(scene, criterion, &named);
    let tried = outcomes
        .as_ref()
        .is_some_and(|outcomes| built.clone().try_out(outcomes));
    if built.steps.is_empty() && !tried {
        let act = stated_act(scene)?;
        built.steps.push(Step::new(sentence(&capitalised(&act))));
        named.extend(things(&act));
    }
    // The act may be what a pronoun points to.
    let outcomes = outcomes.or_else(|| self::outcomes(scene, criterion, &named))?;
    built.title = title(&outcomes, &given, &when, scenario);
    built.expect(scene, outcomes);
    built.sign_in(scene);
    Some(built)
}

impl Behaviour {
    /// What is offered or withheld is tried.
    fn try_out(&mut self, outcomes: &[String]) -> bool {
        let [outcome] = outcomes else { return false };
        let tried = outcome::offered(&capitalised(outcome)).or_else(|| outcome::withheld(&capitalised(outcome)));
        let Some((steps, expected)) = tried else { return false };
        self.steps.extend(steps);
        self.expected = expected;
        true
    }

    /// What is then seen; `… after the order is placed` is seen after one more step.
    fn expect(&mut self, scene: &Scene<'_>, mut outcomes: Vec<String>) {
        if self.try_out(&outcomes) {
            return;
        }
        let later = outcomes.last().and_then(|last| {
            let (seen, act) = last.rsplit_once(" after ")?;
            Clause::read(seen)?;
            match part(scene, act, true)? {
                Part::Act(act) => Some((seen.to_owned(), act)),
                _ => None,
            }
        });
        if let Some((seen, act)) = later {
            outcomes.pop();
            if let Some(last) = self.steps.last_mut().filter(|_| !outcomes.is_empty()) {
                last.expected = sentence(&capitalised(&outcomes.join(" and ")));
            }
            self.steps.push(Step::new(sentence(&capitalised(&act))));
            self.expected = sentence(&capitalised(&seen));
            return;
        }
        self.expected = sentence(&capitalised(&joined(&outcomes)));
    }

    /// Who is signed in stands first, where the story gives ground for it and the criterion does not say it itself.
    fn sign_in(&mut self, scene: &Scene<'_>) {
        let told = self
            .givens
            .iter()
            .any(|given| given.contains("signed in") || given.contains("logged in"));
        if told {
            return;
        }
        for given in scene
            .start()
            .into_iter()
            .rev()
            .filter(|given| given.contains("signed in"))
        {
            self.givens.insert(0, given);
        }
    }
}

fn joined(outcomes: &[String]) -> String {
    match outcomes {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What follows, each as a fact that can be seen; `None` if any part says nothing that can.
pub(super) fn outcomes(scene: &Scene<'_>, criterion: &Criterion, named: &[String]) -> Option<Vec<String>> {
    let mut facts: Vec<String> = Vec::new();
    for then in &criterion.then {
        let text = scene.observed(&then.text);
        for clause in criteria::split(&text) {
            let clause = clause
                .strip_prefix("then ")
                .unwrap_or(&clause)
                .trim_end_matches(", even")
                .to_owned();
            let clause = resolved(&clause, named)?;
            if let Some(last) = facts
                .last_mut()
                .filter(|_| Clause::read(&clause).is_none_or(|read| read.subject.is_empty()))
            {
                // `… and the refund date shown`, `… and tells the driver`: it goes on with the verb before it.
                *last = format!("{last} and {clause}");
                continue;
            }
            let fact = part::nothing_comes(&clause)
                .or_else(|| part::demanded(&clause))
                .or_else(|| Clause::read(&clause).map(|_| clause.clone()))
                .or_else(|| part::told_of_thing(&clause))?;
            facts.push(fact);
        }
    }
    let observable = !facts.is_empty() && facts.iter().all(|fact| !is_bare_condition(fact));
    observable.then_some(facts)
}

/// An outcome that is a condition of its own says when, not what.
fn is_bare_condition(fact: &str) -> bool {
    let low = fact.to_lowercase();
    [" if ", " unless ", " otherwise "]
        .iter()
        .any(|word| low.contains(word))
}

/// The things that a clause names, as they are pointed to later: `the request`.
pub(super) fn things(clause: &str) -> Vec<String> {
    let Some(read) = Clause::read(clause) else {
        return part::noun_in(clause).map(|noun| the(bare(&noun))).into_iter().collect();
    };
    let mut things: Vec<String> = Vec::new();
    let person = criteria::is_person(&read.subject);
    let subject = bare(&read.subject);
    let is_noun =
        !subject.is_empty() && subject.split(' ').count() <= 4 && !["it", "they", "nobody"].contains(&subject);
    if is_noun && !person {
        things.push(the(&super::limits::lowered(part::core(subject))));
    }
    if read.base != "be"
        && let Some((noun, _)) = super::statement::object(&read.rest)
    {
        things.push(the(part::core(bare(&noun))));
    }
    things
}

/// The clause with what its pronouns point to; `None` where one points to nothing or to one of several.
pub(super) fn resolved(clause: &str, named: &[String]) -> Option<String> {
    let words: Vec<&str> = clause.split(' ').collect();
    let mut out: Vec<String> = Vec::new();
    let mut used = false;
    let mut quotes = crate::coverage::scene::grammar::Quotes::default();
    for (index, word) in words.iter().enumerate() {
        if quotes.holds(word) {
            out.push((*word).to_owned());
            continue;
        }
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let empty = words
            .get(index + 1)
            .is_some_and(|next| ["can", "is", "must"].contains(next))
            && words
                .get(index + 2)
                .is_some_and(|next| ["possible", "clear", "be"].contains(next));
        match plain.as_str() {
            "it" if !empty => {
                // Said twice, it means what the first one meant: `withdraw it … before it starts`.
                let thing = named.last()?;
                let text = if index == 0 { capitalised(thing) } else { thing.clone() };
                out.push(if used { (*word).to_owned() } else { text });
                if used {
                    continue;
                }
                let tail: String = word.chars().skip_while(|c| c.is_alphanumeric()).collect();
                if let Some(last) = out.last_mut() {
                    last.push_str(&tail);
                }
                used = true;
            }
            "it's" => {
                let thing = named.last()?;
                out.push(if index == 0 { capitalised(thing) } else { thing.clone() });
                out.push("is".to_owned());
            }
            "this" | "that" | "these" | "those"
                if words
                    .get(index + 1)
                    .is_none_or(|next| Clause::read(&format!("it {next} x")).is_some())
                    && index == 0 =>
            {
                return None;
            }
            "instead" => return None,
            _ => out.push((*word).to_owned()),
        }
    }
    Some(out.join(" "))
}

/// `The days are credited back when the employee withdraws the request`.
fn title(outcomes: &[String], given: &[String], when: &[String], scenario: bool) -> String {
    let then = outcomes.first().map_or("", String::as_str);
    let condition = if scenario {
        given
            .iter()
            .rev()
            .find(|given| criteria::is_condition(given))
            .or_else(|| when.first())
    } else {
        None
    };
    let all = when.join(" and ");
    let condition = condition.or_else(|| (!when.is_empty()).then_some(&all));
    let link = if scenario { "when" } else { "if" };
    let whole = condition.map(|condition| format!("{then} {link} {}", super::limits::lowered(condition)));
    capitalised(
        &whole
            .filter(|whole| whole.len() <= 120)
            .unwrap_or_else(|| then.to_owned()),
    )
}
