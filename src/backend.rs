//! Task → token stream: the one seam to whoever words the cases.
//!
//! A backend takes a [`Task`] (basis, plan, prompt, schema, sampling), not a bare string, so that the embedded rules
//! word the same plan that a model would be given. Its text runs through the same extraction and validation.
//!
//! Tokens are pulled, not pushed: the generation polls the stream and finds in its own text whatever has arrived. Nothing
//! of ours stands between: no task, no channel, no allocation for a token. (The HTTP client keeps one task for each
//! connection; driving the connection from here instead was measured and saves about a tenth of the cost of a token.)
//! Dropping the stream closes its connection, and with it ends the model's work.
//!
//! `ollama` asks an Ollama server, `pool` several of them, `openai` any server with OpenAI's interface, `rules` words the plan with no model,
//! `scripted` plays a script for tests, and `selection` decides which of them a request gets. What servers over HTTP
//! share: `endpoint` asks and tells what went wrong, `answer` reads a streamed answer, `ndjson` and `sse` frame it,
//! `json_text` unescapes its texts, and `masked` keeps keys and passwords out of sight.

pub mod ollama;
pub mod openai;
pub mod pool;
pub mod rules;
pub mod scripted;
pub mod selection;
pub mod masked;
pub mod endpoint;
pub mod policy;
mod answer;
pub mod ndjson;
pub mod sse;
mod json_text;

use crate::basis::TestBasis;
use crate::coverage::Plan;
use crate::error::Kind;
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

/// One request to whoever words the cases.
#[derive(Clone, Debug)]
pub struct Task {
    /// The test basis.
    pub basis: Arc<TestBasis>,
    /// The plan.
    pub plan: Arc<Plan>,
    /// Which of the plan's items are asked for, as indexes into `plan.items`.
    pub asked: Vec<usize>,
    /// The instructions, without anything that a caller wrote.
    pub system: String,
    /// The fenced story, the plan and what else this request needs.
    pub user: String,
    /// JSON schema of the answer; `None` asks for free text.
    pub schema: Option<Arc<serde_json::value::RawValue>>,
    /// How the model samples.
    pub sampling: Sampling,
    /// The model's name as the backend knows it; empty for the rules.
    pub model: String,
    /// Correlation id and trace headers to pass on, lower-case names.
    pub headers: Vec<(String, String)>,
}

/// How the model samples; `None` leaves the backend's own default.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Sampling {
    /// 0 to 2.
    pub temperature: Option<f64>,
    /// 0 to 1.
    pub top_p: Option<f64>,
    /// At least 1.
    pub top_k: Option<i32>,
    /// Any.
    pub seed: Option<i64>,
    /// Bound on the tokens of one attempt.
    pub max_output_tokens: Option<i32>,
}

/// What one poll of a token stream brought besides the text that it appended.
#[derive(Clone, Debug, PartialEq)]
pub enum Advance {
    /// Text was appended; more may follow.
    Text,
    /// The model is thinking; nothing was appended. The number of bytes of thought so far.
    Thinking(usize),
    /// Something that the caller should know while waiting.
    Notice(BackendNotice),
    /// The answer ended as the backend's protocol says that it should.
    Done(Finish),
}

/// Something to tell the caller while waiting.
#[derive(Clone, Debug, PartialEq)]
pub struct BackendNotice {
    /// Stable code, such as `MODEL_LOADING`.
    pub code: &'static str,
    /// In plain words.
    pub message: String,
    /// 0 to 1 where progress is known.
    pub progress: Option<f64>,
}

/// How an answer ended, and what the backend says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Finish {
    /// Whether the answer was cut by the bound on its length.
    pub cut: bool,
    /// The model that answered, where the server says it.
    pub model: Option<String>,
    /// Tokens read.
    pub input_tokens: Option<i64>,
    /// Tokens written.
    pub output_tokens: Option<i64>,
    /// Loading the model.
    pub load: Option<Duration>,
    /// Model time for the answer.
    pub generation: Option<Duration>,
}

/// A token stream of one request. Fused: after `Done` or an error it is not polled again.
pub trait TokenStream: Send {
    /// Appends whatever text has arrived to `text` and says what else happened. Never appends a part of a character.
    ///
    /// # Errors
    /// A [`Fault`] ends the stream. Text appended before it stays valid.
    fn poll_next(&mut self, cx: &mut Context<'_>, text: &mut String) -> Poll<Result<Advance, Fault>>;
}

/// Awaits the next advance of a stream.
///
/// # Errors
/// As [`TokenStream::poll_next`].
pub async fn next(stream: &mut dyn TokenStream, text: &mut String) -> Result<Advance, Fault> {
    poll_fn(|cx| stream.poll_next(cx, text)).await
}

/// A future in a box, for the calls that are made once a request.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Whoever words the cases.
pub trait Backend: Send + Sync + fmt::Debug {
    /// Which one it is.
    fn id(&self) -> BackendId;

