//! The interface of OpenAI as vLLM and llama.cpp's server write it: server-sent events, a first one without text, the
//! reason for the end in one of its own, the count of tokens in another, and `[DONE]`. What was seen of llama.cpp's own is
//! in `docs/real_server.md`.

use super::State;
use serde_json::{Value, json};

const CREATED: u64 = 1_787_392_800;

/// What comes before the first token, in the same write: a role and a content that is null.
pub(super) fn opening(model: &str) -> String {
    chunk(model, &json!({"role": "assistant", "content": null}), None)
}

pub(super) fn token(model: &str, text: &str) -> String {
    chunk(model, &json!({"content": text}), None)
}

pub(super) fn thinking(model: &str, text: &str) -> String {
    chunk(model, &json!({"reasoning_content": text}), None)
}

pub(super) fn done(model: &str, reason: &str) -> String {
    let usage = event(&json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": CREATED, "model": model, "choices": [],
        "usage": {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14, "prompt_tokens_details": {"cached_tokens": 0}},
        "timings": {"cache_n": 0, "prompt_n": 11, "prompt_ms": 90.0, "predicted_n": 3, "predicted_ms": 80.0},
    }));
    format!(
        "{}\n{usage}\n{}",
        chunk(model, &json!({}), Some(reason)),
        "data: [DONE]\n"
    )
}

pub(super) fn done_bare(model: &str) -> String {
    format!("{}\n{}", chunk(model, &json!({}), Some("stop")), "data: [DONE]\n")
}

pub(super) fn error(words: &str) -> String {
    event(&json!({"error": {"message": words, "type": "InternalServerError", "param": null, "code": 500}}))
}

fn chunk(model: &str, delta: &Value, reason: Option<&str>) -> String {
    event(&json!({
        "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": CREATED, "model": model,
        "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": reason}],
    }))
}

/// With one of the two line feeds that end it.
fn event(value: &Value) -> String {
    format!("data: {value}\n")
}

pub(super) fn models(state: &State) -> String {
    let model = |name: &String| json!({"id": name, "object": "model", "created": CREATED, "owned_by": "vllm"});
    let models: Vec<Value> = state.models.iter().map(model).collect();
    json!({"object": "list", "data": models}).to_string()
}

pub(super) fn missing(model: &str) -> String {
    let message = format!("The model `{model}` does not exist.");
    json!({"error": {"message": message, "type": "NotFoundError", "param": "model", "code": 404}}).to_string()
}

/// The key is repeated, as careless servers do.
pub(super) fn unauthorized(given: &str) -> String {
    let message = format!("Incorrect API key provided: {given}.");
    json!({"error": {"message": message, "type": "invalid_request_error", "code": "invalid_api_key"}}).to_string()
}
