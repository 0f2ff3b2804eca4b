//! The Ollama backend against a server that stalls, cuts, resets and lies: each fault, and what comes out of it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::support::answers::{Outcome, Row, read, row, task};
use crate::support::fake_ollama::{FakeOllama, Framing, Play, Script};
use serde_json::json;
use std::time::Duration;
use testgen::backend::ollama::{Config, Ollama};
use testgen::backend::{Advance, Backend, Fault, Finish, Task, TokenStream, next};

fn config(url: &str) -> Config {
    Config {
        url: url.parse().expect("a URL"),
        ..Config::default()
    }
}

fn ollama(server: &FakeOllama) -> Ollama {
    Ollama::new(config(&server.url())).expect("a client")
}

async fn begin(ollama: &Ollama, task: Task) -> Box<dyn TokenStream> {
    ollama.start(task).await.expect("a stream")
}

async fn outcome(script: Script) -> Outcome {
    let server = FakeOllama::playing(script).await;
    read(begin(&ollama(&server), task("")).await).await
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
        assert_eq!(finish.load, Some(Duration::from_millis(700)));
        assert_eq!(finish.generation, Some(Duration::from_millis(80)));
    }
}

#[tokio::test]
async fn lines_that_come_together_are_one_advance() {
    let server = FakeOllama::playing(
        Script::tokens("one read, many tokens")
            .framed(Framing::Merged(6))
            .then(Play::Stall),
    )
    .await;
    let mut stream = begin(&ollama(&server), task("")).await;
    let mut text = String::new();
    assert_eq!(next(&mut *stream, &mut text).await, Ok(Advance::Text));
    assert_eq!(text, "one read, many tokens");
}

const JSON: &str = "application/json";

