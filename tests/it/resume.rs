//! Coming back: the rest of a broken stream, the same request twice, one generation for many, and ending one from
//! anywhere. With a real client over a real socket.

use crate::support::service::{STORY, TestService, drain, eventually, request};
use crate::support::story_cases::{cases, completion, done, expired, model, rules, written};
use std::sync::Arc;
use std::time::Duration;
use testgen::backend::scripted::{Play, Scripted};
use testgen::config::Config;
use testgen::rpc::pb::stream_test_cases_response::Event;
use testgen::rpc::pb::test_gen_client::TestGenClient;
use testgen::rpc::pb::{
    CancelGenerationRequest, GenerateTestsRequest, Outcome, StreamTestCasesRequest, StreamTestCasesResponse,
};
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

/// An answer in pieces, with a half-written object, a fault of the model and an end.
fn answer() -> Vec<Play> {
    let text = format!(
        "{{\"test_cases\": [{}, {{\"title\": \"Half\"}}, {}]}}",
        expired(),
        written(
            "C-1",
            "A valid discount code reduces the total",
            "positive",
            "SAVE10",
            "The total is reduced by the discount, and the code is shown as applied."
        )
    );
    let mut answer = Play::pieces(&text, 40, Duration::from_millis(1));
    answer.push(done());
    answer
}

fn resumable() -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        backend: model(),
        fill_with_rules: Some(true),
        resumable: true,
        ..request()
    }
}

fn rest(id: &str, after: u64) -> StreamTestCasesRequest {
    StreamTestCasesRequest {
        generation_id: id.to_owned(),
        resume_after_sequence: after,
        ..Default::default()
    }
}

async fn read(
    client: &mut TestGenClient<Channel>,
    request: StreamTestCasesRequest,
) -> (Vec<StreamTestCasesResponse>, Result<(), Status>) {
    match client.stream_test_cases(request).await {
        Ok(stream) => drain(stream.into_inner()).await,
        Err(status) => (Vec::new(), Err(status)),
    }
}

/// What a stream says, whatever pieces its text came in: neighbouring tokens of an attempt are one, heartbeats none.
fn whole(events: &[StreamTestCasesResponse]) -> Vec<String> {
    let mut whole: Vec<String> = Vec::new();
    let mut open = None;
    for event in events {
        match &event.event {
            Some(Event::Heartbeat(_)) => {}
            Some(Event::Token(token)) => match whole.last_mut().filter(|_| open == Some(token.attempt)) {
                Some(before) => before.push_str(&token.text),
                None => {
                    open = Some(token.attempt);
                    whole.push(format!("token {}: {}", token.attempt, token.text));
                }
            },
            other => {
                open = None;
                whole.push(format!("{} {other:?}", event.sequence));
            }
        }
    }
    whole
}

fn reason(status: &Status) -> String {
    status.get_error_details().error_info().unwrap().reason.clone()
}

#[tokio::test]
async fn from_wherever_a_running_stream_breaks_off_the_rest_makes_it_whole() {
    let (service, script) = TestService::playing(Vec::new()).await;
    let mut checks = tokio::task::JoinSet::new();
    for cut in 0..45 {
        script.push(answer());
        // Attempts after the first find no answer, and the rules word the rest.
        let mut client = service.client.clone();
        checks.spawn(async move {
            let mut stream = client.stream_test_cases(resumable()).await.unwrap().into_inner();
            let mut first = vec![stream.message().await.unwrap().unwrap()];
            while first.len() <= cut
                && let Some(event) = stream.message().await.unwrap()
            {
                first.push(event);
            }
            drop(stream);
            let id = first[0].generation_id.clone();
            let after = first.last().unwrap().sequence;
            let (second, end) = read(&mut client, rest(&id, after)).await;
            end.unwrap();
            let (all, end) = read(&mut client, rest(&id, 0)).await;
            end.unwrap();
            assert!(completion(&all).counts.unwrap().accepted > 2, "{:?}", completion(&all));
            let resumed: Vec<_> = first.iter().chain(&second).cloned().collect();
            assert_eq!(whole(&resumed), whole(&all), "cut after {after}");
            assert!(
                second
                    .iter()
                    .all(|event| event.sequence > after && event.generation_id == id)
            );
            second.is_empty()
        });
    }
    let at_the_end = checks.join_all().await.into_iter().filter(|empty| *empty).count();
    assert!(at_the_end < 30, "most streams were cut before their end: {at_the_end}");
}