    /// Begins one request. The future does not wait for the model: a server that loads a model or queues a request says
    /// nothing for a long time, and notices must reach the caller meanwhile. So a fault may come from here or, with the
    /// same meaning, from the first poll of the stream.
    ///
    /// # Errors
    /// A [`Fault`] that shows before the request is sent.
    fn start(&self, task: Task) -> BoxFuture<'_, Result<Box<dyn TokenStream>, Fault>>;

    /// Whether it answers and which models it has.
    ///
    /// # Errors
    /// The [`Fault`] that a request would meet as well.
    fn probe(&self) -> BoxFuture<'_, Result<Vec<ModelInfo>, Fault>>;

    /// A place for one request, where the backend has several hosts: the same backend, which names the host that was
    /// chosen. `None`: there is nothing to choose.
    fn lease(&self, _model: &str) -> Option<Box<dyn Backend>> {
        None
    }

    /// Whether it gets this model by itself where it lacks it.
    fn fetches(&self, _model: &str) -> bool {
        false
    }

    /// What its requests can carry.
    fn offers(&self) -> Offers {
        Offers::default()
    }

    /// The host and port that a request goes to; `None` for a backend in this process.
    fn peer(&self) -> Option<(String, u16)> {
        None
    }

    /// Who is asked, for people: `ollama llama3.2:1b at http://localhost:11434`.
    fn target(&self, model: &str) -> String;
}

/// What requests to a backend can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offers {
    /// Whether the schema of the answer is sent at the first attempt.
    pub schema: bool,
    /// Tokens of the model's context, prompt and answer together; `None`: what the generation assumes.
    pub context_tokens: Option<usize>,
}

impl Default for Offers {
    fn default() -> Self {
        Self {
            schema: true,
            context_tokens: None,
        }
    }
}

/// Which backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackendId {
    /// Ollama.
    Ollama,
    /// An OpenAI-compatible server.
    OpenAi,
    /// The embedded rules; no model.
    Rules,
}

impl BackendId {
    /// The lower-case name, as in settings and in the health service's `backend/…`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ollama => "ollama",
            Self::OpenAi => "openai",
            Self::Rules => "rules",
        }
    }
}

/// A model that a backend has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelInfo {
    /// Its name, as requests use it.
    pub name: String,
    /// Its digest, where the backend tells it.
    pub digest: String,
    /// Bytes on disk, where the backend tells it.
    pub size: Option<u64>,
    /// Such as `1.2B`, where the backend tells it.
    pub parameters: String,
    /// Such as `Q8_0`, where the backend tells it.
    pub quantization: String,
}

/// What went wrong between us and a model server, told apart as far as a caller or recovery acts differently.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// Nobody listens there, or the connection was refused or reset before the answer began.
    #[error("{target} cannot be reached: {reason} ({setting})")]
    Unreachable {
        /// Who.
        target: String,
        /// Why, without secrets.
        reason: String,
        /// What an operator can change about it.
        setting: &'static str,
    },
    /// The server does not have the model.
    #[error("model {model:?} is not there; there are: {}", list(.available))]
    ModelMissing {
        /// The model that was asked for.
        model: String,
        /// The models that are there, if the server could be asked.
        available: Vec<String>,
    },
    /// A missing model could not be pulled.
    #[error("model {model:?} is not there and could not be pulled: {reason}")]
    PullFailed {
        /// The model.
        model: String,
        /// Why.
        reason: String,
        /// Whether another try may do better.
        again: bool,
    },
    /// The model could not be loaded.
    #[error("the model could not be loaded: {0}")]
    LoadFailed(String),
    /// The server's queue is full.
    #[error("the model server is busy: {reason}")]
    Busy {
        /// What it said.
        reason: String,
        /// When it asked to be asked again, if it did.
        retry_after: Option<Duration>,
    },
    /// The prompt does not fit the context of the model.
    #[error("the prompt is longer than the model's context: {0}")]
    PromptTooLong(String),
    /// The server refused the request for another reason that a retry does not change.
    #[error("the model server refused the request ({status}): {reason}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said.
        reason: String,
    },
    /// The server failed, before or in the middle of the answer.
    #[error("the model server failed: {0}")]
    Failed(String),
    /// The answer ended without the mark of its end: aborted by the server (its limit on repeats), or the connection broke.
    #[error("the answer broke off: {0}")]
    BrokeOff(String),
    /// The answer is not in the server's own protocol.
    #[error("the model server does not speak its protocol: {0}")]
    Protocol(String),
    /// The server's content filter, or the model itself, withheld the answer.
    #[error("the answer was withheld: {0}")]
    Withheld(String),
    /// Thinking used up the budget and nothing was answered.
    #[error("the model used its whole budget for thinking and answered nothing")]
    ThoughtOnly,
    /// The answer is empty.
    #[error("the model answered nothing")]
    Empty,
    /// The backend that was asked for is not set up on this server.
    #[error("the backend {} is not set up on this server", .0.as_str())]
    NotConfigured(BackendId),
    /// No first token within the time for it.
    #[error("no first token within {after:?} from {target} (generation.first_token_timeout sets the bound)")]
    FirstTokenTimeout {
        /// Who was asked.
        target: String,
        /// The bound.
        after: Duration,
    },
    /// No token for too long.
    #[error("no token for {after:?} from {target} (generation.idle_timeout sets the bound)")]
    IdleTimeout {
        /// Who was asked.
        target: String,
        /// The bound.
        after: Duration,
    },
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

