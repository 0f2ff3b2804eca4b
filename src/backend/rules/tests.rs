#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{Rules, a_few_words};
use crate::backend::{Advance, Backend, Fault, Finish, Sampling, Task, next};
use crate::basis::TestBasis;
use crate::coverage::{CoverageItem, CoverageStatus, Plan};
use crate::test_case::{BasisId, Draft, Priority, Step, Technique, TestCaseType};
use proptest::prelude::*;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

fn item(number: usize) -> CoverageItem {
    CoverageItem {
        id: format!("C-{number}"),
        key: format!("key/{number}"),
        condition: "something".to_owned(),
        technique: Technique::Scenario,
        rule: "R1",
        basis_ids: vec![BasisId::Story],
        spans: Vec::new(),
        values: Vec::new(),
        case_type: TestCaseType::Positive,
        priority: Priority::High,
        status: CoverageStatus::Planned,
    }
}

fn draft(title: &str) -> Draft {
    Draft {
        title: title.to_owned(),
        steps: vec![Step::new("Open it.")],
        expected_result: "It is shown.".to_owned(),
        ..Draft::default()
    }
}

fn plan(drafts: Vec<Draft>) -> Plan {
    Plan {
        items: (1..=drafts.len()).map(item).collect(),
        drafts,
        ..Plan::default()
    }
}

fn task(plan: Plan, asked: Vec<usize>) -> Task {
    Task {
        basis: Arc::new(TestBasis::default()),
        plan: Arc::new(plan),
        asked,
        system: String::new(),
        user: String::new(),
        schema: None,
        sampling: Sampling::default(),
        model: String::new(),
        headers: Vec::new(),
    }
}

/// The text after each poll, and the end.
async fn said(rules: Rules, task: Task) -> (Vec<String>, Result<Finish, Fault>) {
    let mut stream = rules.start(task).await.unwrap();
    let (mut text, mut polls) = (String::new(), Vec::new());
    loop {
        let advance = next(&mut *stream, &mut text).await;
        polls.push(text.clone());
        match advance {
            Ok(Advance::Text) => {}
            Ok(Advance::Done(finish)) => return (polls, Ok(finish)),
            Ok(other) => panic!("the rules never say {other:?}"),
            Err(fault) => return (polls, Err(fault)),
        }
    }
}

/// What a reader of the document gets back.
fn read_back(case: &Value) -> Draft {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |field: &str| {
        case[field]
            .as_array()
            .into_iter()
            .flatten()
            .map(text)
            .collect::<Vec<_>>()
    };
    let named = |field: &str, name: &str| case[field].as_str() == Some(name);
    Draft {
        id: String::new(),
        case_type: TestCaseType::ALL.into_iter().find(|one| named("type", one.as_str())),
        title: text(&case["title"]),
        priority: Priority::ALL.into_iter().find(|one| named("priority", one.as_str())),
        preconditions: texts("preconditions"),
        steps: case["steps"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| match step {
                Value::String(action) => Step::new(action),
                step => Step {
                    action: text(&step["action"]),
                    data: text(&step["data"]),
                    expected: text(&step["expected"]),
                },
            })
            .collect(),
        expected_result: text(&case["expected_result"]),
        objective: text(&case["objective"]),
        technique: Technique::ALL.into_iter().find(|one| named("technique", one.as_str())),
        covers: texts("covers"),
        quote: text(&case["quote"]),
        assumptions: texts("assumptions"),
        postconditions: texts("postconditions"),
        tags: texts("tags"),
        self_score: None,
    }
}

#[tokio::test]
async fn one_case_comes_a_poll_and_the_document_is_whole_at_the_end() {
    let task = task(
        plan(vec![draft("One"), Draft::default(), draft("Three")]),
        vec![0, 1, 2, 9],
    );
    let (polls, end) = said(Rules::new(), task).await;
    assert_eq!(end, Ok(Finish::default()));
    let titles: Vec<_> = polls.iter().map(|text| text.matches("\"title\"").count()).collect();
    assert_eq!(
        titles,
        [1, 2, 2],
        "an item without a draft and an index beyond the plan are left out"
    );
    let document: Value = serde_json::from_str(polls.last().unwrap()).unwrap();
    let ids: Vec<_> = document["test_cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| &case["id"])
        .collect();
    assert_eq!(ids, ["TC-001", "TC-002"]);
    assert_eq!(document["test_cases"][1]["covers"][0], "C-3");
}

#[tokio::test]
async fn only_what_is_asked_is_worded() {
    let (polls, _) = said(Rules::new(), task(plan(vec![draft("One"), draft("Two")]), vec![1])).await;
    let document: Value = serde_json::from_str(polls.last().unwrap()).unwrap();
    assert_eq!(document["test_cases"].as_array().unwrap().len(), 1);
    assert_eq!(document["test_cases"][0]["title"], "Two");
}

#[tokio::test]
async fn nothing_to_word_is_an_empty_answer() {
    let (polls, end) = said(Rules::new(), task(plan(vec![Draft::default()]), vec![0, 7])).await;
    assert_eq!((polls.concat().as_str(), end), ("", Err(Fault::Empty)));
}

#[tokio::test(start_paused = true)]
async fn with_a_pace_a_few_words_come_at_a_time_and_the_text_is_the_same() {
    let made = || task(plan(vec![draft("The first ☂ of them all"), draft("Two")]), vec![0, 1]);
    let (at_once, _) = said(Rules::new(), made()).await;
    let begun = tokio::time::Instant::now();
    let (polls, end) = said(Rules::paced(Duration::from_millis(20)), made()).await;
    assert_eq!(polls.last(), at_once.last());
    assert!(end.is_ok() && polls.len() > at_once.len());
    assert_eq!(
        begun.elapsed(),
        Duration::from_millis(20) * u32::try_from(polls.len()).unwrap()
    );
}

#[test]
fn pieces_end_after_a_blank() {
    assert_eq!(a_few_words("a b c d e f"), "a b c d ");
    assert_eq!(a_few_words("a b"), "a b");
    assert_eq!(a_few_words(""), "");
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(".{1,20}", 0..3)
}

proptest! {
    #[test]
    fn every_draft_is_read_back_as_it_was(
        title in ".{1,40}",
        steps in prop::collection::vec((".{1,20}", ".{0,8}", ".{0,8}"), 1..4),
        lists in (texts(), texts(), texts(), texts()),
        words in (".{0,20}", ".{0,20}", ".{0,20}"),
    ) {
        let draft = Draft {
            title,
            case_type: Some(TestCaseType::Boundary),
            technique: Some(Technique::BoundaryValueAnalysis),
            steps: steps.into_iter().map(|(action, data, expected)| Step { action, data, expected }).collect(),
            preconditions: lists.0,
            assumptions: lists.1,
            postconditions: lists.2,
            tags: lists.3,
            expected_result: words.0,
            objective: words.1,
            quote: words.2,
            ..Draft::default()
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (polls, _) = runtime.block_on(said(Rules::new(), task(plan(vec![draft.clone()]), vec![0])));
        let document: Value = serde_json::from_str(polls.last().unwrap()).unwrap();
        // What the plan adds: the item's id and its priority.
        let expect = Draft { covers: vec!["C-1".to_owned()], priority: Some(Priority::High), ..draft };
        prop_assert_eq!(read_back(&document["test_cases"][0]), expect);
    }
}
