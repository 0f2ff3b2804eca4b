//! More than there is room for: waiting in turns, limits of all and of each caller, and the memory of all logs together.

use crate::support::service::{TestService, drain, eventually, kinds, request};
use crate::support::story_cases::{cases, completion, expired, model, rules};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use testgen::backend::scripted::{Play, Scripted};
use testgen::config::Config;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::test_gen_client::TestGenClient;
use testgen::rpc::pb::{Outcome, StreamTestCasesRequest, StreamTestCasesResponse};
use tonic::transport::Channel;
use tonic::{Code, Request, Status, Streaming};
use tonic_types::StatusExt as _;

fn number(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

fn config(running: usize, queued: usize, per_caller: usize) -> Config {
    let mut config = Config::default();
    config.generation.max_running = number(running);
    config.generation.max_queued = queued;
    config.generation.max_per_caller = number(per_caller);
    config
}

/// A request for a model whose story says who it is.
fn named(name: &str) -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        user_story: format!(
            "As a customer called {name}, I want to apply a discount code at checkout so that I pay less"
        ),
        backend: model(),
        ..request()
    }
}

fn ruled() -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        backend: rules(),
        ..request()
    }
}

async fn open(
    client: &mut TestGenClient<Channel>,
    request: StreamTestCasesRequest,
) -> Streaming<StreamTestCasesResponse> {
    client.stream_test_cases(request).await.unwrap().into_inner()
}

async fn refused(client: &mut TestGenClient<Channel>, request: StreamTestCasesRequest) -> Status {
    match client.stream_test_cases(request).await {
        Ok(stream) => drain(stream.into_inner()).await.1.unwrap_err(),
        Err(status) => status,
    }
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().unwrap().reason.clone()
}

/// The next position that is told.
async fn position(stream: &mut Streaming<StreamTestCasesResponse>) -> i32 {
    match stream.message().await.unwrap().unwrap().event {
        Some(Event::Queued(queued)) => queued.position,
        other => panic!("not queued: {other:?}"),
    }
}

fn hanging(count: usize) -> Scripted {
    Scripted::new((0..count).map(|_| vec![Play::Hang]).collect())
}

#[tokio::test]
async fn who_waits_is_told_the_position_as_it_changes_and_callers_take_turns() {
    let script = hanging(5);
    let service = TestService::over(Arc::new(script.clone()), config(1, 10, 10)).await;
    let (mut busy, mut modest) = (service.caller(2).await, service.caller(3).await);
    let first = open(&mut busy, named("first")).await;
    eventually("the first one runs", || script.open() == 1).await;
    let mut second = open(&mut busy, named("second")).await;
    assert_eq!(position(&mut second).await, 0);
    let mut third = open(&mut busy, named("third")).await;
    assert_eq!(position(&mut third).await, 1);
    let mut fourth = open(&mut busy, named("fourth")).await;
    assert_eq!(position(&mut fourth).await, 2);
    let mut other = open(&mut modest, named("other")).await;
    assert_eq!(position(&mut other).await, 1, "it comes before those who came before");
    assert_eq!((position(&mut third).await, position(&mut fourth).await), (2, 3));
    assert_eq!((service.app.running(), service.app.waiting()), (1, 4));

    // One who waits leaves: the others move up.
    drop(third);
    assert_eq!(position(&mut fourth).await, 2);
    let mut order = Vec::new();
    let mut running = first;
    for next in [second, other, fourth] {
        drop(running);
        running = next;
        eventually("the next one runs", || {
            script.tasks().len() == order.len() + 2 && script.open() == 1
        })
        .await;
        let asked = script.tasks().last().unwrap().user.clone();
        order.push(
            ["second", "third", "fourth", "other"]
                .into_iter()
                .find(|name| asked.contains(*name)),
        );
    }
    assert_eq!(order, [Some("second"), Some("other"), Some("fourth")]);
    drop(running);
    eventually("all places are free", || {
        service.app.running() == 0 && service.app.waiting() == 0
    })
    .await;
}

#[tokio::test]
async fn the_time_in_the_line_stands_in_the_timings() {
    let script = hanging(1);
    let mut service = TestService::over(Arc::new(script.clone()), config(1, 10, 10)).await;
    let first = open(&mut service.client.clone(), named("first")).await;
    eventually("the first one runs", || script.open() == 1).await;
    let mut waiting = open(&mut service.client, ruled()).await;
    assert_eq!(position(&mut waiting).await, 0);
    drop(first);
    let (events, end) = drain(waiting).await;
    end.unwrap();
    assert_eq!(kinds(&events)[..2], ["started", "analysis"]);
    let timings = completion(&events).timings.unwrap();
    let nanos = |time: prost_types::Duration| i128::from(time.seconds) * 1_000_000_000 + i128::from(time.nanos);
    let (queue, total) = (nanos(timings.queue.unwrap()), nanos(timings.total.unwrap()));
    assert!(0 < queue && queue < total, "{queue} of {total}");
    let (events, _) = service.stream(ruled()).await;
    assert_eq!(
        completion(&events).timings.unwrap().queue,
        None,
        "there was no need to wait"
    );
}

