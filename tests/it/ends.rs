//! The ends that nobody chose: clocks that run out, and the shutdown of the service.

use crate::support::fake_ollama::{self, FakeOllama, Script};
use crate::support::service::{TestService, drain, eventually, request};
use crate::support::story_cases::{cases, completion, expired, model};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use testgen::backend::scripted::{Play, Scripted};
use testgen::config::Config;
use testgen::rpc::pb::test_gen_client::TestGenClient;
use testgen::rpc::pb::{GenerateTestsRequest, Outcome, StreamTestCasesRequest, StreamTestCasesResponse};
use testgen::server::Ended;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;
use tonic_types::StatusExt as _;

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().unwrap().reason.clone()
}

fn one_case() -> Play {
    Play::Text(format!("{{\"test_cases\": [{}", expired()))
}

fn asked(fill_with_rules: bool) -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        backend: model(),
        fill_with_rules: Some(fill_with_rules),
        ..request()
    }
}

/// Clocks that are long, for a test to make one of them short.
fn patient() -> Config {
    let mut config = Config::default();
    config.generation.max_attempts = NonZeroUsize::MIN;
    config
}

async fn ends(
    config: &Config,
    answer: Vec<Play>,
    fill_with_rules: bool,
) -> (Vec<StreamTestCasesResponse>, Result<(), Status>) {
    let script = Scripted::new(vec![answer]);
    let mut service = TestService::over(Arc::new(script.clone()), config.clone()).await;
    let ended = service.stream(asked(fill_with_rules)).await;
    eventually("nothing is left running upstream", || script.open() == 0).await;
    ended
}

#[tokio::test]
async fn each_clock_has_its_own_code_and_what_arrived_before_it_is_kept() {
    let short = Duration::from_millis(80);
    let mut first_token = patient();
    first_token.generation.first_token_timeout = short;
    let mut idle = patient();
    idle.generation.idle_timeout = short;
    let mut lifetime = patient();
    lifetime.generation.lifetime = Duration::from_millis(300);
    for (config, code) in [(&first_token, "FIRST_TOKEN_TIMEOUT"), (&lifetime, "LIFETIME_OVER")] {
        let (events, end) = ends(config, vec![Play::Hang], false).await;
        let status = end.unwrap_err();
        assert_eq!((status.code(), &*reason(&status)), (Code::DeadlineExceeded, code));
        assert!(cases(&events).is_empty());
    }
    let words = vec![Play::Text("Let me see.".to_owned()), Play::Hang];
    let status = ends(&idle, words, false).await.1.unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::DeadlineExceeded, "IDLE_TIMEOUT")
    );
    for (config, code) in [(&idle, "IDLE_TIMEOUT"), (&lifetime, "LIFETIME_OVER")] {
        let (events, end) = ends(config, vec![one_case(), Play::Hang], false).await;
        end.unwrap();
        assert_eq!(
            (cases(&events).len(), completion(&events).outcome()),
            (1, Outcome::Partial)
        );
        assert_eq!(completion(&events).reasons[0].code, code);
    }
    // With the rules behind it, the rest is worded all the same, whichever clock it was.
    let begun = || vec![one_case(), Play::Hang];
    for (config, answer) in [(&first_token, vec![Play::Hang]), (&idle, begun()), (&lifetime, begun())] {
        let (events, end) = ends(config, answer, true).await;
        end.unwrap();
        let completion = completion(&events);
        assert_eq!(completion.outcome(), Outcome::Complete, "{:?}", completion.reasons);
        assert!(completion.counts.unwrap().from_rules > 0);
    }
}

#[tokio::test]
async fn a_model_that_does_not_begin_is_not_asked_again_while_it_may_be_loading() {
    let mut config = Config::default();
    config.generation.first_token_timeout = Duration::from_millis(80);
    let script = Scripted::new(vec![vec![Play::Hang], vec![Play::Hang]]);
    let mut service = TestService::over(Arc::new(script.clone()), config).await;
    let (_, end) = service.stream(asked(false)).await;
    assert_eq!(reason(&end.unwrap_err()), "FIRST_TOKEN_TIMEOUT");
    assert_eq!(script.tasks().len(), 1);
}

#[tokio::test]
async fn the_rules_word_the_rest_before_the_callers_deadline() {
    let answers = || vec![vec![one_case(), Play::Hang], vec![one_case(), Play::Hang]];
    let (mut service, script) = TestService::playing(answers()).await;
    let mut request = Request::new(asked(true));
    request.set_timeout(Duration::from_millis(900));
    let stream = service.client.stream_test_cases(request).await.unwrap().into_inner();
    let (events, end) = drain(stream).await;
    // After the deadline it would be DEADLINE_EXCEEDED.
    end.unwrap();
    let streamed = completion(&events);
    assert_eq!(streamed.outcome(), Outcome::Complete);
    let counts = streamed.counts.unwrap();
    assert_eq!(counts.accepted - counts.from_rules, 1);
    let mut request = Request::new(GenerateTestsRequest {
        user_story: asked(true).user_story,
        backend: model(),
        fill_with_rules: Some(true),
        ..Default::default()
    });
    request.set_timeout(Duration::from_millis(900));
    let response = service.client.generate_tests(request).await.unwrap().into_inner();
    assert_eq!(response.completion.unwrap().outcome(), Outcome::Complete);
    eventually("nothing is left running upstream", || script.open() == 0).await;
}

