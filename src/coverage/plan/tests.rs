#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::basis::parse;
use crate::story::{Limits, UserStory};
use crate::test_case::{Priority, Technique, TestCaseType};

fn planned(story: &str, criteria: &[&str], wanted: &Wanted) -> Plan {
    let criteria: Vec<String> = criteria.iter().map(ToString::to_string).collect();
    plan(
        &parse(&UserStory::new(story, &criteria, "", &Limits::default()).unwrap()),
        wanted,
    )
}

const SHOWCASE: &str =
    "As a customer, I want to apply a discount code of up to 20 characters at checkout so that I pay less";

#[test]
fn the_same_story_gives_the_same_plan_with_ids_in_order() {
    let one = planned(SHOWCASE, &[], &Wanted::default());
    let two = planned(SHOWCASE, &[], &Wanted::default());
    assert_eq!(one.items, two.items);
    for (index, item) in one.items.iter().enumerate() {
        assert_eq!(item.id, format!("C-{}", index + 1));
    }
    assert_eq!(one.items[0].key, "success/goal");
    assert_eq!(one.items.len(), one.drafts.len());
}

#[test]
fn a_bound_on_cases_excludes_the_rest_and_says_so() {
    let wanted = Wanted {
        max_test_cases: Some(2),
        ..Wanted::default()
    };
    let plan = planned(SHOWCASE, &[], &wanted);
    let count = |status| plan.items.iter().filter(|item| item.status == status).count();
    assert_eq!(count(CoverageStatus::Planned), 2);
    assert!(count(CoverageStatus::Excluded) > 0);
}

#[test]
fn a_small_bound_keeps_the_main_success_and_a_refusal() {
    let stories: [(&str, &[&str]); 4] = [
        (SHOWCASE, &[]),
        (SHOWCASE, &["Expired codes are refused.", "The minimum order is $50."]),
        (
            "As a guest, I want to book a table for between 1 and 10 guests so that we can dine",
            &[],
        ),
        (
            "As a member, I want to log in with my email and password so that I see my account",
            &[],
        ),
    ];
    for (story, criteria) in stories {
        let all = planned(story, criteria, &Wanted::default());
        assert!(
            all.items.iter().any(|item| item.case_type == TestCaseType::Negative),
            "{story}"
        );
        for room in 1..=6 {
            let wanted = Wanted {
                max_test_cases: Some(room),
                ..Wanted::default()
            };
            let plan = planned(story, criteria, &wanted);
            let kept: Vec<_> = plan
                .items
                .iter()
                .filter(|item| item.status == CoverageStatus::Planned)
                .collect();
            let has = |kinds: &[TestCaseType]| kept.iter().any(|item| kinds.contains(&item.case_type));
            assert!(!kept.is_empty() && kept.len() <= room, "{story} {room}");
            assert_eq!(kept[0].key, "success/goal", "{story} {room}");
            assert_eq!(has(&[TestCaseType::Negative]), room >= 2, "{story} {room}");
            if room >= 3 {
                assert!(has(&[TestCaseType::EdgeCase, TestCaseType::Boundary]), "{story} {room}");
            }
        }
    }
}

#[test]
fn only_the_wanted_techniques_are_planned() {
    let wanted = Wanted {
        techniques: vec![Technique::BoundaryValueAnalysis],
        ..Wanted::default()
    };
    let plan = planned(
        "As a guest, I want to book a table for between 1 and 10 guests so that we can dine",
        &[],
        &wanted,
    );
    for item in &plan.items {
        assert_eq!(
            item.status == CoverageStatus::Planned,
            item.technique == Technique::BoundaryValueAnalysis,
            "{}",
            item.key
        );
    }
}

#[test]
fn priorities_keep_to_their_shares() {
    let plan = planned(
        SHOWCASE,
        &[
            "Expired codes are refused.",
            "Only one code can be used.",
            "The minimum order is $50.",
        ],
        &Wanted::default(),
    );
    let planned: Vec<_> = plan
        .items
        .iter()
        .filter(|item| item.status == CoverageStatus::Planned)
        .collect();
    let share = |worst| planned.iter().filter(|item| item.priority <= worst).count() * 100 / planned.len();
    if planned.len() >= 7 {
        assert!(
            share(Priority::Critical) <= 15 && share(Priority::High) <= 60,
            "{:?}",
            planned
        );
    }
}

#[test]
fn a_story_in_another_language_gets_what_needs_no_reading() {
    let plan = planned(
        "Als Kunde möchte ich einen Gutschein einlösen, damit ich weniger bezahle",
        &["Der Gutschein ist gültig"],
        &Wanted::default(),
    );
    assert_eq!(plan.items.len(), 4);
    assert!(plan.drafts.iter().all(|draft| draft.steps.is_empty()));
    assert!(!plan.blocked);
}

#[test]
fn a_story_that_leaves_open_what_to_test_has_questions_and_no_items() {
    let plan = planned(
        "As a user, I want the app to be better so that I am happy",
        &[],
        &Wanted::default(),
    );
    assert!(plan.blocked && plan.items.is_empty());
    assert_eq!(plan.questions[0].id, "Q-1");
}

#[test]
fn a_story_that_the_rules_have_no_words_for_stays_open_for_a_model() {
    let story = "As a dispatcher, I want the tour plan to be adjusted when something unexpected happens on the road, so that \
                 customers are still served properly.";
    let criteria = [
        "The driver must be told about the changed plan in the driver app.",
        "The original plan stays available in the tour history.",
    ];
    let plan = planned(story, &criteria, &Wanted::default());
    assert!(!plan.blocked && !plan.items.is_empty());
    assert!(
        plan.is_without_words() && !plan.questions.is_empty(),
        "{:?}",
        plan.drafts
    );
}

#[test]
fn a_goal_that_no_family_reads_is_an_item_for_a_model() {
    let story = "As a pupil learning vocabulary, I want words I got wrong to come back after 1, 3 and 7 days and to \
                 disappear from the deck after three correct answers in a row, so that I practise what I don't know yet.";
    let plan = planned(story, &[], &Wanted::default());
    assert!(!plan.blocked && !plan.items.is_empty());
}
