//! Who is wired to whom: fills each room's own settings, holds what every generation shares, and admits generations.
//!
//! The doors hold an [`App`] and nothing else. There is one way to generate: [`App::generate`] gives a reader of the
//! generation's log, and every door reads it.

mod experimenting;
mod gauges;
mod policy;
mod prompting;

use crate::backend::ollama;
use crate::backend::openai::{self, OpenAi};
use crate::backend::pool::{self, Pool};
use crate::backend::rules::Rules;
use crate::backend::selection::{Choice, Prober, Selector};
use crate::backend::{Backend, BackendId, Sampling};
use crate::config::{BackendChoice, Config, PullChoice};
use crate::coverage::{BoundaryValues, Wanted};
use crate::experiment::live::Live;
use crate::generation::Examples;
use crate::generation::admission::{Admission, Caller, Limits, NoPlace};
use crate::generation::memory::{Memory, MemoryFull};
use crate::generation::purpose::Purpose;
use crate::generation::registry::{Ask, Body, Entrance, Keep, NoResume, Opened, OtherBody, Registry};
use crate::generation::{self, Request, Services};
use crate::privacy::Key;
use crate::prompt::{Catalog, EXAMPLE_TITLES};
use crate::story::UserStory;
use crate::telemetry::metrics::Metrics;
use crate::test_case::TestCase;
use crate::validation;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// What a caller asked for, checked, before the service's own settings are filled in.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The story.
    pub story: UserStory,
    /// Which backend; `None`: the configured one.
    pub backend: Option<BackendChoice>,
    /// The model's name; empty: the configured one.
    pub model: String,
    /// The prompt variant's name; empty: the configured one.
    pub prompt_variant: String,
    /// Techniques and bound on the cases.
    pub wanted: Wanted,
    /// Whether to lint and score.
    pub quality_check: bool,
    /// Whether the rules word what is left uncovered; `None`: only with `auto`.
    pub fill_with_rules: Option<bool>,
    /// How the model samples.
    pub sampling: Sampling,
    /// Cases that exist already.
    pub existing: Vec<TestCase>,
    /// What the generation is for.
    pub purpose: Purpose,
}

/// What a door knows of the call besides its request.
#[derive(Clone, Debug, Default)]
pub struct Call {
    /// When the caller stops waiting.
    pub deadline: Option<Instant>,
    /// The caller's correlation id, or the one made for it.
    pub correlation_id: String,
    /// W3C trace id; empty without tracing.
    pub trace_id: String,
    /// Headers to pass on to the model server.
    pub headers: Vec<(String, String)>,
    /// Whether the reader gets tokens.
    pub tokens: bool,
    /// Who asks.
    pub caller: Caller,
    /// Whether the generation outlives a broken connection.
    pub resumable: bool,
    /// What makes it the same request as another one.
    pub repeat: Repeat,
    /// Whom the caller asks for, where it says so: the unit of an online experiment. Empty: nobody is named.
    pub unit: String,
}

/// What makes a request the same one as another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repeat {
    /// The caller's id of the request; empty: none.
    pub request_id: String,
    /// A hash of what is asked; there where one of the others is.
    pub body: Option<Body>,
    /// Whether a generation may be shared with others who ask the same at the same time.
    pub share: bool,
}

/// Why a generation was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No place, not even in the line.
    #[error(transparent)]
    NoPlace(#[from] NoPlace),
    /// No room for another log.
    #[error(transparent)]
    MemoryFull(#[from] MemoryFull),
    /// The request id stands for another request.
    #[error(transparent)]
    OtherBody(#[from] OtherBody),
    /// The service is shutting down.
    #[error("the service is shutting down")]
    ShuttingDown,
}

impl Refusal {
    /// Stable name for callers, labels and logs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPlace(NoPlace::Full { .. }) => "TOO_MANY_GENERATIONS",
            Self::NoPlace(NoPlace::CallerFull(_)) => "TOO_MANY_GENERATIONS_OF_CALLER",
            Self::MemoryFull(_) => "MEMORY_FULL",
            Self::OtherBody(_) => "REQUEST_ID_IN_USE",
            Self::ShuttingDown => "SHUTDOWN",
        }
    }
}

/// The wired service.
#[derive(Debug)]
pub struct App {
    config: Config,
    services: Arc<Services>,
    admission: Arc<Admission>,
    registry: Arc<Registry>,
    /// They look at the model servers for as long as the service lives.
    probers: Vec<Prober>,
    ollama: Arc<Pool>,
    openai: Option<Arc<dyn Backend>>,
    /// Places for stories that are read without a generation.
    readers: Arc<Semaphore>,
    /// The online experiment, once the service takes part in it.
    experiment: OnceLock<Arc<Live>>,
}