#[tokio::test]
async fn a_pause_between_attempts_ends_with_the_callers_patience() {
    // No answer is left: every attempt fails at once, and the pauses between them are all the time that is spent.
    let mut config = Config::default();
    config.generation.max_attempts = NonZeroUsize::new(10).unwrap();
    let mut service = TestService::over(Arc::new(Scripted::new(Vec::new())), config).await;
    let mut request = Request::new(asked(false));
    request.set_timeout(Duration::from_millis(900));
    let status = match service.client.stream_test_cases(request).await {
        Ok(stream) => drain(stream.into_inner()).await.1.unwrap_err(),
        Err(status) => status,
    };
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::DeadlineExceeded, "OUT_OF_TIME")
    );
}

#[tokio::test]
async fn while_it_drains_callers_are_told_and_those_who_run_come_to_their_end() {
    let mut answer = vec![one_case(), Play::Wait(Duration::from_millis(700))];
    answer.push(Play::Done(testgen::backend::Finish::default()));
    let mut config = patient();
    config.generation.max_running = NonZeroUsize::MIN;
    let script = Scripted::new(vec![answer]);
    let mut service = TestService::over(Arc::new(script.clone()), config).await;
    let channel = tonic::transport::Channel::from_shared(service.address.clone()).unwrap();
    let mut health = HealthClient::new(channel.connect().await.unwrap());
    let running = service
        .client
        .stream_test_cases(asked(true))
        .await
        .unwrap()
        .into_inner();
    eventually("it runs", || script.open() == 1).await;
    let waiting = service
        .client
        .stream_test_cases(asked(true))
        .await
        .unwrap()
        .into_inner();
    eventually("it waits", || service.app.waiting() == 1).await;
    service.stop();
    let status = drain(waiting).await.1.unwrap_err();
    assert_eq!((status.code(), &*reason(&status)), (Code::Unavailable, "SHUTDOWN"));
    assert!(status.get_error_details().retry_info().is_some());
    // On a connection that was there, and on a new one.
    let mut new = service.caller(2).await;
    for client in [&mut service.client.clone(), &mut new] {
        let status = client.stream_test_cases(asked(true)).await.unwrap_err();
        assert_eq!((status.code(), &*reason(&status)), (Code::Unavailable, "SHUTDOWN"));
        assert!(status.get_error_details().retry_info().is_some());
    }
    let service_name = HealthCheckRequest {
        service: "testgen.v1.TestGen".to_owned(),
    };
    let answer = health.check(service_name).await.unwrap().into_inner();
    assert_eq!(answer.status(), ServingStatus::NotServing);
    let (events, end) = drain(running).await;
    end.unwrap();
    assert_eq!(completion(&events).outcome(), Outcome::Complete);
    drop((health, new));
    assert_eq!(service.served.await.unwrap().unwrap(), Ended::Drained);
}

#[tokio::test]
async fn what_is_cut_at_shutdown_with_nothing_to_hand_over_may_be_asked_again() {
    let mut config = patient();
    config.server.drain = Duration::from_millis(400);
    let script = Scripted::new(vec![vec![Play::Hang]]);
    let mut service = TestService::over(Arc::new(script.clone()), config).await;
    let running = service
        .client
        .stream_test_cases(asked(false))
        .await
        .unwrap()
        .into_inner();
    eventually("it runs", || script.open() == 1).await;
    service.stop();
    let status = drain(running).await.1.unwrap_err();
    assert_eq!((status.code(), &*reason(&status)), (Code::Unavailable, "SHUTDOWN"));
    assert!(status.get_error_details().retry_info().is_some());
    assert_eq!(service.served.await.unwrap().unwrap(), Ended::CutShort(1));
}

/// `testgen serve` as a process of its own, stopped by SIGTERM while a story is being worded: its exit code, and what the
/// caller got.
async fn stopped_by_sigterm(answer: Script, drain_time: &str) -> (Option<i32>, Vec<StreamTestCasesResponse>) {
    let ollama = FakeOllama::start().await;
    ollama.has_models(&["scripted"]);
    ollama.push(answer);
    let mut process = Command::new(env!("CARGO_BIN_EXE_testgen"))
        .args(["serve", "--listen", "127.0.0.1:0", "--set", "ollama.model=scripted"])
        .args(["--set", "log.level=info", "--set", "log.format=json"])
        .args(["--set", &format!("ollama.url={}", ollama.url())])
        .args(["--set", &format!("server.drain={drain_time}")])
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let address = loop {
        let line = lines.next_line().await.unwrap().unwrap();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        if let Some(address) = line.get("listen") {
            break address.as_str().unwrap().to_owned();
        }
    };
    // Nobody may fill the pipe up.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let mut client = TestGenClient::connect(format!("http://{address}")).await.unwrap();
    let mut stream = client.stream_test_cases(asked(false)).await.unwrap().into_inner();
    let mut seen = Vec::new();
    while cases(&seen).is_empty() {
        seen.push(stream.message().await.unwrap().unwrap());
    }
    let pid = process.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .await
            .unwrap()
            .success()
    );
    let (rest, end) = drain(stream).await;
    end.unwrap();
    seen.extend(rest);
    drop(client);
    (process.wait().await.unwrap().code(), seen)
}

#[tokio::test]
async fn the_exit_code_says_whether_anything_was_cut() {
    let one_case = || Script::text(&format!("{{\"test_cases\": [{}]}}", expired()));
    let begun = || Script::tokens(&format!("{{\"test_cases\": [{}", expired()));
    let (code, events) = stopped_by_sigterm(begun().then(fake_ollama::Play::Stall), "400ms").await;
    assert_eq!(completion(&events).reasons[0].code, "SHUTDOWN");
    assert_eq!(code, Some(5));
    let slow = one_case().after(fake_ollama::Play::Wait(Duration::from_millis(100)));
    let (code, events) = stopped_by_sigterm(slow, "20s").await;
    assert!(
        completion(&events)
            .reasons
            .iter()
            .all(|reason| reason.code != "SHUTDOWN")
    );
    assert_eq!(code, Some(0));
}
