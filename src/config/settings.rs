//! The table of settings. A new setting is one line here and one field of [`super::Config`].

use super::field::Field;
use std::time::Duration;

/// What the variables of all settings begin with.
pub const PREFIX: &str = "TESTGEN_";

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name, such as `ollama.url`: section and key of the file.
    pub name: &'static str,
    /// A plain variable that sets it too, such as `OLLAMA_SERVICE_HOST`.
    pub plain: Option<&'static str>,
    /// What it accepts and what it fills.
    pub field: Field,
    /// What it is for.
    pub help: &'static str,
}

impl Setting {
    /// Its own variable, such as `TESTGEN_OLLAMA_URL`.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.replace('.', "_").to_ascii_uppercase())
    }

    /// All variables that set it, the stronger first.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        [self.variable()]
            .into_iter()
            .chain(self.plain.map(str::to_owned))
            .collect()
    }

    /// Its place in the file, such as `[ollama] url`.
    #[must_use]
    pub fn key(&self) -> String {
        match self.name.split_once('.') {
            Some((section, key)) => format!("[{section}] {key}"),
            None => self.name.to_owned(),
        }
    }

    const fn new(name: &'static str, field: Field, help: &'static str) -> Self {
        Self {
            name,
            plain: None,
            field,
            help,
        }
    }

    const fn or(mut self, plain: &'static str) -> Self {
        self.plain = Some(plain);
        self
    }
}

const fn ms(number: u64) -> Duration {
    Duration::from_millis(number)
}

const SECOND: Duration = ms(1_000);
const MINUTE: Duration = ms(60_000);
const HOUR: Duration = ms(3_600_000);
const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

use Field::{
    Address, Amount, Backend, Count, Flag, Folder, Format, KeepAlive, Level, Mask, Number, OptionalAddress,
    OptionalPath, OptionalText, OptionalUrl, Origins, Profile, Pull, Secret, Size, Terms, Text, Time, TwoModels, Url,
    Urls,
};

