//! Things in a state: what must not be done to them, and what may be done in one state alone.

use super::{item, of_one, parted};
use crate::basis::{Action, Criterion, LiteralKind, VerbClass};
use crate::coverage::Proposal;
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary::{self, Ordinary};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, is_plural, participle, singular, the};
use crate::test_case::{Step, TestCaseType};

/// A noun in the singular, and what is said of it as a relative clause: `product`, `that is out of stock`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) noun: String,
    /// Empty where nothing is said of it.
    pub(super) state: String,
    /// `the date of birth`: there is one, and it needs no state before step 1.
    pub(super) definite: bool,
}

impl Kind {
    pub(super) fn read(scene: &Scene<'_>, subject: &str) -> Self {
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
    pub(super) fn named(&self) -> String {
        if self.definite {
            the(&self.whole())
        } else {
            a(&self.whole())
        }
    }
}

/// `pending` → `that is pending`.
pub(super) fn relative_of(state: &str) -> String {
    if state == "draft" {
        "that is a draft".to_owned()
    } else {
        format!("that is {state}")
    }
}

/// Whether a word before a noun names a state of it.
pub(super) fn is_state(scene: &Scene<'_>, word: &str) -> bool {
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
    pub(super) kind: Kind,
    /// `edit or delete`.
    pub(super) verbs: String,
    /// `edited or deleted`.
    pub(super) done: String,
    /// What follows, with its leading blank: ` to the cart`.
    pub(super) rest: String,
    /// A state of something else that goes with it: `the engine is running`; empty for none.
    pub(super) meanwhile: String,
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
        if ["in", "on", "at", "during", "after", "before"].contains(&first_word(&clause.subject).as_str()) {
            return Self::in_mode(scene, &clause);
        }
        let kind = Kind::read(scene, &clause.subject);
        if kind.whole().split(' ').count() > 10 {
            return None;
        }
        Self::done_to(scene, kind, &clause.rest)
    }

    /// `In holiday mode the heating cannot be switched on`.
    fn in_mode(scene: &Scene<'_>, clause: &Clause) -> Option<Self> {
        let (mode, subject) = clause.subject.split_once(" the ")?;
        let mode = Some(mode.trim_end_matches(',')).filter(|_| first_word(mode) == "in")?;
        let mut thing = Self::done_to(scene, Kind::read(scene, &format!("the {subject}")), &clause.rest)?;
        thing.meanwhile = format!("the {subject} is {}", lowered(mode));
        Some(thing)
    }

    pub(super) fn done_to(scene: &Scene<'_>, kind: Kind, rest: &str) -> Option<Self> {
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
        let (rest, meanwhile) = match rest.split_once("while ") {
            Some((rest, state)) if Clause::read(state).is_some_and(|read| read.state) => {
                (rest.trim().to_owned(), state.to_owned())
            }
            _ => (rest, String::new()),
        };
        Some(Self {
            meanwhile,
            kind,
            verbs,
            done,
            rest: if rest.is_empty() { rest } else { format!(" {rest}") },
        })
    }

    pub(super) fn own_action<'a>(&self, scene: &Scene<'a>) -> Option<&'a Action> {
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
            ..
        } = self;
        let named = kind.named();
        let during = if self.meanwhile.is_empty() {
            String::new()
        } else {
            format!(" while {}", self.meanwhile)
        };
        let noun = the(&kind.noun);
        let own = self.own_action(scene);
        let focused = own.map(|action| scene.focus_on(action));
        let scene = focused.as_ref().unwrap_or(scene);
        let item = item(
            criterion,
            format!("{named} is to be {done}{rest}{during}"),
            TestCaseType::Negative,
        )
        .titled(format!("{} cannot be {done}{rest}{during}", capitalised(&named)))
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
                .given(&self.meanwhile)
                .steps(run.steps)
                .with_values(run.values)
                .seen(scene.message(&format!("{named} cannot be {done}{rest}{during}")))
                .expect(format!("{untouched}{also}"));
        }
        let item = item.givens(scene.start_signed_in()).given(&self.meanwhile);
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
pub(super) fn exists(named: &str, kind: &Kind) -> String {
    let owned = kind.state.is_empty() || kind.state.starts_with("that ") || kind.state.starts_with("which ");
    let thing = capitalised(&a(named));
    if owned {
        format!("{thing} exists {}", kind.state).trim_end().to_owned()
    } else {
        format!("{thing} {} exists", kind.state)
    }
}

fn first_word(text: &str) -> String {
    text.split(' ').next().unwrap_or("").to_lowercase()
}

/// The verb of a participle: `approve` of `approved`.
pub(in crate::coverage::families) fn verb_of(scene: &Scene<'_>, word: &str) -> Option<String> {
    let own = scene
        .actions()
        .iter()
        .find(|action| participle(&action.verb) == word)
        .map(|action| action.verb.clone());
    own.or_else(|| Clause::read(&format!("it is {word}"))?.done())
}

/// The ordinary run with the thing in its state, up to the act.
pub(super) fn placed(mut run: Ordinary, kind: &Kind, verb: &str) -> Ordinary {
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
        .map(|(before, _)| lowered(bare(before)))
        // `sale item` says more than `item`, and `discount code SAVE10` more than `code`.
        .filter(|named| !kind.noun.contains(named.as_str()))
        .unwrap_or_else(|| kind.noun.clone());
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

/// The state in which a statement says something of a thing: `An office exists that is closed today` of `Offices that are
/// closed today are shown in grey`; `None` where nothing is said of its subject.
pub(in crate::coverage::families) fn stands(scene: &Scene<'_>, statement: &str) -> Option<String> {
    let clause = Clause::read(statement)?;
    let kind = Kind::read(scene, &clause.subject);
    let thing = !super::is_person(&kind.noun) && kind.noun.split(' ').count() <= 3;
    (thing && !kind.state.is_empty()).then(|| exists(&kind.noun, &kind))
}