/// How many stories are read at once without a generation.
const READERS: usize = 2;

impl App {
    /// Wires everything, with instruments that only this service has. Needs a tokio runtime: the model server is looked at
    /// in the background from now on.
    ///
    /// # Errors
    /// A prompt or a file of examples that cannot be used, or an HTTP client that cannot be made.
    pub fn build(config: Config) -> anyhow::Result<Arc<Self>> {
        Self::build_measured(config, Metrics::local()?)
    }

    /// The same with these instruments.
    ///
    /// # Errors
    /// As [`App::build`].
    pub fn build_measured(config: Config, metrics: Arc<Metrics>) -> anyhow::Result<Arc<Self>> {
        let prompts = prompting::catalog(&config)?;
        let examples = prompting::examples(&config)?;
        let ollama = Arc::new(ollama_hosts(&config)?);
        let ollama_backend = Arc::clone(&ollama) as Arc<dyn Backend>;
        let prober = Prober::spawn(Arc::clone(&ollama_backend), config.ollama.probe_interval);
        let rules: Arc<dyn Backend> = Arc::new(Rules::new());
        let mut selector = Selector::new(
            ollama_backend,
            Arc::clone(&rules),
            prober.snapshot(),
            config.ollama.model.clone(),
        );
        let mut probers = vec![prober];
        let mut openai = None;
        if let Some(settings) = openai_config(&config) {
            let backend: Arc<dyn Backend> = Arc::new(OpenAi::new(settings)?);
            let prober = Prober::spawn(Arc::clone(&backend), config.openai.probe_interval);
            selector = selector.preferring(Arc::clone(&backend), prober.snapshot(), config.openai.model.clone());
            probers.push(prober);
            openai = Some(backend);
        }
        let selector = selector
            .deciding_by(policy::policy(&config)?)
            .together(config.model_policy.ensemble.clone());
        let mut app = Self::wired(config, (prompts, examples), selector, rules, ollama, metrics);
        app.probers = probers;
        app.openai = openai;
        Ok(app.observed())
    }

    /// Wires a service around the backends that a test gives it.
    ///
    /// # Errors
    /// As [`App::build`].
    pub fn build_with(config: Config, selector: Selector, rules: Arc<dyn Backend>) -> anyhow::Result<Arc<Self>> {
        let ollama = Arc::new(ollama_hosts(&config)?);
        let prompting = (prompting::catalog(&config)?, prompting::examples(&config)?);
        Ok(Self::wired(config, prompting, selector, rules, ollama, Metrics::local()?).observed())
    }

    /// Lets the instruments look at what holds now, for as long as the service lives.
    fn observed(self) -> Arc<Self> {
        let app = Arc::new(self);
        gauges::observe(&app);
        app
    }

