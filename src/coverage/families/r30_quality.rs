//! R30, statements of quality: a measurable response time, load or availability becomes a threshold case.
//!
//! Refuses: vague ones (`fast`), for which the basis asks a question; there is nothing to measure.

use super::ordinary;
use crate::basis::{Dimension, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::as_fact;
use crate::coverage::scene::grammar::capitalised;
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{BasisId, Span, Step, Technique, TestCaseType};
use rust_decimal::Decimal;

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for literal in &scene.basis.literals {
        if literal.span.basis_id == BasisId::Context {
            continue;
        }
        let (value, unit, dimension) = match &literal.kind {
            LiteralKind::Limit(limit) => match limit.upper.or(limit.lower) {
                Some(bound) => (bound.value, limit.unit.as_str(), limit.dimension),
                None => continue,
            },
            LiteralKind::Quantity(quantity) => (quantity.value, quantity.unit.as_str(), quantity.dimension),
            _ => continue,
        };
        match dimension {
            Dimension::Duration if is_response(scene, literal.span, unit) => {
                response(scene, value, unit, literal.span, found)
            }
            Dimension::Count if is_load(scene, literal.span, unit) => load(scene, value, unit, literal.span, found),
            Dimension::Percentage
                if scene
                    .basis
                    .text(literal.span.basis_id)
                    .to_lowercase()
                    .contains("availab") =>
            {
                availability(value, literal.span, found);
            }
            _ => {}
        }
    }
}

/// Whether this family words what stands at the place.
pub(super) fn handles(scene: &Scene<'_>, span: Span) -> bool {
    scene.basis.literals.iter().any(|literal| {
        let inside =
            span.basis_id == literal.span.basis_id && span.start <= literal.span.start && literal.span.end <= span.end;
        inside
            && match &literal.kind {
                LiteralKind::Limit(limit) => {
                    limit.dimension == Dimension::Duration && is_response(scene, literal.span, &limit.unit)
                }
                LiteralKind::Quantity(quantity) => {
                    quantity.dimension == Dimension::Duration && is_response(scene, literal.span, &quantity.unit)
                        || quantity.dimension == Dimension::Count && is_load(scene, literal.span, &quantity.unit)
                }
                _ => false,
            }
    })
}

fn sentence_around(scene: &Scene<'_>, span: Span) -> String {
    let statement = scene
        .basis
        .criteria
        .iter()
        .map(|criterion| criterion.statement.span)
        .find(|place| place.basis_id == span.basis_id && place.start <= span.start && span.end <= place.end);
    let text = statement.map_or_else(|| scene.basis.text(span.basis_id), |place| scene.basis.words(place));
    scene.observed(text.trim_end_matches('.'))
}

fn is_response(scene: &Scene<'_>, span: Span, unit: &str) -> bool {
    let text = sentence_around(scene, span).to_lowercase();
    let speed = [
        "respon", "load", "appear", "shown", "show", "display", "return", "result", "answer", "update", "refresh",
        "start", "confirm", "process", "complete", "finish", "deliver", "render",
    ];
    let unit = unit.to_lowercase();
    matches!(
        unit.as_str(),
        "s" | "ms" | "second" | "seconds" | "millisecond" | "milliseconds"
    ) && speed.iter().any(|word| text.contains(word))
}

fn is_load(scene: &Scene<'_>, span: Span, unit: &str) -> bool {
    let text = sentence_around(scene, span).to_lowercase();
    let people = ["users", "requests", "sessions", "visitors", "customers", "connections"]
        .iter()
        .any(|word| unit.to_lowercase().ends_with(word));
    people
        && [
            "concurrent",
            "at the same time",
            "simultaneous",
            "in parallel",
            "at once",
            "per second",
            "per minute",
        ]
        .iter()
        .any(|word| text.contains(word))
}

fn response(scene: &Scene<'_>, value: Decimal, unit: &str, span: Span, found: &mut Found) {
    let time = values::with_unit(value, unit, Dimension::Duration);
    let text = sentence_around(scene, span);
    let promise = if span.basis_id == BasisId::Story {
        format!("the answer is there within {time}")
    } else {
        as_fact(&text).unwrap_or(text)
    };
    let run = ordinary::run(scene);
    let last = run.steps.last().map_or_else(
        || "the last step".to_owned(),
        |step| format!("\"{}\"", step.action.trim_end_matches('.')),
    );
    let mut steps = run.steps;
    steps.truncate(6);
    steps.push(Step::new(format!("Measure the time from {last} to the full answer.")));
    found.propose(
        Proposal::new(
            format!("quality/response/{} {}", values::number(value), unit),
            format!("response time against {time}"),
            Technique::RequirementsBased,
            TestCaseType::Boundary,
            span,
        )
        .titled(capitalised(&promise))
        .because("A stated time can be measured")
        .priority(scene.risk().lower())
        .givens(run.givens)
        .with_values(run.values)
        .steps(steps)
        .expect(format!("The measured time is at most {time}"))
        .stated(time.clone(), span),
    );
    found.ask(
        "quality/response/conditions",
        format!("Under which load and for which share of requests must {time} be kept?"),
        Some(span),
    );
}

fn load(scene: &Scene<'_>, value: Decimal, unit: &str, span: Span, found: &mut Found) {
    let count = values::with_unit(value, unit, Dimension::Count);
    found.propose(
        Proposal::new(
            format!("quality/load/{}", values::number(value)),
            format!("{} by {count} at the same time", scene.deed()),
            Technique::RequirementsBased,
            TestCaseType::Boundary,
            span,
        )
        .titled(format!("{count} at the same time are served"))
        .because("A stated load can be brought about")
        .priority(scene.risk().lower())
        .given(format!("A load tool is set up with the act of the {}", scene.actor()))
        .act(format!("Run the act with {count} at the same time for ten minutes"))
        .act("Count the answers that are errors")
        .expect("No answer is an error; no request is left without an answer")
        .stated(count, span)
        .sample("ten minutes", "a time long enough for a steady load"),
    );
}

fn availability(value: Decimal, span: Span, found: &mut Found) {
    found.ask(
        "quality/availability",
        format!(
            "Over which period is the availability of {}% measured, and does planned maintenance count?",
            values::number(value)
        ),
        Some(span),
    );
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::{given_by, keys};

    #[test]
    fn a_response_time_and_a_load() {
        let story = "As a traveller, I want to search for flights so that I can compare prices";
        let criteria = [
            "The results are shown within 2 seconds.",
            "The search must serve 500 users at the same time.",
        ];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        for story in [
            "As a traveller, I want to search for flights quickly so that I save time",
            "As a user, I want my reset link to be valid for 30 minutes so that I am safe",
        ] {
            assert_eq!(keys(propose, story), Vec::<String>::new(), "{story}");
        }
    }
}
