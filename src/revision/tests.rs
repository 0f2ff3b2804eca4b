#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::basis;
use crate::coverage::{self, Wanted};
use crate::story::{Limits, UserStory};
use crate::test_case::{Priority, Source, TestCaseType};

fn planned(story: &str, criteria: &[&str]) -> (TestBasis, Plan) {
    let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
    let story = UserStory::new(story, &criteria, "", &Limits::default()).unwrap();
    let basis = basis::parse(&story);
    let plan = coverage::plan(&basis, &Wanted::default());
    (basis, plan)
}

/// One case for each planned item, as the rules would word it.
fn suite(plan: &Plan) -> Vec<(TestCase, Vec<usize>)> {
    let items = plan.items.iter().enumerate();
    items
        .filter(|(_, item)| item.status == CoverageStatus::Planned)
        .map(|(index, item)| {
            let traces = item.basis_ids.iter().map(|basis_id| Trace {
                basis_id: *basis_id,
                coverage_item_id: Some(item.id.clone()),
                span: None,
            });
            (case(&format!("TC-{:03}", index + 1), traces.collect()), vec![index])
        })
        .collect()
}

fn case(id: &str, traces: Vec<Trace>) -> TestCase {
    TestCase {
        id: id.to_owned(),
        case_type: TestCaseType::Positive,
        title: id.to_owned(),
        priority: Priority::Medium,
        preconditions: Vec::new(),
        steps: Vec::new(),
        expected_result: String::new(),
        quality_score: None,
        objective: String::new(),
        technique: None,
        traces,
        values: Vec::new(),
        deductions: Vec::new(),
        repairs: Vec::new(),
        source: Source::Rule,
        model_self_score: None,
        postconditions: Vec::new(),
        tags: Vec::new(),
        model: String::new(),
    }
}

/// Verdicts and new items of a change, a line each: the condition before, and what becomes of its case.
fn changed(before: (&str, &[&str]), after: (&str, &[&str])) -> String {
    let (old_basis, old_plan) = planned(before.0, before.1);
    let (new_basis, new_plan) = planned(after.0, after.1);
    let suite = suite(&old_plan);
    let covering: Vec<Covering<'_>> = suite.iter().map(|(case, items)| Covering { case, items }).collect();
    let revision = revise(
        Planned {
            basis: &old_basis,
            plan: &old_plan,
        },
        Planned {
            basis: &new_basis,
            plan: &new_plan,
        },
        &covering,
    );
    let mut lines = Vec::new();
    for change in &revision.basis_changes {
        let name = |id: Option<BasisId>| id.map_or("-".to_owned(), |id| id.to_string());
        lines.push(format!(
            "{} > {}: {:?}",
            name(change.before),
            name(change.after),
            change.kind
        ));
    }
    for (case, (_, items)) in revision.cases.iter().zip(&suite) {
        let condition = &old_plan.items[items[0]].condition;
        lines.push(format!("{:?}: {condition} [{}]", case.verdict, case.reason));
    }
    for item in &revision.new_items {
        lines.push(format!("New: {}", new_plan.items[*item].condition));
    }
    lines.join("\n")
}

const STORY: &str = "As a member, I want to borrow up to 5 books so that I can read at home";

#[test]
fn an_unchanged_story_keeps_every_case_and_asks_nothing() {
    let same = changed(
        (STORY, &["The title is required"]),
        (STORY, &["The title is required."]),
    );
    assert!(
        same.lines()
            .all(|line| line.contains("Unchanged") || line.starts_with("Kept")),
        "{same}"
    );
    assert!(same.lines().filter(|line| line.starts_with("Kept")).count() >= 3);
}

#[test]
fn case_blanks_and_punctuation_change_nothing() {
    for (story, criterion) in [
        (
            "As a Member, I want to borrow up to 5 books so that I can read at home",
            "The title is required",
        ),
        (
            "As a member I want to  borrow up to 5 books, so that I can read at home.",
            "the title is required!",
        ),
    ] {
        let same = changed((STORY, &["The title is required"]), (story, &[criterion]));
        assert!(
            same.lines()
                .all(|line| line.contains("Unchanged") || line.starts_with("Kept")),
            "{same}"
        );
    }
}

#[test]
fn another_story_makes_all_cases_obsolete_and_asks_for_new_ones() {
    let other = "As a nurse, I want to record a blood pressure so that the doctor sees it";
    let text = changed((STORY, &[]), (other, &[]));
    assert!(
        text.contains("STORY > -: Removed") && text.contains("- > STORY: Added"),
        "{text}"
    );
    let cases: Vec<&str> = text.lines().filter(|line| line.contains('[')).collect();
    assert!(
        cases.len() >= 3 && cases.iter().all(|line| line.starts_with("Obsolete")),
        "{text}"
    );
    assert!(text.lines().any(|line| line.starts_with("New")), "{text}");
}

#[test]
fn a_criterion_that_only_moved_keeps_its_cases() {
    let one = "The card number is required";
    let two = "A member with a suspended card cannot borrow";
    let moved = changed((STORY, &[one, two]), (STORY, &[two, one]));
    assert!(
        moved.contains("AC-1 > AC-2: Unchanged") && moved.contains("AC-2 > AC-1: Unchanged"),
        "{moved}"
    );
    assert!(
        !moved.contains("Revise") && !moved.contains("Obsolete") && !moved.contains("New"),
        "{moved}"
    );
}

