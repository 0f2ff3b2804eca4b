//! How an entry is taken that is written another way: `Codes are not case-sensitive`, `Blanks around the code are ignored`.

use super::Told;
use super::phrase::one_of;
use crate::coverage::families::limits::lowered;
use crate::coverage::families::ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::Clause;
use crate::coverage::scene::grammar::{a, bare, capitalised, singular, the};
use crate::test_case::Step;

/// The case; `None` where nothing is said of how an entry is written.
pub(super) fn tell(scene: &Scene<'_>, text: &str) -> Option<Told> {
    letters(scene, text).or_else(|| blanks(scene, text))
}

fn letters(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let forms = [
        ("not case-sensitive", true),
        ("not case sensitive", true),
        ("case-insensitive", true),
        ("case insensitive", true),
        ("case-sensitive", false),
        ("case sensitive", false),
    ];
    let clause = Clause::read(text).filter(|clause| clause.base == "be" && !clause.subject.is_empty())?;
    let said = format!("{}{}", if clause.negative { "not " } else { "" }, clause.rest);
    let (_, taken) = forms.iter().find(|(form, _)| said == *form)?;
    let thing = one_of(&clause.subject);
    Some(written(
        scene,
        &thing,
        "with capital and small letters exchanged",
        &format!("{} with capital and small letters exchanged", the(&thing)),
        *taken,
    ))
}

fn blanks(scene: &Scene<'_>, text: &str) -> Option<Told> {
    let lower = text.to_lowercase();
    let (before, _) = [
        " are ignored",
        " are removed",
        " are trimmed",
        " is ignored",
        " are cut off",
    ]
    .iter()
    .find_map(|end| lower.split_once(end))?;
    let blanks = [
        "blanks ",
        "spaces ",
        "whitespace ",
        "leading and trailing blanks",
        "leading and trailing spaces",
    ];
    if !blanks.iter().any(|start| before.starts_with(start)) {
        return None;
    }
    let named = [" around ", " before and after ", " of ", " in "]
        .iter()
        .find_map(|word| before.split_once(word));
    let thing = named.map_or_else(|| scene.one(), |(_, thing)| singular(&lowered(bare(thing))));
    Some(written(
        scene,
        &thing,
        "with a blank before and a blank after it",
        &format!("{} with a blank before and after it", the(&thing)),
        true,
    ))
}

fn written(scene: &Scene<'_>, thing: &str, how: &str, named: &str, taken: bool) -> Told {
    let name = the(thing);
    let own = ordinary::own_code(scene).filter(|_| thing.ends_with("code"));
    let entry = own.map_or_else(
        || Step::new(format!("Enter {name} {how}.")),
        |(code, _)| {
            let text = if how.contains("letters") {
                code.to_lowercase()
            } else {
                format!(" {code} ")
            };
            scene.enter(&scene.one(), &text)
        },
    );
    let mut told = Told {
        givens: scene.start(),
        steps: scene.perform(vec![entry]),
        ..Told::new(&format!(
            "{} is {}",
            capitalised(named),
            if taken { "accepted" } else { "refused" }
        ))
    }
    .given(match own {
        Some((code, _)) => format!("{} {code} exists that can be used", capitalised(&a(&scene.one()))),
        None => format!("{} that is accepted is known", capitalised(&a(thing))),
    });
    if let Some((said, total, _, _)) = ordinary::least_total(scene).filter(|_| own.is_some()) {
        told = told.given(format!("{} {total}", capitalised(&said)));
    }
    if taken {
        told.expect(scene.success())
    } else {
        told.seen(scene.message(&format!("{name} is not known")))
            .expect(format!("{name} is refused; {}", scene.unchanged()))
            .refused()
    }
}
