//! Rows for what goes wrong around an answer: hosts that come and go, callers who leave, dawdle or come back, and a service
//! that is told to stop.

use super::{one_case, settings, told};
use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::service::{TestService, drain, eventually, request};
use crate::support::story_cases::{cases, completion, written};
use std::fmt::Write as _;
use std::time::Duration;
use testgen::config::Config;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::{Backend, Outcome, StreamTestCasesRequest, StreamTestCasesResponse};
use tonic::Streaming;

/// All rows, in the order of the page.
pub(super) async fn rows() -> String {
    let (leak, flapping, gone, slow, back, stop, early_stop) = tokio::join!(
        a_slot_leaked(),
        a_host_flaps(),
        the_caller_is_gone(),
        the_caller_is_slow(),
        the_caller_comes_back(),
        told_to_stop(true),
        told_to_stop(false),
    );
    let mut rows = String::new();
    for (fault, seen, kept) in [
        ("a slot that leaked when an earlier caller left", leak, "everything"),
        (
            "a host that fails every other time, beside one that does not",
            flapping,
            "everything",
        ),
        (
            "the caller leaves",
            gone,
            "nothing; the model's work ends within a token",
        ),
        (
            "the caller reads slowly",
            slow,
            "everything; the model is never held up",
        ),
        (
            "a resumable caller's stream breaks, and it comes back",
            back,
            "everything; it gets exactly the rest",
        ),
        ("SIGTERM in mid-stream, after a case", stop, "the case"),
        ("SIGTERM in mid-stream, before a case", early_stop, "nothing was there"),
    ] {
        let _ = writeln!(rows, "| {fault} | {seen} | {kept} |");
    }
    rows
}

fn usual(servers: &[&FakeOllama]) -> Config {
    let mut config = settings(&servers[0].url(), super::Times::Usual);
    config.ollama.urls = servers.iter().map(|server| server.url().parse().unwrap()).collect();
    config
}

/// One case is all that is asked for, so that an answer with it is whole.
fn asked() -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        backend: Backend::Ollama.into(),
        max_test_cases: Some(1),
        ..request()
    }
}

/// The case for the one item that is asked for.
fn case() -> String {
    written(
        "C-1",
        "A customer applies a discount code at checkout",
        "positive",
        "SAVE10",
        "The discount code is shown as applied and the total is lower by its amount.",
    )
}

fn whole_answer() -> Script {
    Script::text(&format!("{{\"test_cases\": [{}]}}", case()))
}

async fn open(service: &mut TestService, asked: StreamTestCasesRequest) -> Streaming<StreamTestCasesResponse> {
    service.client.stream_test_cases(asked).await.unwrap().into_inner()
}

/// Reads until something came; what came until then.
async fn read_until(
    stream: &mut Streaming<StreamTestCasesResponse>,
    there: impl Fn(&Event) -> bool,
) -> Vec<StreamTestCasesResponse> {
    let mut events = Vec::new();
    loop {
        let event = stream.message().await.unwrap().expect("it does not end before that");
        let stop = event.event.as_ref().is_some_and(&there);
        events.push(event);
        if stop {
            return events;
        }
    }
}

fn notices(events: &[StreamTestCasesResponse]) -> Vec<&str> {
    let code = |event: &'_ StreamTestCasesResponse| match &event.event {
        Some(Event::Notice(notice)) => Some(notice.code.clone()),
        _ => None,
    };
    let known = ["SLOT_LEAKED", "HOST_LEFT"];
    let codes: Vec<String> = events.iter().filter_map(code).collect();
    known
        .into_iter()
        .filter(|name| codes.iter().any(|code| code == name))
        .collect()
}

fn text(events: &[StreamTestCasesResponse]) -> String {
    let token = |event: &StreamTestCasesResponse| match &event.event {
        Some(Event::Token(token)) => Some(token.text.clone()),
        _ => None,
    };
    events.iter().filter_map(token).collect()
}

async fn a_slot_leaked() -> String {
    let server = FakeOllama::start().await;
    server.leaks_slots();
    server.push(one_case().then(Play::Stall));
    server.otherwise(whole_answer());
    let mut config = usual(&[&server]);
    config.ollama.leak_after = Duration::from_millis(100);
    let mut service = TestService::with(config).await;
    let everything = StreamTestCasesRequest {
        max_test_cases: None,
        ..asked()
    };
    let mut earlier = open(&mut service, everything).await;
    read_until(&mut earlier, |event| matches!(event, Event::TestCase(_))).await;
    drop(earlier);
    server.left(1).await;
    let (events, end) = service.stream(asked()).await;
    assert_eq!(cases(&events).len(), 1);
    format!("`{}`, then {}", notices(&events).join("`, `"), told(&events, end))
}