#[test]
fn a_limit_that_moved_revises_the_cases_at_it_and_no_others() {
    let moved = changed(
        (STORY, &[]),
        (
            "As a member, I want to borrow up to 7 books so that I can read at home",
            &[],
        ),
    );
    let revised: Vec<&str> = moved.lines().filter(|line| line.starts_with("Revise")).collect();
    assert!(moved.contains("STORY > STORY: Changed"), "{moved}");
    assert!(revised.len() >= 2 && revised.len() <= 4, "{moved}");
    assert!(
        revised.iter().any(|line| line.contains("6") && line.contains("8")),
        "{moved}"
    );
    assert!(moved.lines().any(|line| line.starts_with("Kept")), "{moved}");
    assert!(!moved.contains("Obsolete"), "{moved}");
}

#[test]
fn a_removed_criterion_makes_its_cases_obsolete_and_an_added_one_asks_for_new_ones() {
    let gone = "The reader's card must be shown";
    let new = "A fine of more than 10 euros must be paid first";
    let text = changed((STORY, &[gone]), (STORY, &[new]));
    assert!(
        text.contains("AC-1 > -: Removed") && text.contains("- > AC-1: Added"),
        "{text}"
    );
    assert!(
        text.lines()
            .any(|line| line.starts_with("Obsolete") && line.contains("AC-1 was removed")),
        "{text}"
    );
    assert!(text.lines().any(|line| line.starts_with("New")), "{text}");
}

#[test]
fn a_case_beyond_the_plan_follows_what_it_is_traced_to() {
    let (old_basis, old_plan) = planned(STORY, &["The title is required", "Books are sorted by title"]);
    let (new_basis, new_plan) = planned(STORY, &["The title is required"]);
    let trace = |basis_id| Trace {
        basis_id,
        coverage_item_id: None,
        span: None,
    };
    let cases = [
        case("TC-001", vec![trace(BasisId::Criterion(1))]),
        case("TC-002", vec![trace(BasisId::Criterion(2))]),
        case("TC-003", Vec::new()),
    ];
    let covering: Vec<Covering<'_>> = cases.iter().map(|case| Covering { case, items: &[] }).collect();
    let before = Planned {
        basis: &old_basis,
        plan: &old_plan,
    };
    let after = Planned {
        basis: &new_basis,
        plan: &new_plan,
    };
    let revision = revise(before, after, &covering);
    let verdicts: Vec<RevisionVerdict> = revision.cases.iter().map(|case| case.verdict).collect();
    use RevisionVerdict::{Kept, Obsolete};
    assert_eq!(verdicts, [Kept, Obsolete, Kept]);
    assert!(revision.asked().is_empty());
}

#[test]
fn a_kept_case_gets_the_ids_of_the_new_plan_and_nothing_else() {
    let (old_basis, old_plan) = planned(STORY, &["The title is required"]);
    let (new_basis, new_plan) = planned(STORY, &["Members pay no fee", "The title is required"]);
    let mut suite = suite(&old_plan);
    for (case, _) in &mut suite {
        case.objective = "What AC-1 forbids must not be possible, AC-x neither.".to_owned();
    }
    let covering: Vec<Covering<'_>> = suite.iter().map(|(case, items)| Covering { case, items }).collect();
    let before = Planned {
        basis: &old_basis,
        plan: &old_plan,
    };
    let after = Planned {
        basis: &new_basis,
        plan: &new_plan,
    };
    let revision = revise(before, after, &covering);
    let mut moved = 0;
    for (verdict, (case, items)) in revision.cases.iter().zip(&suite) {
        let Some(kept) = &verdict.kept else { continue };
        let old = &old_plan.items[items[0]];
        for trace in &kept.traces {
            let item = new_plan
                .items
                .iter()
                .find(|item| Some(&item.id) == trace.coverage_item_id.as_ref())
                .unwrap();
            assert_eq!(item.key, old.key);
            moved += usize::from(old.basis_ids == [BasisId::Criterion(1)] && trace.basis_id == BasisId::Criterion(2));
        }
        assert_eq!(kept.objective, "What AC-2 forbids must not be possible, AC-x neither.");
        let back = TestCase {
            traces: case.traces.clone(),
            objective: case.objective.clone(),
            ..kept.clone()
        };
        assert_eq!(&back, case);
    }
    assert!(moved > 0, "the criterion moved and its cases with it");
}

#[test]
fn a_difference_names_every_field_that_a_tester_reads() {
    use crate::test_case::Step;
    let before = TestCase {
        steps: vec![Step::new("Open the page"), Step::new("Enter 5")],
        expected_result: "It is accepted".to_owned(),
        ..case("TC-001", Vec::new())
    };
    let after = TestCase {
        steps: vec![Step::new("Open the page"), Step::new("Enter 7"), Step::new("Confirm")],
        preconditions: vec!["A member is signed in".to_owned()],
        quality_score: Some(9),
        ..before.clone()
    };
    let fields: Vec<String> = changes(&before, &after)
        .into_iter()
        .map(|change| change.field)
        .collect();
    assert_eq!(fields, ["preconditions[0]", "steps[1].action", "steps[2].action"]);
    assert!(changes(&before, &before).is_empty());
}
