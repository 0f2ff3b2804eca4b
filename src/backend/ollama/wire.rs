//! What goes over the wire, as Ollama writes it. Lines of an answer are read where they lie: their texts are borrowed
//! and unescaped straight into the caller's text.

use super::{Config, KeepAlive};
use crate::backend::json_text::only_error;
use crate::backend::{Finish, ModelInfo, Task};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;
use std::time::Duration;

// === the request ===

#[derive(Serialize)]
struct Chat<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    stream: bool,
    think: bool,
    truncate: bool,
    shift: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'a RawValue>,
    options: Options,
    #[serde(skip_serializing_if = "is_as_the_server")]
    keep_alive: KeepAlive,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

/// Written by hand, so that what is not set is not sent: the model file's own parameters then hold.
struct Options {
    num_ctx: Option<u32>,
    temperature: Option<f64>,
    top_p: Option<f64>,
    top_k: Option<i32>,
    seed: Option<i64>,
    num_predict: Option<i32>,
}

impl Serialize for Options {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(value) = self.num_ctx {
            map.serialize_entry("num_ctx", &value)?;
        }
        if let Some(value) = self.temperature {
            map.serialize_entry("temperature", &value)?;
        }
        if let Some(value) = self.top_p {
            map.serialize_entry("top_p", &value)?;
        }
        if let Some(value) = self.top_k {
            map.serialize_entry("top_k", &value)?;
        }
        if let Some(value) = self.seed {
            map.serialize_entry("seed", &value)?;
        }
        if let Some(value) = self.num_predict {
            map.serialize_entry("num_predict", &value)?;
        }
        map.end()
    }
}

impl Serialize for KeepAlive {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::AsTheServer => serializer.serialize_none(),
            Self::For(time) => serializer.collect_str(&format_args!("{}ms", time.as_millis())),
            Self::Forever => serializer.serialize_i32(-1),
        }
    }
}

fn is_as_the_server(keep_alive: &KeepAlive) -> bool {
    *keep_alive == KeepAlive::AsTheServer
}

/// The body of `/api/chat` for a task.
pub(super) fn chat_body(config: &Config, model: &str, task: &Task) -> serde_json::Result<Vec<u8>> {
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
        think: config.think,
        truncate: false,
        shift: false,
        format: task.schema.as_deref().filter(|_| config.schema_in_format),
        options: Options {
            num_ctx: config.num_ctx.map(std::num::NonZeroU32::get),
            temperature: sampling.temperature,
            top_p: sampling.top_p,
            top_k: sampling.top_k,
            seed: sampling.seed,
            num_predict: sampling.max_output_tokens,
        },
        keep_alive: config.keep_alive,
    })
}

/// The body of `/api/chat` that takes a model out of memory: no message, and no time to stay.
pub(super) fn unload_body(model: &str) -> Vec<u8> {
    serde_json::json!({"model": model, "messages": [], "keep_alive": 0, "stream": false})
        .to_string()
        .into_bytes()
}

/// The body of `/api/pull`.
pub(super) fn pull_body(model: &str) -> Vec<u8> {
    serde_json::json!({"model": model, "stream": true})
        .to_string()
        .into_bytes()
}

// === a line of the answer ===

/// One line of a streamed answer. Every key may be missing: the server leaves out what is empty or zero.
#[derive(Default, Deserialize)]
pub(super) struct Line<'a> {
    /// A fault in the middle of the answer; looked at before everything else.
    #[serde(borrow, default)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) message: Option<Part<'a>>,
    /// Still a JSON string: it is looked at on the last line alone.
    #[serde(borrow, default)]
    model: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) done: bool,
    #[serde(borrow, default)]
    done_reason: Option<&'a RawValue>,
    #[serde(default)]
    prompt_eval_count: Option<i64>,
    #[serde(default)]
    eval_count: Option<i64>,
    #[serde(default)]
    load_duration: Option<u64>,
    #[serde(default)]
    eval_duration: Option<u64>,
}

/// What a line adds to the message. The texts are still JSON strings, quotes and escapes included.
#[derive(Default, Deserialize)]
pub(super) struct Part<'a> {
    #[serde(borrow, default)]
    pub(super) content: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) thinking: Option<&'a RawValue>,
}

impl<'a> Line<'a> {
    /// Reads a line. A line with an error is read even when the rest of it has another shape.
    pub(super) fn read(bytes: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes).or_else(|wrong| match only_error(bytes) {
            Some(error) => Ok(Self {
                error: Some(error),
                ..Self::default()
            }),
            None => Err(wrong),
        })
    }

    /// Whether the server only loaded or unloaded the model.
    pub(super) fn is_no_answer(&self) -> bool {
        self.reason_is("load") || self.reason_is("unload")
    }

    /// What the last line says of the whole answer.
    pub(super) fn finish(&self) -> Finish {
        Finish {
            cut: self.reason_is("length"),
            model: self.model.and_then(|raw| serde_json::from_str(raw.get()).ok()),
            input_tokens: self.prompt_eval_count,
            output_tokens: self.eval_count,
            load: self.load_duration.map(Duration::from_nanos),
            generation: self.eval_duration.map(Duration::from_nanos),
        }
    }

    fn reason_is(&self, reason: &str) -> bool {
        self.done_reason
            .is_some_and(|raw| raw.get().trim_matches('"') == reason)
    }
}

// === look-ups ===

/// `/api/tags` and `/api/ps`.
#[derive(Deserialize)]
pub(super) struct Tags {
    /// Required: a JSON object without it is not from Ollama.
    pub(super) models: Vec<Tag>,
}

#[derive(Deserialize)]
pub(super) struct Tag {
    #[serde(default)]
    name: String,
    #[serde(default)]
    model: String,
    #[serde(default)]
    digest: String,
    #[serde(default)]
    size: Option<u64>,
    #[serde(default)]
    details: Option<Details>,
}

#[derive(Default, Deserialize)]
struct Details {
    #[serde(default)]
    parameter_size: String,
    #[serde(default)]
    quantization_level: String,
}

impl Tag {
    pub(super) fn into_info(self) -> ModelInfo {
        let details = self.details.unwrap_or_default();
        ModelInfo {
            name: if self.name.is_empty() { self.model } else { self.name },
            digest: self.digest,
            size: self.size,
            parameters: details.parameter_size,
            quantization: details.quantization_level,
        }
    }
}

/// `/api/version`.
#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) version: String,
}
