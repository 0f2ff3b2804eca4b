//! One part of a condition: a state to be in, an act to do, or an event to await.

use crate::basis::LiteralKind;
use crate::basis::modal::is_demand;
use crate::coverage::families::criteria::{self, is_person};
use crate::coverage::families::limits::lowered;
use crate::coverage::scene::clause::{Clause, as_fact};
use crate::coverage::scene::grammar::{a, bare, base_of, is_plural, singular, the, third_person};
use crate::coverage::scene::{Goal, Scene};

/// What a condition asks of a tester; clauses without full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::coverage::families) enum Part {
    /// To be in this state before step 1.
    State(String),
    /// To do this.
    Act(String),
    /// To let this happen.
    Event(String),
}

/// Reads a clause of a condition. `event` is set where it tells what happens (`when …`) and not what holds (`if …`).
pub(in crate::coverage::families) fn part(scene: &Scene<'_>, clause: &str, event: bool) -> Option<Part> {
    let clause = clause
        .trim()
        .trim_start_matches("that ")
        .trim_end_matches([',', '.', ';']);
    if let Some(noun) = noun_phrase(clause) {
        return Some(Part::State(noun));
    }
    let by_actor = told_of_actor(scene, clause);
    let read = by_actor.clone().or_else(|| Clause::read(clause));
    if let Some(read) = read
        .as_ref()
        .filter(|read| read.subject.is_empty() && !read.state && !read.negative)
    {
        // `… and confirm`: it goes on with the subject before it.
        return read
            .imperative()
            .map(|act| Part::Act(act.trim_end_matches('.').replace(" their ", " the ")));
    }
    let Some(read) = read.filter(|read| !read.subject.is_empty()) else {
        let told = told_of_thing(clause)?;
        if !event {
            return Some(Part::State(told));
        }
        return let_be(clause).map(|happens| Part::Event(format!("Let {happens}")));
    };
    let standing = ["signed in", "logged in", "on ", "in ", "at "];
    if read.negative {
        return Some(Part::State(clause.to_owned()));
    }
    if read.base == "be" {
        let stands = standing.iter().any(|word| read.rest.starts_with(word));
        let already = read.rest.starts_with("already ") || read.rest.starts_with("currently ");
        let done = read
            .done()
            .filter(|_| event && !stands && !already && !is_person(&read.subject));
        let present = ["is", "are"].contains(&read.verb.as_str());
        return Some(match done.filter(|_| present) {
            Some(verb) => Part::Act(passive_act(&verb, &read)),
            None => Part::State(clause.to_owned()),
        });
    }
    if read.state {
        return Some(Part::State(clause.to_owned()));
    }
    let person = by_actor.is_some() || is_person(&read.subject) || is_one(scene, &read.subject);
    if person {
        return imperative(scene, &read).map(Part::Act);
    }
    let rest = if read.rest.is_empty() {
        String::new()
    } else {
        format!(" {}", read.rest)
    };
    let happens = format!("Let {} {}{rest}", lowered(&read.subject), read.base);
    Some(if event {
        Part::Event(happens)
    } else {
        Part::State(clause.to_owned())
    })
}

/// `a card with 12.40 EUR left` → `there is a card with 12.40 EUR left`.
fn noun_phrase(clause: &str) -> Option<String> {
    let first = clause.split(' ').next()?.to_lowercase();
    let number =
        first.chars().all(|c| c.is_ascii_digit()) || ["two", "three", "no", "several"].contains(&first.as_str());
    if !["a", "an"].contains(&first.as_str()) && !number || has_finite(clause) {
        return None;
    }
    let several = number && first != "1" && first != "no";
    Some(format!("there {} {clause}", if several { "are" } else { "is" }))
}

/// Whether a finite verb stands in a text that opens with an article.
fn has_finite(text: &str) -> bool {
    Clause::read(text)
        .is_some_and(|read| !read.subject.is_empty() && !["left", "called", "named"].contains(&read.verb.as_str()))
        || told_of_thing(text).is_some()
}