async fn a_host_flaps() -> String {
    let (flapping, steady) = (FakeOllama::start().await, FakeOllama::start().await);
    let failing = || Script::reply(500, "application/json", r#"{"error":"the runner is broken"}"#);
    for _ in 0..3 {
        flapping.push(failing());
        flapping.push(whole_answer());
    }
    // Whoever has the model in memory is asked first.
    steady.has_loaded(&[]);
    steady.otherwise(whole_answer());
    let mut service = TestService::with(usual(&[&flapping, &steady])).await;
    let mut seen = Vec::new();
    for _ in 0..6 {
        let (events, end) = service.stream(asked()).await;
        assert_eq!(cases(&events).len(), 1);
        seen.push((notices(&events).join("`, `"), told(&events, end)));
    }
    assert!(seen.iter().all(|(_, end)| *end == seen[0].1), "{seen:?}");
    assert_eq!(seen[0].0, "HOST_LEFT");
    assert!(seen.iter().any(|(notices, _)| notices.is_empty()), "{seen:?}");
    format!("now and then `{}`, then {}", seen[0].0, seen[0].1)
}

async fn the_caller_is_gone() -> String {
    let server = FakeOllama::start().await;
    // It goes on for minutes if nobody stops it.
    server.push(one_case().then(Play::Wait(Duration::ZERO)).then(Play::Stall));
    let mut service = TestService::with(usual(&[&server])).await;
    let mut stream = open(
        &mut service,
        StreamTestCasesRequest {
            max_test_cases: None,
            ..asked()
        },
    )
    .await;
    read_until(&mut stream, |event| matches!(event, Event::TestCase(_))).await;
    drop(stream);
    server.left(1).await;
    let app = std::sync::Arc::clone(&service.app);
    eventually("nothing runs any more", || app.running() == 0).await;
    assert_eq!(server.chats().len(), 1, "nobody asks again for someone who has left");
    "`CANCELLED`, and nothing more".to_owned()
}

async fn the_caller_is_slow() -> String {
    let server = FakeOllama::start().await;
    // More than fits the windows of a connection.
    let words: String = (0..6_000)
        .map(|number| format!("remark {number} of the model, "))
        .collect();
    let answer = format!("{words}\n{{\"test_cases\": [{}]}}", case());
    server.push(Script::text(&answer));
    let mut service = TestService::with(usual(&[&server])).await;
    let stream = open(&mut service, asked()).await;
    // The model is done before the caller has read a word.
    server.all_closed().await;
    let (events, end) = drain(stream).await;
    assert!(answer.starts_with(&text(&events)) && text(&events).contains(&case()));
    assert_eq!(cases(&events).len(), 1);
    told(&events, end)
}

async fn the_caller_comes_back() -> String {
    let server = FakeOllama::start().await;
    let answer = format!("{{\"test_cases\": [{}]}}", case());
    server.push(Script::text(&answer).at(200));
    let mut service = TestService::with(usual(&[&server])).await;
    let resumable = StreamTestCasesRequest {
        resumable: true,
        ..asked()
    };
    let mut stream = open(&mut service, resumable).await;
    let mut events = read_until(&mut stream, |event| matches!(event, Event::Token(_))).await;
    drop(stream);
    let last = events.last().unwrap();
    let rest = StreamTestCasesRequest {
        generation_id: last.generation_id.clone(),
        resume_after_sequence: last.sequence,
        ..Default::default()
    };
    let (rest, end) = service.stream(rest).await;
    assert!(rest[0].sequence > last.sequence);
    events.extend(rest);
    assert!(answer.starts_with(&text(&events)) && text(&events).contains(&case()));
    assert_eq!(
        (cases(&events).len(), completion(&events).outcome()),
        (1, Outcome::Complete)
    );
    told(&events, end)
}

async fn told_to_stop(after_a_case: bool) -> String {
    let server = FakeOllama::start().await;
    let begun = if after_a_case {
        one_case()
    } else {
        Script::tokens("{\"test_cases\": [")
    };
    server.push(begun.then(Play::Stall));
    let mut config = usual(&[&server]);
    config.server.drain = Duration::from_millis(600);
    let mut service = TestService::with(config).await;
    let mut stream = open(
        &mut service,
        StreamTestCasesRequest {
            max_test_cases: None,
            ..asked()
        },
    )
    .await;
    let mut events = read_until(&mut stream, |event| match event {
        Event::TestCase(_) => true,
        Event::Token(_) => !after_a_case,
        _ => false,
    })
    .await;
    service.stop();
    let (rest, end) = drain(stream).await;
    events.extend(rest);
    told(&events, end)
}