    fn wired(
        config: Config,
        (prompts, examples): (Catalog, Examples),
        selector: Selector,
        rules: Arc<dyn Backend>,
        ollama: Arc<Pool>,
        metrics: Arc<Metrics>,
    ) -> Self {
        metrics.know_models([config.ollama.model.as_str(), config.openai.model.as_str()]);
        let services = Services {
            config: generation_config(&config),
            privacy: config.privacy.clone(),
            privacy_key: Key::random(),
            validation: validation_config(),
            selector,
            rules,
            prompts,
            examples,
            metrics,
            draining: CancellationToken::new(),
            shutdown: CancellationToken::new(),
        };
        let memory = Memory::new(config.generation.max_total_bytes.get());
        let registry = Registry::new(keep(&config), services.config.log_bounds(), memory);
        tokio::spawn(keep_sweeping(Arc::downgrade(&registry), registry.sweep_interval()));
        Self {
            readers: Arc::new(Semaphore::new(READERS)),
            admission: Admission::new(limits(&config)),
            registry,
            services: Arc::new(services),
            probers: Vec::new(),
            ollama,
            openai: None,
            experiment: OnceLock::new(),
            config,
        }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// What every generation uses.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The Ollama hosts, whether they answer or not.
    #[must_use]
    pub fn ollama(&self) -> &Pool {
        &self.ollama
    }

    /// The OpenAI-compatible backend, whether it answers or not; `None` if none is set up.
    #[must_use]
    pub fn openai(&self) -> Option<&dyn Backend> {
        self.openai.as_deref()
    }

    /// The server of this backend, whether it answers or not; `None` for the rules, and where none is set up.
    #[must_use]
    pub fn model_server(&self, id: BackendId) -> Option<Arc<dyn Backend>> {
        match id {
            BackendId::Ollama => Some(Arc::clone(&self.ollama) as Arc<dyn Backend>),
            BackendId::OpenAi => self.openai.clone(),
            BackendId::Rules => None,
        }
    }

    /// Starts a generation, or finds the one that the request was made for before or may share, and opens a reader that
    /// stands at the start.
    ///
    /// # Errors
    /// [`Refusal`] if there is no place, not even to wait, the request id stands for something else, or the service is
    /// shutting down. Generations that there are already can be joined until the end.
    pub fn generate(&self, asked: Asked, call: Call) -> Result<Opened, Refusal> {
        let Call {
            caller,
            repeat,
            tokens,
            resumable,
            ..
        } = call.clone();
        let request = self.request(asked, call);
        let grace = if resumable {
            self.config.generation.resume_grace
        } else {
            Duration::ZERO
        };
        let ask = Ask {
            caller: caller.clone(),
            request_id: repeat.request_id,
            body: repeat.body,
            share: repeat.share,
            deadline: request.deadline.unwrap_or_else(Instant::now),
            tokens,
            grace,
        };
        let entrance = self.registry.enter(ask, || {
            if self.services.draining.is_cancelled() {
                return Err(Refusal::ShuttingDown);
            }
            Ok(self.admission.enter(&caller)?)
        });
        let entrance = entrance.inspect_err(|refusal: &Refusal| {
            self.services.metrics.refused(refusal.code());
            tracing::warn!(code = refusal.code(), "a generation was refused");
        })?;
        Ok(match entrance {
            Entrance::Joined(opened) => opened,
            Entrance::New(opened, admitted) => {
                generation::start(request, Arc::clone(&self.services), admitted);
                opened
            }
        })
    }

    /// Goes on with a generation after a number.
    ///
    /// # Errors
    /// [`NoResume`] if it is not there, or not any more, or has no such number.
    pub fn resume(&self, id: Uuid, after: u64, tokens: bool) -> Result<Opened, NoResume> {
        self.registry.resume(id, after, tokens)
    }

    /// Ends a generation. Whether it was still running; `None` if there is none with this id.
    #[must_use]
    pub fn cancel(&self, id: Uuid) -> Option<bool> {
        self.registry.cancel(id)
    }

    /// Reads and plans a story, without a model and without a generation, on a thread of its own: a large one takes long
    /// enough to hold up other calls. So many at once as there are places for it; more wait, and a caller who leaves while
    /// waiting costs nothing. `None` only while the process ends.
    pub async fn analyze(&self, story: UserStory, wanted: Wanted) -> Option<generation::Analyzed> {
        let place = Arc::clone(&self.readers).acquire_owned().await.ok()?;
        let wanted = self.wanted(wanted);
        let work = tokio::task::spawn_blocking(move || {
            let _place = place;
            generation::analyze(&story, &wanted)
        });
        work.await.ok()
    }

    /// What a caller wants, with what the settings decide for all.
    fn wanted(&self, wanted: Wanted) -> Wanted {
        let boundary_values = if self.config.coverage.boundary_values == 3 {
            BoundaryValues::Three
        } else {
            BoundaryValues::Two
        };
        Wanted {
            boundary_values,
            ..wanted
        }
    }

    fn request(&self, asked: Asked, call: Call) -> Request {
        let now = Instant::now();
        let margin = self.config.generation.deadline_margin;
        let lifetime = now + self.config.generation.lifetime;
        let deadline = call.deadline.map_or(lifetime, |deadline| {
            let left = deadline.saturating_duration_since(now);
            // A caller in a hurry still gets half of its time.
            lifetime.min(now + left.saturating_sub(margin).max(left / 2))
        });
        let (asked, exposure) = self.assigned(asked, &call);
        let mut sampling = asked.sampling;
        sampling.temperature.get_or_insert(0.0);
        Request {
            story: asked.story,
            backend: choice(asked.backend.unwrap_or(self.config.backend)),
            model: asked.model,
            prompt_variant: asked.prompt_variant,
            wanted: self.wanted(asked.wanted),
            quality_check: asked.quality_check,
            fill_with_rules: asked.fill_with_rules,
            sampling,
            existing: asked.existing,
            purpose: asked.purpose,
            deadline: Some(deadline),
            deadline_is_callers: deadline < lifetime,
            correlation_id: call.correlation_id,
            trace_id: call.trace_id,
            headers: call.headers,
            exposure,
        }
    }

    /// The instruments.
    #[must_use]
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.services.metrics
    }