#[tokio::test]
async fn a_finished_generation_is_read_again_from_every_number() {
    let (mut service, _) = TestService::playing(vec![answer()]).await;
    let (all, end) = service.stream(resumable()).await;
    end.unwrap();
    let id = all[0].generation_id.clone();
    let last = all.last().unwrap().sequence;
    let text = |events: &[StreamTestCasesResponse]| whole(events).concat();
    for after in 0..=last {
        let (second, end) = read(&mut service.client, rest(&id, after)).await;
        end.unwrap();
        // Numbers inside a merged token: what comes after is the end of the whole.
        let (whole, tail) = (text(&all), text(&second));
        let tail = tail
            .split_once(": ")
            .filter(|_| tail.starts_with("token"))
            .map_or(&*tail, |(_, tail)| tail);
        assert!(whole.ends_with(tail), "after {after}: {tail}");
        assert_eq!(second.is_empty(), after == last);
        let had = all
            .iter()
            .filter(|event| event.sequence <= after)
            .cloned()
            .collect::<Vec<_>>();
        let together = [cases(&had), cases(&second)].concat();
        assert_eq!(together, cases(&all));
    }
    let (_, end) = read(&mut service.client, rest(&id, last + 1)).await;
    let status = end.unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::OutOfRange, "SEQUENCE_NOT_REACHED")
    );
    // Without tokens the same comes, and numbers without text are numbers all the same.
    let quiet = StreamTestCasesRequest {
        include_tokens: Some(false),
        ..rest(&id, 0)
    };
    let (quiet, _) = read(&mut service.client, quiet).await;
    let without: Vec<_> = whole(&all)
        .into_iter()
        .filter(|line| !line.starts_with("token"))
        .collect();
    assert_eq!(whole(&quiet), without);
}

#[tokio::test]
async fn a_resumable_generation_goes_on_for_its_grace_time_and_another_ends_at_once() {
    let mut config = Config::default();
    config.generation.resume_grace = Duration::from_millis(1_500);
    let hanging = || vec![Play::Text(format!("{{\"test_cases\": [{}", expired())), Play::Hang];
    let script = Scripted::new(vec![hanging(), hanging()]);
    let mut service = TestService::over(Arc::new(script.clone()), config).await;
    let mut first = async |asked| {
        let mut stream = service.client.stream_test_cases(asked).await.unwrap().into_inner();
        let mut last = stream.message().await.unwrap().unwrap();
        while !matches!(last.event, Some(Event::TestCase(_))) {
            last = stream.message().await.unwrap().unwrap();
        }
        last
    };
    let kept = first(resumable()).await;
    // Somebody is back before the time is up, however late they came to be missed.
    let mut back = service
        .client
        .stream_test_cases(rest(&kept.generation_id, kept.sequence))
        .await
        .unwrap()
        .into_inner();
    assert!(back.message().await.unwrap().unwrap().sequence > kept.sequence);
    assert_eq!(script.open(), 1);
    drop(back);
    eventually("the grace time is over", || {
        script.open() == 0 && service.app.running() == 0
    })
    .await;
    let (_, end) = read(&mut service.client, rest(&kept.generation_id, kept.sequence)).await;
    let status = end.unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::OutOfRange, "GENERATION_EXPIRED")
    );
    assert!(status.message().contains("start again"), "{status:?}");

    let mut first = async |asked| {
        let mut stream = service.client.stream_test_cases(asked).await.unwrap().into_inner();
        stream.message().await.unwrap().unwrap()
    };
    let gone = first(StreamTestCasesRequest {
        resumable: false,
        ..resumable()
    })
    .await;
    eventually("its work is cancelled", || service.app.running() == 0).await;
    let (_, end) = read(&mut service.client, rest(&gone.generation_id, 0)).await;
    assert_eq!(end.unwrap_err().code(), Code::OutOfRange);
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_what_was_is_out_of_range() {
    let config = {
        let mut config = Config::default();
        config.generation.max_finished = 1;
        config
    };
    let mut service = TestService::over(Arc::new(Scripted::new(Vec::new())), config).await;
    for id in ["0192f0c1-2345-7890-abcd-0123456789ab", "nonsense"] {
        let (_, end) = read(&mut service.client, rest(id, 3)).await;
        let status = end.unwrap_err();
        assert_eq!(
            (status.code(), &*reason(&status)),
            (Code::NotFound, "GENERATION_UNKNOWN")
        );
        assert!(status.message().contains("start again"), "{status:?}");
    }
    let ruled = || StreamTestCasesRequest {
        backend: rules(),
        ..request()
    };
    let (first, _) = service.stream(ruled()).await;
    let (second, _) = service.stream(ruled()).await;
    eventually("both have ended", || {
        service.app.running() == 0 && service.app.registry().len() == 1
    })
    .await;
    let (_, end) = read(&mut service.client, rest(&first[0].generation_id, 1)).await;
    assert_eq!(end.unwrap_err().code(), Code::OutOfRange);
    let (again, end) = read(&mut service.client, rest(&second[0].generation_id, 0)).await;
    end.unwrap();
    assert_eq!(cases(&again), cases(&second));
    let alone = StreamTestCasesRequest {
        resume_after_sequence: 7,
        ..ruled()
    };
    assert_eq!(service.stream(alone).await.1.unwrap_err().code(), Code::InvalidArgument);
}