#[tokio::test]
async fn beyond_the_line_a_call_is_refused_with_what_is_full_and_when_to_come_back() {
    let script = hanging(1);
    let service = TestService::over(Arc::new(script.clone()), config(1, 2, 2)).await;
    let (mut one, mut other) = (service.caller(2).await, service.caller(3).await);
    let running = open(&mut one, named("first")).await;
    let mut waiting = open(&mut one, ruled()).await;
    position(&mut waiting).await;
    let status = refused(&mut one, ruled()).await;
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::ResourceExhausted, "TOO_MANY_GENERATIONS_OF_CALLER")
    );
    let mut theirs = open(&mut other, ruled()).await;
    position(&mut theirs).await;
    let status = refused(&mut other, ruled()).await;
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::ResourceExhausted, "TOO_MANY_GENERATIONS")
    );
    let details = status.get_error_details();
    assert!(details.retry_info().unwrap().retry_delay.is_some());
    assert_eq!(details.quota_failure().unwrap().violations.len(), 1);
    drop(running);
    for stream in [waiting, theirs] {
        drain(stream).await.1.unwrap();
    }
    let (_, end) = drain(open(&mut other, ruled()).await).await;
    end.unwrap();
}

#[tokio::test]
async fn waiting_counts_against_the_deadline() {
    let script = hanging(1);
    let mut service = TestService::over(Arc::new(script.clone()), config(1, 2, 9)).await;
    let _running = open(&mut service.client, named("first")).await;
    eventually("the first one runs", || script.open() == 1).await;
    let mut hurried = Request::new(named("hurried"));
    hurried.set_timeout(Duration::from_millis(600));
    let stream = service.client.stream_test_cases(hurried).await.unwrap().into_inner();
    let (events, end) = drain(stream).await;
    assert_eq!(kinds(&events), ["queued"]);
    let status = end.unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::DeadlineExceeded, "QUEUE_TIMEOUT")
    );
    assert_eq!(script.tasks().len(), 1, "the model was never asked");
    eventually("it left the line", || service.app.waiting() == 0).await;
}

#[tokio::test]
async fn one_that_waits_can_be_cancelled_and_come_back_to() {
    let script = hanging(1);
    let mut service = TestService::over(Arc::new(script.clone()), config(1, 2, 9)).await;
    let running = open(&mut service.client, named("first")).await;
    eventually("the first one runs", || script.open() == 1).await;
    let resumable = || StreamTestCasesRequest {
        resumable: true,
        ..ruled()
    };
    let mut lost = open(&mut service.client, resumable()).await;
    let generation_id = lost.message().await.unwrap().unwrap().generation_id;
    drop(lost);
    let mut ended = open(&mut service.client, resumable()).await;
    let id = ended.message().await.unwrap().unwrap().generation_id;
    let cancel = testgen::rpc::pb::CancelGenerationRequest { generation_id: id };
    assert!(
        service
            .client
            .cancel_generation(cancel)
            .await
            .unwrap()
            .into_inner()
            .cancelled
    );
    assert_eq!(drain(ended).await.1.unwrap_err().code(), Code::Cancelled);
    assert_eq!(service.app.waiting(), 1);
    let back = open(
        &mut service.client,
        StreamTestCasesRequest {
            generation_id,
            resume_after_sequence: 1,
            ..Default::default()
        },
    )
    .await;
    drop(running);
    let (events, end) = drain(back).await;
    end.unwrap();
    assert_eq!(completion(&events).outcome(), Outcome::Complete);
}

/// Text that is no test case and does not go round in circles.
fn prose(pieces: usize) -> Vec<Play> {
    let mut state = 88_172_645_463_325_252_u64;
    let mut word = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        format!("{state:x}\n")
    };
    let mut plays = vec![Play::Text(format!("{{\"test_cases\": [{}", expired()))];
    for _ in 0..pieces {
        plays.push(Play::Text((0..64).map(|_| word()).collect()));
        plays.push(Play::Wait(Duration::from_millis(1)));
    }
    plays
}

#[tokio::test]
async fn all_logs_together_stay_under_their_bound_however_slow_the_readers_are() {
    const MOST: usize = 2 << 20;
    let mut config = config(40, 0, 100);
    config.generation.max_total_bytes = number(MOST);
    config.generation.keep_finished = Duration::ZERO;
    config.generation.max_attempts = NonZeroUsize::MIN;
    let script = Scripted::new((0..40).map(|_| prose(200)).collect());
    let mut service = TestService::over(Arc::new(script.clone()), config).await;
    let mut slow = Vec::new();
    let mut turned_away = 0;
    for _ in 0..40 {
        // Nobody reads these streams for now.
        match service.client.stream_test_cases(named("slow")).await {
            Ok(stream) => slow.push(stream.into_inner()),
            Err(status) => {
                assert_eq!(
                    (status.code(), &*reason(&status)),
                    (Code::ResourceExhausted, "MEMORY_FULL")
                );
                assert!(status.get_error_details().retry_info().is_some());
                turned_away += 1;
            }
        }
    }
    assert!(slow.len() > 10 && turned_away > 0, "{} were let in", slow.len());
    let memory = service.app.registry().memory().clone();
    let mut highest = 0;
    while service.app.running() > 0 {
        highest = highest.max(memory.used());
        assert!(memory.used() <= MOST, "{}", memory.used());
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(highest > MOST / 2, "the bound was never near: {highest}");
    let mut full = 0;
    for stream in slow {
        let (events, end) = drain(stream).await;
        end.unwrap();
        assert_eq!(cases(&events).len(), 1, "what was there is handed over");
        let completion = completion(&events);
        assert_eq!(completion.outcome(), Outcome::Partial);
        full += usize::from(completion.reasons.iter().any(|reason| reason.code == "MEMORY_FULL"));
    }
    assert!(full > 0);
    eventually("all of it was given back", || memory.used() == 0).await;
    service.stream(ruled()).await.1.unwrap();
}
