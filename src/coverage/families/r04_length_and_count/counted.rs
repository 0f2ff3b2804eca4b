//! What is counted up: one more of what the act makes, and one more part of what is configured.

use crate::basis::{Dimension, VerbClass};
use crate::coverage::families::limit_case::Setup;
use crate::coverage::families::limits::{Point, Rule};
use crate::coverage::families::{ordinary, particular};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, participle, the};
use crate::coverage::values;
use crate::test_case::Step;
use rust_decimal::Decimal;

pub(super) fn accumulated(scene: &Scene<'_>, point: &Point, unit: &str, setup: &mut Setup) {
    let before = point.value - Decimal::ONE;
    let tried = ["attempt", "try", "go", "chance"].contains(&unit);
    let plain = if tried { "use" } else { "create" };
    let verb = scene.action().filter(|_| !tried).map_or(plain, |action| {
        if action.class == VerbClass::Manage {
            "create"
        } else {
            action.verb.as_str()
        }
    });
    let done = participle(verb);
    let had = if before.is_zero() {
        format!("The {} has {done} no {unit} yet", scene.actor())
    } else {
        format!(
            "The {} has already {done} {}",
            scene.actor(),
            values::with_unit(before, unit, Dimension::Count)
        )
    };
    setup.givens.push(had);
    setup.thing = format!("{} {unit}", values::ordinal(point.value));
    setup.refused = setup.thing.clone();
    one_more(point, before, setup);
}

/// The values of a count: how many there are before, and the one that comes next.
pub(super) fn one_more(point: &Point, before: Decimal, setup: &mut Setup) {
    setup.values.push(values::computed(
        values::number(before),
        format!("{} - 1", values::number(point.value)),
        None,
    ));
    setup.values.push(values::computed(
        values::ordinal(point.value),
        format!("{} + 1", values::number(before)),
        None,
    ));
}

/// `Up to 6 switching times per day` of a schedule that is set: the parts of what is configured, one after the other.
pub(super) fn parts(scene: &Scene<'_>, rule: &Rule, point: &Point, one: &str, setup: &mut Setup) -> bool {
    let text = scene.basis.text(rule.span.basis_id);
    let before = text.get(..rule.span.start).unwrap_or("").trim();
    let (words, before) = (scene.basis.words(rule.span).to_lowercase(), before.to_lowercase());
    let opens = words.starts_with("up to ") || words.starts_with("at most ") || words.starts_with("no more than ");
    let owned = before.is_empty() || before.ends_with(" has") || before.ends_with(" have");
    let set = scene.class() == VerbClass::Configure && *scene.goal() == crate::coverage::scene::Goal::Acted;
    let whole = scene.one();
    let verb = scene.action().map_or("", |action| action.verb.as_str());
    if !set || !["set", "set up", "configure", "define"].contains(&verb) || !opens || !owned || !point.upper {
        return false;
    }
    let earlier = point.value - Decimal::ONE;
    let many = |number: Decimal| {
        let noun = if number == Decimal::ONE {
            one.to_owned()
        } else {
            rule.limit.unit.clone()
        };
        format!("{} {noun}", values::number(number))
    };
    let after = text.get(rule.span.end..).unwrap_or("").trim_start();
    let period = if after.starts_with("per day") || after.starts_with("a day") {
        " on Monday"
    } else {
        ""
    };
    let thing = the(&whole);
    setup
        .givens
        .push(format!("{} has {}{period}", capitalised(&thing), many(earlier)));
    setup.thing = format!("{} {one}", values::ordinal(point.value));
    setup.refused.clone_from(&setup.thing);
    setup.run = Some(ordinary::Ordinary {
        givens: scene.start_signed_in(),
        steps: vec![
            scene.open(),
            Step::new(format!("Add another {one}{period}.")),
            Step::new("Save the change."),
        ],
        ..ordinary::Ordinary::default()
    });
    setup.seen = format!("{} is shown with {}{period}", capitalised(&thing), many(point.value));
    setup.barred = format!(
        "No further {one} can be added, or a message refuses it; {thing} still has {}{period}",
        many(earlier)
    );
    one_more(point, earlier, setup);
    true
}

/// How many there are after the act, so that a count that is wrong shows: `the member still has 5 borrowed books`.
pub(super) fn kept(scene: &Scene<'_>, point: &Point, unit: &str, setup: &mut Setup) {
    let Some(action) = scene
        .action()
        .filter(|_| !["attempt", "try", "go", "chance"].contains(&unit))
    else {
        return;
    };
    let before = point.value - Decimal::ONE;
    let many = |number: Decimal| values::with_unit(number, unit, Dimension::Count);
    if let Some(list) = particular::list_of(action) {
        setup.givens = vec![if before.is_zero() {
            format!("The {list} of the {} is empty", scene.actor())
        } else {
            format!("The {list} of the {} lists {} besides", scene.actor(), many(before))
        }];
        setup.also = format!("{} in all", many(point.value)).replace("1 items in", "1 item in");
        setup.also = format!("it lists {}", setup.also);
        setup.unchanged = format!("the {list} still lists {}", many(before));
        return;
    }
    let verb = if action.class == VerbClass::Manage {
        "create"
    } else {
        action.verb.as_str()
    };
    let done = participle(verb);
    let one = format!("{done} {unit}");
    let counted = |number: Decimal| values::with_unit(number, &one, Dimension::Count);
    setup.also = format!("the {} now has {}", scene.actor(), counted(point.value));
    let unchanged = if verb == "invite" {
        "no invitation is sent".to_owned()
    } else {
        scene.unchanged()
    };
    setup.unchanged = format!("{unchanged} and the {} still has {}", scene.actor(), counted(before));
}
