//! The forms of statements that say themselves what is done, one function each.

use super::event::{self, Occasion};
use super::{Told, fact, phrase};
use crate::basis::LiteralKind;
use crate::coverage::families::criteria::is_person;
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary::{self, Ordinary};
use crate::coverage::families::permission;
use crate::coverage::scene::clause::{Clause, contrary, verb_of_gerund};
use crate::coverage::scene::grammar::{a, bare, capitalised, head, is_or_are, plural, singular, the, third_person};
use crate::coverage::scene::{Scene, Surface};

/// `The answer is the same whether the address is known or not`.
pub(super) fn compared(scene: &Scene<'_>, text: &str) -> Option<Told> {
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
pub(super) fn gerund(scene: &Scene<'_>, text: &str) -> Option<Told> {
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
        givens: scene.start_signed_in(),
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
pub(super) fn known(phrase: &str) -> String {
    format!(" {phrase}")
        .replacen(" an ", " the ", 1)
        .replacen(" a ", " the ", 1)
        .trim()
        .to_owned()
}

/// `A successful login resets the counter`, `A request for another page ends with 'Access denied'`: the act that the
/// subject names, then what follows from it.
pub(super) fn nominal(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let clause = Clause::read(text).filter(|clause| !clause.state && !clause.negative)?;
    let first = clause.subject.split(' ').next()?.to_lowercase();
    let tried = head(bare(&clause.subject)).to_lowercase();
    let attempt = ["request", "attempt", "try", "call", "visit"].contains(&tried.as_str());
    if !["a", "an", "any", "every", "each"].contains(&first.as_str()) || !attempt && event::act_of(&tried).is_none() {
        return None;
    }
    let made = format!("Make {}", a(bare(&clause.subject)));
    let told = Told {
        givens: scene.start_signed_in(),
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
pub(super) fn situation(scene: &Scene<'_>, text: &str) -> Option<Told> {
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
pub(super) fn shown_once(scene: &Scene<'_>, text: &str) -> Option<Told> {
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
pub(super) fn lasting(scene: &Scene<'_>, text: &str) -> Option<Told> {
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
pub(super) fn occasion(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let (occasion, rest) = Occasion::read(text)?;
    let clause = Clause::read(&rest)?;
    let run = occasion.run(scene);
    let told = others(Told::new(text), &clause.subject).run(run);
    Some(look(told, scene, &clause).expect(fact(text)))
}

/// Other things of a kind must be there: `All other sessions` → `At least one other session exists`.
pub(super) fn others(told: Told, subject: &str) -> Told {
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

/// `Colours depend on the product`: two of what it depends on are compared.
pub(super) fn depending(text: &str) -> Option<Told> {
    let (what, on) = text
        .split_once(" depend on ")
        .or_else(|| text.split_once(" depends on "))?;
    let short = |noun: &str| noun.split(' ').count() <= 4 && !noun.contains(',');
    if !short(what) || !short(on) || on.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let (what, on) = (the(&lowered(bare(what))), singular(bare(on)));
    let be = is_or_are(&what);
    Some(
        Told::new(&format!("{what} {be} shown for each {on}"))
            .given(format!(
                "Two {} are known for which {what} differ{}",
                plural(&on),
                if be == "is" { "s" } else { "" }
            ))
            .act(format!("Open the first {on}"))
            .seen(format!("{what} of the first {on} {be} shown"))
            .act(format!("Open the second {on}"))
            .expect(format!(
                "{what} of the second {on} {be} shown; nothing of the first {on} is left"
            )),
    )
}

/// `'Reset filters' brings back the full list`: the control that is named is used.
pub(super) fn control(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let quote = text.chars().next().filter(|c| "'\"‘“".contains(*c))?;
    let close = match quote {
        '‘' => '’',
        '“' => '”',
        other => other,
    };
    let inside = text.get(quote.len_utf8()..)?;
    let end = inside.find(close)?;
    let name = text.get(..quote.len_utf8() + end + close.len_utf8())?;
    let rest = text.get(name.len()..)?.trim_start();
    let verb = rest.split(' ').next()?;
    let acts =
        verb.ends_with('s') && verb.len() > 3 && rest.contains(' ') && !["is", "was", "has", "stays"].contains(&verb);
    acts.then(|| {
        Told::new(text)
            .run(Ordinary {
                expected: String::new(),
                ..ordinary::run(scene)
            })
            .act(format!("Use {name}"))
            .expect(text)
    })
}

/// `The link works without an account`: it is used, as it is said.
pub(super) fn used(scene: &Scene<'_>, text: &str) -> Option<Told> {
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
    if way == "offline" {
        return Some(
            told.given("The device has no connection to the network")
                .act("Look at what was done")
                .expect(fact(text)),
        );
    }
    let told = told.act(format!("Use {thing} {way}").trim_end());
    Some(told.expect(fact(text)))
}

/// A state or content of a thing: what leads there, then a look at the thing itself.
pub(in crate::coverage::families) fn looked_at(scene: &Scene<'_>, text: &str) -> Told {
    let told = Told::new(&fact(text)).run(Ordinary {
        expected: String::new(),
        ..ordinary::run(scene)
    });
    let told = if text.ends_with(" offline") {
        told.given("The device has no connection to the network")
    } else {
        told
    };
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
pub(super) fn look(told: Told, scene: &Scene<'_>, clause: &Clause) -> Told {
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

/// `Later than that a fee of €20 applies`: what `that` points to is the bound named before it.
pub(super) fn beyond_that(scene: &Scene<'_>, text: &str) -> Option<Told> {
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
    let bound = bound.max_by_key(|literal| (literal.span.basis_id, literal.span.start))?;
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
