//! Things in a state: what must not be done to them, and what may be done in one state alone.

use super::{item, of_one, parted};
use crate::basis::{Action, Criterion, CriterionForm, LiteralKind, VerbClass};
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary::{self, Ordinary};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, is_plural, participle, singular, the};
use crate::coverage::{Found, Proposal};
use crate::test_case::{BasisId, Step, TestCaseType};

/// Further states of a thing that each get a case.
const MOST_OTHERS: usize = 2;

/// A noun in the singular, and what is said of it as a relative clause: `product`, `that is out of stock`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Kind {
    noun: String,
    /// Empty where nothing is said of it.
    state: String,
    /// `the date of birth`: there is one, and it needs no state before step 1.
    definite: bool,
}

impl Kind {
    fn read(scene: &Scene<'_>, subject: &str) -> Self {
        let definite = subject.to_lowercase().starts_with("the ");
        let (phrase, relative) = parted(bare(subject));
        let noun = singular(&lowered(phrase));
        if !relative.is_empty() {
            let state = if is_plural(phrase) {
                of_one(relative)
            } else {
                relative.to_owned()
            };
            return Self {
                noun,
                state: state.trim().to_owned(),
                definite: false,
            };
        }
        match noun.split_once(' ') {
            Some((first, rest)) if is_state(scene, first) => Self {
                noun: rest.to_owned(),
                state: relative_of(first),
                definite: false,
            },
            _ => Self {
                noun,
                state: String::new(),
                definite,
            },
        }
    }

    /// `product that is out of stock`.
    fn whole(&self) -> String {
        format!("{} {}", self.noun, self.state).trim_end().to_owned()
    }

    /// `a product that is out of stock`, `the date of birth`.
    fn named(&self) -> String {
        if self.definite {
            the(&self.whole())
        } else {
            a(&self.whole())
        }
    }
}

/// `pending` → `that is pending`.
fn relative_of(state: &str) -> String {
    if state == "draft" {
        "that is a draft".to_owned()
    } else {
        format!("that is {state}")
    }
}

/// Whether a word before a noun names a state of it.
fn is_state(scene: &Scene<'_>, word: &str) -> bool {
    const STATES: [&str; 26] = [
        "pending",
        "draft",
        "open",
        "active",
        "inactive",
        "unread",
        "unpaid",
        "new",
        "available",
        "unavailable",
        "empty",
        "unused",
        "paid",
        "sold",
        "overdue",
        "public",
        "private",
        "lost",
        "hidden",
        "broken",
        "taken",
        "full",
        "past",
        "sent",
        "frozen",
        "stolen",
    ];
    let stated = scene.basis.literals.iter().any(|literal| match &literal.kind {
        LiteralKind::State { state, .. } => state.eq_ignore_ascii_case(word),
        _ => false,
    });
    let participle = word.ends_with("ed") && word.len() > 4 && !["limited", "united", "red"].contains(&word);
    stated || participle || STATES.contains(&word)
}

/// What must not be done to a thing.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    kind: Kind,
    /// `edit or delete`.
    verbs: String,
    /// `edited or deleted`.
    done: String,
    /// What follows, with its leading blank: ` to the cart`.
    rest: String,
}

impl Thing {
    /// `A product that is out of stock cannot be added to the cart`; `None` where nothing is done to anything.
    pub(super) fn read(scene: &Scene<'_>, text: &str) -> Option<Self> {
        let clause = Clause::read(text)?;
        let modal = clause.verb.split(' ').next()?.to_lowercase();
        let forbids = ["can", "cannot", "can't", "may", "must", "shall"].contains(&modal.as_str());
        if !clause.negative || !forbids || clause.base != "be" || clause.subject.is_empty() {
            return None;
        }
        let kind = Kind::read(scene, &clause.subject);
        if kind.whole().split(' ').count() > 10 {
            return None;
        }
        Self::done_to(scene, kind, &clause.rest)
    }

    fn done_to(scene: &Scene<'_>, kind: Kind, rest: &str) -> Option<Self> {
        let words: Vec<&str> = rest.split(' ').collect();
        let first = *words.first()?;
        let verb = verb_of(scene, first)?;
        let second = words
            .get(1)
            .filter(|word| ["or", "and"].contains(word))
            .and_then(|word| Some((*word, *words.get(2)?, verb_of(scene, words.get(2)?)?)));
        let (verbs, done, used) = match second {
            Some((link, word, other)) => (format!("{verb} {link} {other}"), format!("{first} {link} {word}"), 3),
            None => (verb, first.to_owned(), 1),
        };
        let rest = words.get(used..).unwrap_or_default().join(" ");
        Some(Self {
            kind,
            verbs,
            done,
            rest: if rest.is_empty() { rest } else { format!(" {rest}") },
        })
    }

