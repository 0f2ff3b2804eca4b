//! Keys and passwords show nowhere: one search through everything that leaves the process.

use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::lines::Lines;
use crate::support::service::{TestService, request};
use testgen::config::env::Environment;
use testgen::config::{self, Loaded};
use testgen::rpc::pb::{Backend, StreamTestCasesRequest};

const KEY: &str = "sk-very-secret-key";
const PASSWORD: &str = "very-secret-password";

fn with_password(url: &str) -> String {
    url.replace("http://", &format!("http://me:{PASSWORD}@"))
}

fn settings(openai: &FakeOllama, ollama: &FakeOllama) -> Loaded {
    let environment = Environment::of([
        ("TESTGEN_OPENAI_URL".to_owned(), with_password(&openai.openai_url())),
        ("TESTGEN_OPENAI_API_KEY".to_owned(), KEY.to_owned()),
        (
            "TESTGEN_OLLAMA_URL".to_owned(),
            format!(
                "{},{}",
                with_password(&ollama.url()),
                with_password("http://127.0.0.1:1")
            ),
        ),
        ("TESTGEN_OLLAMA_RETRY_PAUSE".to_owned(), "1ms".to_owned()),
    ]);
    config::load(&[&environment]).unwrap()
}

#[tokio::test]
async fn keys_and_passwords_show_in_no_log_error_event_listing_or_debug_text() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    // The whole test runs on this thread.
    let _guard = tracing::subscriber::set_default(subscriber);
    let (openai, ollama) = (FakeOllama::start().await, FakeOllama::start().await);
    let repeats = format!(r#"{{"error":"you sent {KEY} and {PASSWORD}"}}"#);
    let repeats_password = format!(r#"{{"error":"you sent {PASSWORD}"}}"#);
    let loaded = settings(&openai, &ollama);
    let mut seen = format!("{loaded:?} {:?} {:?}", loaded.config, loaded.rows());

    // Every way of failing: a wrong key that the server repeats, a refusal and an error event that repeat both, a host
    // that does not listen.
    openai.wants_key("another");
    let mut service = TestService::with(loaded.config.clone()).await;
    for (backend, prepare) in [
        (Backend::Openai, true),
        (Backend::Openai, false),
        (Backend::Ollama, false),
        (Backend::Auto, false),
    ] {
        if !prepare {
            openai.wants_key(KEY);
            openai.push(Script::reply(500, "application/json", &repeats));
            openai.otherwise(Script::tokens("Hi").then(Play::Raw(format!("data: {repeats}\n\n").into_bytes())));
            ollama.push(Script::reply(500, "application/json", &repeats_password));
            ollama.otherwise(Script::tokens("Hi").then(Play::Raw(format!("{repeats_password}\n").into_bytes())));
        }
        let asked = StreamTestCasesRequest {
            backend: backend.into(),
            model: "llama3.2:1b".to_owned(),
            fill_with_rules: Some(false),
            ..request()
        };
        let (events, ended) = service.stream(asked).await;
        seen += &format!("{events:?} {ended:?}");
    }
    let selector = &service.app.services().selector;
    seen += &format!("{:?} {selector:?} {:?}", service.app, service.app.config());
    seen += &lines.text();

    for secret in [KEY, PASSWORD] {
        let at = seen.find(secret);
        let around = at.map(|at| seen[at.saturating_sub(200)..].chars().take(400).collect::<String>());
        assert_eq!(around, None, "{secret} shows");
    }
    // What is searched has the faults in it, and the secrets were really used.
    assert!(seen.contains("you sent") && seen.contains("********") && seen.contains("connection refused"));
    let sent: Vec<_> = openai.requests();
    assert!(
        sent.iter()
            .any(|request| request.header("authorization").is_some_and(|value| value.contains(KEY)))
    );
    assert!(
        ollama
            .requests()
            .iter()
            .any(|request| request.header("authorization").is_some())
    );
}
