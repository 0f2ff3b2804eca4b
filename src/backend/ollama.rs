//! Ollama: one streaming `POST /api/chat` a task.
//!
//! The request is always the same shape, because what a server loads depends on it: one `num_ctx`, `shift` and
//! `truncate` for every task (a change of `num_ctx` or `shift` reloads the model and makes other requests wait), only
//! sampling and schema follow the task. `truncate: false` and `shift: false`: an over-long prompt is refused and a full
//! context ends the answer with `length`, where the server would otherwise drop half of the story without a word.
//!
//! What it refuses: to take an answer for whole that did not say `done`.

mod answer;
mod fault;
mod wire;

use crate::backend::answer::{Answer, Server};
use crate::backend::endpoint::{ClientError, Endpoint, Hints, Making, with_headers};
use crate::backend::masked::ServerUrl;
use crate::backend::ndjson::Lines;
use crate::backend::{Backend, BackendId, BoxFuture, Fault, ModelInfo, Offers, Task, TokenStream};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// How to ask an Ollama server.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where it listens; a path is kept, for servers behind a proxy. User and password become basic authentication.
    /// Default: `http://localhost:11434`.
    pub url: ServerUrl,
    /// The model of requests that name none. Default: `llama3.2:1b`.
    pub model: String,
    /// How long the model stays in memory after a request. Default: what the server is set to.
    pub keep_alive: KeepAlive,
    /// Tokens that the model can see, prompt and answer together; the same for every request. `None`: what the server
    /// is set to (4,096 where it has little memory, which cuts long suites). Default: 8,192.
    pub num_ctx: Option<NonZeroU32>,
    /// Whether a model that can think does so before it answers. Default: no; it costs tokens, and the plan is made.
    pub think: bool,
    /// Whether the task's JSON schema goes into `format`. Off helps very small models. Default: yes.
    pub schema_in_format: bool,
    /// Bound on making a connection. Default: 3 s.
    pub connect_timeout: Duration,
    /// Bound on each look-up (`/api/tags`, `/api/version`, `/api/ps`) and on the body of a refusal. Default: 2 s.
    pub lookup_timeout: Duration,
    /// How long a request may be silent before the server is asked whether the model is in memory. Default: 500 ms.
    pub loading_notice_after: Duration,
    /// Longest line of an answer, in bytes; every stream may have to hold one. Default: 2 MiB.
    pub max_line_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            url: default_url(),
            model: "llama3.2:1b".to_owned(),
            keep_alive: KeepAlive::AsTheServer,
            num_ctx: NonZeroU32::new(8_192),
            think: false,
            schema_in_format: true,
            connect_timeout: Duration::from_secs(3),
            lookup_timeout: Duration::from_secs(2),
            loading_notice_after: Duration::from_millis(500),
            max_line_bytes: 2 * 1024 * 1024,
        }
    }
}

/// How long a model stays in memory after a request. Every value is one that the server accepts: a number without a
/// unit in quotes, such as `"-1"`, is refused by it and cannot be written here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeepAlive {
    /// What the server is set to.
    #[default]
    AsTheServer,
    /// This long; zero unloads at once.
    For(Duration),
    /// Until the server ends.
    Forever,
}

/// An Ollama server.
#[derive(Clone)]
pub struct Ollama {
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

/// Whose protocol is expected.
const WHO: &str = "Ollama";

const HINTS: Hints = Hints {
    address: "ollama.url sets the address",
    connecting: "ollama.connect_timeout sets the bound, ollama.url the address",
    looking_up: "ollama.probe_timeout sets the bound, ollama.url the address",
};

// === impl Ollama ===

impl Ollama {
    /// Makes a client; connects to nothing.
    ///
    /// # Errors
    /// For `https`, when the system's certificates cannot be read.
    pub fn new(config: Config) -> Result<Self, ClientError> {
        let endpoint = Endpoint::new(Making {
            url: config.url.clone(),
            key: None,
            connect_timeout: config.connect_timeout,
            lookup_timeout: config.lookup_timeout,
            hints: HINTS,
            refused: fault::refused,
        })?;
        Ok(Self {
            shared: Arc::new(Shared { config, endpoint }),
        })
    }

    /// The server's version, such as `0.33.0`.
    ///
    /// # Errors
    /// As [`Backend::probe`].
    pub async fn version(&self) -> Result<String, Fault> {
        let version: wire::Version = self.shared.endpoint.look_up("api/version", WHO).await?;
        Ok(version.version)
    }

    /// The server for people: its URL without user, password and trailing slash.
    #[must_use]
    pub fn address(&self) -> &str {
        self.shared.endpoint.address()
    }

