//! Comparing: two or more things side by side, by the properties that the story names.

use super::entry;
use crate::coverage::scene::grammar::{capitalised, plural};
use crate::coverage::{Found, Proposal, Scene};
use crate::test_case::{Priority, Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    let one = entry(scene);
    let many = plural(&one);
    found.propose(
        Proposal::new(
            format!("edge/{one}/property missing"),
            format!("a property that only one of the {many} has"),
            Technique::EquivalencePartitioning,
            TestCaseType::EdgeCase,
            scene.action_span(),
        )
        .titled(format!(
            "A property that only one of the compared {many} has is shown as missing for the other"
        ))
        .because(format!("A shifted column gives one {one} the properties of another"))
        .priority(Priority::Medium)
        .given(format!(
            "Two {many} exist, one of which lacks a property that the other has"
        ))
        .act(format!("Choose the two {many}"))
        .act(format!("Compare the two {many}"))
        .expect(format!(
            "Each value stands under the {one} that it belongs to; the place of the missing property is shown as empty"
        )),
    );
    compare_more(scene, &one, found);
    if scene
        .mentions(&["up to", "at most", "maximum", "two", "three", "four"])
        .is_none()
    {
        found.ask(
            format!("limit/{one}/compared/max"),
            format!("How many {many} can be compared at once?"),
            Some(scene.action_span()),
        );
    }
}

/// The properties that the comparison is by, one alone, one twice, and a property that changes.
fn compare_more(scene: &Scene<'_>, one: &str, found: &mut Found) {
    let many = plural(one);
    let case = |key: &str, condition: String, technique, kind| {
        Proposal::new(
            format!("compare/{one}/{key}"),
            condition,
            technique,
            kind,
            scene.action_span(),
        )
        .priority(Priority::Medium)
    };
    for property in compared_by(scene) {
        found.propose(
            case(
                &property,
                format!("{many} that differ in {property} alone"),
                Technique::EquivalencePartitioning,
                TestCaseType::Positive,
            )
            .titled(format!(
                "{} that differ in {property} alone show this difference",
                capitalised(&many)
            ))
            .because(format!("Whoever compares by {property} decides by it"))
            .given(format!(
                "Two {many} exist that differ in {property} and in nothing else; both values are known"
            ))
            .act(format!("Choose the two {many}"))
            .act(format!("Compare the two {many} by {property}"))
            .expect(format!(
                "Each {one} is shown with its own {property}; all other values are the same"
            )),
        );
    }
    found.propose(
        case(
            "alone",
            format!("only one {one} is chosen"),
            Technique::BoundaryValueAnalysis,
            TestCaseType::Negative,
        )
        .titled(format!("A single {one} cannot be compared"))
        .because("A comparison needs two")
        .given(format!("At least two {many} exist"))
        .act(format!("Choose one {one}"))
        .act("Start the comparison")
        .seen(format!("A message says that another {one} is needed"))
        .expect("No comparison is shown"),
    );
    found.propose(
        case(
            "twice",
            format!("the same {one} is chosen twice"),
            Technique::ErrorGuessing,
            TestCaseType::EdgeCase,
        )
        .titled(format!("The same {one} stands in a comparison only once"))
        .because("Two equal columns look like two offers")
        .given(format!("At least two {many} exist"))
        .act(format!("Choose a {one}"))
        .act(format!("Choose the same {one} again"))
        .act(format!("Choose another {one}"))
        .act("Start the comparison")
        .expect(format!("Exactly two {many} are shown, each once")),
    );
    found.propose(
        case(
            "removed",
            format!("one {one} is taken out of the comparison"),
            Technique::StateTransition,
            TestCaseType::EdgeCase,
        )
        .titled(format!("Taking one {one} out leaves the others as they were"))
        .because("Columns that move take the wrong values with them")
        .given(format!("Three {many} are being compared"))
        .act(format!("Take the second {one} out of the comparison"))
        .act(format!("Look at the values of the other two {many}"))
        .expect(format!(
            "The first and the third {one} are shown, each with its own values"
        )),
    );
}

/// What is compared by: `price` and `rating` of `by price and rating`.
fn compared_by(scene: &Scene<'_>) -> Vec<String> {
    let Some(by) = scene
        .action()
        .and_then(|action| action.circumstances.iter().find_map(|words| words.strip_prefix("by ")))
    else {
        return Vec::new();
    };
    by.split([',', '&'])
        .flat_map(|part| part.split(" and "))
        .map(|part| part.trim().trim_start_matches("and ").trim().to_lowercase())
        .filter(|part| !part.is_empty() && part.split(' ').count() <= 3)
        .take(3)
        .collect()
}
