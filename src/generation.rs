//! The whole journey on one page: the only module that knows the order of the stages.
//!
//! A generation is one owned task that writes a bounded event log; every door reads that log. [`start`] spawns the task
//! and returns the first reader. The task reads the model at full speed; a slow reader gets merged tokens, never fewer
//! cases. When the last reader goes, the task drops the token stream, and with it the connection to the model.
//!
//! - `session`: understand, plan, ask, check, ask again for what is missing, fill, close
//! - `purpose`: what the generation is for, and what is therefore asked
//! - `attempt`: one request: pull text, find whole objects, judge each
//! - `closing`: the table of outcomes
//! - `recovery`: is another attempt worth it, and what must be different about it
//! - `log`: one writer, any number of readers
//! - `event`: what happens, in the words of the domain

pub mod event;
pub mod log;
pub mod purpose;
mod session;
mod attempt;
mod recovery;
mod closing;

use crate::backend::selection::{Choice, Selector};
use crate::backend::{Backend, Sampling};
use crate::basis::{self, TestBasis};
use crate::coverage::{self, Plan, Wanted};
use crate::prompt::Catalog;
use crate::story::UserStory;
use crate::test_case::TestCase;
use crate::validation;
use log::Reader;
use purpose::Purpose;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

/// What is asked of one generation, already checked.
#[derive(Clone, Debug)]
pub struct Request {
    /// The story.
    pub story: UserStory,
    /// Which backend is to word the cases.
    pub backend: Choice,
    /// The model's name; empty: the configured one.
    pub model: String,
    /// The prompt variant's name; empty: the configured one.
    pub prompt_variant: String,
    /// Techniques and bound on the cases.
    pub wanted: Wanted,
    /// Whether to lint and score.
    pub quality_check: bool,
    /// Whether the rules word what the model leaves uncovered; `None`: only with `auto`.
    pub fill_with_rules: Option<bool>,
    /// How the model samples, with the server's settings where the caller left them open.
    pub sampling: Sampling,
    /// Cases that exist already.
    pub existing: Vec<TestCase>,
    /// What the generation is for.
    pub purpose: Purpose,
    /// When the work must have ended, with the margin for handing it over already taken off.
    pub deadline: Option<Instant>,
    /// How long the generation lives on without a reader; zero: it is cancelled at once.
    pub grace: Duration,
    /// Whether the first reader gets tokens.
    pub tokens: bool,
    /// The caller's correlation id, or the one made for it.
    pub correlation_id: String,
    /// W3C trace id; empty without tracing.
    pub trace_id: String,
    /// Correlation and trace headers to pass on to the model server.
    pub headers: Vec<(String, String)>,
}

/// Bounds and clocks of a generation.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Most requests to a model, 1 to 10.
    pub max_attempts: u32,
    /// Longest wait for a model's first token; long, because a cold model has to be loaded first.
    pub first_token_timeout: Duration,
    /// Longest wait between two tokens.
    pub idle_timeout: Duration,
    /// Bound on the bytes of one answer.
    pub max_answer_bytes: usize,
    /// Bound on the bytes of all events but tokens, roughly counted.
    pub max_event_bytes: usize,
    /// Tokens of the model's context, prompt and answer together.
    pub context_tokens: usize,
    /// Whether the schema is sent at the first attempt.
    pub schema_in_format: bool,
    /// The prompt variant that is used when a request names none.
    pub prompt_variant: String,
    /// Version of TestGen, as it stands in the provenance.
    pub service_version: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            first_token_timeout: Duration::from_secs(120),
            idle_timeout: Duration::from_secs(30),
            max_answer_bytes: 512 * 1024,
            max_event_bytes: 4 * 1024 * 1024,
            context_tokens: 8_192,
            schema_in_format: true,
            prompt_variant: "planned".to_owned(),
            service_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// What every generation uses.
#[derive(Debug)]
pub struct Services {
    /// Bounds and clocks.
    pub config: Config,
    /// Bounds of validation, and the suite rules.
    pub validation: validation::Config,
    /// Which backend words a request.
    pub selector: Selector,
    /// The embedded rules, which fill what a model leaves uncovered.
    pub rules: Arc<dyn Backend>,
    /// The prompt variants.
    pub prompts: Catalog,
    /// Cancelled when the time for draining is up.
    pub shutdown: CancellationToken,
}

/// A story that was read and planned, and nothing more.
#[derive(Debug)]
pub struct Analyzed {
    /// What was read.
    pub basis: TestBasis,
    /// What is to be covered, and what must be asked.
    pub plan: Plan,
}

/// Reads and plans a story: the first two stages of every generation, alone. Takes about a millisecond.
#[must_use]
pub fn analyze(story: &UserStory, wanted: &Wanted) -> Analyzed {
    let basis = basis::parse(story);
    let plan = coverage::plan(&basis, wanted);
    Analyzed { basis, plan }
}

/// Starts a generation and returns its first reader, which stands at the start. `permit` is whatever has to live as long
/// as the task does; `queued` is how long the request waited for it.
pub fn start<P: Send + 'static>(
    request: Request,
    services: Arc<Services>,
    permit: P,
    queued: Option<Duration>,
) -> Reader {
    let bounds = log::Bounds {
        text_bytes: (services.config.max_answer_bytes + 64 * 1024) * (services.config.max_attempts as usize + 1),
        event_bytes: services.config.max_event_bytes,
    };
    let (writer, reader) = log::log(bounds, request.tokens);
    // Lines that the task writes carry the correlation id of the call that asked for it.
    let work = session::run(request, services, writer, queued).in_current_span();
    tokio::spawn(async move {
        // The call's span is let go of before the permit: who sees that nothing runs may send the last traces.
        work.await;
        drop(permit);
    });
    reader
}
