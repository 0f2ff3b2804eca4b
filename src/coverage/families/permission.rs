//! What criteria forbid and to whom: a person in a state (`Overdue members cannot borrow`), a thing in a state (`A product
//! that is out of stock cannot be added`), and what is allowed in one state alone (`Only pending requests can be
//! approved`). R1 and R2 go through the criteria and leave these to be worded here.
//!
//! Refuses: statements with a limit or a condition of their own, and thresholds; other families word those.

pub(super) mod thing;
mod permitted;

use super::criteria::is_person;
use super::limits::lowered;
use super::ordinary;
use crate::basis::{Action, Criterion, CriterionForm, Dimension, LiteralKind};
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{
    a, bare, capitalised, head, is_plural, participle, singular, slug, the, third_person,
};
use crate::coverage::scene::{Scene, Surface};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Technique, TestCaseType};
use permitted::Permitted;
use thing::Thing;

/// A permission or its contrary, as a criterion words it.
enum Rule {
    /// Somebody may not do something: who, in the singular and without article.
    Person { who: String, act: Deed },
    /// Something may not be done to a thing.
    Thing(Thing),
    /// Something may be done to a thing in this state alone.
    OnlyIn(Permitted),
}

/// What is done: `borrow`, `post comments`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Deed {
    verb: String,
    rest: String,
}

/// Whether the criterion is worded here.
pub(super) fn handles(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    rule(scene, criterion).is_some()
}

/// The cases of one criterion.
pub(super) fn propose(scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
    match rule(scene, criterion) {
        Some(Rule::Person { who, act }) => {
            ask_for_age(scene, criterion, &who, found);
            found.propose(somebody_refused(scene, criterion, &who, &act));
        }
        Some(Rule::Thing(thing)) => found.propose(thing.refused(scene, criterion)),
        Some(Rule::OnlyIn(permitted)) => permitted.propose(scene, criterion, found),
        None => {}
    }
}

fn rule(scene: &Scene<'_>, criterion: &Criterion) -> Option<Rule> {
    if let Some(permitted) = Permitted::while_it_is(scene, criterion) {
        return Some(Rule::OnlyIn(permitted));
    }
    let plain = matches!(criterion.form, CriterionForm::Requirement | CriterionForm::Plain);
    if !plain || has_limit(scene, criterion) {
        return None;
    }
    let text = scene.observed(criterion.statement.text.trim_end_matches('.'));
    if let Some(permitted) = Permitted::read(scene, &text) {
        return Some(Rule::OnlyIn(permitted));
    }
    forbidden_to(&text)
        .map(|(who, act)| Rule::Person { who, act })
        .or_else(|| Thing::read(scene, &text).map(Rule::Thing))
}

fn has_limit(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    let place = criterion.statement.span;
    scene.basis.literals.iter().any(|literal| {
        let inside = literal.span.basis_id == place.basis_id
            && place.start <= literal.span.start
            && literal.span.end <= place.end;
        inside
            && matches!(
                literal.kind,
                LiteralKind::Limit(_) | LiteralKind::Field { required: Some(_), .. }
            )
    })
}

/// `Overdue members cannot borrow`, `Minors are not allowed to buy alcohol`, `No guest may post comments`.
fn forbidden_to(text: &str) -> Option<(String, Deed)> {
    let clause = Clause::read(text)?;
    let modal = clause.verb.split(' ').next()?.to_lowercase();
    let nobody = clause
        .subject
        .split(' ')
        .next()
        .is_some_and(|first| first.eq_ignore_ascii_case("no"))
        && ["can", "may", "must", "shall"].contains(&modal.as_str());
    // `Guests may lock but not unlock the car`.
    let may = ["can", "may"].contains(&modal.as_str());
    let but_not = clause.rest.split_once("but not ").filter(|_| may).map(|(_, act)| act);
    if !clause.negative && !nobody && but_not.is_none() {
        return None;
    }
    let who = one_person(&clause.subject)?;
    let permitted = [
        "allowed to ",
        "permitted to ",
        "able to ",
        "entitled to ",
        "authorised to ",
        "authorized to ",
    ];
    let allowed = permitted.iter().find_map(|words| clause.rest.strip_prefix(words));
    let (verb, rest) = match (clause.base.as_str(), but_not.or(allowed)) {
        (_, Some(act)) if but_not.is_some() => act.split_once(' ').unwrap_or((act, "")),
        ("be", Some(act)) => act.split_once(' ').unwrap_or((act, "")),
        ("be", None) => return None,
        (base, _) if ["can", "cannot", "can't", "may", "must", "shall"].contains(&modal.as_str()) || nobody => {
            (base, clause.rest.as_str())
        }
        _ => return None,
    };
    // What somebody cannot see or is never asked is a matter of what is shown.
    let acts = !["have", "know", "need", "get", "receive", "forget"].contains(&verb);
    acts.then(|| {
        let act = Deed {
            verb: verb.to_lowercase(),
            rest: rest.to_owned(),
        };
        (who, act)
    })
}

/// One of the persons of a subject: `users who have not paid` → `user who has not paid`.
fn one_person(subject: &str) -> Option<String> {
    let (noun, relative) = parted(bare(subject));
    let noun = singular(&lowered(noun));
    is_person(&noun).then(|| format!("{noun}{}", of_one(relative)))
}

/// A noun and the relative clause on it, which keeps its leading blank.
fn parted(subject: &str) -> (&str, &str) {
    let start = [" who ", " that ", " which ", " whose "]
        .iter()
        .filter_map(|mark| subject.find(mark))
        .min();
    subject.split_at(start.unwrap_or(subject.len()))
}

