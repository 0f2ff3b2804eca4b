//! Settings: flags before environment before a TOML file before the defaults.
//!
//! Every setting stands once, in the table of [`settings`]: its name, what it accepts, and the field that it fills. The
//! names of its variable and of its key in the file, the listing of `testgen config list` and the text of every mistake
//! derive from that table, so they cannot drift apart. [`load`] reads all sources, lists all mistakes at once and
//! refuses to start on any of them: an unknown key is a mistake too, since a misspelt setting is a setting that is
//! silently not in force.
//!
//! Rooms do not read settings: `app` hands each room its own part of the filled [`Config`].

pub mod source;
pub mod env;
pub mod file;
pub mod settings;
mod defaults;
mod prompting;
mod policy;
mod tracking;
mod experiment;
mod field;
mod mistake;

#[cfg(test)]
mod tests;

pub use experiment::Experiment;
pub use field::Field;
pub use mistake::{Mistake, Mistakes};
pub use policy::ModelPolicy;
pub use prompting::{Prompt, Retrieval};
pub use settings::{SETTINGS, Setting};
pub use tracking::Mlflow;

use crate::backend::masked::{Secret, ServerUrl};
use crate::privacy;
use crate::story;
use source::{Origin, Source};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use url::Url;

/// Every setting, checked and typed. [`Config::default`] is what holds where no source says otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Who words the cases where a request does not say.
    pub backend: BackendChoice,
    /// The Ollama servers.
    pub ollama: Ollama,
    /// A server with OpenAI's interface.
    pub openai: OpenAi,
    /// How generations run.
    pub generation: Generation,
    /// Prompts.
    pub prompt: Prompt,
    /// Examples that prompts show.
    pub retrieval: Retrieval,
    /// Bounds on what comes in.
    pub story: story::Limits,
    /// What is hidden from models.
    pub privacy: privacy::Config,
    /// How stories are planned.
    pub coverage: Coverage,
    /// The gRPC door.
    pub server: Server,
    /// Log lines.
    pub log: Log,
    /// What this process calls itself in logs and traces.
    pub service: Service,
    /// Where telemetry goes.
    pub otel: Otel,
    /// What generations cost.
    pub cost: Cost,
    /// How the model `auto` is decided.
    pub model_policy: ModelPolicy,
    /// Where evaluations are tracked.
    pub mlflow: Mlflow,
    /// The online experiment.
    pub experiment: Experiment,
}

/// Who words the cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BackendChoice {
    /// The first of these that answers and has the model: the OpenAI-compatible server if one is set, Ollama; else the
    /// rules.
    #[default]
    Auto,
    /// Ollama.
    Ollama,
    /// An OpenAI-compatible server.
    OpenAi,
    /// The embedded rules; no model.
    Rules,
}

impl BackendChoice {
    /// The choice of this lower-case name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Auto, Self::Ollama, Self::OpenAi, Self::Rules]
            .into_iter()
            .find(|choice| choice.as_str() == name)
    }

    /// The lower-case name, as settings spell it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Ollama => "ollama",
            Self::OpenAi => "openai",
            Self::Rules => "rules",
        }
    }
}

/// The Ollama servers and how they are asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ollama {
    /// Where they listen: at least one.
    pub urls: Vec<ServerUrl>,
    /// The model where a request names none.
    pub model: String,
    /// Tokens of context. One constant for all requests, since a change reloads the model.
    pub num_ctx: NonZeroUsize,
    /// How long the model stays loaded after a request.
    pub keep_alive: KeepAlive,
    /// Whether models that can think do so.
    pub think: bool,
    /// Whether the JSON schema of the answer is sent.
    pub schema: bool,
    /// Bound on opening a connection.
    pub connect_timeout: Duration,
    /// Bound on a question about its models or its health.
    pub probe_timeout: Duration,
    /// How often it is asked in the background whether it answers.
    pub probe_interval: Duration,
    /// Failures in a row after which a host is left alone.
    pub failures_to_open: NonZeroUsize,
    /// For how long.
    pub open_time: Duration,
    /// How often a request is sent again to hosts that it has been to, before its first token.
    pub retries: usize,
    /// The pause before the first of these; it doubles.
    pub retry_pause: Duration,
    /// Whether a missing model is pulled.
    pub pull: PullChoice,
    /// How long a request is silent, with its model in memory, before a leaked slot is looked for.
    pub leak_after: Duration,
}

/// Whether a model that no host has is pulled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PullChoice {
    /// Never.
    #[default]
    Never,
    /// The configured model, where it is missing.
    Missing,
}

