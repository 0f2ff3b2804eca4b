//! A thing measured against another without a number: `A request can't exceed the remaining balance` is tried beyond it
//! and up to it, `Source and target differ` with both the same.

use super::Told;
use super::phrase::{one_of, somebody};
use crate::coverage::families::criteria::is_person;
use crate::coverage::families::limits::lowered;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, the};
use crate::test_case::Step;

/// The cases; empty where nothing is measured against something else.
pub(super) fn tell(scene: &Scene<'_>, text: &str) -> Vec<Told> {
    if text.chars().any(|c| c.is_ascii_digit()) {
        return Vec::new();
    }
    differ(scene, text)
        .map(|told| vec![told])
        .or_else(|| beyond(scene, text))
        .or_else(|| possible(scene, text).map(|told| vec![told]))
        .unwrap_or_default()
}

/// How a thing may not stand to another: the verb as in `that exceeds …`, and what is still allowed, as in `equal to …`.
fn comparison(clause: &Clause) -> Option<(String, String, String)> {
    let forms = [
        ("exceed", "exceeds", "equal to"),
        ("be more than", "is more than", "equal to"),
        ("be higher than", "is higher than", "equal to"),
        ("be greater than", "is greater than", "equal to"),
        ("be longer than", "is longer than", "as long as"),
        ("be larger than", "is larger than", "as large as"),
        ("be above", "is above", "equal to"),
        ("be below", "is below", "equal to"),
        ("be less than", "is less than", "equal to"),
        ("be lower than", "is lower than", "equal to"),
        ("be before", "lies before", "on the same day as"),
        ("be earlier than", "lies before", "on the same day as"),
        ("lie before", "lies before", "on the same day as"),
        ("be after", "lies after", "on the same day as"),
        ("be later than", "lies after", "on the same day as"),
        ("lie after", "lies after", "on the same day as"),
    ];
    let said = format!("{} {}", clause.base, clause.rest);
    forms.iter().find_map(|(form, beyond, at)| {
        let other = said.strip_prefix(form)?.strip_prefix(' ')?;
        (other.split(' ').count() <= 5 && !other.is_empty())
            .then(|| ((*beyond).to_owned(), (*at).to_owned(), other.to_owned()))
    })
}

fn beyond(scene: &Scene<'_>, text: &str) -> Option<Vec<Told>> {
    let clause = Clause::read(text).filter(|clause| !clause.subject.is_empty());
    // `Return can't lie before departure`: a bare noun at the beginning may look like an instruction.
    let clause = clause
        .or_else(|| Clause::read(&the(&lowered(text))))
        .filter(|clause| clause.negative && !is_person(&clause.subject))?;
    let (beyond, at, other) = comparison(&clause)?;
    let thing = one_of(&clause.subject);
    let other = the(&lowered(bare(&other)));
    let kind = format!("{thing} that {beyond} {other}");
    let run = |entry: String| scene.perform(vec![Step::new(capitalised(&entry))]);
    let outside = Told {
        givens: scene.start(),
        steps: run(format!("Enter {}.", a(&kind))),
        ..Told::new(&format!("{} is refused", somebody(&kind)))
    };
    let outside = outside
        .seen(scene.message(&format!("the {thing} {beyond} {other}")))
        .expect(format!("The {thing} is refused; {}", scene.unchanged()))
        .refused();
    let edge = format!("{thing} {at} {other}");
    let inside = Told {
        givens: scene.start(),
        steps: run(format!("Enter {}.", a(&edge))),
        ..Told::new(&format!("{} is accepted", somebody(&edge)))
    };
    Some(vec![outside, inside.expect(scene.success())])
}

/// `Source and target differ`: both the same are refused.
fn differ(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let text = text.trim_end_matches('.');
    let both = [
        " must differ",
        " differ",
        " must be different",
        " are different",
        " are not the same",
    ]
    .iter()
    .find_map(|end| text.strip_suffix(end))?;
    let (one, other) = both
        .split_once(" and ")
        .filter(|(one, other)| one.split(' ').count() <= 4 && other.split(' ').count() <= 3)?;
    let (one, other) = (the(&lowered(bare(one))), the(&lowered(bare(other))));
    let told = Told {
        givens: scene.start(),
        steps: scene.perform(vec![Step::new(format!("Choose the same for {one} and {other}."))]),
        ..Told::new(&format!("The same for {one} and {other} is refused"))
    };
    Some(
        told.seen(scene.message(&format!("{one} and {other} must differ")))
            .expect(format!("The entry is refused; {}", scene.unchanged()))
            .refused(),
    )
}

/// `Half days are possible`: one is chosen.
fn possible(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let clause = Clause::read(text).filter(|clause| !clause.negative && clause.base == "be")?;
    let thing = lowered(&clause.subject);
    let said = ["possible", "allowed", "permitted"].contains(&clause.rest.as_str());
    if !said || is_person(&thing) || thing.split(' ').count() > 4 {
        return None;
    }
    let told = Told {
        givens: scene.start(),
        steps: scene.perform(vec![Step::new(format!("Choose {thing}."))]),
        ..Told::new(&format!("{} can be chosen", capitalised(&thing)))
    };
    Some(told.expect(scene.success()))
}