    fn own_action<'a>(&self, scene: &Scene<'a>) -> Option<&'a Action> {
        scene.actions().iter().find(|action| {
            let thing = singular(bare(&action.object)).to_lowercase();
            participle(&action.verb) == self.done && head(&thing) == head(&self.kind.noun).to_lowercase()
        })
    }

    /// The case in which it is tried all the same.
    pub(super) fn refused(&self, scene: &Scene<'_>, criterion: &Criterion) -> Proposal {
        let Self {
            kind,
            verbs,
            done,
            rest,
        } = self;
        let named = kind.named();
        let noun = the(&kind.noun);
        let own = self.own_action(scene);
        let focused = own.map(|action| scene.focus_on(action));
        let scene = focused.as_ref().unwrap_or(scene);
        let item = item(
            criterion,
            format!("{named} is to be {done}{rest}"),
            TestCaseType::Negative,
        )
        .titled(format!("{} cannot be {done}{rest}", capitalised(&named)))
        .priority(scene.risk());
        let untouched = format!("{noun} is not {done}{rest}");
        if own.is_some() {
            let run = placed(ordinary::run(scene), kind, verbs);
            let also = match (scene.class(), kind.state.strip_prefix("that is ")) {
                (VerbClass::Redeem | VerbClass::Pay, _) => format!("; {}", scene.unchanged()),
                (VerbClass::Transition, Some(state)) if !state.starts_with("not ") => {
                    format!("; it is still shown as {state}")
                }
                _ => String::new(),
            };
            return item
                .givens(run.givens)
                .steps(run.steps)
                .with_values(run.values)
                .seen(scene.message(&format!("{named} cannot be {done}{rest}")))
                .expect(format!("{untouched}{also}"));
        }
        let item = item.givens(scene.start().iter().filter(|given| given.contains("signed in")));
        let item = if kind.definite {
            item.act(format!("Look for a way to {verbs} {noun}{rest}"))
        } else {
            item.given(exists(&kind.noun, kind))
                .act(format!("Open {noun}"))
                .act(format!("Look for a way to {verbs} it{rest}"))
        };
        item.seen("None is offered")
            .act(format!("Send the request to {verbs} {noun}{rest} directly"))
            .seen("The request is refused")
            .expect(format!("The act is refused; {untouched}"))
    }
}

/// `A request exists that is pending`; what names it already may say more: `A discount code SAVE10`.
fn exists(named: &str, kind: &Kind) -> String {
    let owned = kind.state.is_empty() || kind.state.starts_with("that ") || kind.state.starts_with("which ");
    let thing = capitalised(&a(named));
    if owned {
        format!("{thing} exists {}", kind.state).trim_end().to_owned()
    } else {
        format!("{thing} {} exists", kind.state)
    }
}

/// The verb of a participle: `approve` of `approved`.
fn verb_of(scene: &Scene<'_>, word: &str) -> Option<String> {
    let own = scene
        .actions()
        .iter()
        .find(|action| participle(&action.verb) == word)
        .map(|action| action.verb.clone());
    own.or_else(|| Clause::read(&format!("it is {word}"))?.done())
}

/// The ordinary run with the thing in its state, up to the act.
fn placed(mut run: Ordinary, kind: &Kind, verb: &str) -> Ordinary {
    let name = head(&kind.noun).to_lowercase();
    let speaks = |given: &String| {
        given
            .to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| word == name)
    };
    let about = run
        .givens
        .iter()
        .find(|given| speaks(given) && given.contains(" exists"));
    let named = about
        .and_then(|given| given.split_once(" exists"))
        .map_or_else(|| kind.noun.clone(), |(before, _)| lowered(bare(before)));
    run.givens.retain(|given| !speaks(given) || given.contains("signed in"));
    run.givens.push(format!("{}.", exists(&named, kind)));
    let act = run.steps.iter().position(|step| {
        let action = step.action.to_lowercase();
        action.starts_with(&format!("{verb} ")) || action.starts_with(&format!("{verb}."))
    });
    if let Some(act) = act {
        run.steps.truncate(act + 1);
    } else {
        run = run.up_to_the_act();
    }
    for step in &mut run.steps {
        let known = step
            .action
            .replace(&format!(" a free {}", kind.noun), &format!(" the {}", kind.noun));
        *step = Step {
            action: known,
            ..step.clone()
        };
    }
    run
}

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
        let clause = Clause::read(&then.replace("only ", "").replace(" only", ""))?;
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
        item.givens(scene.start().iter().filter(|given| given.contains("signed in")))
            .given(exists(&kind.noun, kind))
            .act(format!("Open {noun}"))
            .act(format!("{} {noun}{rest}", capitalised(verbs)))
            .act("Load the page again")
            .expect(format!("{noun} is shown as {done}"))
    }
}

/// `that is pending` → `that is not pending`.
fn contrary_of(relative: &str) -> Option<String> {
    let rest = relative
        .strip_prefix("that ")
        .or_else(|| relative.strip_prefix("which "))?;
    let contrary = crate::coverage::scene::clause::contrary(&format!("it {rest}"))?;
    Some(format!("that {}", contrary.strip_prefix("it ")?))
}
