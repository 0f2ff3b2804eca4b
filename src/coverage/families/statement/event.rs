//! What must have happened before a statement can be seen to hold: `after the change`, `without a network`, `after 28
//! days`, and how a tester brings it about.

use crate::basis::VerbClass;
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary::{self, Ordinary};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, head, sentence};
use crate::test_case::Step;

/// An occasion that a statement names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// Something has happened: `the change`, `the first signature`.
    After(String),
    /// Time has gone by: `28 days`.
    Later(String),
    /// Something is lacking: `a network`.
    Without(String),
    /// A moment has come: `the end`.
    At(String),
}

const UNITS: [&str; 8] = ["second", "minute", "hour", "day", "week", "month", "year", "h"];

impl Occasion {
    /// The occasion that a statement opens or ends with, and the statement without it: `All other sessions are signed out
    /// after the change` → `the change`, `All other sessions are signed out`.
    pub(super) fn read(text: &str) -> Option<(Self, String)> {
        Self::leading(text).or_else(|| Self::trailing(text))
    }

    fn leading(text: &str) -> Option<(Self, String)> {
        let (opener, rest) = text.split_once(' ')?;
        let opener = opener.to_lowercase();
        if !["after", "without", "on", "upon", "at", "following"].contains(&opener.as_str()) {
            return None;
        }
        // The phrase ends at a comma, or before the noun of the clause that follows.
        let (phrase, clause) = match rest.split_once(", ") {
            Some((phrase, clause)) if Clause::read(phrase).is_none() && Clause::read(clause).is_some() => {
                (phrase.to_owned(), clause.to_owned())
            }
            _ => Self::parted(rest)?,
        };
        (Clause::read(&clause).is_some_and(|clause| !clause.subject.is_empty()))
            .then(|| Self::of(&opener, &phrase).map(|occasion| (occasion, capitalised(&clause))))
            .flatten()
    }

    /// `the change the session ends` → `the change`, `the session ends`: the last noun with a determiner of its own
    /// before the verb, or the last word before it.
    fn parted(rest: &str) -> Option<(String, String)> {
        let words: Vec<&str> = rest.split_whitespace().collect();
        let clause = Clause::read(rest)?;
        let verb = clause.subject.split_whitespace().count();
        let openers = [
            "the", "a", "an", "all", "each", "every", "no", "their", "its", "somebody", "nobody",
        ];
        let from = (2..verb).rev().find(|&at| {
            words
                .get(at)
                .is_some_and(|word| openers.contains(&word.to_lowercase().as_str()))
                && words.get(at - 1).is_some_and(|before| {
                    !["of", "in", "to", "for", "by", "with", "without", "any", "from", "on"].contains(before)
                })
        });
        let subject = words.get(..verb)?;
        let and = subject.iter().rposition(|word| *word == "and");
        let from = from.or_else(|| and.filter(|at| *at >= 3).map(|at| at - 1))?;
        Some((words.get(..from)?.join(" "), words.get(from..)?.join(" ")))
    }

    fn trailing(text: &str) -> Option<(Self, String)> {
        let text = text.trim_end_matches('.');
        let mut last = None;
        for opener in [" after ", " upon ", " on "] {
            if let Some(at) = text.rfind(opener) {
                last = last.max(Some((at, opener)));
            }
        }
        let (at, opener) = last?;
        let (before, phrase) = (text.get(..at)?, text.get(at + opener.len()..)?);
        let before = ["right", "immediately", "directly", "only", "at once", "shortly"]
            .iter()
            .find_map(|word| before.strip_suffix(word))
            .unwrap_or(before)
            .trim_end_matches([',', ' ']);
        let clause = Clause::read(before).filter(|clause| !clause.subject.is_empty())?;
        if Clause::read(phrase).is_some_and(|clause| !clause.subject.is_empty())
            || clause.rest.is_empty() && opener == " on "
        {
            return None;
        }
        let acts = act_of(head(bare(phrase))).is_some();
        let named = ["the ", "a ", "an ", "each ", "every "]
            .iter()
            .any(|start| phrase.starts_with(start));
        let timed = phrase.starts_with(|c: char| c.is_ascii_digit());
        if opener != " after " && !acts || !acts && !named && !timed {
            return None;
        }
        Some((Self::of(opener.trim(), phrase)?, before.to_owned()))
    }

