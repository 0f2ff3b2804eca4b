//! A request for the model `auto`: which model it gets by an evaluation's file, and what it is told.

use crate::support::fake_ollama::{FakeOllama, Script};
use crate::support::service::{TestService, request};
use std::path::PathBuf;
use testgen::app::App;
use testgen::backend::policy::Profile;
use testgen::config::Config;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{Backend, StreamTestCasesRequest};

/// What an evaluation of three models could have written: `large` is the best, and costs most.
fn matrix() -> serde_json::Value {
    let model = |name: &str, [low, balanced, high]: [f64; 3], cost: f64| {
        serde_json::json!({
            "variant": format!("ollama/{name}/planned"), "backend": "ollama", "model": name, "prompt": "planned",
            "figures": {"cost.per_1000_measured": cost},
            "scores": {"low_latency": low, "balanced": balanced, "high_quality": high},
            "missed": {"low_latency": [], "balanced": [], "high_quality": []},
        })
    };
    serde_json::json!({
        "format": 1, "made": "2026-01-01T00:00:00Z", "data": "stories.json", "stories": 20, "criteria": [], "profiles": [],
        "models": [
            model("small:1b", [0.9, 0.5, 0.3], 1.0),
            model("middle:3b", [0.6, 0.8, 0.6], 5.0),
            model("large:8b", [0.2, 0.7, 0.9], 30.0),
        ],
    })
}

struct Policy {
    path: PathBuf,
}

impl Policy {
    fn written(text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("testgen-policy-{}.json", uuid::Uuid::now_v7()));
        std::fs::write(&path, text).unwrap();
        Self { path }
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn config(ollama: &FakeOllama, policy: &Policy, profile: Profile) -> Config {
    let mut config = Config::default();
    config.ollama.urls = vec![ollama.url().parse().unwrap()];
    config.generation.max_attempts = 1.try_into().unwrap();
    config.model_policy.file = Some(policy.path.clone());
    config.model_policy.profile = profile;
    config
}

/// Which backend, which model, and why.
async fn told(config: Config, model: &str, backend: Backend) -> (Backend, String, String) {
    let mut service = TestService::with(config).await;
    let asked = StreamTestCasesRequest {
        model: model.to_owned(),
        backend: backend.into(),
        fill_with_rules: Some(true),
        ..request()
    };
    let (events, ended) = service.stream(asked).await;
    ended.unwrap();
    let started = events.iter().find_map(|event| match &event.event {
        Some(Event::Started(started)) => Some(started.clone()),
        _ => None,
    });
    let completion = events.iter().find_map(|event| match &event.event {
        Some(Event::Completion(completion)) => completion.provenance.clone(),
        _ => None,
    });
    let provenance = completion.unwrap();
    (
        provenance.backend(),
        provenance.model.clone(),
        started.unwrap().backend_reason,
    )
}

async fn ollama(models: &[&str]) -> FakeOllama {
    let ollama = FakeOllama::start().await;
    ollama.has_models(models);
    ollama.otherwise(Script::text(r#"{"test_cases": []}"#));
    ollama
}

#[tokio::test]
async fn the_profile_decides_and_the_answer_says_so() {
    let policy = Policy::written(&matrix().to_string());
    let ollama = ollama(&["small:1b", "middle:3b", "large:8b"]).await;
    for (profile, model, score) in [
        (Profile::LowLatency, "small:1b", "0.90"),
        (Profile::Balanced, "middle:3b", "0.80"),
        (Profile::HighQuality, "large:8b", "0.90"),
    ] {
        let (backend, got, reason) = told(config(&ollama, &policy, profile), "auto", Backend::Auto).await;
        assert_eq!((backend, got.as_str()), (Backend::Ollama, model));
        let words = format!("auto takes {model}, {score} of 1 by the profile {}", profile.as_str());
        assert!(reason.starts_with(&words), "{reason}");
    }
    let asked: Vec<String> = ollama
        .chats()
        .iter()
        .map(|chat| chat.body["model"].to_string())
        .collect();
    assert_eq!(asked, ["\"small:1b\"", "\"middle:3b\"", "\"large:8b\""]);
}

#[tokio::test]
async fn what_is_too_dear_or_on_no_host_is_left_out_and_told() {
    let policy = Policy::written(&matrix().to_string());
    let ollama = ollama(&["small:1b", "large:8b"]).await;
    let mut config = config(&ollama, &policy, Profile::HighQuality);
    config.model_policy.max_cost = 20.0;
    // The configured model may be auto too.
    config.ollama.model = "auto".to_owned();
    let (backend, model, reason) = told(config, "", Backend::Ollama).await;
    assert_eq!((backend, model.as_str()), (Backend::Ollama, "small:1b"), "{reason}");
    assert!(reason.contains("large:8b costs $30.00 for 1,000 requests"), "{reason}");
    assert!(
        reason.contains("middle:3b") && reason.contains("auto takes small:1b"),
        "{reason}"
    );
}

#[tokio::test]
async fn without_any_of_the_models_or_without_a_policy_the_configured_one_is_taken() {
    let policy = Policy::written(&matrix().to_string());
    let ollama = ollama(&["llama3.2:1b"]).await;
    let with = config(&ollama, &policy, Profile::Balanced);
    let (_, model, reason) = told(with.clone(), "auto", Backend::Auto).await;
    assert_eq!(model, "llama3.2:1b", "{reason}");
    assert!(reason.contains("auto finds none of the models"), "{reason}");
    let mut without = with;
    without.model_policy.file = None;
    let (_, model, reason) = told(without, "AUTO", Backend::Auto).await;
    assert_eq!(model, "llama3.2:1b", "{reason}");
    assert!(reason.contains("model_policy.file"), "{reason}");
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_stops_the_service_with_the_field() {
    let mut wrong = matrix();
    wrong["models"][1]["scores"]["balanced"] = 7.into();
    let policy = Policy::written(&wrong.to_string());
    let ollama = ollama(&[]).await;
    let error = App::build(config(&ollama, &policy, Profile::Balanced)).unwrap_err();
    let told = format!("{error:#}");
    assert!(
        told.contains("model_policy.file") && told.contains("models[1].scores.balanced"),
        "{told}"
    );
}
