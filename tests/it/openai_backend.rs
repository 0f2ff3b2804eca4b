//! The OpenAI backend against a server that stalls, cuts, resets and lies: each fault, and what comes out of it.

use crate::support::answers::{Outcome, Row, read, row, task};
use crate::support::fake_ollama::{FakeOllama, Framing, Play, Script};
use serde_json::json;
use std::time::Duration;
use testgen::backend::masked::Secret;
use testgen::backend::openai::{Config, OpenAi};
use testgen::backend::{Advance, Backend, Fault, Finish, Task, TokenStream, next};

fn config(url: &str) -> Config {
    Config {
        model: "llama3.2:1b".to_owned(),
        ..Config::at(url.parse().expect("a URL"))
    }
}

fn openai(server: &FakeOllama) -> OpenAi {
    OpenAi::new(config(&server.openai_url())).expect("a client")
}

async fn begin(openai: &OpenAi, task: Task) -> Box<dyn TokenStream> {
    openai.start(task).await.expect("a stream")
}

async fn outcome(script: Script) -> Outcome {
    let server = FakeOllama::playing(script).await;
    read(begin(&openai(&server), task("")).await).await
}

fn raw(text: &str) -> Play {
    Play::Raw(text.as_bytes().to_vec())
}

const ANSWER: &str = "{\"test_cases\": [{\"title\": \"A <b>naïve</b> ☂ & 😀\", \"steps\": [\"a\\tb\",\n\"c\"]}]}";

#[tokio::test]
async fn the_same_text_comes_out_however_it_is_cut_into_reads() {
    let framings = [
        Framing::Lines,
        Framing::Bytes(1),
        Framing::Bytes(3),
        Framing::Bytes(7),
        Framing::Bytes(1_000),
        Framing::Merged(2),
        Framing::Merged(1_000),
    ];
    for framing in framings {
        let outcome = outcome(Script::text(ANSWER).framed(framing)).await;
        assert_eq!(outcome.text, ANSWER, "{framing:?}");
        let finish = outcome.end.expect("an end");
        assert_eq!(
            (finish.input_tokens, finish.output_tokens, finish.cut),
            (Some(11), Some(3), false)
        );
    }
}

const JSON: &str = "application/json";

