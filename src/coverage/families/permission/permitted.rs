//! What may be done to a thing in one state alone: `Only pending requests can be approved`. It is done in this state, and
//! tried in vain in each other state that is stated, else in none such.

use super::thing::{Kind, Thing, exists, is_state, placed, relative_of};
use super::{item, parted};
use crate::basis::{Criterion, CriterionForm, LiteralKind};
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, capitalised, head, singular, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{BasisId, TestCaseType};

/// Further states of a thing that each get a case.
const MOST_OTHERS: usize = 2;

/// What may be done to a thing in one state alone.
#[derive(Clone, Debug)]
pub(super) struct Permitted {
    thing: Thing,
    /// The state without `that is`, where it is one: `pending`.
    state: String,
}

impl Permitted {
    /// `Only pending requests can be approved`.
    pub(super) fn read(scene: &Scene<'_>, text: &str) -> Option<Self> {
        if let Some((then, when)) = text.split_once(" while ").filter(|_| text.contains("only ")) {
            return Self::in_state(scene, then, when);
        }
        let rest = text.strip_prefix("Only ").or_else(|| text.strip_prefix("only "))?;
        let clause = Clause::read(rest)?;
        if clause.negative || clause.base != "be" {
            return None;
        }
        let kind = Kind::read(scene, &clause.subject);
        Self::of(scene, kind, &clause.rest)
    }

    /// `Requests can only be approved while they are pending`.
    pub(super) fn while_it_is(scene: &Scene<'_>, criterion: &Criterion) -> Option<Self> {
        let ([when], [then]) = (criterion.when.as_slice(), criterion.then.as_slice()) else {
            return None;
        };
        let only = criterion.statement.text.to_lowercase().contains("only");
        if criterion.form != CriterionForm::Conditional || criterion.otherwise.is_some() || !only {
            return None;
        }
        Self::in_state(scene, &then.text, &when.text)
    }

    /// What can only be done, and the state in which it can.
    fn in_state(scene: &Scene<'_>, then: &str, when: &str) -> Option<Self> {
        let plain = then.replace("only ", "").replace(" only", "");
        let clause = Clause::read(&passive(scene, &plain).unwrap_or(plain))?;
        let can = ["can", "may", "could"].contains(&clause.verb.split(' ').next()?.to_lowercase().as_str());
        let (phrase, relative) = parted(bare(&clause.subject));
        if clause.negative || clause.base != "be" || !can || !relative.is_empty() {
            return None;
        }
        let noun = singular(&lowered(phrase));
        let state = match Clause::read(when) {
            Some(read) => {
                let subject = singular(bare(&read.subject)).to_lowercase();
                let same = ["it", "they"].contains(&subject.as_str()) || head(&subject) == head(&noun);
                (same && read.base == "be" && !read.negative && read.rest.split(' ').count() <= 4).then_some(read.rest)
            }
            None => is_state(scene, &when.to_lowercase()).then(|| when.to_owned()),
        }?;
        if state.chars().any(|c| c.is_ascii_digit()) {
            return None;
        }
        let kind = Kind {
            noun,
            state: relative_of(&state),
            definite: false,
        };
        Self::of(scene, kind, &clause.rest)
    }

    fn of(scene: &Scene<'_>, kind: Kind, rest: &str) -> Option<Self> {
        if kind.state.is_empty() || super::is_person(&kind.noun) {
            return None;
        }
        let state = kind
            .state
            .trim_start_matches("that is a ")
            .trim_start_matches("that is ")
            .to_owned();
        let thing = Thing::done_to(scene, kind, rest)?;
        Some(Self { thing, state })
    }

    /// One case in the state, and one in each other state that is stated, else in none such.
    pub(super) fn propose(&self, scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
        found.propose(self.allowed(scene, criterion));
        for state in self.others(scene) {
            let other = Thing {
                kind: Kind {
                    state,
                    ..self.thing.kind.clone()
                },
                ..self.thing.clone()
            };
            found.propose(other.refused(scene, criterion));
        }
    }

