//! Short notes with a colon: `Catalogue editor: products only` says what a role may reach, `Deposit: €800 on a credit card`
//! what stands for a thing.

use super::Told;
use super::phrase::somebody;
use crate::coverage::families::criteria::is_person;
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary::{self, Ordinary};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{bare, is_or_are, the};

/// The case of a note; `None` where no label opens it.
pub(super) fn tell(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let (label, said) = text.split_once(": ")?;
    if label.split(' ').count() > 3 || Clause::read(label).is_some() || said.is_empty() {
        return None;
    }
    // `Minor: information only` is a level.
    if is_person(label) && !label.eq_ignore_ascii_case("minor") {
        return Some(role(scene, &lowered(bare(label)), said));
    }
    if Clause::read(said).is_some() {
        return None;
    }
    let thing = the(&lowered(bare(label)));
    let told = Told::new(&format!("{thing} {} {said}", is_or_are(label)));
    let told = told.run(Ordinary {
        expected: String::new(),
        ..ordinary::run(scene)
    });
    Some(
        told.act(format!("Look at {thing}"))
            .expect(format!("{thing} {} {said}", is_or_are(label))),
    )
}

/// `Catalogue editor: products only`: what is open to the role, and nothing else.
fn role(scene: &Scene<'_>, role: &str, said: &str) -> Told {
    let told = Told::new(&format!("What is open to the {role}: {said}"));
    let told = if scene.surface().has_pages() {
        told.given(format!("{} has an account", somebody(role)))
            .act(format!("Sign in as the {role}"))
    } else {
        told.given(format!("{} is there", somebody(role)))
    };
    told.act(format!("Go through everything that is offered to the {role}"))
        .expect(format!("Open to the {role} are, as listed, and nothing else: {said}"))
}