impl Fault {
    /// A busy server that did not say when to come back.
    pub fn busy(reason: impl Into<String>) -> Self {
        Self::Busy {
            reason: reason.into(),
            retry_after: None,
        }
    }

    /// What kind of failure it is when nothing was saved.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Unreachable { .. }
            | Self::LoadFailed(_)
            | Self::Failed(_)
            | Self::BrokeOff(_)
            | Self::Protocol(_)
            | Self::PullFailed { again: true, .. } => Kind::Unavailable,
            Self::ModelMissing { .. }
            | Self::PullFailed { again: false, .. }
            | Self::PromptTooLong(_)
            | Self::Refused { .. }
            | Self::NotConfigured(_) => Kind::FailedPrecondition,
            Self::Busy { .. } => Kind::ResourceExhausted,
            Self::ThoughtOnly | Self::Empty | Self::Withheld(_) => Kind::Aborted,
            Self::FirstTokenTimeout { .. } | Self::IdleTimeout { .. } => Kind::DeadlineExceeded,
        }
    }

    /// Stable name for reasons, labels and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "MODEL_SERVER_UNREACHABLE",
            Self::ModelMissing { .. } => "MODEL_MISSING",
            Self::PullFailed { .. } => "MODEL_PULL_FAILED",
            Self::LoadFailed(_) => "MODEL_LOAD_FAILED",
            Self::Busy { .. } => "MODEL_SERVER_BUSY",
            Self::PromptTooLong(_) => "PROMPT_TOO_LONG",
            Self::Refused { .. } => "MODEL_SERVER_REFUSED",
            Self::Failed(_) => "MODEL_SERVER_FAILED",
            Self::BrokeOff(_) => "ANSWER_BROKE_OFF",
            Self::Protocol(_) => "MODEL_SERVER_PROTOCOL",
            Self::Withheld(_) => "ANSWER_WITHHELD",
            Self::ThoughtOnly => "THOUGHT_ONLY",
            Self::Empty => "EMPTY_ANSWER",
            Self::NotConfigured(_) => "BACKEND_NOT_CONFIGURED",
            Self::FirstTokenTimeout { .. } => "FIRST_TOKEN_TIMEOUT",
            Self::IdleTimeout { .. } => "IDLE_TIMEOUT",
        }
    }

    /// Whether asking again may help; what a caller or a setting must change first is not asked again, and a server that
    /// wants to be left alone for long is left alone.
    #[must_use]
    pub fn worth_another_attempt(&self) -> bool {
        match self {
            Self::ModelMissing { .. } | Self::PromptTooLong(_) | Self::Refused { .. } | Self::NotConfigured(_) => false,
            Self::PullFailed { again, .. } => *again,
            Self::Busy {
                retry_after: Some(time),
                ..
            } => *time <= LONGEST_PAUSE,
            _ => true,
        }
    }

    /// When the server asked to be asked again, if it did.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The same fault with its free texts changed.
    #[must_use]
    fn reworded(mut self, change: impl Fn(&mut String)) -> Self {
        match &mut self {
            Self::Unreachable { target, reason, .. } => {
                change(target);
                change(reason);
            }
            Self::ModelMissing { model, available } => {
                change(model);
                available.iter_mut().for_each(&change);
            }
            Self::Busy { reason, .. } | Self::Refused { reason, .. } | Self::PullFailed { reason, .. } => {
                change(reason)
            }
            Self::LoadFailed(text)
            | Self::PromptTooLong(text)
            | Self::Failed(text)
            | Self::BrokeOff(text)
            | Self::Protocol(text)
            | Self::Withheld(text) => change(text),
            Self::FirstTokenTimeout { target, .. } | Self::IdleTimeout { target, .. } => change(target),
            Self::ThoughtOnly | Self::Empty | Self::NotConfigured(_) => {}
        }
        self
    }
}

/// A server that wants to be left alone for longer is not asked again by the same generation.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