/// A server with OpenAI's interface and how it is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenAi {
    /// Where it listens; `None`: there is none.
    pub url: Option<ServerUrl>,
    /// The model where a request names none; empty: the first that the server lists.
    pub model: String,
    /// Sent as a bearer token.
    pub api_key: Option<Secret>,
    /// Whether the JSON schema of the answer is sent.
    pub schema: bool,
    /// Tokens of the model's context, prompt and answer together.
    pub context_tokens: NonZeroUsize,
    /// Bound on opening a connection.
    pub connect_timeout: Duration,
    /// Bound on a question about its models.
    pub probe_timeout: Duration,
    /// How often it is asked in the background whether it answers.
    pub probe_interval: Duration,
}

/// How long a model stays loaded after a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepAlive {
    /// For this long; zero unloads it at once.
    For(Duration),
    /// Until the model server stops.
    Forever,
}

/// How generations run.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// Most requests to a model in one generation; an ensemble makes 2 at least, one to each model.
    pub max_attempts: NonZeroUsize,
    /// Bound on the wait for a model's first token, its loading included.
    pub first_token_timeout: Duration,
    /// Bound on the wait between two tokens.
    pub idle_timeout: Duration,
    /// Bound on a whole generation.
    pub lifetime: Duration,
    /// How long before the caller's deadline the answer is sent.
    pub deadline_margin: Duration,
    /// Bound on the bytes of one answer of a model.
    pub max_answer_bytes: NonZeroUsize,
    /// Bound on the bytes of one generation's event log, the text of the model aside.
    pub max_log_bytes: NonZeroUsize,
    /// Bound on the bytes of all generations' logs together, those that have ended included.
    pub max_total_bytes: NonZeroUsize,
    /// After this long without an event, readers get a heartbeat.
    pub heartbeat: Duration,
    /// Most generations that run at once; others wait.
    pub max_running: NonZeroUsize,
    /// Most generations that wait; others are refused.
    pub max_queued: usize,
    /// Most generations of one caller, running and waiting together.
    pub max_per_caller: NonZeroUsize,
    /// How long a resumable generation goes on without a reader.
    pub resume_grace: Duration,
    /// How long a generation that has ended can be read again.
    pub keep_finished: Duration,
    /// Most generations that are kept after their end.
    pub max_finished: usize,
}

/// How stories are planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Values at each end of a limit: 2 or 3.
    pub boundary_values: usize,
}

/// The gRPC door.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where operators find metrics and health over HTTP; `None`: nowhere.
    pub operator_listen: Option<SocketAddr>,
    /// Bound on the bytes of one request.
    pub max_request_bytes: NonZeroUsize,
    /// Bound on the bytes of one request's metadata.
    pub max_header_bytes: NonZeroUsize,
    /// Most calls at once on one connection.
    pub max_concurrent_streams: NonZeroUsize,
    /// Bound on finishing running calls at shutdown.
    pub drain: Duration,
    /// Calls that take longer are logged as a warning.
    pub slow_call: Duration,
    /// How often an idle connection is asked whether it lives.
    pub keepalive_interval: Duration,
    /// Bound on its answer.
    pub keepalive_timeout: Duration,
    /// Which pages of other origins may call over gRPC-Web.
    pub allowed_origins: AllowedOrigins,
    /// A PEM file with the certificate chain; `None` serves without TLS.
    pub tls_cert: Option<PathBuf>,
    /// A PEM file with its private key; set together with the certificate.
    pub tls_key: Option<PathBuf>,
    /// Whether clients may ask for the service's description.
    pub reflection: bool,
}

/// Which pages of other origins may call over gRPC-Web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedOrigins {
    /// Any page.
    Any,
    /// Pages of these origins, such as `https://tests.example.org`; none by default.
    Listed(Vec<String>),
}

/// Where operators find metrics unless a setting says otherwise. Where that is taken the service starts without; an
/// address that was chosen has to work.
pub const DEFAULT_OPERATOR_LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9_464);

/// Log lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The least severe line that is written.
    pub level: LevelFilter,
    /// How a line is written.
    pub format: LogFormat,
    /// A file that lines are written to as well.
    pub file: Option<PathBuf>,
}

/// How a log line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    #[default]
    Json,
    /// One plain line, for people.
    Text,
}

/// What this process calls itself in logs and traces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The name of the service.
    pub name: String,
    /// Where it runs, such as `production`.
    pub environment: String,
    /// Which build it is.
    pub version: String,
}

