#![allow(clippy::unwrap_used, clippy::expect_used)]

//! Whole drafts against a real basis and a real plan.

use super::*;
use crate::story::{Limits, UserStory};
use crate::test_case::{Step, ValueOrigin};
use crate::{basis, coverage};

const STORY: &str =
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";

fn checker_for(story: &str, criteria: &[&str], existing: Vec<TestCase>) -> Checker {
    let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
    let story = UserStory::new(story, &criteria, "", &Limits::default()).unwrap();
    let basis = basis::parse(&story);
    let plan = coverage::plan(&basis, &coverage::Wanted::default());
    Checker::new(Arc::new(basis), Arc::new(plan), Config::default(), existing, true)
}

fn checker() -> Checker {
    checker_for(STORY, &["A code that has expired is refused"], Vec::new())
}

fn expired() -> Draft {
    Draft {
        case_type: Some(TestCaseType::Negative),
        priority: Some(Priority::High),
        title: "An expired discount code is refused at checkout".to_owned(),
        preconditions: vec![
            "The cart holds one item at $50".to_owned(),
            "The discount code SUMMER10 has expired".to_owned(),
        ],
        steps: vec![
            Step::new("Open the checkout"),
            Step::new("Enter the discount code").with_data("SUMMER10"),
            Step::new("Apply the discount code").expecting("A message says that the code has expired"),
        ],
        expected_result: "The code is refused; the total stays $50 and no discount is shown".to_owned(),
        ..Draft::default()
    }
}

fn accept(checker: &mut Checker, draft: Draft) -> Accepted {
    match checker.check(draft, Vec::new(), Source::Model) {
        Verdict::Accepted(accepted) => *accepted,
        other => panic!("{other:#?}"),
    }
}

fn reject(checker: &mut Checker, draft: Draft) -> Vec<&'static str> {
    match checker.check(draft, Vec::new(), Source::Model) {
        Verdict::Rejected { reasons, .. } => reasons.iter().map(|reason| reason.code).collect(),
        other => panic!("{other:#?}"),
    }
}

#[test]
fn a_good_case_is_accepted_whole() {
    let mut checker = checker();
    let accepted = accept(&mut checker, expired());
    let case = &accepted.case;
    assert_eq!(
        (case.id.as_str(), case.quality_score),
        ("TC-001", Some(10)),
        "{:#?}",
        case.deductions
    );
    assert!(case.values.iter().all(|value| value.origin != ValueOrigin::Assumed));
    assert!(case.repairs.is_empty(), "{:?}", case.repairs);
    let item = &checker.plan.items[accepted.covers[0]];
    assert!(item.key.contains("expired"), "{}", item.key);
    assert_eq!(case.traces[0].coverage_item_id.as_ref(), Some(&item.id));
}

#[test]
fn missing_kind_and_priority_are_derived_and_recorded() {
    let mut checker = checker();
    let accepted = accept(
        &mut checker,
        Draft {
            case_type: None,
            priority: None,
            ..expired()
        },
    );
    assert_eq!(accepted.case.case_type, TestCaseType::Negative);
    let codes: Vec<_> = accepted.case.repairs.iter().map(|repair| repair.code).collect();
    assert_eq!(codes, ["TYPE_DERIVED", "PRIORITY_DERIVED"]);
}

#[test]
fn ids_go_on_after_those_that_exist() {
    let first = (*accept(&mut checker(), expired()).case).clone();
    let existing = TestCase {
        id: "TC-041".to_owned(),
        ..first
    };
    let mut checker = checker_for(STORY, &["A code that has expired is refused"], vec![existing]);
    assert!(matches!(
        checker.check(expired(), Vec::new(), Source::Model),
        Verdict::Duplicate { of, percent: 100, .. } if of == "TC-041"
    ));
    let mut other = expired();
    other.title = "A discount code of 20 characters is accepted".to_owned();
    other.case_type = Some(TestCaseType::Boundary);
    other.preconditions[1] = "The discount code of the data exists".to_owned();
    other.steps[1].data = "ABCDEFGHIJKLMNOPQRST".to_owned();
    other.steps[2].expected = "The checkout shows the discount".to_owned();
    other.expected_result = "The code is accepted and the total shows the discount".to_owned();
    assert_eq!(accept(&mut checker, other).case.id, "TC-042");
}

#[test]
fn a_swapped_polarity_is_rejected() {
    let mut swapped = expired();
    swapped.steps[2].expected = String::new();
    swapped.expected_result = "The code is accepted and the discount is applied".to_owned();
    assert_eq!(reject(&mut checker(), swapped), ["POLARITY_SWAPPED"]);
}

#[test]
fn nothing_written_is_rejected_with_every_reason() {
    assert_eq!(
        reject(&mut checker(), Draft::default()),
        ["TITLE_MISSING", "STEPS_MISSING", "EXPECTED_RESULT_MISSING"]
    );
}