    fn of(opener: &str, phrase: &str) -> Option<Self> {
        let phrase = phrase.trim().trim_end_matches([',', '.']);
        let words: Vec<&str> = phrase.split_whitespace().collect();
        if words.is_empty() || words.len() > 7 {
            return None;
        }
        let number = words
            .first()
            .is_some_and(|word| word.chars().all(|c| c.is_ascii_digit()));
        let unit = words
            .get(1)
            .is_some_and(|word| UNITS.contains(&word.trim_end_matches('s')));
        Some(match opener {
            "without" => Self::Without(phrase.to_owned()),
            "at" | "on" if act_of(head(bare(phrase))).is_none() => {
                if phrase.chars().any(|c| c.is_ascii_digit()) || !phrase.contains("end") {
                    return None;
                }
                Self::At(phrase.to_owned())
            }
            _ if number && unit => Self::Later(phrase.to_owned()),
            _ => Self::After(phrase.to_owned()),
        })
    }

    /// The run that leads to it, in the words of the story's act where that is what happens.
    pub(super) fn run(&self, scene: &Scene<'_>) -> Ordinary {
        let ordinary = || {
            let mut run = ordinary::run(scene);
            run.expected = String::new();
            run
        };
        match self {
            Self::After(event) => after(scene, event).unwrap_or_else(ordinary),
            Self::Later(time) => {
                let mut run = ordinary();
                run.steps.push(Step::new(format!("Let {time} go by.")));
                run
            }
            Self::Without(thing) => {
                let mut run = ordinary();
                run.givens.push(sentence(&format!("There is no {}", bare(thing))));
                run
            }
            Self::At(moment) => {
                let mut run = ordinary();
                run.steps.push(Step::new(format!("Wait until {moment}.")));
                run
            }
        }
    }
}

/// `None` where the event is what the story's own act does.
fn after(scene: &Scene<'_>, event: &str) -> Option<Ordinary> {
    let noun = lowered(bare(event));
    let (whole, of) = noun
        .split_once(" of ")
        .map_or((noun.as_str(), ""), |(noun, of)| (noun, of));
    let act = act_of(head(whole));
    let own = scene
        .action()
        .is_some_and(|action| act.is_some_and(|act| act == action.verb || is_change(act) && is_change(&action.verb)));
    let plain = whole.split(' ').count() == 1;
    let buys = |verb: &str| ["order", "buy", "pay", "check out"].contains(&verb);
    let bought = scene.class() == VerbClass::Pay && act.is_some_and(buys);
    if plain && (own || bought || act.is_some() && of.is_empty() && scene.object().is_empty()) {
        return None;
    }
    let givens: Vec<String> = scene
        .start()
        .into_iter()
        .filter(|given| given.contains("signed in"))
        .collect();
    let step = match act {
        Some(act) if plain => {
            let thing = if of.is_empty() { a(&scene.one()) } else { of.to_owned() };
            format!("{} {thing}", capitalised(act))
        }
        _ => format!("Bring about {event}"),
    };
    Some(Ordinary {
        givens,
        steps: vec![Step::new(sentence(&step))],
        ..Ordinary::default()
    })
}

fn is_change(verb: &str) -> bool {
    ["change", "set", "update", "edit", "reset", "replace", "modify"].contains(&verb)
}

/// The act of a noun: `create` of `creation`.
pub(super) fn act_of(noun: &str) -> Option<&'static str> {
    const NOUNS: [(&str, &str); 40] = [
        ("creation", "create"),
        ("change", "change"),
        ("update", "update"),
        ("order", "order"),
        ("approval", "approve"),
        ("rejection", "reject"),
        ("refusal", "refuse"),
        ("payment", "pay"),
        ("submission", "submit"),
        ("registration", "register"),
        ("booking", "book"),
        ("cancellation", "cancel"),
        ("delivery", "deliver"),
        ("upload", "upload"),
        ("download", "download"),
        ("login", "log in"),
        ("logout", "log out"),
        ("sign-in", "sign in"),
        ("sign-out", "sign out"),
        ("release", "release"),
        ("publication", "publish"),
        ("removal", "remove"),
        ("deletion", "delete"),
        ("confirmation", "confirm"),
        ("purchase", "buy"),
        ("transfer", "transfer"),
        ("import", "import"),
        ("export", "export"),
        ("renewal", "renew"),
        ("activation", "activate"),
        ("installation", "install"),
        ("checkout", "check out"),
        ("restart", "restart"),
        ("replacement", "replace"),
        ("closure", "close"),
        ("closing", "close"),
        ("reservation", "reserve"),
        ("acceptance", "accept"),
        ("dispatch", "dispatch"),
        ("return", "return"),
    ];
    NOUNS
        .iter()
        .find(|(name, _)| noun.eq_ignore_ascii_case(name))
        .map(|(_, act)| *act)
}
