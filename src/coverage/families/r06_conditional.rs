//! R6, conditionals: the smallest set of cases that shows every condition at work. All conditions met (R1 words that), for
//! conditions joined by `or` each one alone met; and where the criterion says what else happens, each one not met.
//!
//! Refuses: conditions that are limits, whose two sides R3 and R4 word with exact values; and the contrary of what follows,
//! which nobody can look for: that nothing beeps shows nothing.

use super::behaviour;
use super::limits::{self, lowered};
use crate::basis::{Criterion, CriterionForm, Junction, LiteralKind, Phrase};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::contrary;
use crate::coverage::scene::grammar::slug;
use crate::coverage::{Found, Proposal};
use crate::test_case::{Technique, TestCaseType};

pub(super) fn propose(scene: &Scene<'_>, found: &mut Found) {
    for criterion in &scene.basis.criteria {
        if criterion.form == CriterionForm::Conditional
            && !criterion.when.is_empty()
            && !has_limit(scene, criterion)
            && !super::permission::handles(scene, criterion)
            && !super::reached::handles(scene, criterion)
        {
            table(scene, criterion, found);
        }
    }
}

fn has_limit(scene: &Scene<'_>, criterion: &Criterion) -> bool {
    scene.basis.literals.iter().any(|literal| {
        matches!(literal.kind, LiteralKind::Limit(_))
            && criterion.when.iter().any(|when| {
                when.span.basis_id == literal.span.basis_id
                    && when.span.start <= literal.span.start
                    && literal.span.end <= when.span.end
            })
    })
}

fn table(scene: &Scene<'_>, criterion: &Criterion, found: &mut Found) {
    let several = criterion.when.len() > 1;
    if several && criterion.junction == Junction::Or {
        for when in &criterion.when {
            found.propose(case(
                scene,
                criterion,
                vec![when.clone()],
                criterion.then.clone(),
                false,
            ));
        }
    }
    let contraries: Option<Vec<Phrase>> = criterion.when.iter().map(|when| denied(scene, when)).collect();
    let (Some(contraries), Some(otherwise)) = (contraries, &criterion.otherwise) else {
        // Without a word on what else happens nobody knows what is then seen.
        if several && criterion.junction == Junction::And {
            ask(criterion, found);
        }
        return;
    };
    let then = vec![otherwise.clone()];
    if criterion.junction == Junction::Or {
        return found.propose(case(scene, criterion, contraries, then, true));
    }
    for missed in 0..criterion.when.len() {
        let mut states = criterion.when.clone();
        states[missed] = contraries[missed].clone();
        found.propose(case(scene, criterion, states, then.clone(), true));
    }
}

/// The contrary of a condition, where there is one in words.
fn denied(scene: &Scene<'_>, when: &Phrase) -> Option<Phrase> {
    let text = contrary(&scene.observed(&when.text))?;
    Some(Phrase { text, ..when.clone() })
}

/// A row of the table: these conditions hold, and this follows.
fn case(scene: &Scene<'_>, criterion: &Criterion, when: Vec<Phrase>, then: Vec<Phrase>, otherwise: bool) -> Proposal {
    let name: Vec<String> = when.iter().map(|part| lowered(&scene.observed(&part.text))).collect();
    let name = name.join(" and ");
    let row = Criterion {
        when,
        then,
        otherwise: None,
        junction: Junction::And,
        ..criterion.clone()
    };
    let worded = behaviour::of(scene, &row);
    let refused = worded.as_ref().is_some_and(|case| {
        let seen = case.expected.to_lowercase();
        limits::refuses(&seen) || seen.contains(" not ") || seen.starts_with("no ")
    });
    let item = Proposal::new(
        format!("decision/{}/{}", criterion.basis_id, slug(&name)),
        name,
        Technique::DecisionTable,
        if refused {
            TestCaseType::Negative
        } else {
            TestCaseType::Positive
        },
        criterion.statement.span,
    )
    .because(if otherwise {
        format!("The condition of {} must make the difference", criterion.basis_id)
    } else {
        format!("Each condition of {} is enough by itself", criterion.basis_id)
    })
    .priority(if otherwise { scene.risk().lower() } else { scene.risk() });
    match worded {
        Some(case) => item
            .titled(case.title)
            .givens(case.givens)
            .steps(case.steps)
            .expect(case.expected),
        None => item,
    }
}

fn ask(criterion: &Criterion, found: &mut Found) {
    let when: Vec<String> = criterion.when.iter().map(|when| format!("\"{}\"", when.text)).collect();
    let joined = when.join(if criterion.junction == Junction::Or {
        " or "
    } else {
        " and "
    });
    let holds = if when.len() > 1 { "do not hold" } else { "does not hold" };
    found.ask(
        format!("else/{}", criterion.basis_id),
        format!("{}: what happens when {joined} {holds}?", criterion.basis_id),
        Some(criterion.statement.span),
    );
}

#[cfg(test)]
mod tests {
    use super::propose;
    use crate::coverage::families::snapshot::given_by;

    #[test]
    fn each_condition_alone() {
        let story = "As a customer, I want to order groceries so that they are delivered";
        let criteria = [
            "If the customer is a member and the address is in town, delivery is free, otherwise a fee is shown",
            "If the shop is closed or the item is sold out, the order is refused",
        ];
        insta::assert_snapshot!(given_by(propose, story, &criteria));
    }

    #[test]
    fn a_story_near_by_calls_for_nothing() {
        let story = "As a customer, I want to order groceries so that they are delivered";
        for criterion in ["Delivery is free.", "If the total is above $50, delivery is free"] {
            assert_eq!(given_by(propose, story, &[criterion]), "", "{criterion}");
        }
    }
}
