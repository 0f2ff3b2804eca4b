//! What goes over the wire, as servers with OpenAI's interface write it.

use crate::backend::json_text::only_error;
use crate::backend::{Finish, ModelInfo, Task};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::time::Duration;

// === the request ===

#[derive(Serialize)]
struct Chat<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    model: &'a str,
    messages: [Message<'a>; 2],
    stream: bool,
    stream_options: StreamOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<ResponseFormat<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    temperature: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    top_p: Option<f64>,
    /// Not in OpenAI's own interface; the servers that run models know it. Sent only where a caller names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    top_k: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<i32>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

#[derive(Serialize)]
struct StreamOptions {
    include_usage: bool,
}

#[derive(Serialize)]
struct ResponseFormat<'a> {
    r#type: &'static str,
    json_schema: JsonSchema<'a>,
}

#[derive(Serialize)]
struct JsonSchema<'a> {
    name: &'static str,
    schema: &'a RawValue,
}

/// The body of `chat/completions` for a task.
pub(super) fn chat_body(schema: bool, model: &str, task: &Task) -> serde_json::Result<Vec<u8>> {
    let sampling = &task.sampling;
    serde_json::to_vec(&Chat {
        model,
        messages: [
            Message {
                role: "system",
                content: &task.system,
            },
            Message {
                role: "user",
                content: &task.user,
            },
        ],
        stream: true,
        stream_options: StreamOptions { include_usage: true },
        response_format: task.schema.as_deref().filter(|_| schema).map(|schema| ResponseFormat {
            r#type: "json_schema",
            json_schema: JsonSchema {
                name: "test_cases",
                schema,
            },
        }),
        temperature: sampling.temperature,
        top_p: sampling.top_p,
        top_k: sampling.top_k,
        seed: sampling.seed,
        max_tokens: sampling.max_output_tokens,
    })
}

// === an event of the answer ===

/// One event of a streamed answer. Every key may be missing or null.
#[derive(Default, Deserialize)]
pub(super) struct Chunk<'a> {
    /// A fault in the middle of the answer; looked at before everything else.
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
    /// `"error"` where the whole event is one.
    #[serde(borrow, default)]
    object: Option<&'a RawValue>,
    /// Of an error that is not wrapped in one.
    #[serde(borrow, default)]
    message: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) choices: Option<Vec<Choice<'a>>>,
    #[serde(default)]
    pub(super) usage: Option<Usage>,
    /// What llama.cpp's server adds to its last event.
    #[serde(default)]
    pub(super) timings: Option<Timings>,
}

/// One of the answers that were asked for; we ask for one.
#[derive(Deserialize)]
pub(super) struct Choice<'a> {
    #[serde(borrow, default)]
    delta: Option<Part<'a>>,
    /// In the place of `delta`, where a server did not stream.
    #[serde(borrow, default)]
    message: Option<Part<'a>>,
    #[serde(borrow, default)]
    finish_reason: Option<&'a RawValue>,
}

/// What an event adds to the message. The texts are still JSON strings, quotes and escapes included.
#[derive(Default, Deserialize)]
pub(super) struct Part<'a> {
    #[serde(borrow, default)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) reasoning_content: Option<&'a RawValue>,
    /// The same by another name, as newer servers call it.
    #[serde(borrow, default)]
    pub(super) reasoning: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) refusal: Option<&'a RawValue>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Usage {
    #[serde(default)]
    prompt_tokens: Option<i64>,
    #[serde(default)]
    completion_tokens: Option<i64>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub(super) struct Timings {
    #[serde(default)]
    predicted_ms: Option<f64>,
}

impl<'a> Chunk<'a> {
    /// Reads the data of an event. One with an error is read even when the rest of it has another shape.
    pub(super) fn read(bytes: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes).or_else(|wrong| match only_error(bytes) {
            Some(error) => Ok(Self {
                error: Some(error),
                ..Self::default()
            }),
            None => Err(wrong),
        })
    }

    /// Whether the event says that it is an error instead of having one.
    pub(super) fn is_error(&self) -> bool {
        self.object.is_some_and(|object| object.get() == "\"error\"")
            || self.choices.is_none() && self.message.is_some()
    }

    /// Whether it has anything of the interface; `{}` and other objects have not.
    pub(super) fn is_known(&self) -> bool {
        self.choices.is_some() || self.usage.is_some() || self.object.is_some() || self.timings.is_some()
    }
}

impl<'a> Choice<'a> {
    pub(super) fn part(&self) -> Option<&Part<'a>> {
        self.delta.as_ref().or(self.message.as_ref())
    }

    /// The reason for the end, if this event has one; a reason that is no text is shown as it is.
    pub(super) fn finish_reason(&self) -> Option<&'a str> {
        let raw = self.finish_reason?.get().trim_matches('"');
        (raw != "null" && !raw.is_empty()).then_some(raw)
    }
}

/// What the events say of the whole answer.
pub(super) fn finish(cut: bool, usage: Option<Usage>, timings: Option<Timings>) -> Finish {
    let usage = usage.unwrap_or_default();
    Finish {
        cut,
        model: None,
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens,
        load: None,
        generation: timings
            .and_then(|timings| timings.predicted_ms)
            .and_then(|ms| Duration::try_from_secs_f64(ms / 1_000.0).ok()),
    }
}

// === look-ups ===

/// `models`.
#[derive(Deserialize)]
pub(super) struct Models {
    /// Required: a JSON object without it is not of this interface.
    data: Vec<Model>,
}

#[derive(Deserialize)]
struct Model {
    id: String,
}

impl Models {
    pub(super) fn into_infos(self) -> Vec<ModelInfo> {
        let info = |model: Model| ModelInfo {
            name: model.id,
            ..ModelInfo::default()
        };
        self.data.into_iter().map(info).collect()
    }
}
