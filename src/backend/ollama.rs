//! Ollama: one streaming `POST /api/chat` a task.
//!
//! The request is always the same shape, because what a server loads depends on it: one `num_ctx`, `shift` and
//! `truncate` for every task (a change of `num_ctx` or `shift` reloads the model and makes other requests wait), only
//! sampling and schema follow the task. `truncate: false` and `shift: false`: an over-long prompt is refused and a full
//! context ends the answer with `length`, where the server would otherwise drop half of the story without a word.
//!
//! Time limits on the answer belong to the generation. Here only connecting and the short look-ups are timed: a server
//! that loads a model sends no byte for minutes, and that is not a fault.
//!
//! Every request has a connection of its own. Against an answer that takes seconds a connect costs nothing, a reused
//! connection that a proxy has closed in the meantime fails a request that was sound, and a dropped stream then always
//! closes its socket, which is what ends the model's work.
//!
//! What it refuses: to follow redirects, to use a proxy from the environment (it would hold back the stream), and to
//! take an answer for whole that did not say `done`.

mod answer;
mod fault;
mod wire;

use crate::backend::{Backend, BackendId, BoxFuture, Fault, ModelInfo, Task, TokenStream};
use http::{HeaderName, HeaderValue};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How to ask an Ollama server.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Where it listens; a path is kept, for servers behind a proxy. User and password become basic authentication.
    /// Default: `http://localhost:11434`.
    pub url: Url,
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
    /// Longest line of an answer, in bytes. Default: 16 MiB.
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
            max_line_bytes: 16 * 1024 * 1024,
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
    client: reqwest::Client,
    /// The server for people: its URL without user, password and trailing slash.
    address: String,
}

/// The HTTP client could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for Ollama cannot be made: {0}")]
pub struct ClientError(#[from] reqwest::Error);

// === impl Ollama ===

impl Ollama {
    /// Makes a client; connects to nothing.
    ///
    /// # Errors
    /// For `https`, when the system's certificates cannot be read.
    pub fn new(config: Config) -> Result<Self, ClientError> {
        let client = client(&config)?;
        let address = address(&config.url);
        Ok(Self {
            shared: Arc::new(Shared {
                config,
                client,
                address,
            }),
        })
    }

    /// The server's version, such as `0.33.0`.
    ///
    /// # Errors
    /// As [`Backend::probe`].
    pub async fn version(&self) -> Result<String, Fault> {
        let version: wire::Version = self.shared.look_up("api/version").await?;
        Ok(version.version)
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
            .field("address", &self.shared.address)
            .finish_non_exhaustive()
    }
}

impl Backend for Ollama {
    fn id(&self) -> BackendId {
        BackendId::Ollama
    }

    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>> {
        let begun = self.shared.chat(&task).map(|request| {
            let model = self.shared.model_of(&task.model).to_owned();
            Box::new(answer::Answer::new(Arc::clone(&self.shared), model, request)) as Box<dyn TokenStream>
        });
        Box::pin(std::future::ready(begun))
    }

    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>> {
        Box::pin(self.shared.models())
    }

    fn peer(&self) -> Option<(String, u16)> {
        let url = &self.shared.config.url;
        Some((url.host_str()?.to_owned(), url.port_or_known_default()?))
    }

    fn target(&self, model: &str) -> String {
        format!("ollama {} at {}", self.shared.model_of(model), self.shared.address)
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
        let mut request = self
            .client
            .post(self.at("api/chat"))
            .header(http::header::CONTENT_TYPE, "application/json")
            .header(http::header::ACCEPT, "application/x-ndjson")
            .body(body);
        for (name, value) in &task.headers {
            // A header that cannot be sent is left out: it is for tracing, and no reason to fail.
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                request = request.header(name, value);
            }
        }
        Ok(request)
    }

    async fn models(&self) -> Result<Vec<ModelInfo>, Fault> {
        let tags: wire::Tags = self.look_up("api/tags").await?;
        Ok(tags.models.into_iter().map(wire::Tag::into_info).collect())
    }

    /// Whether the model is in memory.
    async fn is_loaded(&self, model: &str) -> Result<bool, Fault> {
        let tags: wire::Tags = self.look_up("api/ps").await?;
        Ok(tags
            .models
            .into_iter()
            .any(|tag| super::selection::same_model(&tag.into_info().name, model)))
    }

    /// One short GET, bounded in time and size.
    async fn look_up<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Fault> {
        let limit = self.config.lookup_timeout;
        let look = async {
            let response = self
                .client
                .get(self.at(path))
                .send()
                .await
                .map_err(|error| self.unreachable(&error))?;
            let head = fault::Head::of(&response);
            let body = answer::read_bounded(response, wire::MAX_LOOKUP_BYTES)
                .await
                .map_err(|error| Fault::BrokeOff(fault::words(&error)))?;
            if !head.status.is_success() {
                return Err(fault::refused(&self.address, &head, &body));
            }
            serde_json::from_slice(&body).map_err(|error| {
                Fault::Protocol(format!(
                    "{}/{path} did not answer as Ollama does: {error}",
                    self.address
                ))
            })
        };
        tokio::time::timeout(limit, look).await.unwrap_or_else(|_| {
            Err(Fault::Unreachable {
                target: self.address.clone(),
                reason: format!("no answer within {limit:?}"),
                setting: "ollama.probe_timeout sets the bound, ollama.url the address",
            })
        })
    }

    fn unreachable(&self, error: &reqwest::Error) -> Fault {
        Fault::Unreachable {
            target: self.address.clone(),
            reason: fault::words(error),
            setting: if error.is_timeout() {
                "ollama.connect_timeout sets the bound, ollama.url the address"
            } else {
                "ollama.url sets the address"
            },
        }
    }

    fn at(&self, path: &str) -> Url {
        let mut url = self.config.url.clone();
        let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
        url.set_path(&joined);
        url
    }
}

fn client(config: &Config) -> Result<reqwest::Client, ClientError> {
    let builder = reqwest::Client::builder()
        .user_agent(concat!("testgen/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(config.connect_timeout)
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .tcp_nodelay(true);
    // The process needs one provider of cryptography, whoever installs it first.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = if config.url.scheme() == "https" {
        builder
    } else {
        // Without TLS no certificates are read: a bare container has none, and reading them takes time and memory.
        builder.tls_backend_preconfigured(
            rustls::ClientConfig::builder()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth(),
        )
    };
    Ok(builder.build()?)
}

fn address(url: &Url) -> String {
    let mut shown = url.clone();
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.as_str().trim_end_matches('/').to_owned()
}

#[expect(
    clippy::expect_used,
    reason = "a constant of ours; every test that makes a default reads it"
)]
fn default_url() -> Url {
    Url::parse("http://localhost:11434").expect("a constant URL")
}

#[cfg(test)]
mod tests;
