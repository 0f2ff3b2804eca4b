//! The ordinary run of acts that change the state of a thing that exists: cancelling, moving, renewing, synchronising.

use super::{start, with, words};
use crate::basis::Action;
use crate::coverage::families::ordinary::Ordinary;
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, capitalised, participle, the};

pub(super) fn cancel(scene: &Scene<'_>, verb: &str) -> Ordinary {
    let one = scene.one();
    let done = participle(verb);
    words(
        with(
            start(scene),
            format!("{} exists that can still be {done}.", capitalised(&a(&one))),
        ),
        vec![
            &format!("Open the {one}."),
            &format!("{} the {one}.", capitalised(verb)),
            "Load the page again.",
        ],
        format!("The {one} is shown as {done}."),
    )
}

/// Values that an ordinary run enters as samples: `change my email address`.
pub(super) fn named_in_a_field(scene: &Scene<'_>) -> bool {
    crate::coverage::families::ordinary::field_sample(&scene.one().to_lowercase()).is_some()
}

pub(super) fn changed(scene: &Scene<'_>) -> Ordinary {
    let one = scene.one();
    let counted = ["quantity", "amount", "number"].contains(&crate::coverage::scene::grammar::head(&one));
    let admitted = |value: i64| {
        let value = rust_decimal::Decimal::from(value);
        scene.basis.limits().all(|(limit, _)| {
            limit.lower.is_none_or(|bound| bound.value <= value) && limit.upper.is_none_or(|bound| value <= bound.value)
        })
    };
    if counted && admitted(2) && admitted(3) {
        let mut run = words(
            with(start(scene), format!("The {one} is 2.")),
            vec![
                &format!("Set the {one} to 3."),
                "Save the change.",
                "Load the page again.",
            ],
            format!("The {one} is shown as 3."),
        );
        run.steps.insert(0, scene.open());
        return run;
    }
    words(
        with(
            start(scene),
            format!("{} exists whose present value is noted.", capitalised(&a(&one))),
        ),
        vec![
            &format!("Open the {one} for editing."),
            &format!("Set the {one} to another value."),
            "Save the change.",
            "Load the page again.",
        ],
        format!("The {one} is shown with the other value; the noted value stands nowhere any more."),
    )
}

pub(super) fn moved(scene: &Scene<'_>, verb: &str) -> Ordinary {
    let one = scene.one();
    words(
        with(
            with(
                start(scene),
                format!("{} exists whose time is noted.", capitalised(&a(&one))),
            ),
            "A later time is free.",
        ),
        vec![
            &format!("Open the {one}."),
            &format!("{} the {one} to the free time.", capitalised(verb)),
            "Load the page again.",
        ],
        format!("The {one} is shown with the new time alone; the noted time is free again."),
    )
}

pub(super) fn renew(scene: &Scene<'_>, verb: &str) -> Ordinary {
    let one = scene.one();
    let done = participle(verb);
    words(
        with(
            start(scene),
            format!(
                "{} exists that can be {done}, and its last day is known.",
                capitalised(&a(&one))
            ),
        ),
        vec![
            &format!("Open the {one}."),
            &format!("{} the {one}.", capitalised(verb)),
            "Load the page again.",
        ],
        format!("The {one} is shown with a later last day than before."),
    )
}

pub(super) fn acted(scene: &Scene<'_>, action: &Action) -> Ordinary {
    let one = scene.one();
    let to = action
        .circumstances
        .iter()
        .find(|words| words.starts_with("to "))
        .map(|words| scene.observed(words));
    let to = to.map_or_else(String::new, |to| format!(" {to}"));
    words(
        with(
            start(scene),
            format!(
                "{} exists that is not {} yet.",
                capitalised(&a(&one)),
                participle(&action.verb)
            ),
        ),
        vec![
            &format!("Open the {one}."),
            &format!("{} the {one}{to}.", capitalised(&action.verb)),
            "Load the page again.",
        ],
        format!(
            "The {one} is shown as {}{}.",
            participle(&action.verb),
            to.replace(" a ", " this ").replace(" an ", " this ")
        ),
    )
}

pub(super) fn synchronise(scene: &Scene<'_>, action: &Action) -> Ordinary {
    let object = scene.object();
    let side = crate::coverage::families::r26_integration::other_side(action);
    words(
        with(
            start(scene)
                .into_iter()
                .filter(|given| !given.contains(" exist"))
                .collect(),
            format!(
                "{} is connected with {side}, and one entry exists in {side} only.",
                capitalised(&the(object))
            ),
        ),
        vec![
            &format!("{} {}.", capitalised(&action.verb), the(object)),
            &format!("Open the entries of {}.", the(object)),
        ],
        format!("The entry from {side} is listed here with the same content; it exists once on each side."),
    )
}
