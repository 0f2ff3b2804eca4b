//! A missing model is pulled where the settings say so: progress, every way it fails, and what is never pulled.

use crate::support::answers::{Outcome, read, task};
use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::service::{TestService, request};
use std::time::Duration;
use testgen::backend::pool::{Config, Pool};
use testgen::backend::{Advance, Backend, Fault, next, ollama};
use testgen::config;
use testgen::error::Kind;
use testgen::rpc::pb;
use testgen::rpc::pb::StreamTestCasesRequest;
use testgen::rpc::pb::stream_test_cases_response::Event;

fn line(text: &str) -> Play {
    Play::Raw(format!("{text}\n").into_bytes())
}

fn layer(completed: u64) -> Play {
    line(&format!(
        r#"{{"status":"pulling 74701a8c35f6","digest":"sha256:74701a8c35f6","total":1000,"completed":{completed}}}"#
    ))
}

fn whole() -> Script {
    let moment = || Play::Wait(Duration::from_millis(15));
    Script::of([
        line(r#"{"status":"pulling manifest"}"#),
        moment(),
        layer(0),
        moment(),
        layer(500),
        moment(),
        layer(1_000),
        moment(),
        line(r#"{"status":"verifying sha256 digest"}"#),
        line(r#"{"status":"writing manifest"}"#),
        line(r#"{"status":"success"}"#),
    ])
}

fn pool(server: &FakeOllama) -> Pool {
    let config = Config {
        pull: true,
        retries: 0,
        ..Config::default()
    };
    let each = ollama::Config {
        url: server.url().parse().unwrap(),
        ..ollama::Config::default()
    };
    Pool::new(config, &each, &[]).unwrap()
}

async fn ask(pool: &Pool, model: &str) -> Outcome {
    read(pool.start(task(model)).await.unwrap()).await
}

fn pulls(server: &FakeOllama) -> usize {
    server
        .requests()
        .iter()
        .filter(|request| request.path == "/api/pull")
        .count()
}

async fn lacking() -> FakeOllama {
    let server = FakeOllama::start().await;
    server.has_models(&["qwen3:4b"]);
    server.otherwise(Script::text("Hi"));
    server
}

#[tokio::test]
async fn the_configured_model_is_pulled_with_progress_and_then_asked() {
    let server = lacking().await;
    server.pulls(whole());
    let pool = pool(&server);
    let mut stream = pool.start(task("")).await.unwrap();
    let (mut text, mut progress) = (String::new(), Vec::new());
    loop {
        match next(&mut *stream, &mut text).await.unwrap() {
            Advance::Notice(notice) => {
                assert_eq!(notice.code, "MODEL_PULLING");
                assert!(notice.message.contains("is pulling llama3.2:1b"), "{}", notice.message);
                progress.push(notice.progress.unwrap());
            }
            Advance::Done(_) => break,
            _ => {}
        }
    }
    assert_eq!(text, "Hi");
    assert!(progress.len() >= 3, "{progress:?}");
    assert!(progress.windows(2).all(|pair| pair[0] <= pair[1]), "{progress:?}");
    assert!(progress[0] == 0.0 && progress.contains(&0.5) && progress.iter().all(|part| (0.0..=1.0).contains(part)));
    assert!(ask(&pool, "").await.end.is_ok());
    assert_eq!(pulls(&server), 1, "once is enough");
}

#[tokio::test]
async fn requests_that_wait_share_one_download_and_a_caller_who_leaves_does_not_end_it() {
    let server = lacking().await;
    server.pulls(whole());
    let pool = pool(&server);
    let mut leaving = pool.start(task("")).await.unwrap();
    let mut text = String::new();
    assert!(matches!(next(&mut *leaving, &mut text).await, Ok(Advance::Notice(_))));
    drop(leaving);
    let (one, two) = tokio::join!(ask(&pool, ""), ask(&pool, "llama3.2:1b"));
    assert!(one.end.is_ok() && two.end.is_ok());
    assert_eq!(pulls(&server), 1);
}

#[tokio::test]
async fn failures_are_told_apart() {
    let failed = |words: &str| {
        Script::of([
            line(r#"{"status":"pulling manifest"}"#),
            line(&format!(r#"{{"error":"{words}"}}"#)),
        ])
    };
    for (script, says, kind) in [
        (
            failed("pull model manifest: file does not exist"),
            "the registry does not have it",
            Kind::FailedPrecondition,
        ),
        (
            failed("write /models/x: no space left on device"),
            "no room",
            Kind::FailedPrecondition,
        ),
        (
            failed("dial tcp: lookup registry.example: no such host"),
            "cannot reach the registry",
            Kind::Unavailable,
        ),
        (failed("digest mismatch"), "digest mismatch", Kind::Unavailable),
        (
            Script::of([line(r#"{"status":"pulling manifest"}"#), layer(10)]),
            "broke off",
            Kind::Unavailable,
        ),
        (Script::of([layer(10), Play::Cut]), "broke off", Kind::Unavailable),
        (
            Script::of([line("<html>")]),
            "not one of Ollama's",
            Kind::FailedPrecondition,
        ),
        (
            Script::reply(500, "application/json", r#"{"error":"no pulls today"}"#),
            "no pulls today",
            Kind::Unavailable,
        ),
    ] {
        let server = lacking().await;
        server.pulls(script);
        let fault = ask(&pool(&server), "").await.end.unwrap_err();
        assert_eq!((fault.code(), fault.kind()), ("MODEL_PULL_FAILED", kind), "{fault}");
        assert!(fault.to_string().contains(says), "{fault}");
    }
}

#[tokio::test]
async fn no_other_model_is_ever_pulled() {
    let server = lacking().await;
    let fault = ask(&pool(&server), "somebody/elses:70b").await.end.unwrap_err();
    assert!(matches!(fault, Fault::ModelMissing { .. }), "{fault}");
    assert_eq!(pulls(&server), 0);
}

#[tokio::test]
async fn the_service_pulls_only_where_the_setting_says_so() {
    for (pull, expect) in [(config::PullChoice::Never, 0), (config::PullChoice::Missing, 1)] {
        let server = lacking().await;
        server.pulls(whole());
        let mut settings = config::Config::default();
        settings.ollama.urls = vec![server.url().parse().unwrap()];
        settings.ollama.pull = pull;
        let mut service = TestService::with(settings).await;
        let asked = StreamTestCasesRequest {
            backend: pb::Backend::Ollama.into(),
            ..request()
        };
        let (events, ended) = service.stream(asked).await;
        let noticed = events
            .iter()
            .filter(|event| matches!(&event.event, Some(Event::Notice(notice)) if notice.code == "MODEL_PULLING"))
            .count();
        assert_eq!((pulls(&server), noticed > 0), (expect, expect > 0));
        let missing = ended.is_err_and(|status| status.code() == tonic::Code::FailedPrecondition);
        assert_eq!(missing, expect == 0);
    }
}
