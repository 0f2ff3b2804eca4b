//! Prompts and the examples in them, as a model server sees them.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::support::fake_ollama::{FakeOllama, Script};
use crate::support::service::{TestService, eventually, request};
use crate::support::story_cases::completion;
use serde_json::Value;
use testgen::config::Config;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{Backend, StreamTestCasesRequest, StreamTestCasesResponse};

const EXAMPLES: &str = include_str!("../../data/examples/user_stories_with_test_cases.json");
const NOTHING: &str = r#"{"test_cases": []}"#;

fn asking(variant: &str) -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        prompt_variant: variant.to_owned(),
        backend: Backend::Ollama.into(),
        fill_with_rules: Some(true),
        ..request()
    }
}

fn config(ollama: &FakeOllama) -> Config {
    let mut config = Config::default();
    config.ollama.urls = vec![ollama.url().parse().unwrap()];
    config
}

fn said(chat: &Value) -> String {
    chat["messages"].as_array().unwrap().last().unwrap()["content"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn notices(events: &[StreamTestCasesResponse], code: &str) -> Vec<String> {
    let notices = events.iter().filter_map(|event| match &event.event {
        Some(Event::Notice(notice)) if notice.code == code => Some(notice.message.clone()),
        _ => None,
    });
    notices.collect()
}

fn examples() -> Vec<Value> {
    serde_json::from_str(EXAMPLES).unwrap()
}

#[tokio::test]
async fn examples_that_fit_the_story_reach_the_model_and_the_provenance() {
    let ollama = FakeOllama::playing(Script::text(NOTHING)).await;
    let mut service = TestService::with(config(&ollama)).await;
    let (events, end) = service.stream(asking("rag")).await;
    assert!(end.is_ok(), "{end:?}");
    let prompt = said(&ollama.chats()[0].body);
    assert!(
        prompt.contains("EXAMPLE 3\n") && !prompt.contains("EXAMPLE 4\n"),
        "{prompt}"
    );
    let provenance = completion(&events).provenance.unwrap();
    assert_eq!(provenance.prompt_variant, "rag@1");
    assert_eq!(provenance.example_ids.len(), 3);
    let known = examples();
    for id in &provenance.example_ids {
        let example = known.iter().find(|example| example["story_id"] == id.as_str()).unwrap();
        assert!(prompt.contains(example["user_story"].as_str().unwrap()), "{id}");
    }
}

#[tokio::test]
async fn a_story_is_never_its_own_example() {
    let known = examples();
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::text(NOTHING));
    let mut service = TestService::with(config(&ollama)).await;
    for (variant, id) in [("rag", "US-020"), ("few-shot-v3", "US-020"), ("few-shot-v3", "US-070")] {
        let example = known.iter().find(|example| example["story_id"] == id).unwrap();
        let criteria = example["acceptance_criteria"].as_array().unwrap().iter();
        let asked = StreamTestCasesRequest {
            user_story: example["user_story"].as_str().unwrap().to_owned(),
            acceptance_criteria: criteria.map(|text| text.as_str().unwrap().to_owned()).collect(),
            ..asking(variant)
        };
        let before = ollama.chats().len();
        let _ = service.stream(asked).await;
        // What the model was told, whatever came of it.
        let chat = &ollama.chats()[before];
        let messages = chat.body["messages"].as_array().unwrap().iter();
        let told: String = messages.filter_map(|message| message["content"].as_str()).collect();
        let shows = |example: &&serde_json::Value| {
            let title = example["test_cases"][0]["title"].as_str();
            title.is_some_and(|title| told.contains(title))
        };
        let shown: Vec<&str> = known
            .iter()
            .filter(shows)
            .filter_map(|example| example["story_id"].as_str())
            .collect();
        assert!(!shown.is_empty() && !shown.contains(&id), "{variant}: {shown:?}");
    }
}

#[tokio::test]
async fn what_does_not_fit_the_context_is_left_out_and_told() {
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::text(NOTHING));
    let mut config = config(&ollama);
    config.ollama.num_ctx = 2_048.try_into().unwrap();
    let mut service = TestService::with(config).await;
    let (events, _) = service.stream(asking("rag")).await;
    let told = notices(&events, "PROMPT_CUT");
    assert!(told[0].starts_with("the model's context has 2048 tokens: "), "{told:?}");
    assert!(told[0].contains("of 3 examples are shown"), "{told:?}");
    let shown = completion(&events).provenance.unwrap().example_ids.len();
    assert!(shown < 3, "{shown}");
    let (events, _) = service.stream(asking("planned")).await;
    assert!(
        !notices(&events, "PROMPT_CUT")
            .iter()
            .any(|told| told.contains("examples"))
    );
}

#[tokio::test]
async fn a_case_that_was_copied_from_an_example_is_rejected() {
    let known = examples();
    let example = known.iter().find(|example| example["story_id"] == "US-070").unwrap();
    let mut copied = example["test_cases"][0].clone();
    copied["type"] = "boundary".into();
    copied["priority"] = "high".into();
    let ollama = FakeOllama::playing(Script::text(&serde_json::json!({"test_cases": [copied]}).to_string())).await;
    ollama.otherwise(Script::text(NOTHING));
    let mut service = TestService::with(config(&ollama)).await;
    let (events, _) = service.stream(asking("few-shot-v3")).await;
    let reasons: Vec<String> = events
        .iter()
        .filter_map(|event| match &event.event {
            Some(Event::Rejection(rejection)) => Some(rejection),
            _ => None,
        })
        .flat_map(|rejection| rejection.reasons.iter().map(|reason| reason.code.clone()))
        .collect();
    assert!(reasons.contains(&"COPIED_EXAMPLE".to_owned()), "{reasons:?}");
}

#[tokio::test]
async fn an_embedding_model_is_asked_once_for_the_examples_and_its_absence_costs_only_its_order() {
    let ollama = FakeOllama::start().await;
    ollama.has_models(&["llama3.2:1b", "nomic-embed-text:latest"]);
    ollama.otherwise(Script::text(NOTHING));
    let mut config = config(&ollama);
    config.retrieval.embedding_model = "nomic-embed-text".to_owned();
    config.retrieval.embedding_url = ollama.url().parse().unwrap();
    let mut service = TestService::with(config.clone()).await;
    let embedded = || {
        let requests = ollama
            .requests()
            .into_iter()
            .filter(|request| request.path == "/api/embed");
        requests
            .map(|request| request.body["input"].as_array().unwrap().len())
            .sum::<usize>()
    };
    let worked_out = examples()
        .iter()
        .filter(|example| !example["test_cases"].as_array().unwrap().is_empty())
        .count();
    eventually("all examples are embedded", || embedded() == worked_out).await;
    let mut last = Vec::new();
    for _ in 0..50 {
        (last, _) = service.stream(asking("rag")).await;
        if notices(&last, "EXAMPLES_BY_WORDS").is_empty() {
            break;
        }
    }
    assert!(notices(&last, "EXAMPLES_BY_WORDS").is_empty());
    assert_eq!(completion(&last).provenance.unwrap().example_ids.len(), 3);
    assert_eq!(embedded(), worked_out + 1, "the story once, however often it is asked");

    ollama.has_models(&["llama3.2:1b"]);
    let mut without = TestService::with(config).await;
    let (events, end) = without.stream(asking("rag")).await;
    assert!(end.is_ok());
    assert_eq!(notices(&events, "EXAMPLES_BY_WORDS").len(), 1);
    assert_eq!(completion(&events).provenance.unwrap().example_ids.len(), 3);
}
