//! What a model writes for the story of most tests, and what came of it.

use testgen::backend::Finish;
use testgen::backend::scripted::Play;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{self, StreamTestCasesResponse};

pub fn cases(events: &[StreamTestCasesResponse]) -> Vec<pb::TestCase> {
    events
        .iter()
        .filter_map(|event| match &event.event {
            Some(Event::TestCase(case)) => Some(case.clone()),
            _ => None,
        })
        .collect()
}

pub fn completion(events: &[StreamTestCasesResponse]) -> pb::Completion {
    match events.last().and_then(|event| event.event.clone()) {
        Some(Event::Completion(completion)) => completion,
        other => panic!("the last event is no completion: {other:?}"),
    }
}

pub fn rules() -> i32 {
    pb::Backend::Rules.into()
}

pub fn model() -> i32 {
    pb::Backend::Ollama.into()
}

/// A case as a model writes it, for the plan of the story of these tests.
pub fn written(covers: &str, title: &str, kind: &str, code: &str, expected: &str) -> String {
    format!(
        r#"{{"covers": ["{covers}"], "title": "{title}", "type": "{kind}", "priority": "high", "preconditions": ["The cart holds at least one item."], "steps": ["Open the checkout page.", "Enter {code} in the discount code field.", "Apply the discount code."], "expected_result": "{expected}"}}"#
    )
}

pub fn expired() -> String {
    written(
        "C-2",
        "An expired discount code is refused at checkout",
        "negative",
        "SAVE10, which expired yesterday,",
        "The discount code is refused with a message that says that it has expired. The total stays the same.",
    )
}

pub fn done() -> Play {
    Play::Done(Finish {
        output_tokens: Some(100),
        ..Finish::default()
    })
}
