//! The whole service, wired as in earnest, before a fake Ollama that writes as small models do.

use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::service::{TestService, eventually, request};
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{Backend, Outcome, StreamTestCasesRequest};
use tonic::Request;

/// What a small model writes for the story of these tests: numbers among the steps, odd enumerations, a fence, prose.
fn answer() -> String {
    let case = |id: &str, title: &str, kind: &str, code: &str, expected: &str| {
        format!(
            r#"{{"id": "{id}", "title": "{title}", "type": "{kind}", "priority": "High", "preconditions": "The cart holds at least one item.", "steps": [1, "Open the checkout page.", 2, "Enter {code} in the discount code field.", 3, "Apply the discount code."], "expected_result": "{expected}"}}"#
        )
    };
    let first = case(
        "TC-001",
        "An expired discount code is refused at checkout",
        "Negative",
        "a code that expired yesterday",
        "The discount code is refused with a message that says that it has expired. The total stays the same.",
    );
    let second = case(
        "TC-002",
        "A discount code of 21 characters is refused",
        "boundary value",
        "ABCDEFGHIJKLMNOPQRSTU",
        "The discount code is refused because it is longer than 20 characters. The total stays the same.",
    );
    format!(
        "Sure! Here are the test cases:\n```json\n{{\"test_cases\": [{first}, {second}]}}\n```\nLet me know if you need more."
    )
}

#[tokio::test]
async fn auto_takes_ollama_mends_what_it_writes_and_fills_the_rest_with_rules() {
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::text(&answer()));
    let mut service = TestService::asking(&ollama.url()).await;
    let mut asked = Request::new(request());
    asked
        .metadata_mut()
        .insert("x-correlation-id", "order-17".parse().unwrap());
    let mut stream = service.client.stream_test_cases(asked).await.unwrap().into_inner();
    let (mut from_model, mut completion) = (Vec::new(), None);
    while let Some(message) = stream.message().await.unwrap() {
        match message.event {
            Some(Event::TestCase(case)) if case.source == i32::from(testgen::rpc::pb::Source::Model) => {
                from_model.push(case)
            }
            Some(Event::Completion(end)) => completion = Some(end),
            _ => {}
        }
    }
    let completion = completion.unwrap();
    assert_eq!(from_model.len(), 2, "{completion:?}");
    for case in &from_model {
        assert_eq!(case.steps.len(), 3, "numbers are no steps: {case:?}");
        assert!(
            case.repairs.iter().any(|repair| repair.code.starts_with("STEP")),
            "{:?}",
            case.repairs
        );
    }
    assert_eq!(completion.outcome(), Outcome::Complete);
    assert!(completion.counts.unwrap().from_rules > 0);
    assert!(
        completion.counts.unwrap().attempts > 1,
        "what was missing was asked for again"
    );
    assert_eq!(completion.provenance.unwrap().backend(), Backend::Ollama);
    let chats = ollama.chats();
    assert_eq!(chats[0].header("x-correlation-id"), Some("order-17"));
    assert_ne!(
        chats[0].body["options"], chats[1].body["options"],
        "never the same request twice"
    );
}

#[tokio::test]
async fn at_fifty_tokens_a_second_the_first_case_comes_while_the_second_is_written_and_a_cancel_reaches_ollama() {
    let answer = answer();
    let (_, rest) = answer.split_once("\"TC-002\"").unwrap();
    let left_to_write = rest.chars().count() / 4;
    let ollama = FakeOllama::playing(Script::tokens(&answer).then(Play::Done("stop")).at(50)).await;
    let mut service = TestService::asking(&ollama.url()).await;
    let asked = StreamTestCasesRequest {
        backend: Backend::Ollama.into(),
        ..request()
    };
    let mut stream = service.client.stream_test_cases(asked).await.unwrap().into_inner();
    while !matches!(stream.message().await.unwrap().unwrap().event, Some(Event::TestCase(_))) {}
    let tokens = answer.chars().count() / 4;
    drop(stream);
    let left = ollama.left(1).await[0];
    // The rest of the answer would have taken seconds: it was neither written nor waited for.
    assert!(
        left.tokens_written + left_to_write / 2 < tokens,
        "{} of {tokens} tokens were written",
        left.tokens_written
    );
    eventually("the connection is closed", || service.app.running() == 0).await;
}