/// `the phone comes back`: a clause whose verb no table knows, by its place after a short subject with an article.
pub(super) fn told_of_thing(clause: &str) -> Option<String> {
    let words: Vec<&str> = clause.split(' ').collect();
    let opened = ["the", "a", "an", "each", "every", "no"].contains(&words.first()?.to_lowercase().as_str());
    let at = (2..words.len().min(5)).find(|at| finite_s(words[*at], words.get(at + 1).copied()))?;
    (opened && at >= 2 && !is_plural(words[at - 1])).then(|| clause.to_owned())
}

fn finite_s(word: &str, next: Option<&str>) -> bool {
    const AFTER: [&str; 26] = [
        "the", "a", "an", "to", "back", "up", "down", "off", "out", "on", "in", "at", "into", "from", "over", "within",
        "again", "twice", "once", "its", "their", "no", "with", "for", "below", "above",
    ];
    let third = word.len() > 3 && word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    third && word.chars().all(|c| c.is_ascii_lowercase()) && next.is_some_and(|next| AFTER.contains(&next))
}

/// `the phone comes back` → `the phone come back`.
fn let_be(clause: &str) -> Option<String> {
    let words: Vec<&str> = clause.split(' ').collect();
    let at = (2..words.len().min(5)).find(|at| finite_s(words[*at], words.get(at + 1).copied()))?;
    let mut out: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    out[at] = base_of(words[at]);
    Some(lowered(&out.join(" ")))
}

/// A clause whose subject is the one who acts: the word after it is the verb, whether a table knows it or not.
fn told_of_actor(scene: &Scene<'_>, clause: &str) -> Option<Clause> {
    let actor = the(&scene.actor());
    let rest = clause
        .strip_prefix(&format!("{actor} "))
        .or_else(|| clause.strip_prefix("they "))
        .or_else(|| clause.strip_prefix("The user "))
        .or_else(|| clause.strip_prefix("the user "))?;
    let verb = rest.split(' ').next()?;
    let known = Clause::read(clause).filter(|read| read.subject == actor);
    if known.is_some() {
        return known;
    }
    let third = verb.len() > 2 && verb.ends_with('s') && verb.chars().all(|c| c.is_ascii_lowercase());
    third.then(|| Clause {
        subject: actor,
        verb: verb.to_owned(),
        base: base_of(verb),
        rest: rest.strip_prefix(verb).unwrap_or("").trim().to_owned(),
        state: false,
        negative: false,
    })
}

fn is_one(scene: &Scene<'_>, subject: &str) -> bool {
    let subject = bare(subject).to_lowercase();
    subject == scene.actor().to_lowercase()
        || ["user", "they", "he", "she", "you", "somebody", "someone"].contains(&subject.as_str())
}

/// A clause of a person as an instruction; somebody else's is done as that person.
pub(in crate::coverage::families) fn imperative(scene: &Scene<'_>, read: &Clause) -> Option<String> {
    if read.verb.contains(' ') && !read.verb.starts_with("tr") {
        // `can enter`, `must confirm`: a permission or a duty, and no act yet.
        return None;
    }
    let text = read.imperative()?;
    let text = text
        .trim_end_matches('.')
        .replace(" their own ", " the ")
        .replace(" their ", " the ");
    let subject = bare(&read.subject).to_lowercase();
    let own = is_one(scene, &read.subject) || scene.actor().to_lowercase().ends_with(&subject);
    Some(if own || subject.is_empty() {
        text
    } else {
        format!("As {}, {}", a(&singular(&subject)), lowered(&text))
    })
}

/// `a payment of £40.01 is requested` → `Request a payment of £40.01`.
fn passive_act(verb: &str, read: &Clause) -> String {
    let tail = read.rest.split_once(' ').map_or("", |(_, tail)| tail);
    let subject = lowered(&read.subject);
    if let Some(who) = tail
        .strip_prefix("by ")
        .filter(|who| is_person(who.split(" in ").next().unwrap_or("")))
    {
        return format!("As {}, {verb} {subject}", a(bare(who)));
    }
    format!("{verb} {subject} {tail}").trim_end().to_owned()
}