#[tokio::test]
async fn the_same_request_id_gives_the_same_generation_by_either_call() {
    let (mut service, script) = TestService::playing(vec![answer()]).await;
    let named = || StreamTestCasesRequest {
        request_id: "order-17".to_owned(),
        ..resumable()
    };
    let mut twin = service.client.clone();
    let ((one, first), (other, second)) = tokio::join!(service.stream(named()), read(&mut twin, named()));
    first.unwrap();
    second.unwrap();
    assert_eq!(whole(&one), whole(&other));
    let unary = || GenerateTestsRequest {
        user_story: STORY.to_owned(),
        backend: model(),
        fill_with_rules: Some(true),
        request_id: "order-17".to_owned(),
        ..Default::default()
    };
    let answered = service.client.generate_tests(unary()).await.unwrap().into_inner();
    assert_eq!(answered.generation_id, one[0].generation_id);
    assert_eq!(answered.test_cases, cases(&one));
    let asked_first = script.tasks().len();
    let again = service.client.generate_tests(unary()).await.unwrap().into_inner();
    assert_eq!(
        (again.test_cases, script.tasks().len()),
        (answered.test_cases, asked_first)
    );

    let other_body = GenerateTestsRequest {
        max_test_cases: Some(2),
        ..unary()
    };
    let status = service.client.generate_tests(other_body.clone()).await.unwrap_err();
    assert_eq!(
        (status.code(), &*reason(&status)),
        (Code::AlreadyExists, "REQUEST_ID_IN_USE")
    );
    // Another caller chooses its own ids.
    let mut neighbour = service.caller(2).await;
    let theirs = neighbour.generate_tests(other_body).await.unwrap().into_inner();
    assert_ne!(theirs.generation_id, one[0].generation_id);
}

#[tokio::test]
async fn a_request_that_failed_may_be_asked_again_under_its_id() {
    let (mut service, script) = TestService::playing(Vec::new()).await;
    let named = || StreamTestCasesRequest {
        request_id: "order-17".to_owned(),
        fill_with_rules: Some(false),
        ..resumable()
    };
    let (_, end) = service.stream(named()).await;
    assert_eq!(end.unwrap_err().code(), Code::Unavailable);
    script.push(answer());
    let (events, end) = service.stream(named()).await;
    end.unwrap();
    assert!(!cases(&events).is_empty());
}

#[tokio::test]
async fn many_who_ask_the_same_at_once_and_allow_it_share_one_generation() {
    let mut held = answer();
    held.insert(3, Play::Wait(Duration::from_millis(300)));
    let (service, script) = TestService::playing(vec![held, answer()]).await;
    let shared = || StreamTestCasesRequest {
        share_identical: Some(true),
        ..resumable()
    };
    let mut first = service
        .client
        .clone()
        .stream_test_cases(shared())
        .await
        .unwrap()
        .into_inner();
    let id = first.message().await.unwrap().unwrap().generation_id;
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let mut client = service.client.clone();
        readers.spawn(async move { read(&mut client, shared()).await });
    }
    let unary = GenerateTestsRequest {
        user_story: STORY.to_owned(),
        backend: model(),
        fill_with_rules: Some(true),
        share_identical: Some(true),
        ..Default::default()
    };
    let (all, end) = drain(first).await;
    end.unwrap();
    for (events, end) in readers.join_all().await {
        end.unwrap();
        assert_eq!(
            (events[0].generation_id.as_str(), cases(&events)),
            (id.as_str(), cases(&all))
        );
    }
    let asked = script.tasks().len();
    // It has ended: who comes now gets a generation of its own, and who does not allow it does so at any time.
    let own = service.client.clone().generate_tests(unary).await.unwrap().into_inner();
    assert_ne!(own.generation_id, id);
    assert!(script.tasks().len() > asked);
}