    /// Whether new generations are made: the configured backend answers, and the service is not shutting down.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let answers = |backend| self.services.selector.answers(backend);
        let usable = match self.config.backend {
            BackendChoice::Auto | BackendChoice::Rules => true,
            BackendChoice::Ollama => answers(BackendId::Ollama),
            BackendChoice::OpenAi => answers(BackendId::OpenAi),
        };
        usable && !self.services.draining.is_cancelled()
    }

    /// How many generations run now.
    #[must_use]
    pub fn running(&self) -> usize {
        self.admission.running()
    }

    /// How many generations wait for a place.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.admission.waiting()
    }

    /// Which generations there are.
    #[must_use]
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Resolves when no generation runs or waits, and none holds the span of its call any more.
    pub async fn idle(&self) {
        self.admission.idle().await;
    }

    /// No new generation from now on. Those that wait end at once, those that run go on.
    pub fn drain(&self) {
        self.services.draining.cancel();
    }

    /// Resolves when draining began.
    pub async fn draining(&self) {
        self.services.draining.cancelled().await;
    }

    /// Ends the running generations as their outcome table says.
    pub fn stop(&self) {
        self.services.shutdown.cancel();
    }
}

/// What a configured or requested backend asks the selection for.
pub(crate) fn choice(choice: BackendChoice) -> Choice {
    match choice {
        BackendChoice::Auto => Choice::Auto,
        BackendChoice::Ollama => Choice::Ollama,
        BackendChoice::OpenAi => Choice::OpenAi,
        BackendChoice::Rules => Choice::Rules,
    }
}

/// Forgets what has been kept for long enough, until nobody has the registry any more.
async fn keep_sweeping(registry: std::sync::Weak<Registry>, every: Duration) {
    loop {
        tokio::time::sleep(every).await;
        match registry.upgrade() {
            Some(registry) => registry.sweep(),
            None => return,
        }
    }
}

fn limits(config: &Config) -> Limits {
    let from = &config.generation;
    Limits {
        running: from.max_running.get(),
        waiting: from.max_queued,
        per_caller: from.max_per_caller.get(),
    }
}

/// What has ended has half of the room at most: the other half is for what runs.
fn keep(config: &Config) -> Keep {
    let from = &config.generation;
    Keep {
        time: from.keep_finished,
        number: from.max_finished,
        bytes: from.max_total_bytes.get() / 2,
    }
}

fn ollama_hosts(config: &Config) -> anyhow::Result<Pool> {
    let from = &config.ollama;
    let hosts = pool::Config {
        failures_to_open: u32::try_from(from.failures_to_open.get()).unwrap_or(u32::MAX),
        open_time: from.open_time,
        retries: u32::try_from(from.retries).unwrap_or(u32::MAX),
        retry_pause: from.retry_pause,
        pull: from.pull == PullChoice::Missing,
        leak_after: from.leak_after,
    };
    Ok(Pool::new(hosts, &ollama_config(config), &from.urls)?)
}

fn ollama_config(config: &Config) -> ollama::Config {
    let from = &config.ollama;
    ollama::Config {
        model: from.model.clone(),
        num_ctx: u32::try_from(from.num_ctx.get())
            .ok()
            .and_then(std::num::NonZeroU32::new),
        keep_alive: match from.keep_alive {
            crate::config::KeepAlive::For(time) => ollama::KeepAlive::For(time),
            crate::config::KeepAlive::Forever => ollama::KeepAlive::Forever,
        },
        think: from.think,
        schema_in_format: from.schema,
        connect_timeout: from.connect_timeout,
        lookup_timeout: from.probe_timeout,
        ..ollama::Config::default()
    }
}

fn openai_config(config: &Config) -> Option<openai::Config> {
    let from = &config.openai;
    Some(openai::Config {
        model: from.model.clone(),
        api_key: from.api_key.clone(),
        schema: from.schema,
        context_tokens: from.context_tokens.get(),
        connect_timeout: from.connect_timeout,
        lookup_timeout: from.probe_timeout,
        ..openai::Config::at(from.url.clone()?)
    })
}

fn generation_config(config: &Config) -> generation::Config {
    let from = &config.generation;
    generation::Config {
        max_attempts: u32::try_from(from.max_attempts.get()).unwrap_or(u32::MAX),
        first_token_timeout: from.first_token_timeout,
        idle_timeout: from.idle_timeout,
        max_answer_bytes: from.max_answer_bytes.get(),
        max_event_bytes: from.max_log_bytes.get(),
        context_tokens: config.ollama.num_ctx.get(),
        prompt_variant: config.prompt.variant.clone(),
        service_version: config.service.version.clone(),
        export_content: config.otel.content,
        ..generation::Config::default()
    }
}

fn validation_config() -> validation::Config {
    validation::Config {
        example_titles: EXAMPLE_TITLES.iter().map(ToString::to_string).collect(),
        ..validation::Config::default()
    }
}
