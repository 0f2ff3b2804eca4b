//! R6, conditionals: the smallest set of cases that shows every condition at work. All conditions met (R1 words that), then
//! each one alone not met; for conditions joined by `or`, each one alone met, then none.
//!
//! Refuses: conditions that are limits, whose two sides R3 and R4 word with exact values.

use super::criteria::{self, Deed};
use super::limits::{self, lowered};
use crate::basis::{Criterion, CriterionForm, Junction, LiteralKind};
use crate::coverage::scene::Scene;
use crate::coverage::scene::clause::contrary;
use crate::coverage::scene::grammar::{capitalised, slug};
use crate::coverage::{Found, Proposal};
use crate::test_case::{Step, Technique, TestCaseType};

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
    let conditions: Vec<String> = match criterion.junction {
        Junction::And => criteria::clauses(scene, &criterion.when),
        Junction::Or => criterion.when.iter().map(|when| scene.observed(&when.text)).collect(),
    };
    let contraries: Option<Vec<String>> = conditions.iter().map(|condition| contrary(condition)).collect();
    let Some(contraries) = contraries else {
        return ask(criterion, found);
    };
    let then = criteria::outcome(scene, criterion);
    let otherwise = criterion.otherwise.as_ref().map(|part| scene.observed(&part.text));
    let first = criteria::first_outcome(scene, criterion);
    let other = otherwise
        .clone()
        .or_else(|| accepted(&first))
        .or_else(|| contrary(&first));
    let several = conditions.len() > 1;
    if several && criterion.junction == Junction::Or {
        for met in 0..conditions.len() {
            let states = row(&conditions, &contraries, |index| index == met);
            found.propose(case(scene, criterion, &states, &then, &conditions[met], false));
        }
    }
    let telling = otherwise.is_some() || !says_little(scene, criterion, &conditions, &then);
    if let Some(other) = other.as_ref().filter(|_| telling) {
        let rows = if criterion.junction == Junction::Or {
            1
        } else {
            conditions.len()
        };
        for missed in 0..rows {
            let all = criterion.junction == Junction::Or;
            let states = row(&conditions, &contraries, |index| !all && index != missed);
            let name = if all && several {
                "none of the conditions holds".to_owned()
            } else {
                contraries[missed].clone()
            };
            found.propose(case(scene, criterion, &states, other, &name, true));
        }
    }
    if otherwise.is_none() && (several && criterion.junction == Junction::And || other.is_none()) {
        ask(criterion, found);
    }
}

/// Whether leaving the condition out shows nothing: what follows an act does not come without it, and what `still` holds
/// `even if` something is so holds all the more without.
fn says_little(scene: &Scene<'_>, criterion: &Criterion, conditions: &[String], then: &str) -> bool {
    let text = criterion.statement.text.to_lowercase();
    let concedes = text.contains("even if") || text.contains("even when") || format!(" {then} ").contains(" still ");
    let act = |condition: &String| {
        let told = matches!(criteria::deed(scene, condition), Deed::Step(_));
        let came = criteria::is_event(scene, criterion)
            && criteria::brought_about(scene, condition)
                .is_some_and(|steps| steps.iter().all(|step| !step.action.starts_with("Bring ")));
        told || came
    };
    concedes || conditions.len() == 1 && conditions.iter().all(act)
}

/// `the transfer is refused` → `the transfer is accepted`.
fn accepted(outcome: &str) -> Option<String> {
    let refused = ["refused", "rejected", "declined", "denied"]
        .into_iter()
        .find(|word| outcome.ends_with(word))?;
    Some(format!("{}accepted", outcome.strip_suffix(refused)?))
}

fn row(conditions: &[String], contraries: &[String], met: impl Fn(usize) -> bool) -> Vec<String> {
    (0..conditions.len())
        .map(|index| {
            if met(index) {
                conditions[index].clone()
            } else {
                contraries[index].clone()
            }
        })
        .collect()
}

fn case(
    scene: &Scene<'_>,
    criterion: &Criterion,
    states: &[String],
    outcome: &str,
    name: &str,
    otherwise: bool,
) -> Proposal {
    let denied = outcome.contains(" not ") || outcome.to_lowercase().starts_with("no ");
    let refused = limits::refuses(outcome) || denied;
    let title = format!("{} if {}", capitalised(outcome), lowered(name));
    let short = criteria::split(outcome)
        .into_iter()
        .next()
        .unwrap_or_else(|| outcome.to_owned());
    let mut item = Proposal::new(
        format!("decision/{}/{}", criterion.basis_id, slug(name)),
        lowered(name),
        Technique::DecisionTable,
        if refused {
            TestCaseType::Negative
        } else {
            TestCaseType::Positive
        },
        criterion.statement.span,
    )
    .titled(if title.len() <= 120 {
        title
    } else {
        format!("{} if {}", capitalised(&short), lowered(name))
    })
    .because(if otherwise {
        format!("The condition of {} must make the difference", criterion.basis_id)
    } else {
        format!("Each condition of {} is enough by itself", criterion.basis_id)
    })
    .priority(if otherwise { scene.risk().lower() } else { scene.risk() });
    let mut reading = criteria::reading(
        scene,
        &Criterion {
            when: Vec::new(),
            ..criterion.clone()
        },
    );
    let mut steps: Vec<Step> = Vec::new();
    for state in states {
        match criteria::deed(scene, state) {
            Deed::Given(given) => reading.given(given),
            Deed::Step(step) => steps.push(Step::new(step)),
        }
    }
    if steps.len() == 1 {
        steps.insert(0, scene.open());
    }
    if let Some((tried, expected)) = super::statement::outcome::offered(outcome) {
        return item.givens(reading.givens).steps(steps).steps(tried).expect(expected);
    }
    if let Some((tried, expected)) = super::statement::outcome::withheld(outcome) {
        return item.givens(reading.givens).steps(steps).steps(tried).expect(expected);
    }
    item = item
        .givens(reading.givens)
        .with_values(reading.values)
        .steps(if steps.is_empty() { reading.steps } else { steps });
    item.expect(if outcome.ends_with(" accepted") {
        format!("{outcome}. {}", super::ordinary::run(scene).expected)
    } else {
        outcome.to_owned()
    })
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
