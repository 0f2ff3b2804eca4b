//! What went wrong, told apart: from an HTTP status and its body, and from an error event.
//!
//! Every server has words of its own, few have codes. A message that is not known stays a fault of its status' class,
//! with the server's own words.

use crate::backend::Fault;
use crate::backend::endpoint::{Head, after_colon, in_quotes, message};

/// The fault of an answer whose status is not 200. A missing model has no list yet: only the server knows it.
pub(super) fn refused(address: &str, head: &Head, body: &[u8]) -> Fault {
    let status = head.status.as_u16();
    let said = message(body);
    let code = code(body);
    let refused = |reason: String| Fault::Refused { status, reason };
    match status {
        300..=399 => refused(head.redirected(address)),
        401 => refused(format!(
            "{address} does not accept the API key, or wants one (openai.api_key sets it){}",
            after_colon(&said)
        )),
        403 => refused(format!(
            "{address} does not allow this with the API key that it got (openai.api_key sets it){}",
            after_colon(&said)
        )),
        400 | 404 | 422 if is_missing_model(&said, &code) => Fault::ModelMissing {
            model: String::new(),
            available: Vec::new(),
        },
        404 | 405 => refused(format!(
            "{address} has no such path{}: openai.url must lead to the interface, as in http://localhost:8000/v1",
            in_quotes(&said)
        )),
        _ if is_too_long(&said, &code) => Fault::PromptTooLong(said),
        429 if code == "insufficient_quota" => refused(head.or_status(&said)),
        429 | 503 | 529 if status != 503 || is_busy(&said) || head.retry_after.is_some() => Fault::Busy {
            reason: head.or_status(&said),
            retry_after: head.retry_after,
        },
        400 | 422 if is_about_the_schema(&said) => refused(format!(
            "{} (openai.schema = false sends no schema)",
            head.or_status(&said)
        )),
        400..=499 => refused(head.or_status(&said)),
        _ => Fault::Failed(head.or_status(&said)),
    }
}

/// The fault of an error in an answer that had begun: an object, or a text in quotes.
pub(super) fn in_the_answer(error: &[u8]) -> Fault {
    let code = code(error);
    let whole = [b"{\"error\":".as_slice(), error, b"}".as_slice()].concat();
    let said = match message(&whole) {
        said if said.is_empty() => "an error without words".to_owned(),
        said => said,
    };
    if is_too_long(&said, &code) {
        Fault::PromptTooLong(said)
    } else if code == "content_filter" {
        Fault::Withheld(said)
    } else if code == "429" || code == "rate_limit_exceeded" {
        Fault::busy(said)
    } else {
        Fault::Failed(said)
    }
}

/// The error's code, which servers write as a text, as a number, or not at all; then its type stands for it.
fn code(body: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let error = value.get("error").filter(|error| error.is_object()).unwrap_or(&value);
    ["code", "type"]
        .iter()
        .find_map(|key| match error.get(key) {
            Some(serde_json::Value::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(serde_json::Value::Number(number)) if *key == "code" => Some(number.to_string()),
            _ => None,
        })
        .unwrap_or_default()
}

fn is_missing_model(said: &str, code: &str) -> bool {
    let said = said.to_lowercase();
    code == "model_not_found"
        || said.contains("model")
            && [
                "not found",
                "does not exist",
                "not exist",
                "no such model",
                "unknown model",
                "is not available",
            ]
            .iter()
            .any(|words| said.contains(words))
}

fn is_too_long(said: &str, code: &str) -> bool {
    const WORDS: [&str; 7] = [
        "maximum context length",
        "exceeds the available context",
        "longer than the model's context",
        "longer than the context length",
        "exceeds the context",
        "greater than the context length",
        "context the overflows",
    ];
    matches!(code, "context_length_exceeded" | "exceed_context_size_error")
        || WORDS.iter().any(|words| said.contains(words))
}

fn is_busy(said: &str) -> bool {
    let said = said.to_lowercase();
    [
        "busy",
        "overloaded",
        "queue",
        "capacity",
        "loading model",
        "too many",
        "try again",
    ]
    .iter()
    .any(|words| said.contains(words))
}

fn is_about_the_schema(said: &str) -> bool {
    let said = said.to_lowercase();
    [
        "response_format",
        "json_schema",
        "json schema",
        "grammar",
        "guided",
        "structured output",
    ]
    .iter()
    .any(|words| said.contains(words))
}
