#![allow(clippy::unwrap_used, clippy::expect_used)]

//! Whole drafts against a real basis and a real plan.

use super::*;
use crate::story::{Limits, UserStory};
use crate::test_case::{Priority, Step, ValueOrigin};
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

/// A checker for a story of which nothing was planned.
fn unplanned() -> Checker {
    let criteria = ["A code that has expired is refused".to_owned()];
    let story = UserStory::new(STORY, &criteria, "", &Limits::default()).unwrap();
    Checker::new(
        Arc::new(basis::parse(&story)),
        Arc::new(Plan::default()),
        Config::default(),
        Vec::new(),
        true,
    )
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
    let mut checker = unplanned();
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
    assert_eq!(
        accepted.extra,
        Some(Extra {
            basis_id: Some(BasisId::Criterion(1)),
            span: None
        }),
        "{:?}",
        accepted.covers
    );
    assert_eq!(case.traces[0].basis_id, BasisId::Criterion(1));
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

// === A model's answer, as a whole ===

/// Half of the planned items missing, an invented limit, a swapped polarity and two duplicates.
#[test]
fn a_faulty_answer_keeps_its_good_cases() {
    let mut checker = checker_for(STORY, &[], Vec::new());
    let plan = Arc::clone(&checker.plan);
    let planned = |key: &str| {
        let index = plan.items.iter().position(|item| item.key.ends_with(key)).unwrap();
        let mut draft = plan.drafts[index].clone();
        draft.covers = vec![plan.items[index].id.clone()];
        draft.case_type = Some(plan.items[index].case_type);
        (index, draft)
    };
    let (long, too_long) = planned("length/21");
    let (old, outdated) = planned("expired");
    assert_eq!(accept(&mut checker, too_long.clone()).covers, [long]);
    assert_eq!(accept(&mut checker, outdated.clone()).covers, [old]);

    let mut again = outdated.clone();
    again.title = format!("{} again", again.title);
    for duplicate in [too_long, again] {
        let verdict = checker.check(duplicate, Vec::new(), Source::Model);
        assert!(matches!(verdict, Verdict::Duplicate { .. }), "{verdict:?}");
    }

    let (used, mut swapped) = planned("used up");
    swapped.expected_result = "The discount code is accepted and the discount is applied".to_owned();
    match checker.check(swapped, Vec::new(), Source::Model) {
        Verdict::Rejected { reasons, item } => assert_eq!((reasons[0].code, item), ("POLARITY_SWAPPED", Some(used))),
        other => panic!("{other:?}"),
    }

    let (_, mut inventive) = planned("applied twice");
    inventive.expected_result =
        "The discount is shown once and the account of the customer is locked for 15 minutes".to_owned();
    let case = accept(&mut checker, inventive).case;
    let assumed: Vec<_> = case
        .values
        .iter()
        .filter(|value| value.origin == ValueOrigin::Assumed)
        .collect();
    assert_eq!(assumed.len(), 1, "{assumed:?}");
    assert_eq!(assumed[0].text, "15 minutes");
    assert!(
        case.deductions
            .iter()
            .any(|deduction| deduction.code == "UNGROUNDED_VALUE")
    );
    assert_eq!(checker.accepted().len(), 3);
}

/// Rules' own words are the reference: they must cover what they were planned for, repeat nothing and assume nothing.
#[test]
fn the_words_of_the_rules_pass() {
    for (story, criteria) in [
        (STORY, &["A code that has expired is refused"][..]),
        (
            "As a developer, I want to create API tokens so that my scripts can sign in",
            &["A token name has 3 to 30 characters"],
        ),
        (
            "As an employee, I want to upload receipts as PDF, PNG or JPG of at most 5 MB so that my expenses are paid",
            &[],
        ),
        (
            "As a manager, I want to approve or reject leave requests so that the team is staffed",
            &[],
        ),
        (
            "As a shopper, I want to filter products by price, colour and size so that I find what I need",
            &[],
        ),
    ] {
        let mut checker = checker_for(story, criteria, Vec::new());
        let plan = Arc::clone(&checker.plan);
        for (index, (item, draft)) in plan.items.iter().zip(&plan.drafts).enumerate() {
            // What the rules cannot word has no words.
            if item.status != coverage::CoverageStatus::Planned || draft.steps.is_empty() {
                continue;
            }
            let draft = Draft {
                covers: vec![item.id.clone()],
                case_type: Some(item.case_type),
                priority: Some(item.priority),
                ..draft.clone()
            };
            match checker.check(draft, Vec::new(), Source::Rule) {
                Verdict::Accepted(accepted) => {
                    assert_eq!(accepted.covers, [index]);
                    assert!(accepted.case.repairs.is_empty(), "{:?}", accepted.case.repairs);
                    let assumed = |value: &&crate::test_case::Value| value.origin == ValueOrigin::Assumed;
                    assert_eq!(
                        accepted.case.values.iter().find(assumed),
                        None,
                        "{}",
                        accepted.case.title
                    );
                }
                other => panic!("{story}: {}: {other:?}", item.condition),
            }
        }
    }
}

#[test]
fn the_suite_says_what_it_lacks() {
    let mut checker = checker_for(
        STORY,
        &["A code that has expired is refused", "The total is shown in euros"],
        Vec::new(),
    );
    let codes = |checker: &Checker| -> Vec<&'static str> {
        checker.suite_findings().iter().map(|finding| finding.code).collect()
    };
    assert_eq!(
        codes(&checker),
        [
            "SUITE_TOO_FEW",
            "SUITE_NO_NEGATIVE",
            "SUITE_NO_EDGE",
            "SUITE_CRITERION_UNCOVERED",
            "SUITE_CRITERION_UNCOVERED"
        ]
    );
    accept(&mut checker, expired());
    assert_eq!(
        codes(&checker),
        ["SUITE_TOO_FEW", "SUITE_NO_EDGE", "SUITE_CRITERION_UNCOVERED"]
    );
}