    /// The names of the models that are in memory.
    ///
    /// # Errors
    /// As [`Backend::probe`]; a server that is loading a model may not answer in time.
    pub async fn loaded(&self) -> Result<Vec<String>, Fault> {
        self.shared.loaded().await
    }

    /// Whether a model is in memory.
    pub(super) async fn is_loaded(&self, model: &str) -> Result<bool, Fault> {
        self.shared.is_loaded(model).await
    }

    /// Takes a model out of memory, once its requests have ended.
    ///
    /// # Errors
    /// As [`Backend::probe`].
    pub async fn unload(&self, model: &str) -> Result<(), Fault> {
        let body = wire::unload_body(model);
        let request = self.shared.endpoint.post("api/chat", "application/json", body);
        let _: serde_json::Value = self.shared.endpoint.short(request, "api/chat", WHO).await?;
        Ok(())
    }

    /// Begins to pull a model; the body tells how that goes, one JSON object a line.
    pub(super) async fn pull(&self, model: &str) -> Result<reqwest::Response, Fault> {
        let endpoint = &self.shared.endpoint;
        let request = endpoint.post("api/pull", "application/x-ndjson", wire::pull_body(model));
        let response = request.send().await.map_err(|error| endpoint.unreachable(&error))?;
        if response.status().is_success() {
            Ok(response)
        } else {
            Err(endpoint.masked(endpoint.refusal(response).await))
        }
    }

    /// The settings that it was made with.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.shared.config
    }
}

impl std::fmt::Debug for Ollama {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ollama")
            .field("address", &self.shared.endpoint.address())
            .finish_non_exhaustive()
    }
}

impl Backend for Ollama {
    fn id(&self) -> BackendId {
        BackendId::Ollama
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        let begun = self.shared.chat(&task).map(|request| {
            let asked = Asked {
                shared: Arc::clone(&self.shared),
                model: self.shared.model_of(&task.model).to_owned(),
            };
            let look = answer::look_at_memory(Arc::clone(&self.shared), asked.model.clone());
            Box::new(Answer::new(asked, request, Some(Box::pin(look)))) as Box<dyn TokenStream>
        });
        Box::pin(std::future::ready(begun))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        Box::pin(self.shared.models())
    }

    fn offers(&self) -> Offers {
        Offers {
            schema: self.shared.config.schema_in_format,
            context_tokens: self.shared.config.num_ctx.map(|tokens| tokens.get() as usize),
        }
    }

    fn peer(&self) -> Option<(String, u16)> {
        self.shared.endpoint.peer()
    }

    fn target(&self, model: &str) -> String {
        format!(
            "ollama {} at {}",
            self.shared.model_of(model),
            self.shared.endpoint.address()
        )
    }
}

// === impl Shared ===

impl Shared {
    fn model_of<'a>(&'a self, asked: &'a str) -> &'a str {
        if asked.is_empty() { &self.config.model } else { asked }
    }

    /// The request for a task, ready to be sent.
    fn chat(&self, task: &Task) -> Result<reqwest::RequestBuilder, Fault> {
        let body = wire::chat_body(&self.config, self.model_of(&task.model), task)
            .map_err(|error| Fault::Failed(format!("the request cannot be written as JSON: {error}")))?;
        let request = self.endpoint.post("api/chat", "application/x-ndjson", body);
        Ok(with_headers(request, &task.headers))
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, Fault> {
        let tags: wire::Tags = self.endpoint.look_up("api/tags", WHO).await?;
        Ok(tags.models.into_iter().map(wire::Tag::into_info).collect())
    }

    async fn loaded(&self) -> Result<Vec<String>, Fault> {
        let tags: wire::Tags = self.endpoint.look_up("api/ps", WHO).await?;
        Ok(tags.models.into_iter().map(|tag| tag.into_info().name).collect())
    }

    async fn is_loaded(&self, model: &str) -> Result<bool, Fault> {
        let loaded = self.loaded().await?;
        Ok(loaded.iter().any(|name| super::selection::same_model(name, model)))
    }
}

impl Server for Asked {
    type Lines = answer::Tally;

    fn endpoint(&self) -> &Endpoint {
        &self.shared.endpoint
    }

    fn lines(&self) -> Lines {
        Lines::new(self.shared.config.max_line_bytes)
    }

    fn explain(&self, response: reqwest::Response) -> BoxFuture<'static, Fault> {
        Box::pin(answer::explain(Arc::clone(&self.shared), self.model.clone(), response))
    }
}

#[expect(
    clippy::expect_used,
    reason = "a constant of ours; every test that makes a default reads it"
)]
fn default_url() -> ServerUrl {
    "http://localhost:11434".parse().expect("a constant URL")
}

#[cfg(test)]
mod tests;
