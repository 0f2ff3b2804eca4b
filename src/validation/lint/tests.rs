#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::page::SAMPLE;
use super::*;
use crate::basis;
use crate::coverage::{CoverageItem, CoverageStatus, Plan};
use crate::story::{Limits, UserStory};
use crate::test_case::{BasisId, Draft, Priority, Source, Span, Step, Technique, TestCase, TestCaseType};
use crate::validation::{Checker, Config, Verdict};
use std::sync::Arc;

const STORY: &str =
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";
const CRITERION: &str = "A code that has expired is refused";

fn apply(draft: &mut Draft, (field, text): Change) {
    let text = text.to_owned();
    let index = field
        .split(['[', ']'])
        .nth(1)
        .and_then(|digits| digits.parse::<usize>().ok())
        .unwrap_or(0);
    let grow = |draft: &mut Draft| draft.steps.resize(draft.steps.len().max(index + 1), Step::default());
    match field.split(['[', '.']).next().unwrap() {
        "type" => {
            draft.case_type = TestCaseType::ALL
                .into_iter()
                .find(|case_type| case_type.as_str() == text)
        }
        "covers" => draft.covers = if text.is_empty() { Vec::new() } else { vec![text] },
        "quote" => draft.quote = text,
        "assumptions" => draft.assumptions = if text.is_empty() { Vec::new() } else { vec![text] },
        "title" => draft.title = text,
        "expected_result" => draft.expected_result = text,
        "preconditions" => {
            draft
                .preconditions
                .resize(draft.preconditions.len().max(index + 1), String::new());
            draft.preconditions[index] = text;
        }
        "steps" if field.ends_with(".action") => {
            grow(draft);
            draft.steps[index].action = text;
        }
        "steps" if field.ends_with(".data") => {
            grow(draft);
            draft.steps[index].data = text;
        }
        "steps" => {
            grow(draft);
            draft.steps[index].expected = text;
        }
        other => panic!("no such field: {other}"),
    }
}

fn plan() -> Plan {
    let span = Span {
        basis_id: BasisId::Criterion(1),
        start: 0,
        end: CRITERION.len(),
    };
    let item = CoverageItem {
        id: "C-1".to_owned(),
        key: "negative/discount code/expired".to_owned(),
        condition: "a discount code that has expired".to_owned(),
        technique: Technique::EquivalencePartitioning,
        rule: "R20",
        basis_ids: vec![BasisId::Criterion(1)],
        spans: vec![span],
        values: Vec::new(),
        case_type: TestCaseType::Negative,
        priority: Priority::High,
        status: CoverageStatus::Planned,
    };
    Plan {
        items: vec![item],
        drafts: vec![Draft::default()],
        questions: Vec::new(),
        blocked: false,
    }
}

/// The sample case with these changes, as the rules of a whole generation see it. Claims of items are trusted here, so that
/// the lint itself is tested.
fn linted(changes: &[Change]) -> TestCase {
    let mut draft = Draft::default();
    for change in SAMPLE.iter().chain(changes) {
        apply(&mut draft, *change);
    }
    draft.preconditions.retain(|text| !text.is_empty());
    draft.steps.retain(|step| !step.action.is_empty());
    draft.priority = Some(Priority::High);
    let story = UserStory::new(STORY, &[CRITERION.to_owned()], "", &Limits::default()).unwrap();
    let mut checker = Checker::new(
        Arc::new(basis::parse(&story)),
        Arc::new(plan()),
        Config::default(),
        Vec::new(),
        true,
    );
    match checker.check(draft, Vec::new(), Source::Rule) {
        Verdict::Accepted(accepted) => (*accepted.case).clone(),
        other => panic!("{other:?}"),
    }
}

fn codes(case: &TestCase) -> Vec<&'static str> {
    let mut codes: Vec<_> = case.deductions.iter().map(|deduction| deduction.code).collect();
    codes.dedup();
    codes
}

#[test]
fn the_sample_case_breaks_no_rule() {
    let case = linted(&[]);
    assert_eq!(case.deductions, Vec::new());
    assert_eq!(case.quality_score, Some(10));
}

#[test]
fn each_bad_example_breaks_its_rule_and_no_other() {
    for rule in LINT_RULES {
        let case = linted(rule.bad);
        assert_eq!(codes(&case), [rule.code], "{:#?}\n{:#?}", case.deductions, case.values);
    }
}

#[test]
fn each_good_example_breaks_no_rule() {
    for rule in LINT_RULES {
        let case = linted(rule.good);
        assert_eq!(
            codes(&case),
            Vec::<&str>::new(),
            "{}: {:#?}\n{:#?}",
            rule.code,
            case.deductions,
            case.values
        );
    }
}

#[test]
fn codes_are_unique_and_points_positive() {
    let mut codes: Vec<_> = LINT_RULES.iter().map(|rule| rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), LINT_RULES.len());
    assert!(LINT_RULES.iter().all(|rule| rule.points > 0.0 && rule.most > 0));
}

#[test]
fn a_score_is_rounded_half_up_and_is_ten_only_with_nothing_taken() {
    let deduction = |points: f64| Deduction {
        code: "EAGER_ACTION",
        severity: Severity::Warning,
        points,
        message: String::new(),
        field: String::new(),
    };
    for (points, expected) in [
        (0.0, 10),
        (0.25, 9),
        (0.5, 9),
        (0.75, 9),
        (1.5, 9),
        (8.5, 2),
        (9.5, 1),
        (30.0, 1),
    ] {
        assert_eq!(score(&[deduction(points)]), expected, "{points}");
    }
    let scores = sub_scores(&[deduction(0.5), deduction(0.5)]);
    assert!(
        scores
            .iter()
            .all(|(area, score)| (*area == Area::Singularity) == (*score < 10.0)),
        "{scores:?}"
    );
    assert_eq!(sub_scores(&[deduction(9.0)])[4], (Area::Singularity, 1.0));
}

#[test]
fn the_page_in_the_docs_is_the_one_that_the_catalogue_makes() {
    let page = lint_page();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/lint.md");
    let kept = std::fs::read_to_string(file).unwrap_or_default();
    if kept != page {
        std::fs::write(format!("{file}.snap.new"), &page).unwrap();
        panic!("docs/lint.md is not what the catalogue says; move docs/lint.md.snap.new over it");
    }
    for rule in LINT_RULES {
        assert!(page.contains(&format!("\n## {}\n", rule.code)), "{}", rule.code);
    }
}