#[test]
fn too_many_urgent_cases_are_said() {
    let case = (*accept(&mut checker(), expired()).case).clone();
    let existing = |urgent: usize| -> Vec<TestCase> {
        (0..10)
            .map(|index| TestCase {
                id: format!("TC-{index:03}"),
                priority: if index < urgent {
                    Priority::Critical
                } else {
                    Priority::Low
                },
                ..case.clone()
            })
            .collect()
    };
    let skewed = |urgent| {
        checker_for(STORY, &[], existing(urgent))
            .suite_findings()
            .iter()
            .any(|finding| finding.code == "SUITE_PRIORITY_SKEW")
    };
    assert!(!skewed(1));
    assert!(skewed(2));
}

#[test]
fn a_quotation_of_the_basis_carries_a_case_beyond_the_plan() {
    let beyond = |quote: &str| Draft {
        title: "The receipt shows the saving".to_owned(),
        steps: vec![Step::new("Order a lamp"), Step::new("Open the receipt")],
        expected_result: "The saving stands on its last line".to_owned(),
        quote: quote.to_owned(),
        ..expired()
    };
    let extra = |quote: &str| accept(&mut unplanned(), beyond(quote)).extra.unwrap();
    let place = extra("so that  I PAY less").span.unwrap();
    assert_eq!(&STORY[place.start..place.end], "so that I pay less");
    assert_eq!(
        extra("receipts are sent by mail"),
        Extra {
            basis_id: None,
            span: None
        }
    );
}

#[test]
fn the_same_drafts_give_the_same_verdicts() {
    let run = || {
        let mut checker = checker_for(STORY, &["A code that has expired is refused"], Vec::new());
        let drafts = checker.plan.drafts.clone();
        drafts
            .into_iter()
            .chain([expired(), expired(), Draft::default()])
            .map(|draft| format!("{:?}", checker.check(draft, Vec::new(), Source::Model)))
            .collect::<Vec<_>>()
    };
    assert_eq!(run(), run());
}

#[test]
fn a_case_that_was_not_judged_here_can_be_reviewed() {
    let case = (*accept(&mut unplanned(), expired()).case).clone();
    assert_eq!(unplanned().review(&case), Vec::new());
    let worse = TestCase {
        expected_result: "It works as expected".to_owned(),
        ..case
    };
    let codes: Vec<_> = unplanned()
        .review(&worse)
        .iter()
        .map(|deduction| deduction.code)
        .collect();
    assert_eq!(codes, ["VAGUE_RESULT"]);
}

// === Anything at all ===

mod anything {
    use super::*;
    use proptest::prelude::*;

    fn text() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            Just("Enter \"".to_owned()),
            Just("’s <max – not specified> ".to_owned()),
            Just("20 characters, ".to_owned()),
            Just("$1,000.50% ".to_owned()),
            Just("99999999999999999999999999999 ".to_owned()),
            Just("79228162514264337593543950335 × ".to_owned()),
            Just("not accepted and refused or ".to_owned()),
            Just("May 5, 2026 anna@ +49 30 1234567 ".to_owned()),
            Just("1-2–3/4:5 'x' „y“ «z» ".to_owned()),
            Just("İstanbul ﬁ 字体 🙂 e\u{301} ".to_owned()),
            "\\PC{0,12}",
            any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(pieces, 0..8).prop_map(|pieces| pieces.concat())
    }

    fn draft() -> impl Strategy<Value = Draft> {
        let step = (text(), text(), text()).prop_map(|(action, data, expected)| Step { action, data, expected });
        (
            text(),
            text(),
            text(),
            prop::collection::vec(text(), 0..3),
            prop::collection::vec(step, 0..4),
            prop::option::of(0..4_usize),
        )
            .prop_map(|(title, expected_result, quote, lists, steps, kind)| Draft {
                title,
                expected_result,
                quote,
                covers: lists.clone(),
                assumptions: lists.clone(),
                preconditions: lists,
                steps,
                case_type: kind.map(|kind| TestCaseType::ALL[kind]),
                ..Draft::default()
            })
    }

    proptest! {
        #[test]
        fn every_draft_gets_a_verdict(drafts in prop::collection::vec(draft(), 1..4), story in text(), score: bool) {
            // Only the basis is anything at all here; what families make of it is theirs to test.
            let story = format!("{STORY}. {}", story.chars().filter(|sign| !sign.is_control()).collect::<String>());
            let story = UserStory::new(&story, &[], "", &Limits::default()).unwrap();
            let plan = Arc::clone(&checker_for(STORY, &[], Vec::new()).plan);
            let mut checker =
                Checker::new(Arc::new(basis::parse(&story)), plan, Config::default(), Vec::new(), true);
            checker.score = score;
            for draft in drafts {
                if let Verdict::Accepted(accepted) = checker.check(draft, Vec::new(), Source::Model) {
                    let case = &accepted.case;
                    prop_assert_eq!(case.quality_score.is_some(), score);
                    prop_assert!(case.quality_score.is_none_or(|score| (1..=10).contains(&score)));
                    prop_assert!(!case.steps.is_empty() && !case.expected_result.is_empty());
                    for span in case.values.iter().filter_map(|value| value.span) {
                        prop_assert!(!checker.basis.words(span).is_empty(), "{:?}", span);
                    }
                }
            }
            prop_assert!(checker.suite_findings().len() < 10);
        }
    }
}
