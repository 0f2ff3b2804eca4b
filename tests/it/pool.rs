//! Several Ollama hosts as one backend: who gets a request, when it moves on, when a host is left alone, and what frees a
//! leaked slot.

use crate::support::answers::{Outcome, read, task};
use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::service::{TestService, request};
use std::time::Duration;
use testgen::backend::pool::{Config, Pool};
use testgen::backend::{Backend, Fault, next, ollama};
use testgen::config;
use testgen::rpc::pb;
use testgen::rpc::pb::StreamTestCasesRequest;
use testgen::rpc::pb::stream_test_cases_response::Event;

fn quick() -> Config {
    Config {
        retry_pause: Duration::from_millis(2),
        ..Config::default()
    }
}

/// A pool that has looked at its hosts once.
async fn pool(config: Config, hosts: &[&FakeOllama]) -> Pool {
    let urls: Vec<_> = hosts.iter().map(|host| host.url().parse().unwrap()).collect();
    let pool = Pool::new(config, &ollama::Config::default(), &urls).unwrap();
    let _ = pool.probe().await;
    pool
}

async fn ask(pool: &Pool) -> Outcome {
    read(pool.start(task("")).await.unwrap()).await
}

fn failing() -> Script {
    Script::reply(500, "application/json", r#"{"error":"the runner is broken"}"#)
}

fn busy() -> Script {
    Script::reply(503, "application/json", r#"{"error":"server busy, please try again"}"#)
}

#[tokio::test]
async fn a_request_goes_to_the_host_with_the_model_in_memory_and_the_least_work() {
    let (one, two, other) = (
        FakeOllama::start().await,
        FakeOllama::start().await,
        FakeOllama::start().await,
    );
    one.has_loaded(&[]);
    other.has_models(&["other:latest"]);
    let pool = pool(quick(), &[&one, &two, &other]).await;
    let lease = |pool: &Pool| pool.lease("llama3.2:1b").unwrap();
    let first = lease(&pool);
    assert!(
        first.target("").ends_with(&two.url()),
        "in memory: {}",
        first.target("")
    );
    assert_eq!(
        first.peer().unwrap().1.to_string(),
        two.url().rsplit(':').next().unwrap()
    );
    let _second = lease(&pool);
    let third = lease(&pool);
    assert!(
        third.target("").ends_with(&one.url()),
        "less work: {}",
        third.target("")
    );
    let elsewhere = pool.lease("other").unwrap();
    assert!(elsewhere.target("other").ends_with(&other.url()), "has the model");
    drop(third);
    let again = lease(&pool);
    assert!(
        again.target("").ends_with(&one.url()),
        "a place that was given back is free"
    );
}

#[tokio::test]
async fn before_the_first_token_a_fault_moves_the_request_to_another_host_at_once() {
    for (fault, says) in [
        (failing(), "the runner is broken"),
        (busy(), "server busy"),
        (Script::of([Play::Reset]), "reset"),
        (Script::of([]), "without saying that it is done"),
        (
            Script::reply(
                500,
                "application/json",
                r#"{"error":"llama-server process has terminated"}"#,
            ),
            "terminated",
        ),
        (Script::reply(403, "", ""), "OLLAMA_HOST"),
    ] {
        let (bad, good) = (FakeOllama::playing(fault).await, FakeOllama::start().await);
        // The first choice is the one with the model in memory.
        good.has_loaded(&[]);
        good.push(Script::text("Hi"));
        let outcome = ask(&pool(quick(), &[&bad, &good]).await).await;
        assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
        let [notice] = &outcome.notices[..] else {
            panic!("one notice: {:?}", outcome.notices)
        };
        assert!(notice.starts_with("HOST_LEFT: ") && notice.contains(says), "{notice}");
        assert!(
            notice.ends_with(&format!("{} is asked instead", good.url())),
            "{notice}"
        );
        assert_eq!((bad.chats().len(), good.chats().len()), (1, 1));
    }
}

#[tokio::test]
async fn what_no_host_does_better_is_not_asked_twice() {
    for (script, code) in [
        (
            Script::reply(
                400,
                "application/json",
                r#"{"error":"the input length exceeds the context length"}"#,
            ),
            "PROMPT_TOO_LONG",
        ),
        (Script::of([Play::Done("stop")]), "EMPTY_ANSWER"),
        (
            Script::of([Play::Thinking("Hm.".to_owned()), Play::Done("length")]),
            "THOUGHT_ONLY",
        ),
    ] {
        let (one, two) = (FakeOllama::playing(script).await, FakeOllama::start().await);
        two.has_loaded(&[]);
        let outcome = ask(&pool(quick(), &[&one, &two]).await).await;
        assert_eq!(outcome.end.unwrap_err().code(), code);
        assert_eq!((one.chats().len(), two.chats().len()), (1, 0), "{code}");
    }
}

#[tokio::test]
async fn after_the_first_token_a_fault_is_the_end_of_the_attempt() {
    let (one, two) = (
        FakeOllama::playing(Script::tokens("Hi you").then(Play::Cut)).await,
        FakeOllama::start().await,
    );
    two.has_loaded(&[]);
    two.push(Script::text("Hello"));
    let pool = pool(quick(), &[&one, &two]).await;
    let first = ask(&pool).await;
    assert_eq!(
        (first.text.as_str(), first.end.unwrap_err().code()),
        ("Hi you", "ANSWER_BROKE_OFF")
    );
    assert_eq!(two.chats().len(), 0);
    let attempt = pool.lease("").unwrap();
    assert!(attempt.target("").starts_with("ollama llama3.2:1b at "));
    drop(attempt);
}

#[tokio::test]
async fn one_host_alone_is_asked_again_after_pauses() {
    let server = FakeOllama::playing(busy()).await;
    server.push(failing());
    server.push(Script::text("Hi"));
    let outcome = ask(&pool(quick(), &[&server]).await).await;
    assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
    assert_eq!(server.chats().len(), 3);
    assert_eq!(outcome.notices, [""; 0], "nobody was left");
    // No more than the setting says, and never where a load failed.
    server.otherwise(busy());
    assert_eq!(
        ask(&pool(quick(), &[&server]).await).await.end,
        Err(Fault::busy("server busy, please try again"))
    );
    assert_eq!(server.chats().len(), 6);
    server.otherwise(Script::reply(
        500,
        "application/json",
        r#"{"error":"llama-server process has terminated"}"#,
    ));
    let outcome = ask(&pool(quick(), &[&server]).await).await;
    assert_eq!(outcome.end.unwrap_err().code(), "MODEL_LOAD_FAILED");
    assert_eq!(server.chats().len(), 7);
}

#[tokio::test]
async fn a_model_that_is_missing_on_one_host_is_asked_for_on_another() {
    let (without, with) = (FakeOllama::start().await, FakeOllama::start().await);
    let pool = pool(quick(), &[&without, &with]).await;
    // It was removed since the last look, on the host that is asked first.
    without.has_models(&["qwen3:4b"]);
    with.otherwise(Script::text("Hi"));
    for _ in 0..2 {
        let outcome = ask(&pool).await;
        assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
    }
    with.has_models(&["phi4:14b"]);
    let available = vec!["phi4:14b".to_owned(), "qwen3:4b".to_owned()];
    let _ = pool.probe().await;
    let Err(Fault::ModelMissing {
        model,
        available: mut named,
    }) = ask(&pool).await.end
    else {
        panic!("it is missing")
    };
    named.sort();
    assert_eq!((model.as_str(), named), ("llama3.2:1b", available));
}

#[tokio::test]
async fn a_host_that_fails_again_and_again_is_left_alone_then_tried_once_and_taken_back() {
    let server = FakeOllama::start().await;
    server.otherwise(failing());
    let config = Config {
        failures_to_open: 2,
        open_time: Duration::from_millis(150),
        retries: 0,
        ..quick()
    };
    let pool = pool(config, &[&server]).await;
    for _ in 0..2 {
        assert_eq!(ask(&pool).await.end.unwrap_err().code(), "MODEL_SERVER_FAILED");
    }
    let fault = pool.start(task("")).await.err().expect("it is left alone");
    assert_eq!(fault.code(), "MODEL_SERVER_FAILED");
    assert!(
        fault.to_string().contains("left alone") && fault.to_string().contains("the runner is broken"),
        "{fault}"
    );
    assert_eq!(server.chats().len(), 2, "it was not asked");
    // After a while one request tries it; others still do not reach it meanwhile.
    tokio::time::sleep(Duration::from_millis(160)).await;
    let trial = pool.lease("").unwrap();
    assert!(pool.start(task("")).await.is_err(), "one trial at a time");
    assert!(read(trial.start(task("")).await.unwrap()).await.end.is_err());
    assert!(pool.start(task("")).await.is_err(), "the failed trial opened it again");
    tokio::time::sleep(Duration::from_millis(160)).await;
    server.otherwise(Script::text("Hi"));
    for _ in 0..3 {
        assert!(ask(&pool).await.end.is_ok(), "it is taken back");
    }
}

#[tokio::test]
async fn a_flapping_host_costs_no_answer() {
    let (flapping, steady) = (FakeOllama::start().await, FakeOllama::start().await);
    steady.has_loaded(&[]);
    steady.otherwise(Script::text("Hi"));
    for round in 0..10 {
        flapping.push(if round % 2 == 0 {
            Script::of([Play::Reset])
        } else {
            Script::text("Hi")
        });
    }
    flapping.otherwise(Script::text("Hi"));
    let pool = pool(quick(), &[&flapping, &steady]).await;
    for _ in 0..20 {
        let outcome = ask(&pool).await;
        assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
    }
}

#[tokio::test]
async fn the_look_is_that_of_all_hosts() {
    let (one, two) = (FakeOllama::start().await, FakeOllama::start().await);
    two.has_models(&["llama3.2:1b", "qwen3:4b"]);
    let pool = pool(quick(), &[&one, &two]).await;
    let names = |models: Vec<testgen::backend::ModelInfo>| models.into_iter().map(|info| info.name).collect::<Vec<_>>();
    assert_eq!(names(pool.probe().await.unwrap()), ["llama3.2:1b", "qwen3:4b"]);
    one.refuses_host();
    assert_eq!(
        names(pool.probe().await.unwrap()),
        ["llama3.2:1b", "qwen3:4b"],
        "one of them answers"
    );
    two.refuses_host();
    let said = pool.probe().await.unwrap_err().to_string();
    assert!(said.contains(&one.url()) && said.contains(&two.url()), "{said}");
}

// === the slot leak ===

async fn leave_midway(pool: &Pool, server: &FakeOllama) {
    server.push(Script::tokens("Hi you and you").then(Play::Stall));
    let mut stream = pool.start(task("")).await.unwrap();
    let mut text = String::new();
    next(&mut *stream, &mut text).await.unwrap();
    drop(stream);
    server.left(1).await;
}

fn watchful() -> Config {
    Config {
        leak_after: Duration::from_millis(40),
        ..quick()
    }
}

fn unloads(server: &FakeOllama) -> usize {
    let chats = server.chats();
    chats.iter().filter(|chat| chat.body["keep_alive"] == 0).count()
}

#[tokio::test]
async fn a_leaked_slot_is_seen_and_freed_for_everybody_who_waits() {
    let server = FakeOllama::start().await;
    server.leaks_slots();
    let pool = pool(watchful(), &[&server]).await;
    leave_midway(&pool, &server).await;
    server.otherwise(Script::text("Hi"));
    let (one, two) = tokio::join!(ask(&pool), async {
        // Half a wait later: it leaves with the first one, not after a wait of its own.
        tokio::time::sleep(Duration::from_millis(20)).await;
        ask(&pool).await
    });
    for outcome in [one, two] {
        assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
        assert!(outcome.notices[0].starts_with("SLOT_LEAKED: "), "{:?}", outcome.notices);
    }
    assert_eq!(unloads(&server), 1);
}

#[tokio::test]
async fn with_another_host_nobody_waits_for_a_leaked_slot() {
    let (leaking, other) = (FakeOllama::start().await, FakeOllama::start().await);
    leaking.leaks_slots();
    other.has_loaded(&[]);
    other.otherwise(Script::text("Hi"));
    let pool = pool(watchful(), &[&leaking, &other]).await;
    leave_midway(&pool, &leaking).await;
    let outcome = ask(&pool).await;
    assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
    assert!(outcome.notices[0].starts_with("HOST_LEFT: ") && outcome.notices[0].contains("slot"));
}

#[tokio::test]
async fn silence_without_a_reason_to_think_of_a_leak_is_waited_out() {
    let slow = || Script::text("Hi").after(Play::Wait(Duration::from_millis(150)));
    // Nobody left an answer before.
    let server = FakeOllama::playing(slow()).await;
    let outcome = ask(&pool(watchful(), &[&server]).await).await;
    assert_eq!((outcome.end.is_ok(), unloads(&server)), (true, 0));
    // The model is not in memory: it is being loaded, and a load is never aborted.
    let server = FakeOllama::start().await;
    let pool = pool(watchful(), &[&server]).await;
    leave_midway(&pool, &server).await;
    server.has_loaded(&[]);
    server.push(slow());
    let outcome = ask(&pool).await;
    assert_eq!((outcome.end.is_ok(), unloads(&server)), (true, 0));
    assert_eq!(server.chats().len(), 2);
}

// === through the service ===

#[tokio::test]
async fn the_stream_names_the_host_and_says_when_it_is_left() {
    let (bad, good) = (FakeOllama::start().await, FakeOllama::start().await);
    bad.otherwise(failing());
    good.has_loaded(&[]);
    good.otherwise(Script::text(r#"{"test_cases": [{"title": "A discount code of 21 characters is refused", "type": "boundary", "priority": "high", "steps": ["Open the checkout page.", "Enter ABCDEFGHIJKLMNOPQRSTU in the discount code field."], "expected_result": "The discount code is refused because it is longer than 20 characters."}]}"#));
    let mut settings = config::Config::default();
    settings.ollama.urls = vec![bad.url().parse().unwrap(), good.url().parse().unwrap()];
    let mut service = TestService::with(settings).await;
    let asked = StreamTestCasesRequest {
        backend: pb::Backend::Ollama.into(),
        max_test_cases: Some(1),
        ..request()
    };
    let (events, ended) = service.stream(asked).await;
    ended.unwrap();
    let mut targets = Vec::new();
    let mut left = Vec::new();
    for event in events {
        match event.event {
            Some(Event::AttemptStarted(attempt)) => targets.push(attempt.target),
            Some(Event::Notice(notice)) if notice.code == "HOST_LEFT" => left.push(notice.message),
            _ => {}
        }
    }
    assert_eq!(targets[0], format!("ollama llama3.2:1b at {}", bad.url()));
    assert!(
        left[0].contains("the runner is broken") && left[0].contains(&good.url()),
        "{left:?}"
    );
}
