//! What somebody may and may not do in the words of a criterion: `Viewers see the list of keys but can't create or revoke
//! any` is one case for what is allowed and one for each thing that is forbidden.

use super::Told;
use super::phrase::{done_to, object, one_of, somebody, that_one};
use crate::basis::modal::is_modal;
use crate::coverage::families::criteria::is_person;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::{Clause, contrary};
use crate::coverage::scene::grammar::{a, bare, participle, singular, the, third_person};

/// Verbs of what is given to a person, not done by one.
const PASSIVE: [&str; 14] = [
    "be", "have", "get", "receive", "know", "need", "own", "hold", "want", "earn", "pay", "lose", "cost", "forget",
];

/// Verbs of looking.
const LOOK: [&str; 5] = ["see", "view", "read", "open", "access"];

/// The cases; empty where no person acts.
pub(super) fn tell(scene: &Scene<'_>, text: &str) -> Vec<Told> {
    let Some(clause) = Clause::read(text) else {
        return Vec::new();
    };
    if let Some(told) = nobody_else(scene, &clause) {
        return vec![told];
    }
    let subject = bare(&clause.subject);
    if !(is_person(subject) || subject == "IT")
        || subject.split(' ').count() > 3
        || PASSIVE.contains(&clause.base.as_str())
    {
        return Vec::new();
    }
    if text.chars().any(|c| c.is_ascii_digit())
        || clause.subject.starts_with("Only ")
        || clause.subject.starts_with("No ")
    {
        return Vec::new();
    }
    let who = if subject == "IT" {
        subject.to_owned()
    } else {
        one_of(&clause.subject)
    };
    if let Some(told) = not_yet(scene, &who, &clause) {
        return vec![told];
    }
    if clause.negative {
        return if LOOK.contains(&clause.base.as_str()) {
            vec![unseen(scene, &who, &clause.rest)]
        } else {
            Vec::new()
        };
    }
    let modal = clause.verb.split(' ').next().unwrap_or("").to_lowercase();
    if ["must", "should", "shall", "will"].contains(&modal.as_str()) {
        return Vec::new();
    }
    let (allowed, forbidden) = parted(&clause.rest);
    let thing = thing_of(&allowed);
    let mut told: Vec<Told> = alternatives(&clause.base, &allowed)
        .iter()
        .map(|(base, rest)| permitted(scene, &who, base, rest))
        .collect();
    for act in &forbidden {
        told.push(refused(scene, &who, act, thing.as_deref()));
    }
    told
}

/// `Only the buyer, or someone with the order number, can see it`: somebody who is neither.
fn nobody_else(scene: &Scene<'_>, clause: &Clause) -> Option<Told> {
    let allowed = clause.subject.strip_prefix("Only ")?.trim_end_matches(',');
    let several = [", or ", " or ", " and "].iter().any(|link| allowed.contains(link));
    let can = ["can", "may"].contains(&clause.verb.split(' ').next()?.to_lowercase().as_str());
    if !several || !can || clause.base == "be" {
        return None;
    }
    let thing = the(scene.object());
    let rest = match clause.rest.as_str() {
        "it" | "them" if !scene.object().is_empty() => thing,
        rest => rest.to_owned(),
    };
    let deed = format!("{} {rest}", clause.base).trim_end().to_owned();
    Some(
        Told::new(&format!("Nobody but {allowed} can {deed}"))
            .given(format!(
                "Somebody is at hand who is not {}",
                allowed.replace(", or ", " and not ")
            ))
            .act(format!("As this person, look for a way to {deed}"))
            .seen("None is offered")
            .act(format!("As this person, send the request to {deed} directly"))
            .seen("The request is refused")
            .expect("The act is refused; nothing is shown and nothing is changed")
            .refused(),
    )
}

/// `the list of keys but can't create or revoke any` → `the list of keys`, [`create any`, `revoke any`].
fn parted(rest: &str) -> (String, Vec<String>) {
    let Some((allowed, after)) = rest.split_once(" but ").or_else(|| rest.split_once(" and ")) else {
        return (rest.to_owned(), Vec::new());
    };
    let words: Vec<&str> = after.split_whitespace().collect();
    let denies = |word: &str| ["not", "cannot", "can't", "never"].contains(&word);
    let at = words.iter().take(3).position(|word| denies(&word.to_lowercase()));
    let lead = at.is_some_and(|at| {
        words
            .iter()
            .take(at)
            .all(|word| is_modal(&word.to_lowercase()) || *word == "they")
    });
    let Some(at) = at.filter(|_| lead) else {
        return (rest.to_owned(), Vec::new());
    };
    let acts = words.get(at + 1..).unwrap_or_default().join(" ");
    let acts: Vec<&str> = acts.split(" or ").flat_map(|part| part.split(", ")).collect();
    let object = acts
        .last()
        .and_then(|last| last.split_once(' '))
        .map_or("", |(_, rest)| rest);
    let whole = |act: &&str| {
        if act.contains(' ') || object.is_empty() {
            (*act).to_owned()
        } else {
            format!("{act} {object}")
        }
    };
    (
        allowed.trim_end_matches(',').to_owned(),
        acts.iter().map(whole).collect(),
    )
}

/// `keep, hide or edit a review` → each with `a review`; a single act stays as it is.
fn alternatives(base: &str, rest: &str) -> Vec<(String, String)> {
    let single = || vec![(base.to_owned(), rest.to_owned())];
    let whole = format!("{base} {rest}");
    let Some((listed, last)) = whole.split_once(" or ") else {
        return single();
    };
    let mut verbs: Vec<&str> = listed.split(", ").collect();
    let (last, object) = last.split_once(' ').unwrap_or((last, ""));
    verbs.push(last);
    if verbs.iter().any(|verb| verb.contains(' ') || verb.is_empty()) {
        return single();
    }
    verbs
        .iter()
        .map(|verb| ((*verb).to_owned(), object.to_owned()))
        .collect()
}

