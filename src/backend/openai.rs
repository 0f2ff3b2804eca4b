//! Any server with OpenAI's interface (vLLM, llama.cpp's server, SGLang, LM Studio, …): one streaming
//! `POST …/chat/completions` a task.
//!
//! Such servers agree on the shape of an answer and on little else. What is sent is therefore the part that all of them
//! read: two messages, `response_format` with the task's JSON schema (a setting leaves it out), and of sampling only what
//! the task names. What comes back is read with tolerance; what an answer must have to be whole is strict: a
//! `finish_reason`.
//!
//! What it refuses: to take an answer for whole that gave no reason for its end, and a model that the server does not
//! list, because some servers silently answer with another one.

mod answer;
mod fault;
mod wire;

use crate::backend::answer::{Answer, Server};
use crate::backend::endpoint::{ClientError, Endpoint, Hints, Making, with_headers};
use crate::backend::masked::{Secret, ServerUrl};
use crate::backend::ndjson::Lines;
use crate::backend::{Backend, BackendId, BoxFuture, Fault, ModelInfo, Offers, Task, TokenStream};
use std::sync::Arc;
use std::time::Duration;

/// Longest event of an answer, in bytes: a whole answer that was not streamed fits, and every stream may have to hold one.
const MAX_EVENT_BYTES: usize = 2 * 1024 * 1024;

/// How to ask a server with OpenAI's interface.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where it listens. Without a path, `/v1` is meant.
    pub url: ServerUrl,
    /// The model of requests that name none; empty: the first that the server lists.
    pub model: String,
    /// Sent as a bearer token.
    pub api_key: Option<Secret>,
    /// Whether the task's JSON schema goes into `response_format`.
    pub schema: bool,
    /// Tokens of the model's context, prompt and answer together, as the server was started.
    pub context_tokens: usize,
    /// Bound on making a connection.
    pub connect_timeout: Duration,
    /// Bound on each look-up (`/v1/models`) and on the body of a refusal.
    pub lookup_timeout: Duration,
}

impl Config {
    /// The usual settings for a server at this address.
    #[must_use]
    pub fn at(url: ServerUrl) -> Self {
        Self {
            url,
            model: String::new(),
            api_key: None,
            schema: true,
            context_tokens: 8_192,
            connect_timeout: Duration::from_secs(3),
            lookup_timeout: Duration::from_secs(2),
        }
    }
}

/// A server with OpenAI's interface.
#[derive(Clone)]
pub struct OpenAi {
    shared: Arc<Shared>,
}

/// What requests and their streams share.
struct Shared {
    config: Config,
    endpoint: Endpoint,
}

/// One request's side of the server.
struct Asked {
    shared: Arc<Shared>,
    model: String,
}

const HINTS: Hints = Hints {
    address: "openai.url sets the address",
    connecting: "openai.connect_timeout sets the bound, openai.url the address",
    looking_up: "openai.probe_timeout sets the bound, openai.url the address",
};

// === impl OpenAi ===

impl OpenAi {
    /// Makes a client; connects to nothing.
    ///
    /// # Errors
    /// For `https`, when the system's certificates cannot be read.
    pub fn new(config: Config) -> Result<Self, ClientError> {
        let endpoint = Endpoint::new(Making {
            url: base(&config.url),
            key: config.api_key.clone(),
            connect_timeout: config.connect_timeout,
            lookup_timeout: config.lookup_timeout,
            hints: HINTS,
            refused: fault::refused,
        })?;
        Ok(Self {
            shared: Arc::new(Shared { config, endpoint }),
        })
    }
}

impl std::fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenAi")
            .field("address", &self.shared.endpoint.address())
            .finish_non_exhaustive()
    }
}

impl Backend for OpenAi {
    fn id(&self) -> BackendId {
        BackendId::OpenAi
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        let begun = self.shared.chat(&task).map(|request| {
            let asked = Asked {
                shared: Arc::clone(&self.shared),
                model: self.shared.model_of(&task.model).to_owned(),
            };
            Box::new(Answer::new(asked, request, None)) as Box<dyn TokenStream>
        });
        Box::pin(std::future::ready(begun))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        Box::pin(self.shared.models())
    }

    fn offers(&self) -> Offers {
        Offers {
            schema: self.shared.config.schema,
            context_tokens: Some(self.shared.config.context_tokens),
        }
    }

    fn peer(&self) -> Option<(String, u16)> {
        self.shared.endpoint.peer()
    }

    fn target(&self, model: &str) -> String {
        let named = ["openai", self.shared.model_of(model)].join(" ");
        format!("{} at {}", named.trim_end(), self.shared.endpoint.address())
    }
}

// === impl Shared ===

impl Shared {
    fn model_of<'a>(&'a self, asked: &'a str) -> &'a str {
        if asked.is_empty() { &self.config.model } else { asked }
    }

    /// The request for a task, ready to be sent.
    fn chat(&self, task: &Task) -> Result<reqwest::RequestBuilder, Fault> {
        let body = wire::chat_body(self.config.schema, self.model_of(&task.model), task)
            .map_err(|error| Fault::Failed(format!("the request cannot be written as JSON: {error}")))?;
        let request = self.endpoint.post("chat/completions", "text/event-stream", body);
        Ok(with_headers(request, &task.headers))
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, Fault> {
        let list: wire::Models = self
            .endpoint
            .look_up("models", "a server with OpenAI's interface")
            .await?;
        Ok(list.into_infos())
    }
}

impl Server for Asked {
    type Lines = answer::Tally;

    fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    fn lines(&self) -> Lines {
        Lines::new(MAX_EVENT_BYTES).with_blank_lines()
    }

    fn explain(&self, response: reqwest::Response) -> BoxFuture<'static, Fault> {
        Box::pin(answer::explain(Arc::clone(&self.shared), self.model.clone(), response))
    }
}

/// Without a path, the interface's usual one.
fn base(url: &ServerUrl) -> ServerUrl {
    if url.path().trim_matches('/').is_empty() {
        url.at("v1").into()
    } else {
        url.clone()
    }
}

#[cfg(test)]
mod tests;
