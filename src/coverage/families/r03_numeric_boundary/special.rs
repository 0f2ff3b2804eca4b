//! Two things that nobody types: the size of a file, and the age of a person.

use super::super::limit_case::Setup;
use super::super::limits::{self, Point, Rule};
use crate::basis::{Dimension, VerbClass};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{a, head, slug, the};
use crate::coverage::values;
use crate::test_case::Step;
use rust_decimal::Decimal;

/// A file of exactly so many bytes, of a type that the text takes where it names one; `None` where what is in the file is
/// uploaded, and not the file: no case says what is then seen.
pub(super) fn sized_file(scene: &Scene<'_>, value: &str, setup: &mut Setup) -> Option<()> {
    const FILES: [&str; 14] = [
        "file",
        "photo",
        "picture",
        "image",
        "document",
        "video",
        "avatar",
        "receipt",
        "scan",
        "recording",
        "homework",
        "attachment",
        "confirmation",
        "logo",
    ];
    let file = if setup.thing.starts_with("file") {
        "file".to_owned()
    } else {
        setup.thing.split(" of ").next().unwrap_or("file").to_owned()
    };
    let file = if FILES.contains(&head(&file).to_lowercase().as_str()) || file.ends_with("file") {
        file
    } else {
        "file".to_owned()
    };
    // One alone is too few where several are asked for.
    let several = scene.basis.limits().any(|(limit, _)| {
        limit.dimension == Dimension::Count
            && limit.lower.is_some_and(|bound| bound.value > Decimal::ONE)
            && FILES.contains(
                &crate::coverage::scene::grammar::singular(head(&limit.unit))
                    .to_lowercase()
                    .as_str(),
            )
    });
    if several {
        return None;
    }
    let own = head(&scene.one()).to_lowercase();
    if scene.class() == VerbClass::Upload && !FILES.contains(&own.as_str()) {
        return None;
    }
    let thing = if file.ends_with("file") {
        file
    } else {
        format!("{file} file")
    };
    let thing = match super::super::r18_files::stated_type(scene) {
        Some((extension, _)) if thing == "file" => format!("{} file", extension.to_uppercase()),
        _ => thing,
    };
    setup.thing = format!("{thing} of {value}");
    setup.field = "file".to_owned();
    setup
        .entries
        .push(Step::new(format!("Choose {} of exactly {value}.", a(&thing))).with_data(value));
    setup.refused = setup.thing.clone();
    setup.why = setup.why.replacen("the file", &the(&thing), 1);
    if scene.class() != VerbClass::Upload {
        setup.seen = format!("The {thing} is listed with its name and its size of {value}");
    }
    Some(())
}

pub(super) fn aged(scene: &Scene<'_>, rule: &Rule, point: &Point, setup: &mut Setup) {
    let years = values::number(point.value);
    let bound = values::number(point.bound);
    let said = limits::subject(scene, &rule.limit);
    let actor = if super::super::criteria::is_person(&said)
        || ["child", "applicant", "participant", "pupil"].contains(&said.as_str())
    {
        said
    } else {
        scene.actor()
    };
    let given = if point.inside && !point.upper {
        format!("The {actor} turns {years} today")
    } else if point.inside != point.upper {
        format!("The {actor} turned {years} today")
    } else {
        format!(
            "The {actor} is {years} years old and turns {} tomorrow",
            values::number(point.value + Decimal::ONE)
        )
    };
    let next = values::number(point.value + Decimal::ONE);
    if point.inside && point.upper || !point.inside && !point.upper && next != bound {
        setup.values.push(values::computed(
            values::number(point.value + Decimal::ONE),
            format!("{years} + 1"),
            Some(rule.span),
        ));
    }
    setup.givens.push(given);
    setup.thing = format!("{actor} aged {years}");
    setup.key = format!("{}/age", slug(&actor));
    setup.why = format!("{} is {}", the(&actor), age_comparison(point, &bound));
}

fn age_comparison(point: &Point, bound: &str) -> String {
    if point.upper {
        format!("older than {bound}")
    } else {
        format!("younger than {bound}")
    }
}