/// Where telemetry goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Otel {
    /// An OTLP/gRPC collector; `None` sends nothing.
    pub endpoint: Option<ServerUrl>,
    /// Bound on sending one batch, and on the last one at shutdown.
    pub timeout: Duration,
    /// How often metrics are sent.
    pub metrics_interval: Duration,
    /// Whether traces carry stories, prompts and answers.
    pub content: bool,
}

/// What generations cost, in US dollars: a share of what the hosts cost, and what a provider takes for tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// What the hosts cost a month of 30 days.
    pub monthly: f64,
    /// How many generations a day share that.
    pub requests_a_day: NonZeroUsize,
    /// A million tokens read.
    pub input_tokens: f64,
    /// A million tokens written.
    pub output_tokens: f64,
}

// === loading ===

/// A filled [`Config`], and where each setting came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// Beside each setting of [`SETTINGS`], in its order, the place that set it.
    pub origins: Vec<Origin>,
}

/// One line of the listing of all settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The setting's name.
    pub name: &'static str,
    /// Its value in force; passwords and keys are masked.
    pub value: String,
    /// The place that set it.
    pub origin: Origin,
    /// What it accepts.
    pub accepts: String,
    /// The variables that set it, the first one before the others.
    pub variables: Vec<String>,
    /// What it is for.
    pub help: &'static str,
}

impl Loaded {
    /// All settings as they are in force, in the order of the table.
    #[must_use]
    pub fn rows(&self) -> Vec<Row> {
        let row = |(setting, origin): (&Setting, &Origin)| Row {
            name: setting.name,
            value: setting.field.show(&self.config),
            origin: origin.clone(),
            accepts: setting.field.accepts(),
            variables: setting.variables(),
            help: setting.help,
        };
        SETTINGS.iter().zip(&self.origins).map(row).collect()
    }
}

/// Reads the sources, the strongest first, and fills a [`Config`].
///
/// # Errors
/// Every mistake of every source: unknown names, values that a setting does not accept, settings that contradict each
/// other. A weaker source is read even where a stronger one decides, so that no mistake hides behind another setting.
pub fn load(sources: &[&dyn Source]) -> Result<Loaded, Mistakes> {
    let mut config = Config::default();
    let mut origins = vec![Origin::Default; SETTINGS.len()];
    let mut mistakes = Vec::new();
    for source in sources {
        for entry in source.entries(&mut mistakes) {
            let Some((setting, origin)) = SETTINGS
                .iter()
                .zip(&mut origins)
                .find(|(setting, _)| setting.name == entry.name)
            else {
                mistakes.push(Mistake::unknown(&entry));
                continue;
            };
            // A value that does not count is checked all the same, on a copy.
            let decided = *origin != Origin::Default;
            let mut copy = decided.then(|| config.clone());
            if setting.field.takes(entry.given) && setting.field.set(copy.as_mut().unwrap_or(&mut config), &entry.value)
            {
                if !decided {
                    *origin = entry.origin;
                }
            } else {
                mistakes.push(Mistake::refused(&entry, setting));
            }
        }
    }
    if mistakes.is_empty() {
        contradictions(&config, &mut mistakes);
    }
    if mistakes.is_empty() {
        Ok(Loaded { config, origins })
    } else {
        Err(Mistakes(mistakes))
    }
}

/// A URL for people: a password is masked.
#[must_use]
pub fn show_url(url: &Url) -> String {
    field::show_url(url)
}

/// Reads a time with its unit, such as `90s`, as all settings do.
#[must_use]
pub fn parse_time(text: &str) -> Option<Duration> {
    field::time(text.trim())
}

/// What no single setting can see.
fn contradictions(config: &Config, mistakes: &mut Vec<Mistake>) {
    if config.story.min_story_chars > config.story.max_story_chars {
        mistakes.push(Mistake::contradiction(
            "story.min_chars",
            "must not be greater than story.max_chars",
        ));
    }
    if config.generation.deadline_margin >= config.generation.lifetime {
        mistakes.push(Mistake::contradiction(
            "generation.deadline_margin",
            "must be shorter than generation.lifetime",
        ));
    }
    let generation = &config.generation;
    if generation.max_total_bytes.get() / 4 < generation.max_log_bytes.get() {
        mistakes.push(Mistake::contradiction(
            "generation.max_total_bytes",
            "must be at least four times generation.max_log_bytes",
        ));
    }
    let (cert, key) = (&config.server.tls_cert, &config.server.tls_key);
    for (here, name, other) in [(key, "server.tls_cert", cert), (cert, "server.tls_key", key)] {
        if here.is_some() && other.is_none() {
            mistakes.push(Mistake::contradiction(
                name,
                "must be set too: TLS needs a certificate and its key",
            ));
        }
    }
}