#[rustfmt::skip]
fn faults() -> Vec<Row> {
    let hi = || Script::tokens("Hi you");
    vec![
        // Before anything was answered.
        row(Script::of([Play::Reset]), "MODEL_SERVER_UNREACHABLE", "reset", ""),
        row(Script::of([Play::Cut]), "MODEL_SERVER_UNREACHABLE", "closed", ""),
        row(Script::reply(503, JSON, r#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#), "MODEL_SERVER_BUSY", "maximum pending requests", ""),
        row(Script::reply(500, JSON, r#"{"error":"llama-server process has terminated: signal: killed"}"#), "MODEL_LOAD_FAILED", "signal: killed", ""),
        row(Script::reply(500, JSON, r#"{"error":"option \"stop\" must be of type array"}"#), "MODEL_SERVER_REFUSED", "must be of type", ""),
        row(Script::reply(500, JSON, r#"{"error":"an error was encountered while running the model: unexpected EOF"}"#), "MODEL_SERVER_FAILED", "unexpected EOF", ""),
        row(Script::reply(400, JSON, r#"{"error":"{\"error\":{\"code\":400,\"message\":\"request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it\",\"type\":\"exceed_context_size_error\",\"n_prompt_tokens\":5000,\"n_ctx\":4096}}"}"#), "PROMPT_TOO_LONG", "context: request (5000 tokens)", ""),
        row(Script::reply(400, JSON, r#"{"error":"\"llama3.2:1b\" does not support thinking"}"#), "MODEL_SERVER_REFUSED", "does not support thinking", ""),
        row(Script::reply(401, JSON, r#"{"error":"unauthorized"}"#), "MODEL_SERVER_REFUSED", "credentials", ""),
        row(Script::reply(403, "", ""), "MODEL_SERVER_REFUSED", "OLLAMA_HOST", ""),
        row(Script::reply(404, "text/plain", "404 page not found"), "MODEL_SERVER_REFUSED", "not an Ollama server", ""),
        row(Script::reply(405, "text/plain", "405 method not allowed"), "MODEL_SERVER_REFUSED", "not an Ollama server", ""),
        row(Script::reply(200, "text/html", "<html>Welcome</html>"), "MODEL_SERVER_REFUSED", "answered with a page", ""),
        row(Script::reply(502, "text/html", "<html>Bad gateway</html>"), "MODEL_SERVER_FAILED", "Bad gateway", ""),
        // In the middle of the answer: what was read stays.
        // A reset throws away what the client has not read yet, so it gets a moment to read.
        row(hi().then(Play::Wait(Duration::from_millis(30))).then(Play::Reset), "ANSWER_BROKE_OFF", "reset", "Hi you"),
        row(hi().then(Play::Cut), "ANSWER_BROKE_OFF", "closed", "Hi you"),
        row(hi().then(Play::Error("an error was encountered while running the model: unexpected EOF")), "MODEL_SERVER_FAILED", "unexpected EOF", "Hi you"),
        row(hi().then(Play::Raw(br#"{"error":"no line feed after it"}"#.to_vec())), "MODEL_SERVER_FAILED", "no line feed", "Hi you"),
        row(hi().then(Play::Raw(b"garbage\n".to_vec())), "MODEL_SERVER_PROTOCOL", "garbage", "Hi you"),
        row(hi().then(Play::Raw(b"{\"message\":{\"content\":\"\xFF\"}}\n".to_vec())), "MODEL_SERVER_PROTOCOL", "not UTF-8", "Hi you"),
        row(hi().then(Play::Raw(b"{\"message\":{\"content\":5}}\n".to_vec())), "MODEL_SERVER_PROTOCOL", "content is not a text", "Hi you"),
        row(hi().then(Play::Raw(b"{\"message\":{\"content\":\" mo".to_vec())), "ANSWER_BROKE_OFF", "within a line", "Hi you"),
        // Ends that are not an end.
        row(hi(), "ANSWER_BROKE_OFF", "without saying that it is done", "Hi you"),
        row(Script::of([]), "ANSWER_BROKE_OFF", "without saying that it is done", ""),
        row(Script::stutter("ab ", 31), "ANSWER_BROKE_OFF", "31 times in a row", "ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab ab "),
        row(Script::of([Play::Thinking("Hm.".to_owned()), Play::Done("length")]), "THOUGHT_ONLY", "thinking", ""),
        row(Script::of([Play::Done("stop")]), "EMPTY_ANSWER", "nothing", ""),
        row(Script::of([Play::Token(" \n".to_owned()), Play::Done("stop")]), "EMPTY_ANSWER", "nothing", " \n"),
        row(Script::of([Play::Done("load")]), "EMPTY_ANSWER", "nothing", ""),
        row(Script::reply(200, JSON, r#"{"model":"m","created_at":"2026-08-22T10:00:00Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}"#), "EMPTY_ANSWER", "nothing", ""),
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

#[tokio::test]
async fn a_missing_model_is_named_with_those_there_are() {
    let server = FakeOllama::start().await;
    server.has_models(&["llama3.2:1b", "qwen3:4b"]);
    let outcome = read(begin(&ollama(&server), task("nope")).await).await;
    let available = vec!["llama3.2:1b".to_owned(), "qwen3:4b".to_owned()];
    assert_eq!(
        outcome.end,
        Err(Fault::ModelMissing {
            model: "nope".to_owned(),
            available
        })
    );
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let ollama = Ollama::new(config(&url)).expect("a client");
    let expect = Fault::Unreachable {
        target: url,
        reason: "connection refused".to_owned(),
        setting: "ollama.url sets the address",
    };
    assert_eq!(read(begin(&ollama, task("")).await).await.end, Err(expect.clone()));
    assert_eq!(ollama.probe().await, Err(expect));
}

#[tokio::test]
async fn a_line_without_end_is_refused_while_it_comes() {
    let mut line = br#"{"message":{"content":""#.to_vec();
    line.resize(20_000_000, b'x');
    let outcome = outcome(Script::tokens("Hi").then(Play::Raw(line))).await;
    let fault = outcome.end.expect_err("a fault");
    assert_eq!(fault.code(), "MODEL_SERVER_PROTOCOL");
    assert!(fault.to_string().contains("longer than 2097152 bytes"), "{fault}");
    assert_eq!(outcome.text, "Hi");
}

#[tokio::test]
async fn an_answer_that_length_has_cut_is_an_end_and_says_so() {
    let outcome = outcome(Script::tokens("{\"test_cases\": [").then(Play::Done("length"))).await;
    assert!(outcome.end.expect("an end").cut);
    assert_eq!(outcome.text, "{\"test_cases\": [");
}

#[tokio::test]
async fn metrics_that_are_left_out_are_unset() {
    let outcome = outcome(Script::tokens("Hi").then(Play::DoneBare)).await;
    assert_eq!(
        outcome.end,
        Ok(Finish {
            model: Some("llama3.2:1b".to_owned()),
            ..Finish::default()
        })
    );
}

#[tokio::test]
async fn a_single_object_without_line_feed_is_an_answer() {
    let body = r#"{"message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"stop"}"#;
    let outcome = outcome(Script::reply(200, JSON, body)).await;
    assert_eq!((outcome.text.as_str(), outcome.end), ("Hi", Ok(Finish::default())));
}

#[tokio::test]
async fn thoughts_are_counted_and_not_appended() {
    let script = Script::text("Hi")
        .after(Play::Thinking("Hm … ".to_owned()))
        .after(Play::Thinking("\"So\"".to_owned()));
    let outcome = outcome(script).await;
    assert_eq!(outcome.text, "Hi");
    assert!(
        [0, 11].contains(&outcome.thought_bytes),
        "counted whole, or merged with the text: {}",
        outcome.thought_bytes
    );
    assert!(outcome.texts <= 1);
    assert!(outcome.end.is_ok());
}

#[tokio::test]
async fn dropping_the_stream_closes_the_connection_within_a_token() {
    let long = "abcd".repeat(1_000);
    let server = FakeOllama::playing(Script::text(&long).at(50)).await;
    let mut stream = begin(&ollama(&server), task("")).await;
    let mut text = String::new();
    while text.len() < 12 {
        next(&mut *stream, &mut text).await.expect("a token");
    }
    drop(stream);
    let left = server.left(1).await;
    let seen = text.len() / 4;
    assert!(
        left[0].tokens_written <= seen + 1,
        "{} tokens were written, {seen} seen",
        left[0].tokens_written
    );
    server.all_closed().await;
}

#[tokio::test]
async fn dropping_the_stream_before_the_first_token_closes_the_connection() {
    let server = FakeOllama::playing(Script::of([Play::Stall])).await;
    let mut stream = begin(&ollama(&server), task("")).await;
    let mut text = String::new();
    let waited = tokio::time::timeout(Duration::from_millis(30), next(&mut *stream, &mut text)).await;
    assert!(waited.is_err(), "{waited:?}");
    drop(stream);
    assert_eq!(server.left(1).await[0].tokens_written, 0);
    server.all_closed().await;
}

async fn first_notice(server: &FakeOllama) -> Outcome {
    let config = Config {
        loading_notice_after: Duration::from_millis(1),
        lookup_timeout: Duration::from_millis(20),
        ..config(&server.url())
    };
    server.push(Script::text("Hi").after(Play::Wait(Duration::from_millis(60))));
    read(begin(&Ollama::new(config).expect("a client"), task("")).await).await
}

#[tokio::test]
async fn a_silent_server_without_the_model_in_memory_is_loading_it() {
    let server = FakeOllama::start().await;
    server.has_loaded(&["other:latest"]);
    let outcome = first_notice(&server).await;
    let expect = format!(
        "MODEL_LOADING: {} is loading llama3.2:1b; the first token comes after that",
        server.url()
    );
    assert_eq!(outcome.notices, [expect]);
    assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
}

#[tokio::test]
async fn a_server_that_does_not_even_say_what_is_in_memory_is_loading() {
    let server = FakeOllama::start().await;
    server.memory_look_hangs();
    let outcome = first_notice(&server).await;
    assert_eq!(outcome.notices.len(), 1, "{outcome:?}");
    assert!(outcome.notices[0].starts_with("MODEL_LOADING: ") && outcome.notices[0].contains("seems to be loading"));
    assert_eq!((outcome.text.as_str(), outcome.end.is_ok()), ("Hi", true));
}

#[tokio::test]
async fn a_silent_server_with_the_model_in_memory_gets_no_notice() {
    let server = FakeOllama::start().await;
    let outcome = first_notice(&server).await;
    assert_eq!(outcome.notices, [""; 0]);
    assert!(outcome.end.is_ok());
}

#[tokio::test]
async fn one_request_is_all_that_a_quick_answer_costs() {
    let server = FakeOllama::playing(Script::text("Hi")).await;
    assert!(read(begin(&ollama(&server), task("")).await).await.end.is_ok());
    let paths: Vec<_> = server.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/api/chat"]);
}

#[tokio::test]
async fn the_request_carries_the_task() {
    let server = FakeOllama::playing(Script::text("Hi")).await;
    let schema = r#"{"type":"object","properties":{"z":{"type":"string"},"a":{"type":"string"}},"required":["z","a"]}"#;
    let mut task = task("llama3.2:1b");
    task.schema = Some(
        serde_json::value::RawValue::from_string(schema.to_owned())
            .expect("JSON")
            .into(),
    );
    task.sampling.seed = Some(7);
    task.headers = vec![
        ("x-correlation-id".to_owned(), "abc".to_owned()),
        ("traceparent".to_owned(), "00-1-2-01".to_owned()),
        ("not a header".to_owned(), "left out".to_owned()),
    ];
    assert!(read(begin(&ollama(&server), task).await).await.end.is_ok());
    let [chat] = &server.chats()[..] else {
        panic!("one chat")
    };
    assert_eq!(chat.method, "POST");
    assert_eq!(chat.header("x-correlation-id"), Some("abc"));
    assert_eq!(chat.header("traceparent"), Some("00-1-2-01"));
    assert_eq!(chat.header("content-type"), Some("application/json"));
    assert!(
        chat.raw_body.contains(&format!(r#""format":{schema}"#)),
        "the schema's order is kept: {}",
        chat.raw_body
    );
    assert_eq!(
        chat.body["messages"][0],
        json!({"role": "system", "content": "Write test cases."})
    );
    assert_eq!(
        chat.body["messages"][1],
        json!({"role": "user", "content": "As a customer, I want <b>…"})
    );
    assert_eq!(chat.body["options"], json!({"num_ctx": 8192, "seed": 7}));
    assert_eq!(
        (&chat.body["stream"], &chat.body["think"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(
        (&chat.body["truncate"], &chat.body["shift"]),
        (&json!(false), &json!(false))
    );
}

#[tokio::test]
async fn a_probe_lists_the_models() {
    let server = FakeOllama::start().await;
    let ollama = ollama(&server);
    let models = ollama.probe().await.expect("models");
    assert_eq!(models.len(), 1);
    assert_eq!(models[0].name, "llama3.2:1b");
    assert_eq!(models[0].size, Some(1_321_098_329));
    assert_eq!(
        (models[0].parameters.as_str(), models[0].quantization.as_str()),
        ("1.2B", "Q8_0")
    );
    assert_eq!(models[0].digest.len(), 64);
    assert_eq!(ollama.version().await, Ok("0.33.0".to_owned()));
}

#[tokio::test]
async fn a_probe_meets_the_faults_that_a_request_meets() {
    let server = FakeOllama::start().await;
    server.refuses_host();
    let fault = ollama(&server).probe().await.expect_err("a fault");
    assert!(matches!(fault, Fault::Refused { status: 403, .. }), "{fault}");
    let server = FakeOllama::start().await;
    let elsewhere = Ollama::new(config(&format!("{}/elsewhere", server.url()))).expect("a client");
    let fault = elsewhere.probe().await.expect_err("a fault");
    assert!(fault.to_string().contains("not an Ollama server"), "{fault}");
}