/// A relative clause on several as one on one: ` who have not paid` → ` who has not paid`.
fn of_one(relative: &str) -> String {
    let mut words: Vec<String> = relative.split(' ').map(str::to_owned).collect();
    if relative.starts_with(" whose")
        || words.get(2).is_some_and(|verb| {
            !Clause::read(&format!("they {verb}")).is_some_and(|read| read.base == *verb || verb == "are")
        })
    {
        return relative.to_owned();
    }
    if let Some(verb) = words.get_mut(2) {
        *verb = third_person(verb);
    }
    words.join(" ")
}

/// Whether it names somebody who has not signed in.
fn is_guest(who: &str, actor: &str) -> bool {
    let outside = [
        "guest",
        "visitor",
        "anonymous",
        "unregistered",
        "not signed in",
        "not logged in",
        "unauthenticated",
    ];
    outside.iter().any(|word| who.contains(word)) && !actor.contains(who)
}

fn ask_for_age(scene: &Scene<'_>, criterion: &Criterion, who: &str, found: &mut Found) {
    let stated = scene.basis.limits().any(|(limit, _)| limit.dimension == Dimension::Age);
    if ["minor", "child"].contains(&who) && !stated {
        found.ask(
            format!("age/{who}"),
            format!("{}: up to which age is somebody {}?", criterion.basis_id, a(who)),
            Some(criterion.statement.span),
        );
    }
}

fn item(criterion: &Criterion, condition: String, case_type: TestCaseType) -> Proposal {
    Proposal::new(
        format!("criterion/{}/{}", criterion.basis_id, slug(&condition)),
        condition,
        Technique::EquivalencePartitioning,
        case_type,
        criterion.statement.span,
    )
    .because(format!("What {} forbids must not be possible", criterion.basis_id))
}

fn somebody_refused(scene: &Scene<'_>, criterion: &Criterion, who: &str, act: &Deed) -> Proposal {
    let own = own_action(scene, act);
    let focused = own.map(|action| scene.focus_on(action));
    let scene = focused.as_ref().unwrap_or(scene);
    let said = match own {
        Some(_) if act.rest.is_empty() => scene.deed(),
        _ => format!("{} {}", act.verb, act.rest).trim_end().to_owned(),
    };
    let kind = capitalised(&a(who));
    let item = item(criterion, format!("{} tries to {said}", a(who)), TestCaseType::Negative)
        .titled(format!("{kind} cannot {said}"))
        .priority(scene.risk());
    if is_sign_in(act) {
        return item
            .given(format!("The sign-in data of {} is known", a(who)))
            .act("Open the sign-in page")
            .act(format!("Enter the sign-in data of {}", the(who)))
            .act("Submit the form")
            .seen("The sign-in is refused")
            .expect(format!("The sign-in is refused; {} is not signed in", the(who)));
    }
    if *scene.surface() != Surface::Pages {
        return item
            .given(format!("{kind} is there"))
            .act(format!("As {}, {said}", a(who)))
            .seen("The act is refused")
            .act(format!(
                "Look at the {}",
                if scene.object().is_empty() {
                    "result".to_owned()
                } else {
                    scene.one()
                }
            ))
            .expect(format!("The act is refused; {}", unharmed(act)));
    }
    let item = item.given(if is_guest(who, &scene.actor()) {
        "Nobody is signed in in the browser".to_owned()
    } else {
        format!("{kind} is signed in")
    });
    let why = format!("{} cannot {said}", a(who));
    if own.is_none() {
        return item
            .act(format!("Look for a way to {said}"))
            .seen("None is offered")
            .act(format!("Send the request to {said} directly in the same session"))
            .seen("The request is refused")
            .expect(format!("The act is refused; {}", unharmed(act)));
    }
    let run = ordinary::run(scene).up_to_the_act();
    item.givens(run.givens.iter().filter(|given| !given.contains("signed in")))
        .steps(run.steps)
        .with_values(run.values)
        .seen(scene.message(&why))
        .expect(format!("The act is refused; {}", scene.unchanged()))
}

fn is_sign_in(act: &Deed) -> bool {
    ["log", "sign"].contains(&act.verb.as_str()) && act.rest.starts_with("in") || act.verb == "login"
}

/// The goal's action that a criterion speaks of: the same verb, done to the same or to nothing that is said.
fn own_action<'a>(scene: &Scene<'a>, act: &Deed) -> Option<&'a Action> {
    let object = act.rest.split(" to ").next().unwrap_or("");
    scene.actions().iter().find(|action| {
        let thing = singular(bare(&action.object)).to_lowercase();
        let said = singular(bare(object)).to_lowercase();
        action.verb == act.verb && (said.is_empty() || head(&said) == head(&thing))
    })
}

/// What must not have happened, as a clause: `no comment is posted`.
fn unharmed(act: &Deed) -> String {
    let mut end = act.rest.len();
    for mark in [
        " to ",
        " on ",
        " in ",
        " at ",
        " for ",
        " from ",
        " with ",
        " without ",
        " of ",
    ] {
        end = end.min(act.rest.find(mark).unwrap_or(end));
    }
    let object = act.rest.get(..end).unwrap_or("");
    let preposition = ["to", "on", "in", "at", "for", "from", "with", "up", "out"];
    if object.is_empty() || preposition.contains(&object.split(' ').next().unwrap_or("")) {
        return "nothing is changed".to_owned();
    }
    let seen = ["see", "view", "open", "read", "access"].contains(&act.verb.as_str());
    let done = if seen {
        "shown".to_owned()
    } else {
        participle(&act.verb)
    };
    if object.starts_with("the ") {
        let be = if is_plural(object) { "are" } else { "is" };
        return format!("{object} {be} not {done}");
    }
    format!("no {} is {done}", singular(bare(object)))
}

#[cfg(test)]
mod tests;