/// What the forbidden acts are done to where they say `any` or `them`: `key` of `the list of keys`.
fn thing_of(allowed: &str) -> Option<String> {
    let (noun, _) = object(allowed)?;
    let noun = bare(&noun).to_owned();
    let listed = noun
        .strip_prefix("list of ")
        .or_else(|| noun.strip_prefix("overview of "))
        .map(str::to_owned);
    Some(singular(&listed.unwrap_or(noun)))
}

fn start(told: Told, scene: &Scene<'_>, who: &str) -> Told {
    if scene.surface().has_pages() {
        told.given(format!("{} is signed in", somebody(who)))
    } else {
        told.given(format!("{} is there", somebody(who)))
    }
}

fn permitted(scene: &Scene<'_>, who: &str, base: &str, rest: &str) -> Told {
    let rest = rest.replace(" at any time", "").trim_end_matches(['.', ',']).to_owned();
    let deed = format!("{base} {rest}").trim_end().to_owned();
    let title = format!("{} can {deed}", somebody(who));
    let told = start(Told::new(&title), scene, who);
    let noun = object(&rest).map(|(noun, _)| noun);
    if LOOK.contains(&base) {
        let noun = noun.unwrap_or_else(|| rest.clone());
        return told
            .act(format!("Open {noun}"))
            .act(format!("Look at {noun}"))
            .expect(format!("{} sees {noun}", that_one(who)));
    }
    let told = told
        .act(format!("Look for a way to {deed}"))
        .seen("It is offered")
        .act(&deed);
    let told = match &noun {
        Some(noun) if noun.split(' ').count() <= 4 => told.act(format!("Look at {}", the(bare(noun)))),
        _ => told,
    };
    told.expect(done_to(base, &rest).unwrap_or_else(|| format!("{} {} {rest}", that_one(who), third_person(base))))
}

fn refused(scene: &Scene<'_>, who: &str, act: &str, thing: Option<&str>) -> Told {
    let (verb, rest) = act.split_once(' ').unwrap_or((act, ""));
    let rest = match (rest, thing) {
        ("any" | "one" | "any of them" | "them" | "it" | "", Some(thing)) => a(thing),
        _ => rest.to_owned(),
    };
    let act = format!("{verb} {rest}").trim_end().to_owned();
    let object = object(&rest).map_or_else(|| rest.clone(), |(noun, _)| noun);
    let none = if object.is_empty() {
        "nothing is changed".to_owned()
    } else {
        format!("no {} is {}", singular(bare(&object)), participle(verb))
    };
    start(Told::new(&format!("{} cannot {act}", somebody(who))), scene, who)
        .refused()
        .act(format!("Look for a way to {act}"))
        .seen("None is offered")
        .act(format!("Send the request to {act} directly in the same session"))
        .seen("The request is refused")
        .expect(format!("The act is refused; {none}"))
}

/// `The owner doesn't see who bought what`.
fn unseen(scene: &Scene<'_>, who: &str, what: &str) -> Told {
    start(Told::new(&format!("{} does not see {what}", somebody(who))), scene, who)
        .refused()
        .act(format!("Open the {}", shown_in(scene)))
        .act(format!("Look for {what}"))
        .expect(format!("{} does not see {what}", that_one(who)))
}

fn shown_in(scene: &Scene<'_>) -> String {
    if scene.object().is_empty() {
        "page where it would stand".to_owned()
    } else {
        scene.one()
    }
}

/// `The owner doesn't see who bought what until the date of the event`: not before, but then.
fn not_yet(scene: &Scene<'_>, who: &str, clause: &Clause) -> Option<Told> {
    let rest = clause.rest.as_str();
    let rest = if rest.starts_with("before ") || rest.starts_with("until ") {
        format!(" {rest}")
    } else {
        rest.to_owned()
    };
    let (what, end) = rest
        .split_once(" until ")
        .or_else(|| rest.split_once(" before "))
        .filter(|_| clause.negative)?;
    let look = LOOK.contains(&clause.base.as_str());
    let verb = &clause.base;
    let end = end.trim_end_matches('.');
    let come = if Clause::read(end).is_some_and(|clause| !clause.subject.is_empty()) {
        end.to_owned()
    } else {
        format!("{end} has come")
    };
    let yet = contrary(&come)?.replace("does not have come", "has not come");
    let told = Told::new(&squeezed(&format!(
        "{} does not {verb} {what} until {end}",
        if who.chars().all(char::is_uppercase) {
            who.to_owned()
        } else {
            somebody(who)
        }
    )));
    let told = start(told, scene, who).given(format!("{yet} yet"));
    let deed = squeezed(&format!("{verb} {what}"));
    let them = that_one(who);
    if look {
        return Some(
            told.act(format!("Open the {}", shown_in(scene)))
                .act(format!("Look for {what}"))
                .seen(format!("{them} cannot {deed}"))
                .act(format!("Bring it about that {come}"))
                .act(format!("Look for {what} again"))
                .expect(format!("{them} {} {what} now, and did not before", third_person(verb))),
        );
    }
    Some(
        told.act(format!("Look for a way to {deed}"))
            .seen(format!("None is offered to {them}"))
            .act(format!("Bring it about that {come}"))
            .act(format!("Look for a way to {deed} again"))
            .expect(format!("{them} can {deed} now, and could not before")),
    )
}

/// Without double blanks.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
