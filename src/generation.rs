//! The whole journey on one page: the only module that knows the order of the stages.
//!
//! A generation is one owned task that writes a bounded event log; every door reads that log. The registry has the log and
//! its first reader, [`start`] spawns the task that writes it. The task reads the model at full speed; a slow reader gets merged tokens, never fewer
//! cases. When the last reader goes, the task drops the token stream, and with it the connection to the model.
//!
//! - `registry`: which generations there are, for those who come back, ask twice or share
//! - `admission`: places, and the line of those that wait for one; `waiting`: a generation that stands in it
//! - `session`: understand, plan, ask, check, ask again for what is missing, fill, close
//! - `task`: the prompt for what is missing, as much of it as fits
//! - `purpose`: what the generation is for, and what is therefore asked
//! - `attempt`: one request: pull text, find whole objects, judge each
//! - `masking`: what a model is not told, and how the answer gets it back
//! - `record`: what a verdict becomes
//! - `ensemble`: two models word one plan, and the better case for an item counts
//! - `closing`: the table of outcomes, and what is counted of a generation
//! - `recovery`: is another attempt worth it, and what must be different about it
//! - `log`: one writer, any number of readers
//! - `memory`: what all logs together may hold
//! - `exposure`: what else counts the generation, by name, and is told of its end
//! - `event`: what happens, in the words of the domain

pub mod event;
pub mod log;
pub mod memory;
pub mod registry;
pub mod admission;
pub mod purpose;
pub mod exposure;
mod waiting;
mod session;
mod task;
mod attempt;
mod record;
mod recovery;
mod closing;
mod masking;
mod ensemble;

use crate::backend::selection::{Choice, Selector};
use crate::backend::{Backend, Sampling};
use crate::basis::{self, TestBasis};
use crate::coverage::{self, Plan, Wanted};
use crate::privacy;
use crate::prompt::Catalog;
use crate::retrieval::Retriever;
use crate::story::UserStory;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::stage;
use crate::test_case::TestCase;
use crate::validation;
use admission::{Ticket, Turn};
use log::Writer;
use purpose::Purpose;
use registry::Admitted;
use session::Stop;
use std::sync::{Arc, OnceLock};
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
    /// Who set that: the caller, or the service's own bound on a generation.
    pub deadline_is_callers: bool,
    /// The caller's correlation id, or the one made for it.
    pub correlation_id: String,
    /// W3C trace id; empty without tracing.
    pub trace_id: String,
    /// Correlation and trace headers to pass on to the model server.
    pub headers: Vec<(String, String)>,
    /// What the generation takes part in; `None`: nothing.
    pub exposure: Option<exposure::Exposure>,
}

impl Request {
    /// Which clock it was when the deadline passed.
    fn out_of_time(&self) -> Stop {
        if self.deadline_is_callers {
            Stop::OutOfTime
        } else {
            Stop::Lifetime
        }
    }
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
    /// Whether traces carry prompts and answers.
    pub export_content: bool,
}

impl Config {
    /// What one log may hold: the text of all attempts and of the rules after them, and all other events.
    #[must_use]
    pub fn log_bounds(&self) -> log::Bounds {
        log::Bounds {
            text_bytes: (2 * self.max_answer_bytes + ANSWER_OVERHANG) * (self.max_attempts as usize + 1),
            event_bytes: self.max_event_bytes,
        }
    }
}

/// An answer is ended after the piece that made it too long. (The end of each piece is kept too: with pieces of four bytes
/// that is as much again.)
const ANSWER_OVERHANG: usize = 64 * 1024;

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
            export_content: false,
        }
    }
}

/// What every generation uses.
#[derive(Debug)]
pub struct Services {
    /// Bounds and clocks.
    pub config: Config,
    /// What is hidden from models.
    pub privacy: privacy::Config,
    /// Makes the placeholders of this process unforeseeable.
    pub privacy_key: privacy::Key,
    /// Bounds of validation, and the suite rules.
    pub validation: validation::Config,
    /// Which backend words a request.
    pub selector: Selector,
    /// The embedded rules, which fill what a model leaves uncovered.
    pub rules: Arc<dyn Backend>,
    /// The prompt variants.
    pub prompts: Catalog,
    /// The examples that prompts can show.
    pub examples: Examples,
    /// What happens is counted here.
    pub metrics: Arc<Metrics>,
    /// Cancelled when no new generation may begin.
    pub draining: CancellationToken,
    /// Cancelled when the time for draining is up.
    pub shutdown: CancellationToken,
}

/// Where examples come from. Those that are compiled in are read when they are first wanted, so that a service whose prompts
/// show none does not hold them.
pub struct Examples {
    make: Box<dyn Fn() -> Option<Arc<Retriever>> + Send + Sync>,
    made: OnceLock<Option<Arc<Retriever>>>,
}

impl Examples {
    /// Examples that are made when they are first wanted.
    pub fn lazy(make: impl Fn() -> Option<Arc<Retriever>> + Send + Sync + 'static) -> Self {
        Self {
            make: Box::new(make),
            made: OnceLock::new(),
        }
    }

    /// Examples that are there.
    #[must_use]
    pub fn ready(retriever: Arc<Retriever>) -> Self {
        Self::lazy(move || Some(Arc::clone(&retriever)))
    }
}

impl std::fmt::Debug for Examples {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Examples")
            .field("made", &self.made)
            .finish_non_exhaustive()
    }
}

impl Services {
    /// The examples; `None` if there are none.
    #[must_use]
    pub fn retriever(&self) -> Option<Arc<Retriever>> {
        self.examples.made.get_or_init(|| (self.examples.make)()).clone()
    }
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

/// Starts a generation that was admitted. It waits for its place first; place and entry last as long as its task.
pub fn start(request: Request, services: Arc<Services>, admitted: Admitted) {
    let Admitted {
        writer,
        mut ticket,
        entered,
    } = admitted;
    // Lines that the task writes carry the correlation id of the call that asked for it.
    let span = tracing::Span::current();
    tokio::spawn(async move {
        // The call's span is let go of before the place: who sees that nothing runs may send the last traces.
        live(request, services, writer, &mut ticket).instrument(span).await;
        drop(entered);
        drop(ticket);
    });
}

async fn live(request: Request, services: Arc<Services>, writer: Writer, ticket: &mut Ticket) {
    let begun = Instant::now();
    let span = match ticket.turn() {
        Turn::Now => tracing::Span::none(),
        Turn::Ahead(_) => stage::waiting(),
    };
    let place = waiting::for_a_place(ticket, &writer, &request, &services);
    match place.instrument(span).await {
        Ok(queued) => session::run(request, services, Arc::new(writer), queued).await,
        Err(failure) => {
            closing::count_without_place(&request, &services, &failure, begun.elapsed());
            writer.finish(log::End::Failed(failure));
        }
    }
}
