#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::basis::BasisItem;
use crate::test_case::{BasisId, Priority, Span, Step, Technique, TestCaseType};

fn basis(criteria: u16) -> TestBasis {
    let mut items = vec![BasisItem {
        id: BasisId::Story,
        text: "a story".to_owned(),
    }];
    items.extend((1..=criteria).map(|n| BasisItem {
        id: BasisId::Criterion(n),
        text: format!("criterion {n}"),
    }));
    TestBasis {
        items,
        ..TestBasis::default()
    }
}

fn candidate(key: &str, priority: Priority, technique: Technique, case_type: TestCaseType, on: BasisId) -> Candidate {
    let span = Span {
        basis_id: on,
        start: 0,
        end: 1,
    };
    let proposal = Proposal::new(key, key, technique, case_type, span)
        .priority(priority)
        .step(Step::new("Do it."));
    Candidate {
        rule: "R1",
        proposal,
        status: CoverageStatus::Planned,
    }
}

fn keys(ranked: &[Candidate]) -> Vec<&str> {
    let planned = ranked
        .iter()
        .filter(|candidate| candidate.status == CoverageStatus::Planned);
    planned.map(|candidate| candidate.proposal.key.as_str()).collect()
}

fn many(count: usize) -> Vec<Candidate> {
    (0..count)
        .map(|n| {
            candidate(
                &format!("p{n}"),
                Priority::Critical,
                Technique::Scenario,
                TestCaseType::Positive,
                BasisId::Story,
            )
        })
        .collect()
}

#[test]
fn uncovered_criteria_come_before_risk() {
    let all = vec![
        candidate(
            "risk",
            Priority::Critical,
            Technique::Scenario,
            TestCaseType::Positive,
            BasisId::Story,
        ),
        candidate(
            "two",
            Priority::Medium,
            Technique::Scenario,
            TestCaseType::Negative,
            BasisId::Criterion(2),
        ),
        candidate(
            "one",
            Priority::Medium,
            Technique::Scenario,
            TestCaseType::EdgeCase,
            BasisId::Criterion(1),
        ),
    ];
    assert_eq!(
        keys(&rank::ranked(all, &basis(2), &Wanted::default())),
        ["two", "one", "risk"]
    );
}

#[test]
fn a_cap_keeps_one_negative_and_one_edge_item_and_excludes_the_rest() {
    let mut all = many(9);
    all.push(candidate(
        "no",
        Priority::Low,
        Technique::Scenario,
        TestCaseType::Negative,
        BasisId::Story,
    ));
    all.push(candidate(
        "edge",
        Priority::Low,
        Technique::Scenario,
        TestCaseType::EdgeCase,
        BasisId::Story,
    ));
    let wanted = Wanted {
        max_test_cases: Some(4),
        ..Wanted::default()
    };
    let ranked = rank::ranked(all, &basis(0), &wanted);
    assert_eq!(keys(&ranked).len(), 4);
    assert!(
        keys(&ranked).contains(&"edge") && keys(&ranked).contains(&"no"),
        "{:?}",
        keys(&ranked)
    );
    assert_eq!(ranked.len(), 11);
}

#[test]
fn other_techniques_are_excluded_when_some_are_wanted() {
    let all = vec![
        candidate(
            "a",
            Priority::High,
            Technique::Scenario,
            TestCaseType::Positive,
            BasisId::Story,
        ),
        candidate(
            "b",
            Priority::High,
            Technique::Syntax,
            TestCaseType::Negative,
            BasisId::Story,
        ),
    ];
    let wanted = Wanted {
        techniques: vec![Technique::Syntax],
        ..Wanted::default()
    };
    assert_eq!(keys(&rank::ranked(all, &basis(0), &wanted)), ["b"]);
}

#[test]
fn priorities_are_spread_from_seven_on() {
    let mut ranked = many(20);
    rank::spread_priorities(&mut ranked);
    let count = |priority| {
        ranked
            .iter()
            .filter(|candidate| candidate.proposal.priority == priority)
            .count()
    };
    assert_eq!(
        (
            count(Priority::Critical),
            count(Priority::High),
            count(Priority::Medium)
        ),
        (3, 9, 8)
    );
    let mut few = many(6);
    rank::spread_priorities(&mut few);
    assert!(
        few.iter()
            .all(|candidate| candidate.proposal.priority == Priority::Critical)
    );
}
