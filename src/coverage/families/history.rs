//! What must not be used again too soon: `not one of the last 5 passwords`. Whether the present one counts as one of them is
//! not said, so a case lies on each side where both readings agree: 4 changes ago is refused, 6 changes ago is accepted.

use super::ordinary;
use crate::basis::{Dimension, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::grammar::{capitalised, singular, slug, the};
use crate::coverage::{Found, Proposal, values};
use crate::test_case::{Span, Step, Technique, TestCaseType};
use rust_decimal::Decimal;

/// Words by which a text says that something must be another one.
const DIFFERS: [&str; 8] = [
    "not one of",
    "not be one of",
    "none of",
    "differ from",
    "differs from",
    "different from",
    "not reuse",
    "not repeat",
];

/// Proposes the cases of every such history.
pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for literal in &scene.basis.literals {
        let LiteralKind::Quantity(quantity) = &literal.kind else {
            continue;
        };
        let before = scene
            .basis
            .text(literal.span.basis_id)
            .get(..literal.span.start)
            .unwrap_or("");
        let before = before.to_lowercase();
        let Some(rest) = before.trim_end().strip_suffix("the last") else {
            continue;
        };
        let differs = DIFFERS.iter().any(|words| rest.trim_end().ends_with(words));
        if quantity.dimension != Dimension::Count || !differs || quantity.value < Decimal::ONE {
            continue;
        }
        let one = singular(&quantity.unit);
        for back in [quantity.value - Decimal::ONE, quantity.value + Decimal::ONE] {
            if !back.is_zero() {
                found.propose(case(scene, literal.span, &one, quantity.value, back));
            }
        }
    }
}

fn case(scene: &Scene<'_>, span: Span, one: &str, most: Decimal, back: Decimal) -> Proposal {
    let ago = values::with_unit(back, "changes", Dimension::Count);
    let refused = back <= most;
    let entry = Step::new(format!("Enter the {one} of {ago} ago in the {one} field."))
        .with_data(format!("the {one} of {ago} ago"));
    let run = ordinary::with(scene, one, vec![entry], !refused);
    let kind = if refused {
        TestCaseType::Negative
    } else {
        TestCaseType::Boundary
    };
    let end = if refused { "is refused" } else { "is accepted" };
    let number = values::number(back);
    let item = Proposal::new(
        format!("boundary/{}/history/{number}", slug(one)),
        format!(
            "{} of {ago} ago, where the last {} count",
            the(one),
            values::number(most)
        ),
        Technique::BoundaryValueAnalysis,
        kind,
        span,
    )
    .titled(format!("The {one} of {ago} ago {end}"))
    .because("A history that is one too short lets an old one back in")
    .priority(if back < most {
        scene.risk().lower()
    } else {
        scene.risk()
    })
    .givens(run.givens)
    .given(format!(
        "{} was changed {number} times, and each is known",
        capitalised(&the(one))
    ))
    .steps(run.steps)
    .with_values(run.values)
    .stated(values::number(most), span);
    let item = if back == most {
        item
    } else {
        let sign = if back > most { '+' } else { '-' };
        item.computed(number, format!("{} {sign} 1", values::number(most)), span)
    };
    if refused {
        item.seen(scene.message(&format!("{} was used before", the(one))))
            .expect(format!("{} is refused; {}", capitalised(&the(one)), scene.unchanged()))
    } else {
        item.expect(run.expected)
    }
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::given_by;

    const STORY: &str = "As a customer, I want to change my password so that nobody else gets in";

    #[test]
    fn the_last_ones_are_refused_and_the_one_before_them_is_not() {
        for criterion in [
            "New password: 12 to 64 characters, not one of the last 5 passwords.",
            "The password must differ from the last 5 passwords.",
        ] {
            let given = given_by(propose, STORY, &[criterion]);
            for title in [
                "# The password of 4 changes ago is refused",
                "# The password of 6 changes ago is accepted",
            ] {
                assert!(given.contains(title), "{criterion}: {title}\n{given}");
            }
        }
    }

    #[test]
    fn what_is_only_listed_has_no_history() {
        for criterion in [
            "The last 5 passwords are stored.",
            "I see the last 5 orders.",
            "One of the last 5 orders is chosen.",
        ] {
            assert_eq!(given_by(propose, STORY, &[criterion]), "", "{criterion}");
        }
    }
}