/// The story's act in the author's own words, as an instruction; `None` where it is not one act of the one who acts.
pub(in crate::coverage::families) fn stated_act(scene: &Scene<'_>) -> Option<String> {
    let [action] = scene.basis.story.actions.as_slice() else {
        return None;
    };
    if *scene.goal() != Goal::Acted || scene.action().is_none() || action.object.is_empty() {
        return None;
    }
    let goal = scene.basis.story.goal.as_ref()?;
    let text = scene.observed(goal.text.trim().trim_end_matches(['.', ',']));
    let text = without_limits(scene, &text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let text = ["be able to ", "to "]
        .iter()
        .find_map(|start| text.strip_prefix(start))
        .unwrap_or(&text);
    let open = [
        " so that ",
        " because ",
        " and ",
        " or ",
        " when ",
        " if ",
        ";",
        ":",
        "(",
    ];
    let plain = text.to_lowercase().starts_with(&action.verb)
        && crate::coverage::scene::goal::is_thing(&action.object)
        && text.contains(crate::coverage::scene::grammar::head(&action.object))
        && !open.iter().any(|mark| text.contains(mark))
        && !text.contains(|c: char| c.is_ascii_digit())
        && text.split(' ').count() <= 14;
    plain.then(|| text.replace(" their own ", " the ").replace(" their ", " the "))
}

/// Without what bounds the thing that is acted on: `a discount code of up to 20 characters` → `a discount code`.
fn without_limits(scene: &Scene<'_>, text: &str) -> String {
    let limits = scene
        .basis
        .literals
        .iter()
        .filter(|literal| matches!(literal.kind, LiteralKind::Limit(_)));
    limits.fold(text.to_owned(), |text, literal| {
        text.replace(&format!(" of {}", literal.text), "")
    })
}

/// A demand as the fact that a tester sees; each of its verbs: `must start at once and tell the driver` → `starts at once
/// and tells the driver`.
pub(super) fn demanded(clause: &str) -> Option<String> {
    let fact = criteria::fact(clause)?;
    let read = Clause::read(clause)?;
    let first = read.verb.split(' ').next()?.to_lowercase();
    if !is_demand(&first) || read.base == "be" || is_plural(&read.subject) || as_fact(clause).as_deref() != Some(&fact)
    {
        return Some(fact);
    }
    let mut pieces = fact.split(" and ");
    let mut out = pieces.next()?.to_owned();
    for piece in pieces {
        let verb = piece.split(' ').next().unwrap_or("");
        let next = piece.split(' ').nth(1).unwrap_or("");
        let noun = ["a", "an", "the", "its", "their", "no"];
        let further = !noun.contains(&verb)
            && (Clause::read(piece).is_some_and(|read| read.subject.is_empty() && read.verb == verb)
                || noun.contains(&next));
        let rest = piece.strip_prefix(verb).unwrap_or("");
        out = if further {
            format!("{out} and {}{rest}", third_person(verb))
        } else {
            format!("{out} and {piece}")
        };
    }
    Some(out)
}

/// `no message` → `no message is sent`.
pub(super) fn nothing_comes(clause: &str) -> Option<String> {
    let low = clause.to_lowercase();
    (low.starts_with("no ") && Clause::read(clause).is_none())
        .then(|| criteria::nothing_comes(clause.to_owned()))
        .filter(|told| told != clause)
}

/// The noun that a phrase without a verb opens with.
pub(super) fn noun_in(clause: &str) -> Option<String> {
    crate::coverage::families::statement::object(clause).map(|(noun, _)| noun)
}

/// A noun without what follows it: `payment of £40.01` → `payment`.
pub(super) fn core(noun: &str) -> &str {
    let ends = [
        " of ", " with ", " for ", " from ", " in ", " on ", " that ", " who ", " which ", " left",
    ];
    let end = ends.iter().filter_map(|mark| noun.find(mark)).min();
    noun.get(..end.unwrap_or(noun.len())).unwrap_or(noun)
}