/// Every setting, in the order of the listing.
#[rustfmt::skip]
pub static SETTINGS: &[Setting] = &[
    Setting::new("backend", Backend(|c| &mut c.backend),
        "Who words the cases. auto: the first that answers and has the model of openai (if its url is set) and ollama, else the rules."),

    Setting::new("ollama.url", Urls(|c| &mut c.ollama.urls), "Where Ollama listens; several hosts share the work.").or("OLLAMA_SERVICE_HOST"),
    Setting::new("ollama.model", Text(|c| &mut c.ollama.model), "The model where a request names none."),
    Setting::new("ollama.num_ctx", Count(512, 1 << 20, |c| &mut c.ollama.num_ctx),
        "Tokens of context, the same for all requests, since a change reloads the model."),
    Setting::new("ollama.keep_alive", KeepAlive(|c| &mut c.ollama.keep_alive), "How long the model stays loaded after a request."),
    Setting::new("ollama.think", Flag(|c| &mut c.ollama.think), "Whether models that can think do so."),
    Setting::new("ollama.schema", Flag(|c| &mut c.ollama.schema), "Whether the answer's JSON schema is sent. Off can suit small models."),
    Setting::new("ollama.connect_timeout", Time(ms(10), MINUTE, |c| &mut c.ollama.connect_timeout), "Bound on opening a connection."),
    Setting::new("ollama.probe_timeout", Time(ms(10), MINUTE, |c| &mut c.ollama.probe_timeout), "Bound on asking for its models."),
    Setting::new("ollama.probe_interval", Time(ms(100), HOUR, |c| &mut c.ollama.probe_interval), "How often it is asked whether it answers."),

    Setting::new("ollama.failures_to_open", Count(1, 1_000, |c| &mut c.ollama.failures_to_open),
        "Failures in a row after which a host is left alone."),
    Setting::new("ollama.open_time", Time(ms(10), HOUR, |c| &mut c.ollama.open_time), "For how long; then one request tries it."),
    Setting::new("ollama.retries", Number(0, 10, |c| &mut c.ollama.retries),
        "How often a request is sent again, before its first token, to a host that failed it. Other hosts are asked first."),
    Setting::new("ollama.retry_pause", Time(ms(1), MINUTE, |c| &mut c.ollama.retry_pause), "The pause before that; it doubles."),
    Setting::new("ollama.pull", Pull(|c| &mut c.ollama.pull),
        "Whether ollama.model is pulled where no host has it. Other models never are."),
    Setting::new("ollama.leak_after", Time(ms(10), HOUR, |c| &mut c.ollama.leak_after),
        "After this long without a first token, with the model in memory, a leaked slot is looked for and freed."),

    Setting::new("openai.url", OptionalUrl(|c| &mut c.openai.url),
        "Where a server with OpenAI's interface listens, such as http://localhost:8000/v1."),
    Setting::new("openai.model", OptionalText(|c| &mut c.openai.model),
        "The model where a request names none; nothing: the first that the server lists."),
    Setting::new("openai.api_key", Secret(|c| &mut c.openai.api_key), "The key that it wants. Better in the environment or the file than in a flag."),
    Setting::new("openai.schema", Flag(|c| &mut c.openai.schema), "Whether the answer's JSON schema is sent as response_format."),
    Setting::new("openai.context_tokens", Count(512, 1 << 20, |c| &mut c.openai.context_tokens),
        "Tokens of the model's context, prompt and answer together; the server's own setting."),
    Setting::new("openai.connect_timeout", Time(ms(10), MINUTE, |c| &mut c.openai.connect_timeout), "Bound on opening a connection."),
    Setting::new("openai.probe_timeout", Time(ms(10), MINUTE, |c| &mut c.openai.probe_timeout), "Bound on asking for its models."),
    Setting::new("openai.probe_interval", Time(ms(100), HOUR, |c| &mut c.openai.probe_interval), "How often it is asked whether it answers."),

    Setting::new("generation.max_attempts", Count(1, 10, |c| &mut c.generation.max_attempts), "Most requests to a model in one generation; an ensemble makes 2 at least, one to each model."),
    Setting::new("generation.first_token_timeout", Time(ms(10), HOUR, |c| &mut c.generation.first_token_timeout),
        "Bound on the wait for a model's first token, its loading included."),
    Setting::new("generation.idle_timeout", Time(ms(10), HOUR, |c| &mut c.generation.idle_timeout), "Bound on the wait between two tokens."),
    Setting::new("generation.lifetime", Time(ms(100), HOUR, |c| &mut c.generation.lifetime), "Bound on a whole generation."),
    Setting::new("generation.deadline_margin", Time(ms(0), MINUTE, |c| &mut c.generation.deadline_margin),
        "How long before the caller's deadline the answer is sent."),
    Setting::new("generation.max_answer_bytes", Size(16 * KIB, 16 * MIB, |c| &mut c.generation.max_answer_bytes), "Bound on one answer of a model."),
    Setting::new("generation.max_log_bytes", Size(64 * KIB, 1024 * MIB, |c| &mut c.generation.max_log_bytes), "Bound on one generation's event log, the model's text aside."),
    Setting::new("generation.max_total_bytes", Size(MIB, 1024 * 1024 * MIB, |c| &mut c.generation.max_total_bytes),
        "Bound on all generations' logs together. Ended ones have half of it at most."),
    Setting::new("generation.heartbeat", Time(ms(100), HOUR, |c| &mut c.generation.heartbeat), "After this long without an event, readers get a heartbeat."),
    Setting::new("generation.max_running", Count(1, 10_000, |c| &mut c.generation.max_running), "Most generations at once; others wait."),
    Setting::new("generation.max_queued", Number(0, 10_000, |c| &mut c.generation.max_queued), "Most generations that wait; others are refused."),
    Setting::new("generation.max_per_caller", Count(1, 20_000, |c| &mut c.generation.max_per_caller),
        "Most generations of one caller, running and waiting. A caller is a peer's address."),
    Setting::new("generation.resume_grace", Time(ms(0), HOUR, |c| &mut c.generation.resume_grace), "How long a resumable generation goes on without a reader."),
    Setting::new("generation.keep_finished", Time(ms(0), HOUR, |c| &mut c.generation.keep_finished), "How long a generation that has ended can be read again."),
    Setting::new("generation.max_finished", Number(0, 100_000, |c| &mut c.generation.max_finished), "Most generations that are kept after their end."),

    Setting::new("prompt.variant", Text(|c| &mut c.prompt.variant), "The prompt where a request names none; `testgen prompts list` shows all."),
    Setting::new("prompt.folder", OptionalPath(|c| &mut c.prompt.folder),
        "A folder of variants (NAME.md) besides those that are compiled in; one of the same name takes its place."),

    Setting::new("retrieval.examples", OptionalPath(|c| &mut c.retrieval.examples),
        "A file of worked-out stories that prompts can show; nothing: those that are compiled in."),
    Setting::new("retrieval.embedding_model", OptionalText(|c| &mut c.retrieval.embedding_model),
        "An embedding model of Ollama, such as nomic-embed-text, to search examples by meaning too; nothing: by words alone."),
    Setting::new("retrieval.embedding_url", Url(|c| &mut c.retrieval.embedding_url), "The Ollama server that has it."),
    Setting::new("retrieval.embedding_timeout", Time(ms(10), MINUTE, |c| &mut c.retrieval.embedding_timeout), "Bound on one request to it."),
    Setting::new("retrieval.vectors", OptionalPath(|c| &mut c.retrieval.vectors),
        "A file that keeps the examples' vectors, so that a restart embeds only what changed."),

    Setting::new("story.min_chars", Number(1, 10_000, |c| &mut c.story.min_story_chars), "Fewest characters of a story."),
    Setting::new("story.max_chars", Number(1, 100_000, |c| &mut c.story.max_story_chars), "Most characters of a story."),
    Setting::new("story.max_criteria", Number(0, 1_000, |c| &mut c.story.max_criteria), "Most acceptance criteria."),
    Setting::new("story.max_criterion_chars", Number(1, 100_000, |c| &mut c.story.max_criterion_chars), "Most characters of one criterion."),
    Setting::new("story.max_context_chars", Number(0, 1_000_000, |c| &mut c.story.max_context_chars), "Most characters of the context."),

    Setting::new("privacy.mask", Mask(|c| &mut c.privacy.what),
        "What is hidden from models. secrets: passwords, keys, tokens and the terms; personal: these, and addresses and numbers of people."),
    Setting::new("privacy.terms", Terms(|c| &mut c.privacy.terms), "Your own words and phrases that are hidden too, where mask is not off."),

    Setting::new("coverage.boundary_values", Number(2, 3, |c| &mut c.coverage.boundary_values),
        "Values at each end of a limit. 2: the bound and its neighbour across it; 3: both neighbours."),

    Setting::new("server.listen", Address(|c| &mut c.server.listen), "Where the service listens."),
    Setting::new("server.operator_listen", OptionalAddress(|c| &mut c.server.operator_listen),
        "Where operators find /metrics, /healthz and /readyz. Nothing: nowhere."),
    Setting::new("server.max_request_bytes", Size(KIB, 64 * MIB, |c| &mut c.server.max_request_bytes), "Bound on one request."),
    Setting::new("server.max_header_bytes", Size(KIB, MIB, |c| &mut c.server.max_header_bytes), "Bound on one request's metadata."),
    Setting::new("server.max_concurrent_streams", Count(1, 100_000, |c| &mut c.server.max_concurrent_streams), "Most calls at once on one connection."),
    Setting::new("server.drain", Time(ms(0), HOUR, |c| &mut c.server.drain), "Bound on finishing running calls at shutdown."),
    Setting::new("server.slow_call", Time(ms(1), HOUR, |c| &mut c.server.slow_call), "Calls that take longer are logged as a warning."),
    Setting::new("server.keepalive_interval", Time(SECOND, HOUR, |c| &mut c.server.keepalive_interval), "How often a connection is asked whether it lives."),
    Setting::new("server.keepalive_timeout", Time(ms(100), MINUTE, |c| &mut c.server.keepalive_timeout), "Bound on its answer."),
    Setting::new("server.allowed_origins", Origins(|c| &mut c.server.allowed_origins),
        "Pages of other origins that may call over gRPC-Web. Without it a browser allows none."),
    Setting::new("server.tls_cert", OptionalPath(|c| &mut c.server.tls_cert), "A PEM file with the service's certificate and those above it; turns TLS on."),
    Setting::new("server.tls_key", OptionalPath(|c| &mut c.server.tls_key), "A PEM file with the certificate's private key."),
    Setting::new("server.reflection", Flag(|c| &mut c.server.reflection), "Whether clients may ask for the service's description."),

    Setting::new("log.level", Level(|c| &mut c.log.level), "The least severe line that is written.").or("LOG_LEVEL"),
    Setting::new("log.format", Format(|c| &mut c.log.format), "json for machines, text for people.").or("LOG_FORMAT"),
    Setting::new("log.file", OptionalPath(|c| &mut c.log.file), "A file that lines are written to as well: 10 MB, then a new one; five old ones are kept."),

    Setting::new("service.name", Text(|c| &mut c.service.name), "The service's name in logs and traces."),
    Setting::new("service.environment", Text(|c| &mut c.service.environment), "Where it runs, such as production.").or("ENVIRONMENT"),
    Setting::new("service.version", Text(|c| &mut c.service.version), "Which build it is.").or("SERVICE_VERSION"),

    Setting::new("otel.endpoint", OptionalUrl(|c| &mut c.otel.endpoint), "An OTLP/gRPC collector for traces, logs and metrics; https uses the system's certificates.").or("OTEL_EXPORTER_OTLP_ENDPOINT"),
    Setting::new("otel.timeout", Time(ms(100), MINUTE, |c| &mut c.otel.timeout), "Bound on sending a batch, and on the last one at shutdown."),
    Setting::new("otel.metrics_interval", Time(ms(100), HOUR, |c| &mut c.otel.metrics_interval), "How often metrics are sent to it."),
    Setting::new("telemetry.content", Flag(|c| &mut c.otel.content),
        "Whether traces carry stories, prompts and answers. They are what callers wrote: off unless all who read traces may read that."),

    Setting::new("cost.monthly", Amount(1e9, |c| &mut c.cost.monthly), "What the hosts cost a month, in US dollars."),
    Setting::new("cost.requests_a_day", Count(1, 1_000_000_000, |c| &mut c.cost.requests_a_day), "How many generations a day share that."),
    Setting::new("cost.input_tokens", Amount(1e6, |c| &mut c.cost.input_tokens), "US dollars for a million tokens that a model reads, where a provider is paid by token."),
    Setting::new("cost.output_tokens", Amount(1e6, |c| &mut c.cost.output_tokens), "US dollars for a million tokens that a model writes."),

    Setting::new("model_policy.file", OptionalPath(|c| &mut c.model_policy.file),
        "The models.json of an evaluation, by which a request for the model auto, or the configured model auto, gets one."),
    Setting::new("model_policy.profile", Profile(|c| &mut c.model_policy.profile), "What matters where auto is decided."),
    Setting::new("model_policy.max_cost", Amount(1e9, |c| &mut c.model_policy.max_cost),
        "Models that cost more US dollars for 1,000 requests, as measured, are left out. 0: none."),
    Setting::new("model_policy.ensemble", TwoModels(|c| &mut c.model_policy.ensemble),
        "Two models that word a plan together where the model ensemble is asked for or configured: of two cases for an item the better one counts."),

    Setting::new("mlflow.tracking_url", OptionalUrl(|c| &mut c.mlflow.tracking_url),
        "An MLflow server that keeps what `testgen evaluate` and `testgen experiment` measured. Nothing: nobody keeps it.").or("MLFLOW_TRACKING_URI"),
    Setting::new("mlflow.experiment", Text(|c| &mut c.mlflow.experiment), "The experiment of MLflow that runs are kept in; it is made where it is missing.").or("MLFLOW_EXPERIMENT_NAME"),
    Setting::new("mlflow.token", Secret(|c| &mut c.mlflow.token), "The bearer token that it wants. Better in the environment or the file than in a flag.").or("MLFLOW_TRACKING_TOKEN"),
    Setting::new("mlflow.spool", Folder(|c| &mut c.mlflow.spool), "A folder that keeps every run until MLflow has all of it."),
    Setting::new("mlflow.timeout", Time(ms(10), HOUR, |c| &mut c.mlflow.timeout), "Bound on one request to it."),
    Setting::new("experiment.file", OptionalPath(|c| &mut c.experiment.file),
        "A TOML file that defines an online experiment or a rollout (docs/experiments.md). It is read again when it changes."),
    Setting::new("experiment.reload", Time(ms(50), MINUTE, |c| &mut c.experiment.reload), "How often it is looked at."),
    Setting::new("experiment.record", OptionalPath(|c| &mut c.experiment.record),
        "The record of generations that took part, a line each, without texts; nothing: data/experiments/online.jsonl."),
    Setting::new("experiment.record_bytes", Size(4 * KIB, 1024 * MIB, |c| &mut c.experiment.record_bytes),
        "Bytes after which the record turns over; five old files are kept."),
    Setting::new("experiment.decisions", OptionalPath(|c| &mut c.experiment.decisions),
        "The folder of decisions.jsonl and decisions.md; nothing: data/experiments."),
    Setting::new("experiment.iterations", OptionalPath(|c| &mut c.experiment.iterations),
        "A log of iterations to which rollouts append a row for each decision; nothing: none."),
];