#[rustfmt::skip]
fn faults() -> Vec<Row> {
    let hi = || Script::tokens("Hi you");
    vec![
        // Before anything was answered.
        row(Script::of([Play::Reset]), "MODEL_SERVER_UNREACHABLE", "reset", ""),
        row(Script::of([Play::Cut]), "MODEL_SERVER_UNREACHABLE", "closed", ""),
        row(Script::reply(401, JSON, r#"{"error":{"message":"Invalid API Key"}}"#), "MODEL_SERVER_REFUSED", "openai.api_key", ""),
        row(Script::reply(403, JSON, r#"{"error":"forbidden"}"#), "MODEL_SERVER_REFUSED", "openai.api_key", ""),
        row(Script::reply(404, JSON, r#"{"detail":"Not Found"}"#), "MODEL_SERVER_REFUSED", "openai.url must lead to the interface", ""),
        row(Script::reply(400, JSON, r#"{"error":{"message":"This model's maximum context length is 4096 tokens","code":400}}"#), "PROMPT_TOO_LONG", "4096", ""),
        row(Script::reply(400, JSON, r#"{"error":{"message":"response_format is not supported"}}"#), "MODEL_SERVER_REFUSED", "openai.schema = false", ""),
        row(Script::reply(429, JSON, r#"{"error":{"message":"slow down"}}"#), "MODEL_SERVER_BUSY", "slow down", ""),
        row(Script::reply(500, JSON, r#"{"error":{"message":"engine died"}}"#), "MODEL_SERVER_FAILED", "engine died", ""),
        row(Script::reply(502, "text/html", "<html>Bad gateway</html>"), "MODEL_SERVER_FAILED", "Bad gateway", ""),
        row(Script::reply(503, JSON, r#"{"error":{"message":"Loading model","code":503}}"#), "MODEL_SERVER_BUSY", "Loading model", ""),
        row(Script::reply(200, "text/html", "<html>Welcome</html>"), "MODEL_SERVER_REFUSED", "answered with a page", ""),
        row(Script::reply(200, "text/plain", "hello"), "MODEL_SERVER_PROTOCOL", "hello", ""),
        row(Script::reply(200, JSON, r#"{"hello":1}"#), "MODEL_SERVER_PROTOCOL", "hello", ""),
        // In the middle of the answer: what was read stays.
        row(hi().then(Play::Wait(Duration::from_millis(30))).then(Play::Reset), "ANSWER_BROKE_OFF", "reset", "Hi you"),
        row(hi().then(Play::Cut), "ANSWER_BROKE_OFF", "closed", "Hi you"),
        row(hi().then(Play::Error("engine died")), "MODEL_SERVER_FAILED", "engine died", "Hi you"),
        row(hi().then(raw("data: {\"error\":\"only words\"}")), "MODEL_SERVER_FAILED", "only words", "Hi you"),
        row(hi().then(raw("error: {\"code\":500,\"message\":\"as a field\"}\n\n")), "MODEL_SERVER_FAILED", "as a field", "Hi you"),
        row(hi().then(raw("data: {\"object\":\"error\",\"message\":\"as an object\",\"code\":500}\n\n")), "MODEL_SERVER_FAILED", "as an object", "Hi you"),
        row(hi().then(raw("data: garbage\n\n")), "MODEL_SERVER_PROTOCOL", "garbage", "Hi you"),
        row(hi().then(Play::Raw(b"data: {\"choices\":[{\"delta\":{\"content\":\"\xFF\"}}]}\n\n".to_vec())), "MODEL_SERVER_PROTOCOL", "not UTF-8", "Hi you"),
        row(hi().then(raw("data: {\"choices\":[{\"delta\":{\"content\":5}}]}\n\n")), "MODEL_SERVER_PROTOCOL", "content is not a text", "Hi you"),
        row(hi().then(raw("data: {\"choices\":[{\"delta\":{\"content\":\" mo")), "ANSWER_BROKE_OFF", "within an event", "Hi you"),
        row(hi().then(Play::Done("content_filter")), "ANSWER_WITHHELD", "content filter", "Hi you"),
        row(hi().then(Play::Done("abort")), "MODEL_SERVER_FAILED", "abort", "Hi you"),
        // Ends that are not an end.
        row(hi(), "ANSWER_BROKE_OFF", "without a finish_reason", "Hi you"),
        row(hi().then(raw("data: [DONE]\n\n")), "ANSWER_BROKE_OFF", "gave no finish_reason", "Hi you"),
        row(Script::of([]), "ANSWER_BROKE_OFF", "without a finish_reason", ""),
        row(Script::of([Play::Thinking("Hm.".to_owned()), Play::Done("length")]), "THOUGHT_ONLY", "thinking", ""),
        row(Script::of([Play::Done("stop")]), "EMPTY_ANSWER", "nothing", ""),
        row(Script::of([Play::Token(" \n".to_owned()), Play::Done("stop")]), "EMPTY_ANSWER", "nothing", " \n"),
        row(Script::of([raw("data: {\"choices\":[{\"delta\":{\"refusal\":\"I cannot.\"}}]}\n\n"), Play::Done("stop")]), "ANSWER_WITHHELD", "I cannot.", ""),
    ]
}

#[tokio::test]
async fn every_fault_is_told_apart_and_what_came_before_it_is_kept() {
    for Row {
        script,
        code,
        says,
        kept,
    } in faults()
    {
        let shown = format!("{script:?}");
        let outcome = outcome(script).await;
        let fault = outcome.end.expect_err(&shown);
        assert_eq!(fault.code(), code, "{fault} from {shown}");
        assert!(fault.to_string().contains(says), "{fault} from {shown}");
        assert_eq!(outcome.text, kept, "{shown}");
    }
}

/// Habits of servers that take nothing away from an answer.
#[tokio::test]
async fn habits_of_servers_are_understood() {
    let end = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
    let hi = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":null}]}\n\n";
    for stream in [
        // No [DONE], no blank line after the last event, comments, carriage returns, events without choices.
        format!("{hi}{end}"),
        format!("{hi}{}", end.trim_end()),
        format!(": loading\n\n: loading\n\n{hi}{end}data: [DONE]\n\n"),
        format!("{hi}{end}data: [DONE]\n\n").replace('\n', "\r\n"),
        format!("event: message\nid: 1\n{hi}data: {{\"choices\":[],\"prompt_filter_results\":[]}}\n\n{end}"),
        format!("{hi}data: {{\"choices\":null,\"usage\":null,\"object\":\"chat.completion.chunk\"}}\n\n{end}"),
        // Not streamed at all.
        "{\"object\":\"chat.completion\",\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}"
            .to_owned(),
    ] {
        let outcome = outcome(Script::of([raw(&stream)])).await;
        assert_eq!(
            (outcome.text.as_str(), outcome.end),
            ("Hi", Ok(Finish::default())),
            "{stream}"
        );
    }
    // A connection that breaks after the reason for the end.
    let outcome = outcome(Script::of([raw(&format!("{hi}{end}")), Play::Cut])).await;
    assert_eq!((outcome.text.as_str(), outcome.end), ("Hi", Ok(Finish::default())));
}

#[tokio::test]
async fn an_answer_that_length_has_cut_is_an_end_and_says_so() {
    let outcome = outcome(Script::tokens("{\"test_cases\": [").then(Play::Done("length"))).await;
    assert!(outcome.end.expect("an end").cut);
    assert_eq!(outcome.text, "{\"test_cases\": [");
}

#[tokio::test]
async fn thoughts_by_either_name_are_counted_and_not_appended() {
    let script = Script::of([
        Play::Thinking("Hm … ".to_owned()),
        raw("data: {\"choices\":[{\"delta\":{\"reasoning\":\"So\"}}]}\n\n"),
        Play::Stall,
    ]);
    let server = FakeOllama::playing(script).await;
    let mut stream = begin(&openai(&server), task("")).await;
    let mut text = String::new();
    let mut bytes = 0;
    while bytes < 9 {
        match next(&mut *stream, &mut text).await {
            Ok(Advance::Thinking(counted)) => bytes = counted,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((bytes, text.as_str()), (9, ""));
}

#[tokio::test]
async fn when_to_come_back_is_told() {
    for (seconds, again) in [(2, true), (60, false)] {
        let body = r#"{"error":{"message":"slow down"}}"#.to_owned();
        let outcome = outcome(Script::of([Play::Later(429, seconds, body)])).await;
        let fault = outcome.end.expect_err("a fault");
        assert_eq!(fault.retry_after(), Some(Duration::from_secs(u64::from(seconds))));
        assert_eq!(fault.worth_another_attempt(), again, "{fault}");
    }
}

#[tokio::test]
async fn a_missing_model_is_named_with_those_there_are() {
    let server = FakeOllama::start().await;
    server.has_models(&["qwen3-4b", "qwen3-8b"]);
    let outcome = read(begin(&openai(&server), task("nope")).await).await;
    let available = vec!["qwen3-4b".to_owned(), "qwen3-8b".to_owned()];
    let expect = Fault::ModelMissing {
        model: "nope".to_owned(),
        available,
    };
    assert_eq!(outcome.end, Err(expect));
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/v1", listener.local_addr().expect("an address"));
    drop(listener);
    let openai = OpenAi::new(config(&url)).expect("a client");
    let expect = Fault::Unreachable {
        target: url,
        reason: "connection refused".to_owned(),
        setting: "openai.url sets the address",
    };
    assert_eq!(read(begin(&openai, task("")).await).await.end, Err(expect.clone()));
    assert_eq!(openai.probe().await, Err(expect));
}

#[tokio::test]
async fn an_event_without_end_is_refused_while_it_comes() {
    let mut event = b"data: {\"choices\":[{\"delta\":{\"content\":\"".to_vec();
    event.resize(20_000_000, b'x');
    let outcome = outcome(Script::tokens("Hi").then(Play::Raw(event))).await;
    let fault = outcome.end.expect_err("a fault");
    assert_eq!(fault.code(), "MODEL_SERVER_PROTOCOL");
    assert!(fault.to_string().contains("longer than 2097152 bytes"), "{fault}");
    assert_eq!(outcome.text, "Hi");
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection_within_a_token() {
    let server = FakeOllama::playing(Script::text(&"abcd".repeat(1_000)).at(50)).await;
    let mut stream = begin(&openai(&server), task("")).await;
    let mut text = String::new();
    while text.len() < 12 {
        next(&mut *stream, &mut text).await.expect("a token");
    }
    drop(stream);
    let left = server.left(1).await;
    assert!(left[0].tokens_written <= text.len() / 4 + 1, "{left:?}");
    server.all_closed().await;
}

#[tokio::test]
async fn a_server_that_stalls_is_silent_until_the_stream_is_dropped() {
    let server = FakeOllama::playing(Script::tokens("Hi").then(Play::Stall)).await;
    let mut stream = begin(&openai(&server), task("")).await;
    let mut text = String::new();
    assert_eq!(next(&mut *stream, &mut text).await, Ok(Advance::Text));
    let waited = tokio::time::timeout(Duration::from_millis(30), next(&mut *stream, &mut text)).await;
    assert!(waited.is_err(), "{waited:?}");
    drop(stream);
    server.all_closed().await;
}

#[tokio::test]
async fn the_request_carries_the_task_and_the_key() {
    let server = FakeOllama::playing(Script::text("Hi")).await;
    server.wants_key("sk-1");
    server.push(Script::text("Hi"));
    let schema = r#"{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}}}"#;
    let mut task = task("");
    task.schema = Some(
        serde_json::value::RawValue::from_string(schema.to_owned())
            .expect("JSON")
            .into(),
    );
    task.sampling.seed = Some(7);
    task.headers = vec![("x-correlation-id".to_owned(), "abc".to_owned())];
    for with_schema in [true, false] {
        let openai = OpenAi::new(Config {
            api_key: Some(Secret::new("sk-1")),
            schema: with_schema,
            ..config(&server.openai_url())
        });
        let openai = openai.expect("a client");
        assert!(read(begin(&openai, task.clone()).await).await.end.is_ok());
        assert_eq!(openai.offers().schema, with_schema);
    }
    let [first, second] = &server.chats()[..] else {
        panic!("two chats")
    };
    assert_eq!(first.header("authorization"), Some("Bearer sk-1"));
    assert_eq!(first.header("x-correlation-id"), Some("abc"));
    assert!(
        first.raw_body.contains(schema),
        "the schema's order is kept: {}",
        first.raw_body
    );
    assert_eq!(first.body["response_format"]["type"], json!("json_schema"));
    assert_eq!(first.body["stream_options"], json!({"include_usage": true}));
    assert_eq!(
        (&first.body["model"], &first.body["seed"]),
        (&json!("llama3.2:1b"), &json!(7))
    );
    assert_eq!(second.body.get("response_format"), None);
}

#[tokio::test]
async fn a_probe_lists_the_models_or_meets_the_fault_of_a_request() {
    let server = FakeOllama::start().await;
    server.has_models(&["qwen3-4b", "qwen3-8b"]);
    let names: Vec<String> = openai(&server)
        .probe()
        .await
        .expect("models")
        .into_iter()
        .map(|model| model.name)
        .collect();
    assert_eq!(names, ["qwen3-4b", "qwen3-8b"]);
    server.wants_key("sk-1");
    let fault = openai(&server).probe().await.expect_err("a fault");
    assert!(matches!(fault, Fault::Refused { status: 401, .. }), "{fault}");
    let elsewhere = OpenAi::new(config(&format!("{}/elsewhere", server.url()))).expect("a client");
    let fault = elsewhere.probe().await.expect_err("a fault");
    assert!(fault.to_string().contains("openai.url must lead"), "{fault}");
}