#[tokio::test]
async fn nothing_is_shared_unasked() {
    let hanging = || vec![Play::Hang];
    let (service, script) = TestService::playing(vec![hanging(), hanging()]).await;
    let mut client = service.client.clone();
    let shared = StreamTestCasesRequest {
        share_identical: Some(true),
        ..resumable()
    };
    let mut one = client.stream_test_cases(shared).await.unwrap().into_inner();
    let mut other = client.stream_test_cases(resumable()).await.unwrap().into_inner();
    let one = one.message().await.unwrap().unwrap().generation_id;
    assert_ne!(one, other.message().await.unwrap().unwrap().generation_id);
    eventually("both ask the model", || script.open() == 2).await;
}

#[tokio::test]
async fn a_generation_is_cancelled_from_anywhere() {
    let hanging = vec![Play::Text(format!("{{\"test_cases\": [{}", expired())), Play::Hang];
    let (mut service, script) = TestService::playing(vec![hanging]).await;
    let mut stream = service
        .client
        .stream_test_cases(resumable())
        .await
        .unwrap()
        .into_inner();
    let id = stream.message().await.unwrap().unwrap().generation_id;
    eventually("the model is asked", || script.open() == 1).await;
    let mut elsewhere = service.caller(2).await;
    let mut cancel = async |id: &str| {
        let request = CancelGenerationRequest {
            generation_id: id.to_owned(),
        };
        elsewhere
            .cancel_generation(request)
            .await
            .map(|answer| answer.into_inner().cancelled)
    };
    assert!(cancel(&id).await.unwrap());
    let (events, end) = drain(stream).await;
    let status = end.unwrap_err();
    assert_eq!((status.code(), &*reason(&status)), (Code::Cancelled, "CANCELLED"));
    assert_eq!(status.message(), "the generation was cancelled");
    assert!(
        !events
            .iter()
            .any(|event| matches!(event.event, Some(Event::Completion(_))))
    );
    eventually("the model's work has ended", || {
        script.open() == 0 && service.app.running() == 0
    })
    .await;
    assert!(!cancel(&id).await.unwrap(), "it has ended already");
    let (_, end) = read(&mut service.client, rest(&id, 0)).await;
    assert_eq!(end.unwrap_err().code(), Code::Cancelled);
    for unknown in ["0192f0c1-2345-7890-abcd-0123456789ab", ""] {
        assert_eq!(cancel(unknown).await.unwrap_err().code(), Code::NotFound);
    }
}

#[tokio::test]
async fn a_unary_call_is_cancelled_too_and_what_has_ended_stays_as_it_ended() {
    let (mut service, script) = TestService::playing(vec![vec![Play::Hang]]).await;
    let named = StreamTestCasesRequest {
        request_id: "one".to_owned(),
        ..resumable()
    };
    let mut asking = service.client.clone();
    let unary = GenerateTestsRequest {
        user_story: STORY.to_owned(),
        backend: model(),
        fill_with_rules: Some(true),
        request_id: "one".to_owned(),
        ..Default::default()
    };
    let asked = tokio::spawn(async move { asking.generate_tests(unary).await });
    eventually("the model is asked", || script.open() == 1).await;
    // The same request id leads to the generation, which tells its id.
    let mut stream = service.client.stream_test_cases(named).await.unwrap().into_inner();
    let generation_id = stream.message().await.unwrap().unwrap().generation_id;
    let cancelled = service
        .client
        .cancel_generation(CancelGenerationRequest { generation_id })
        .await;
    assert!(cancelled.unwrap().into_inner().cancelled);
    assert_eq!(asked.await.unwrap().unwrap_err().code(), Code::Cancelled);

    let ruled = StreamTestCasesRequest {
        backend: rules(),
        ..request()
    };
    let (events, _) = service.stream(ruled).await;
    let generation_id = events[0].generation_id.clone();
    let request = CancelGenerationRequest {
        generation_id: generation_id.clone(),
    };
    assert!(
        !service
            .client
            .cancel_generation(request)
            .await
            .unwrap()
            .into_inner()
            .cancelled
    );
    let (again, end) = read(&mut service.client, rest(&generation_id, 0)).await;
    end.unwrap();
    assert_eq!(completion(&again).outcome(), Outcome::Complete);
}