    fn others(&self, scene: &Scene<'_>) -> Vec<String> {
        let Thing { kind, done, .. } = &self.thing;
        let mut states: Vec<String> = Vec::new();
        let mut add = |of: &str, state: &str| {
            let same = head(&singular(of)).eq_ignore_ascii_case(head(&kind.noun));
            let new = state != self.state && state != done && !states.iter().any(|known| known == state);
            if same && new && states.len() < MOST_OTHERS {
                states.push(state.to_owned());
            }
        };
        for literal in scene
            .basis
            .literals
            .iter()
            .filter(|literal| literal.span.basis_id != BasisId::Context)
        {
            match &literal.kind {
                LiteralKind::State { state, of } => add(of, state),
                LiteralKind::Transition { of, from, to } => {
                    add(of, from);
                    add(of, to);
                }
                _ => {}
            }
        }
        if states.is_empty() {
            return contrary_of(&kind.state).into_iter().collect();
        }
        states.iter().map(|state| relative_of(state)).collect()
    }

    fn allowed(&self, scene: &Scene<'_>, criterion: &Criterion) -> Proposal {
        let Thing {
            kind,
            verbs,
            done,
            rest,
            ..
        } = &self.thing;
        let named = kind.named();
        let noun = the(&kind.noun);
        let own = self.thing.own_action(scene);
        let focused = own.map(|action| scene.focus_on(action));
        let scene = focused.as_ref().unwrap_or(scene);
        let item = item(criterion, format!("{named} is {done}{rest}"), TestCaseType::Positive)
            .titled(format!("{} can be {done}{rest}", capitalised(&named)))
            .because(format!("{} allows it in this state", criterion.basis_id))
            .priority(scene.risk());
        if let Some(action) = own {
            // In this state the goal's own case is the permitted one.
            let first = scene.basis.main_action() == Some(action);
            let mut item = item.stated(&self.state, criterion.statement.span);
            if first {
                item.key = "success/goal".to_owned();
            }
            let run = ordinary::run(scene);
            let expected = run.expected.clone();
            let whole = run.steps.clone();
            let run = placed(run, kind, verbs);
            // What shows the success may come after the act.
            let steps = if whole.len() > run.steps.len() {
                whole
            } else {
                run.steps
            };
            return item
                .givens(run.givens)
                .steps(steps)
                .with_values(run.values)
                .expect(expected);
        }
        item.givens(scene.start_signed_in())
            .given(exists(&kind.noun, kind))
            .act(format!("Open {noun}"))
            .act(format!("{} {noun}{rest}", capitalised(verbs)))
            .act("Load the page again")
            .expect(format!("{noun} is shown as {done}"))
    }
}

/// `the patient can cancel it` → `the request can be cancelled`.
fn passive(scene: &Scene<'_>, text: &str) -> Option<String> {
    let clause = Clause::read(text)?;
    let modal = clause.verb.split(' ').next()?.to_lowercase();
    if !super::is_person(&clause.subject) || clause.negative || clause.base == "be" {
        return None;
    }
    let thing = match clause.rest.as_str() {
        "" | "it" | "them" => scene.one(),
        rest => {
            let (noun, tail) = crate::coverage::families::statement::object(rest)?;
            if !tail.is_empty() {
                return None;
            }
            singular(bare(&noun))
        }
    };
    Some(format!(
        "{} {modal} be {}",
        the(&thing),
        crate::coverage::scene::grammar::participle(&clause.base)
    ))
}

/// `that is pending` → `that is not pending`.
fn contrary_of(relative: &str) -> Option<String> {
    let rest = relative
        .strip_prefix("that ")
        .or_else(|| relative.strip_prefix("which "))?;
    let contrary = crate::coverage::scene::clause::contrary(&format!("it {rest}"))?;
    Some(format!("that {}", contrary.strip_prefix("it ")?))
}
