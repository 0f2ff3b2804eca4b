#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::fault::{in_the_answer, refused};
use super::wire::{Line, chat_body};
use super::{Config, KeepAlive, Ollama};
use crate::backend::endpoint::Head;
use crate::backend::{Backend, Finish, Sampling, Task};
use crate::basis::TestBasis;
use crate::coverage::Plan;
use insta::assert_snapshot;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;

fn task() -> Task {
    Task {
        basis: Arc::new(TestBasis::default()),
        plan: Arc::new(Plan::default()),
        asked: Vec::new(),
        system: "Rules.".to_owned(),
        user: "A \"story\" <b>\n".to_owned(),
        schema: Some(
            RawValue::from_string(r#"{"type":"object","required":["z","a"]}"#.to_owned())
                .unwrap()
                .into(),
        ),
        sampling: Sampling::default(),
        model: "m:1b".to_owned(),
        headers: Vec::new(),
    }
}

fn body(config: &Config, task: &Task) -> String {
    String::from_utf8(chat_body(config, &task.model, task).unwrap()).unwrap()
}

#[test]
fn the_request_is_what_the_server_reads() {
    assert_snapshot!(body(&Config::default(), &task()), @r#"{"model":"m:1b","messages":[{"role":"system","content":"Rules."},{"role":"user","content":"A \"story\" <b>\n"}],"stream":true,"think":false,"truncate":false,"shift":false,"format":{"type":"object","required":["z","a"]},"options":{"num_ctx":8192}}"#);
    let config = Config {
        keep_alive: KeepAlive::For(Duration::from_secs(300)),
        num_ctx: None,
        think: true,
        schema_in_format: false,
        ..Config::default()
    };
    let sampling = Sampling {
        temperature: Some(0.2),
        top_p: Some(0.9),
        top_k: Some(40),
        seed: Some(7),
        max_output_tokens: Some(2_000),
    };
    assert_snapshot!(body(&config, &Task { sampling, ..task() }), @r#"{"model":"m:1b","messages":[{"role":"system","content":"Rules."},{"role":"user","content":"A \"story\" <b>\n"}],"stream":true,"think":true,"truncate":false,"shift":false,"options":{"temperature":0.2,"top_p":0.9,"top_k":40,"seed":7,"num_predict":2000},"keep_alive":"300000ms"}"#);
    let forever = Config {
        keep_alive: KeepAlive::Forever,
        ..Config::default()
    };
    assert!(body(&forever, &task()).ends_with(r#""keep_alive":-1}"#));
}

#[test]
fn what_is_missing_from_the_last_line_is_unset() {
    let full = br#"{"model":"llama3.2:1b","done":true,"done_reason":"length","load_duration":700000000,"prompt_eval_count":11,"eval_count":3,"eval_duration":80000000}"#;
    let expect = Finish {
        cut: true,
        model: Some("llama3.2:1b".into()),
        input_tokens: Some(11),
        output_tokens: Some(3),
        load: Some(Duration::from_millis(700)),
        generation: Some(Duration::from_millis(80)),
    };
    assert_eq!(Line::read(full).unwrap().finish(), expect);
    assert_eq!(Line::read(br#"{"done":true}"#).unwrap().finish(), Finish::default());
}

#[test]
fn an_error_is_read_whatever_stands_beside_it() {
    let line = Line::read(br#"{"message":5,"done":"no","error":"broken"}"#).unwrap();
    assert_eq!(
        in_the_answer(line.error.unwrap().get()).to_string(),
        "the model server failed: broken"
    );
    assert!(Line::read(br#"{"message":5}"#).is_err());
    assert!(Line::read(br#"{"error":null,"done":true}"#).unwrap().error.is_none());
}

#[test]
fn the_target_names_model_and_server() {
    let ollama = Ollama::new(Config::default()).unwrap();
    assert_eq!(ollama.target("qwen3"), "ollama qwen3 at http://localhost:11434");
    assert_eq!(ollama.target(""), "ollama llama3.2:1b at http://localhost:11434");
    assert!(format!("{ollama:?}").contains("localhost"));
}

/// Status and body, and the fault that they are.
#[test]
fn refusals_are_told_apart() {
    let check = |status: u16, kind: &str, body: &str| {
        let response = http::Response::builder()
            .status(status)
            .header("content-type", kind)
            .body(body.to_owned());
        let head = Head::of(&reqwest::Response::from(response.unwrap()));
        let fault = refused("http://here", &head, body.as_bytes());
        format!(
            "{} {}: {fault}",
            fault.code(),
            if fault.worth_another_attempt() {
                "(retry)"
            } else {
                "(final)"
            }
        )
    };
    let rows = [
        (400, "json", r#"{"error":"\"m\" does not support thinking"}"#),
        (
            400,
            "json",
            r#"{"error":"{\"error\":{\"code\":400,\"message\":\"request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it\",\"type\":\"exceed_context_size_error\"}}"}"#,
        ),
        (
            400,
            "json",
            r#"{"error":"the input length exceeds the context length"}"#,
        ),
        (401, "json", r#"{"error":"unauthorized","signin_url":"https://x"}"#),
        (403, "text/plain", ""),
        (403, "json", r#"{"error":"cloud models are disabled"}"#),
        (404, "json", r#"{"error":"model 'nope' not found"}"#),
        (404, "text/plain", "404 page not found"),
        (405, "text/plain", "405 method not allowed"),
        (308, "text/plain", ""),
        (429, "json", r#"{"error":"too many requests"}"#),
        (
            500,
            "json",
            r#"{"error":"llama-server process has terminated: signal: killed"}"#,
        ),
        (
            500,
            "json",
            r#"{"error":"model requires more system memory (9 GiB) than is available (2 GiB)"}"#,
        ),
        (500, "json", r#"{"error":"option \"stop\" must be of type array"}"#),
        (
            500,
            "json",
            r#"{"error":"an error was encountered while running the model"}"#,
        ),
        (502, "text/html", "<html>Bad Gateway</html>"),
        (
            503,
            "json",
            r#"{"error":"server busy, please try again.  maximum pending requests exceeded"}"#,
        ),
        (503, "text/html", ""),
    ];
    let shown: Vec<_> = rows
        .iter()
        .map(|(status, kind, body)| format!("{status} {}", check(*status, kind, body)))
        .collect();
    assert_snapshot!(shown.join("\n"), @r#"
        400 MODEL_SERVER_REFUSED (final): the model server refused the request (400): "m" does not support thinking
        400 PROMPT_TOO_LONG (final): the prompt is longer than the model's context: request (5000 tokens) exceeds the available context size (4096 tokens), try increasing it
        400 PROMPT_TOO_LONG (final): the prompt is longer than the model's context: the input length exceeds the context length
        401 MODEL_SERVER_REFUSED (final): the model server refused the request (401): http://here asks for credentials: unauthorized
        403 MODEL_SERVER_REFUSED (final): the model server refused the request (403): http://here refuses this host name. An Ollama that listens on loopback answers only to localhost, private addresses and names such as *.local; set OLLAMA_HOST=0.0.0.0 on the server, or call it by address
        403 MODEL_SERVER_REFUSED (final): the model server refused the request (403): cloud models are disabled
        404 MODEL_MISSING (final): model "" is not there; there are: none
        404 MODEL_SERVER_REFUSED (final): the model server refused the request (404): http://here is not an Ollama server (it said "404 page not found"): check the URL and its path
        405 MODEL_SERVER_REFUSED (final): the model server refused the request (405): http://here is not an Ollama server (it said "405 method not allowed"): check the URL and its path
        308 MODEL_SERVER_REFUSED (final): the model server refused the request (308): http://here redirects; set the URL to where the server itself listens
        429 MODEL_SERVER_BUSY (retry): the model server is busy: too many requests
        500 MODEL_LOAD_FAILED (retry): the model could not be loaded: llama-server process has terminated: signal: killed
        500 MODEL_LOAD_FAILED (retry): the model could not be loaded: model requires more system memory (9 GiB) than is available (2 GiB)
        500 MODEL_SERVER_REFUSED (final): the model server refused the request (500): option "stop" must be of type array
        500 MODEL_SERVER_FAILED (retry): the model server failed: an error was encountered while running the model
        502 MODEL_SERVER_FAILED (retry): the model server failed: <html>Bad Gateway</html>
        503 MODEL_SERVER_BUSY (retry): the model server is busy: server busy, please try again. maximum pending requests exceeded
        503 MODEL_SERVER_FAILED (retry): the model server failed: status 503 Service Unavailable without a reason
    "#);
}
