#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::fault::{in_the_answer, refused};
use super::wire::chat_body;
use super::{Config, OpenAi};
use crate::backend::endpoint::Head;
use crate::backend::{Backend, Sampling, Task};
use crate::basis::TestBasis;
use crate::coverage::Plan;
use insta::assert_snapshot;
use serde_json::value::RawValue;
use std::sync::Arc;

fn task(sampling: Sampling) -> Task {
    Task {
        basis: Arc::new(TestBasis::default()),
        plan: Arc::new(Plan::default()),
        asked: Vec::new(),
        system: "Rules.".to_owned(),
        user: "A \"story\"".to_owned(),
        schema: Some(
            RawValue::from_string(r#"{"type":"object","required":["z","a"]}"#.to_owned())
                .unwrap()
                .into(),
        ),
        sampling,
        model: "m".to_owned(),
        headers: Vec::new(),
    }
}

#[test]
fn the_request_is_what_servers_read() {
    let body =
        |schema: bool, sampling: Sampling| String::from_utf8(chat_body(schema, "m", &task(sampling)).unwrap()).unwrap();
    assert_snapshot!(body(true, Sampling::default()));
    let sampling = Sampling {
        temperature: Some(0.2),
        top_p: Some(0.9),
        top_k: Some(40),
        seed: Some(7),
        max_output_tokens: Some(2_000),
    };
    assert_snapshot!(body(false, sampling));
}

#[test]
fn an_address_without_a_path_means_v1() {
    let target = |url: &str| {
        let backend = OpenAi::new(Config::at(url.parse().unwrap())).unwrap();
        backend.target("m")
    };
    assert_eq!(target("http://localhost:8000"), "openai m at http://localhost:8000/v1");
    assert_eq!(target("http://localhost:8000/"), "openai m at http://localhost:8000/v1");
    assert_eq!(
        target("https://me:secret@gateway/openai/v1/"),
        "openai m at https://gateway/openai/v1"
    );
}

/// Status, body and `Retry-After`, and the fault that they are.
#[test]
fn refusals_are_told_apart() {
    let check = |status: u16, body: &str| {
        let response = http::Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .header(
                "retry-after",
                if body.contains("wait") {
                    "7"
                } else {
                    "Wed, 21 Oct 2026 07:28:00 GMT"
                },
            )
            .body(body.to_owned());
        let head = Head::of(&reqwest::Response::from(response.unwrap()));
        let fault = refused("http://here/v1", &head, body.as_bytes());
        let again = if fault.worth_another_attempt() {
            "retry"
        } else {
            "final"
        };
        let after = fault
            .retry_after()
            .map(|time| format!(" after {time:?}"))
            .unwrap_or_default();
        format!("{status} {} ({again}{after}): {fault}", fault.code())
    };
    let rows = [
        (308, ""),
        (
            400,
            r#"{"error":{"message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens","type":"BadRequestError","code":400}}"#,
        ),
        (
            400,
            r#"{"error":{"code":400,"message":"the request exceeds the available context size, try increasing it","type":"exceed_context_size_error","n_prompt_tokens":5000}}"#,
        ),
        (
            400,
            r#"{"object":"error","message":"The input (5000 tokens) is longer than the model's context length (4096 tokens).","type":"BadRequestError","code":400}"#,
        ),
        (
            400,
            r#"{"error":{"message":"Invalid response_format: pattern is not supported","type":"invalid_request_error"}}"#,
        ),
        (
            400,
            r#"{"error":{"message":"temperature must be non-negative","type":"invalid_request_error"}}"#,
        ),
        (
            401,
            r#"{"error":{"message":"Invalid API Key","type":"authentication_error","code":401}}"#,
        ),
        (403, r#"{"error":"forbidden"}"#),
        (
            404,
            r#"{"error":{"message":"The model `nope` does not exist.","type":"NotFoundError","param":"model","code":404}}"#,
        ),
        (404, r#"{"error":{"message":"x","code":"model_not_found"}}"#),
        (404, r#"{"detail":"Not Found"}"#),
        (422, r#"{"detail":[{"loc":["body","seed"],"msg":"not an integer"}]}"#),
        (
            429,
            r#"{"error":{"message":"Rate limit reached, wait","type":"requests","code":"rate_limit_exceeded"}}"#,
        ),
        (429, r#"{"error":{"message":"too many requests"}}"#),
        (
            429,
            r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#,
        ),
        (
            500,
            r#"{"error":{"message":"CUDA out of memory","type":"InternalServerError","code":500}}"#,
        ),
        (502, "<html>Bad Gateway</html>"),
        (
            503,
            r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
        ),
        (503, "upstream gone"),
    ];
    let shown: Vec<_> = rows.iter().map(|(status, body)| check(*status, body)).collect();
    assert_snapshot!(shown.join("\n"));
}

#[test]
fn errors_in_an_answer_are_told_apart() {
    let shown: Vec<_> = [
        r#"{"message":"engine died","type":"InternalServerError","code":500}"#,
        r#""only words""#,
        r#"{"object":"error","message":"the request exceeds the context size","code":400}"#,
        r#"{"message":"slow down","code":429}"#,
        r#"{"message":"filtered","code":"content_filter"}"#,
        r#"{"type":"abort","message":"aborted by the scheduler"}"#,
        "{}",
    ]
    .iter()
    .map(|error| {
        let fault = in_the_answer(error.as_bytes());
        format!("{}: {fault}", fault.code())
    })
    .collect();
    assert_snapshot!(shown.join("\n"));
}
