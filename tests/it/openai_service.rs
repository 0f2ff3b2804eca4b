//! The whole service before a fake server with OpenAI's interface: by settings, by the wire, and by `auto`.

use crate::support::fake_ollama::{FakeOllama, Script};
use crate::support::service::{TestService, eventually, request};
use testgen::backend::BackendId;
use testgen::backend::masked::Secret;
use testgen::config::{BackendChoice, Config};
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{Backend, StreamTestCasesRequest, StreamTestCasesResponse};
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

const CASE: &str = r#"{"test_cases": [{"title": "A discount code of 21 characters is refused", "type": "boundary", "priority": "high", "preconditions": ["The cart holds at least one item."], "steps": ["Open the checkout page.", "Enter ABCDEFGHIJKLMNOPQRSTU in the discount code field.", "Apply the discount code."], "expected_result": "The discount code is refused because it is longer than 20 characters. The total stays the same."}]}"#;

fn config(openai: &FakeOllama) -> Config {
    let mut config = Config::default();
    config.ollama.urls = vec!["http://127.0.0.1:1".parse().unwrap()];
    config.openai.url = Some(openai.openai_url().parse().unwrap());
    config
}

fn by(backend: Backend) -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        backend: backend.into(),
        max_test_cases: Some(1),
        ..request()
    }
}

async fn health(service: &TestService) -> HealthClient<Channel> {
    let endpoint = Channel::from_shared(service.address.clone()).unwrap();
    HealthClient::new(endpoint.connect().await.unwrap())
}

struct Said {
    reason: String,
    model: String,
    backend: Backend,
    target: String,
    attempts: usize,
}

fn said(events: &[StreamTestCasesResponse]) -> Said {
    let mut said = Said {
        reason: String::new(),
        model: String::new(),
        backend: Backend::Unspecified,
        target: String::new(),
        attempts: 0,
    };
    for event in events {
        match &event.event {
            Some(Event::Started(started)) => {
                said.reason = started.backend_reason.clone();
                let provenance = started.provenance.as_ref().unwrap();
                said.model = provenance.model.clone();
                said.backend = provenance.backend();
            }
            Some(Event::AttemptStarted(attempt)) => {
                said.target = attempt.target.clone();
                said.attempts += 1;
            }
            _ => {}
        }
    }
    said
}

#[tokio::test]
async fn the_wire_and_auto_reach_it_and_the_first_model_is_taken() {
    let server = FakeOllama::start().await;
    server.has_models(&["qwen3-4b", "qwen3-8b"]);
    server.otherwise(Script::text(CASE));
    let mut service = TestService::with(config(&server)).await;
    for (backend, why) in [
        (Backend::Openai, "chosen by the caller"),
        (Backend::Auto, "The OpenAI-compatible server answers and has qwen3-4b"),
    ] {
        let (events, ended) = service.stream(by(backend)).await;
        ended.unwrap();
        let said = said(&events);
        assert!(said.reason.contains(why), "{}", said.reason);
        assert_eq!((said.backend, said.model.as_str()), (Backend::Openai, "qwen3-4b"));
        assert_eq!(said.target, format!("openai qwen3-4b at {}", server.openai_url()));
    }
}

#[tokio::test]
async fn auto_goes_on_to_ollama_and_says_why() {
    let (openai, ollama) = (FakeOllama::start().await, FakeOllama::start().await);
    openai.wants_key("another");
    ollama.otherwise(Script::text(CASE));
    let mut config = config(&openai);
    config.ollama.urls = vec![ollama.url().parse().unwrap()];
    config.openai.api_key = Some(Secret::new("sk-very-secret"));
    let mut service = TestService::with(config).await;
    let (events, ended) = service.stream(by(Backend::Auto)).await;
    ended.unwrap();
    let said = said(&events);
    assert!(
        said.reason.contains("does not accept the API key")
            && said.reason.ends_with("Ollama answers and has llama3.2:1b"),
        "{}",
        said.reason
    );
    assert!(!said.reason.contains("sk-very-secret"), "{}", said.reason);
    assert_eq!(said.backend, Backend::Ollama);
}

#[tokio::test]
async fn a_model_that_it_does_not_list_is_refused_with_the_list() {
    let server = FakeOllama::start().await;
    server.has_models(&["qwen3-4b"]);
    let mut service = TestService::with(config(&server)).await;
    let asked = StreamTestCasesRequest {
        model: "nope".to_owned(),
        ..by(Backend::Openai)
    };
    let (_, ended) = service.stream(asked).await;
    let status = ended.unwrap_err();
    assert_eq!(status.code(), tonic::Code::FailedPrecondition);
    assert!(status.message().contains("qwen3-4b"), "{status}");
}

#[tokio::test]
async fn without_an_address_it_is_not_set_up() {
    let mut service = TestService::with(Config::default()).await;
    let (_, ended) = service.stream(by(Backend::Openai)).await;
    let status = ended.unwrap_err();
    assert_eq!(status.code(), tonic::Code::FailedPrecondition);
    assert!(status.message().contains("not set up"), "{status}");
    let asked = HealthCheckRequest {
        service: "backend/openai".to_owned(),
    };
    let mut health = health(&service).await;
    assert_eq!(health.check(asked).await.unwrap_err().code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn health_names_it_and_depends_on_it_where_it_is_named() {
    let server = FakeOllama::start().await;
    let mut config = config(&server);
    config.backend = BackendChoice::OpenAi;
    let service = TestService::with(config).await;
    eventually("it answers", || {
        service.app.services().selector.answers(BackendId::OpenAi)
    })
    .await;
    let mut health = health(&service).await;
    for _ in 0..300 {
        let mut serving = Vec::new();
        for name in ["", "backend/openai", "backend/ollama"] {
            let asked = HealthCheckRequest {
                service: name.to_owned(),
            };
            serving.push(
                health
                    .check(asked)
                    .await
                    .map_or(0, |response| response.into_inner().status),
            );
        }
        if serving == [1, 1, 2] {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("health never said so");
}
