//! The instruments, and what is recorded in them: at the end of a call, an attempt or a generation, never for a token.
//! A task counts in plain numbers while it works ([`Tally`]) and hands them over once.
//!
//! Whatever is recorded can be read as Prometheus text ([`Metrics::page`]) and, where a reader for it was given, is sent
//! over OTLP. Several services in one process have instruments of their own.

use super::cost::CostModel;
use super::drops::{Drops, Signal};
use super::metric_name::{self as names, Kind, Metric, OTHER};
use super::process::Process;
use crate::test_case::{Source, TestCase};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{AsyncInstrument, Counter, Histogram, Meter, MeterProvider as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{MeterProviderBuilder, SdkMeterProvider};
use prometheus::{Registry, TextEncoder};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Most model names that have series of their own.
const MODELS: usize = 32;
/// Most variants of experiments with series of their own.
const VARIANTS: usize = 16;

/// The instruments of one service.
#[derive(Debug)]
pub struct Metrics {
    provider: SdkMeterProvider,
    meter: Meter,
    registry: Registry,
    drops: Arc<Drops>,
    cost: CostModel,
    models: Mutex<BTreeSet<String>>,
    rpc_duration: Histogram<f64>,
    model_duration: Histogram<f64>,
    model_first_chunk: Histogram<f64>,
    model_chunk: Histogram<f64>,
    model_tokens: Histogram<f64>,
    model_load: Histogram<f64>,
    generations: Counter<u64>,
    generation_duration: Histogram<f64>,
    first_case: Histogram<f64>,
    coverage: Histogram<f64>,
    validation: Histogram<f64>,
    lag: Histogram<f64>,
    attempts: Counter<u64>,
    retries: Counter<u64>,
    fallbacks: Counter<u64>,
    refusals: Counter<u64>,
    cost_usd: Counter<f64>,
    cases: Counter<u64>,
    rejected: Counter<u64>,
    repairs: Counter<u64>,
    lint_score: Histogram<f64>,
    queue_wait: Histogram<f64>,
    exposed: Counter<u64>,
    rollout_moves: Counter<u64>,
    variants: Mutex<BTreeSet<String>>,
}

/// What one attempt brought, counted in its task.
#[derive(Debug, Default)]
pub struct Tally {
    /// Each accepted case, with the time from the arrival of its last byte to the event log.
    pub accepted: Vec<(Arc<TestCase>, Duration)>,
    /// What was rejected, by its first reason, with how often.
    pub rejected: Vec<(&'static str, u64)>,
    /// Pieces of text that came.
    pub chunks: u64,
    /// Their bytes.
    pub bytes: usize,
    /// Objects that were found.
    pub objects: u32,
    /// From asking to the first piece.
    pub first_chunk: Option<Duration>,
    /// From asking to the last piece.
    pub last_chunk: Duration,
    /// Time spent on finding objects.
    pub extracting: Duration,
    /// Time spent on judging them.
    pub judging: Duration,
    /// The answer's text, where content is exported.
    pub text: Option<String>,
}

/// A request to a model that has ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelRequest<'a> {
    /// The backend's name.
    pub backend: &'static str,
    /// The model's name.
    pub model: &'a str,
    /// The host that was asked.
    pub peer: Option<(&'a str, u16)>,
    /// How long it took.
    pub duration: Duration,
    /// Tokens read.
    pub input_tokens: Option<i64>,
    /// Tokens written.
    pub output_tokens: Option<i64>,
    /// Loading the model.
    pub load: Option<Duration>,
    /// The code of what went wrong.
    pub error: Option<&'static str>,
    /// Why there was a request before this one that was not enough; `None` for the first.
    pub retry: Option<&'static str>,
}

/// A generation that has ended.
#[derive(Clone, Copy, Debug, Default)]
pub struct Generation<'a> {
    /// `complete`, `partial`, `blocked`, `failed` or `cancelled`.
    pub outcome: &'static str,
    /// The backend's name; empty where none was chosen.
    pub backend: &'static str,
    /// The model's name; empty for the rules.
    pub model: &'a str,
    /// What it was for.
    pub purpose: &'static str,
    /// The code of what went wrong.
    pub error: Option<&'static str>,
    /// From the request to the end.
    pub duration: Duration,
    /// Waiting for a place; `None` if it never got one.
    pub waited: Option<Duration>,
    /// From the request to the first case.
    pub first_case: Option<Duration>,
    /// Extraction, repair, validation and lint.
    pub validation: Option<Duration>,
    /// Share of the items that are covered.
    pub coverage: Option<f64>,
    /// Tokens read.
    pub input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
}

// === impl Metrics ===

impl Metrics {
    /// Instruments that are read as a page alone.
    ///
    /// # Errors
    /// As [`Metrics::new`].
    pub fn local() -> anyhow::Result<Arc<Self>> {
        let resource = Resource::builder().with_service_name("testgen").build();
        Self::new(resource, CostModel::default(), Arc::default(), |builder| builder)
    }

    /// Instruments; `more` may add readers.
    ///
    /// # Errors
    /// The page cannot be set up: two collectors of one name, which does not happen.
    pub fn new(
        resource: Resource,
        cost: CostModel,
        drops: Arc<Drops>,
        more: impl FnOnce(MeterProviderBuilder) -> MeterProviderBuilder,
    ) -> anyhow::Result<Arc<Self>> {
        let registry = Registry::new();
        let page = opentelemetry_prometheus::exporter()
            .with_registry(registry.clone())
            .scope_info_enabled(false)
            .build()?;
        let builder = SdkMeterProvider::builder().with_resource(resource).with_reader(page);
        let provider = more(builder).build();
        let meter = provider.meter("testgen");
        let metrics = Self {
            rpc_duration: histogram(&meter, &names::RPC_DURATION),
            model_duration: histogram(&meter, &names::MODEL_DURATION),
            model_first_chunk: histogram(&meter, &names::MODEL_FIRST_CHUNK),
            model_chunk: histogram(&meter, &names::MODEL_CHUNK),
            model_tokens: histogram(&meter, &names::MODEL_TOKENS),
            model_load: histogram(&meter, &names::MODEL_LOAD),
            generations: counter(&meter, &names::GENERATIONS),
            generation_duration: histogram(&meter, &names::GENERATION_DURATION),
            first_case: histogram(&meter, &names::FIRST_CASE),
            coverage: histogram(&meter, &names::COVERAGE),
            validation: histogram(&meter, &names::VALIDATION),
            lag: histogram(&meter, &names::LAG),
            attempts: counter(&meter, &names::ATTEMPTS),
            retries: counter(&meter, &names::RETRIES),
            fallbacks: counter(&meter, &names::FALLBACKS),
            refusals: counter(&meter, &names::REFUSALS),
            cost_usd: meter
                .f64_counter(names::COST.name)
                .with_unit(names::COST.unit)
                .with_description(names::COST.description)
                .build(),
            cases: counter(&meter, &names::CASES),
            rejected: counter(&meter, &names::REJECTED),
            repairs: counter(&meter, &names::REPAIRS),
            lint_score: histogram(&meter, &names::LINT_SCORE),
            queue_wait: histogram(&meter, &names::QUEUE_WAIT),
            exposed: counter(&meter, &names::EXPOSED),
            rollout_moves: counter(&meter, &names::ROLLOUT),
            variants: Mutex::default(),
            provider,
            meter,
            registry,
            drops,
            cost,
            models: Mutex::default(),
        };
        metrics.watch_itself();
        Ok(Arc::new(metrics))
    }

    /// Everything as Prometheus reads it.
    ///
    /// # Errors
    /// A metric that cannot be written; none of the table is one.
    pub fn page(&self) -> anyhow::Result<String> {
        Ok(TextEncoder::new().encode_to_string(&self.registry.gather())?)
    }

    /// What of telemetry was dropped.
    #[must_use]
    pub fn drops(&self) -> &Drops {
        &self.drops
    }

    /// Sends what is left, within the bound. Blocks.
    pub fn shutdown(&self, bound: Duration) -> bool {
        self.provider.shutdown_with_timeout(bound).is_ok()
    }

    /// Model names that have series of their own.
    pub fn know_models<'a>(&self, models: impl IntoIterator<Item = &'a str>) {
        let mut known = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        for model in models {
            if !model.is_empty() && known.len() < MODELS {
                known.insert(model.to_owned());
            }
        }
    }

    /// Names of variants that have series of their own; no more than 16 over the life of the service.
    pub fn know_variants<'a>(&self, names: impl IntoIterator<Item = &'a str>) {
        let mut known = self.variants.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            if known.len() < VARIANTS {
                known.insert(name.to_owned());
            }
        }
    }

    /// A generation that took part in an experiment has ended.
    pub fn exposed(&self, variant: &str, outcome: &'static str) {
        let known = self
            .variants
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .contains(variant);
        let variant = if known { variant } else { OTHER };
        self.exposed.add(
            1,
            &[
                say(names::attribute::VARIANT, variant.to_owned()),
                say(names::attribute::OUTCOME, outcome),
            ],
        );
    }

    /// A rollout has moved: `advanced` or `back`.
    pub fn rollout(&self, moved: &'static str) {
        self.rollout_moves.add(1, &[say(names::attribute::MOVE, moved)]);
    }

    /// What a generation costs that used these tokens, in US dollars.
    #[must_use]
    pub fn cost(&self, input_tokens: i64, output_tokens: i64) -> f64 {
        self.cost.of(input_tokens, output_tokens)
    }

    /// Observes a gauge or counter whenever metrics are read.
    pub fn observe(&self, metric: &'static Metric, look: impl Fn(&dyn AsyncInstrument<f64>) + Send + Sync + 'static) {
        if metric.kind == Kind::Counter {
            self.meter
                .f64_observable_counter(metric.name)
                .with_unit(metric.unit)
                .with_description(metric.description)
                .with_callback(look)
                .build();
        } else {
            self.meter
                .f64_observable_gauge(metric.name)
                .with_unit(metric.unit)
                .with_description(metric.description)
                .with_callback(look)
                .build();
        }
    }

    fn watch_itself(&self) {
        let drops = Arc::clone(&self.drops);
        self.observe(&names::DROPPED, move |seen| {
            for signal in Signal::ALL {
                seen.observe(
                    number(drops.of(signal)),
                    &[say(names::attribute::SIGNAL, signal.as_str())],
                );
            }
        });
        self.observe(&names::MEMORY, |seen| {
            if let Ok(process) = Process::look(std::process::id()) {
                seen.observe(number(process.resident_bytes), &[]);
            }
        });
        self.observe(&names::CPU, |seen| {
            if let Ok(process) = Process::look(std::process::id()) {
                seen.observe(process.cpu.as_secs_f64(), &[]);
            }
        });
    }

    /// A call has ended. `error` only where its span is an error.
    pub fn call(&self, method: &str, status: &str, error: bool, duration: Duration) {
        let mut attributes = vec![
            say(names::attribute::RPC_SYSTEM, "grpc"),
            say(names::attribute::RPC_METHOD, method.to_owned()),
            say(names::attribute::RPC_STATUS, status.to_owned()),
        ];
        if error {
            attributes.push(say(names::attribute::ERROR_TYPE, status.to_owned()));
        }
        self.rpc_duration.record(duration.as_secs_f64(), &attributes);
    }

    /// A request to a model has ended.
    pub fn model_request(&self, request: &ModelRequest<'_>, tally: &Tally) {
        if tally.first_chunk.is_some() {
            // A model that answers is one that there is.
            self.know_models([request.model]);
        }
        let model = self.model(request.model);
        let provider = say(names::attribute::PROVIDER, request.backend);
        let model_name = say(names::attribute::MODEL, model.clone());
        if let Some(load) = request.load.filter(|load| *load >= Duration::from_millis(100)) {
            self.model_load
                .record(load.as_secs_f64(), &[provider.clone(), model_name.clone()]);
        }
        let mut attributes = vec![say(names::attribute::OPERATION, "chat"), provider, model_name.clone()];
        if let Some((address, port)) = request.peer {
            attributes.push(say(names::attribute::SERVER, address.to_owned()));
            attributes.push(say(names::attribute::PORT, i64::from(port)));
        }
        if let Some(first) = tally.first_chunk {
            self.model_first_chunk.record(first.as_secs_f64(), &attributes);
            if let Some(gaps) = tally.chunks.checked_sub(1).filter(|gaps| *gaps > 0) {
                let pace = tally.last_chunk.saturating_sub(first).as_secs_f64() / number(gaps);
                self.model_chunk.record(pace, &attributes);
            }
        }
        for (kind, tokens) in [("input", request.input_tokens), ("output", request.output_tokens)] {
            if let Some(tokens) = tokens.and_then(|tokens| u64::try_from(tokens).ok()) {
                let mut attributes = attributes.clone();
                attributes.push(say(names::attribute::TOKEN_TYPE, kind));
                self.model_tokens.record(number(tokens), &attributes);
            }
        }
        let backend = say(names::attribute::BACKEND, request.backend);
        let mut attempt = vec![backend.clone(), model_name];
        if let Some(error) = request.error {
            attributes.push(say(names::attribute::ERROR_TYPE, error));
            attempt.push(say(names::attribute::ERROR_TYPE, error));
        }
        self.model_duration.record(request.duration.as_secs_f64(), &attributes);
        self.attempts.add(1, &attempt);
        if let Some(reason) = request.retry {
            self.retries.add(1, &[backend, say(names::attribute::REASON, reason)]);
        }
    }

    /// The cases that an attempt brought, of a model or of the rules.
    pub fn cases(&self, source: Source, tally: &Tally) {
        let source = say(names::attribute::SOURCE, source.as_str());
        for (case, lag) in &tally.accepted {
            let attributes = [
                source.clone(),
                say(names::attribute::CASE_TYPE, case.case_type.as_str()),
                say(names::attribute::PRIORITY, case.priority.as_str()),
                say(
                    names::attribute::REPAIRED,
                    if case.repairs.is_empty() { "false" } else { "true" },
                ),
            ];
            self.cases.add(1, &attributes);
            self.lag.record(lag.as_secs_f64(), std::slice::from_ref(&source));
            if let Some(score) = case.quality_score {
                self.lint_score.record(f64::from(score), std::slice::from_ref(&source));
            }
            for repair in &case.repairs {
                let attributes = [source.clone(), say(names::attribute::REASON, repair.code)];
                self.repairs.add(1, &attributes);
            }
        }
        for (reason, times) in &tally.rejected {
            let attributes = [source.clone(), say(names::attribute::REASON, *reason)];
            self.rejected.add(*times, &attributes);
        }
    }

    /// The rules took a model's place.
    pub fn fallback(&self, reason: &'static str) {
        self.fallbacks.add(1, &[say(names::attribute::REASON, reason)]);
    }

    /// A request for a generation was refused.
    pub fn refused(&self, reason: &'static str) {
        self.refusals.add(1, &[say(names::attribute::REASON, reason)]);
    }

    /// A generation has ended.
    pub fn generation(&self, ended: &Generation<'_>) {
        let backend = say(names::attribute::BACKEND, ended.backend);
        let outcome = say(names::attribute::OUTCOME, ended.outcome);
        let mut attributes = vec![
            outcome.clone(),
            backend.clone(),
            say(names::attribute::PURPOSE, ended.purpose),
        ];
        attributes.extend(ended.error.map(|error| say(names::attribute::ERROR_TYPE, error)));
        self.generations.add(1, &attributes);
        self.generation_duration
            .record(ended.duration.as_secs_f64(), &[outcome, backend.clone()]);
        if let Some(waited) = ended.waited {
            self.queue_wait.record(waited.as_secs_f64(), &[]);
        }
        let of_backend = std::slice::from_ref(&backend);
        if let Some(first) = ended.first_case {
            self.first_case.record(first.as_secs_f64(), of_backend);
        }
        if let Some(validation) = ended.validation {
            self.validation.record(validation.as_secs_f64(), of_backend);
        }
        if let Some(coverage) = ended.coverage {
            self.coverage.record(coverage, of_backend);
        }
        let cost = self.cost.of(ended.input_tokens, ended.output_tokens);
        let model = say(names::attribute::MODEL, self.model(ended.model));
        self.cost_usd.add(cost, &[backend, model]);
    }

    /// The name under which a model is counted.
    fn model(&self, name: &str) -> String {
        let known = self.models.lock().unwrap_or_else(PoisonError::into_inner);
        if name.is_empty() || known.contains(name) {
            name.to_owned()
        } else {
            OTHER.to_owned()
        }
    }
}

impl Tally {
    /// Something was rejected.
    pub fn reject(&mut self, reason: &'static str) {
        match self.rejected.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, times)) => *times += 1,
            None => self.rejected.push((reason, 1)),
        }
    }

    /// How many were rejected.
    #[must_use]
    pub fn rejections(&self) -> u64 {
        self.rejected.iter().map(|(_, times)| times).sum()
    }

    /// A piece of the answer has come, so long after asking.
    pub fn chunk(&mut self, piece: &str, after: Duration) {
        self.chunks += 1;
        self.bytes += piece.len();
        self.first_chunk.get_or_insert(after);
        self.last_chunk = after;
        if let Some(text) = &mut self.text {
            text.push_str(piece);
        }
    }
}

fn say(attribute: names::Attribute, value: impl Into<opentelemetry::Value>) -> KeyValue {
    KeyValue::new(attribute.name, value)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "beyond 2^53 the last digits of a count say nothing"
)]
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

/// A part of a whole, 0 to 1; of nothing it is 0.
#[must_use]
pub fn ratio(part: usize, whole: usize) -> f64 {
    number(part as u64) / number(whole.max(1) as u64)
}

fn histogram(meter: &Meter, metric: &'static Metric) -> Histogram<f64> {
    let builder = meter
        .f64_histogram(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description);
    match metric.kind {
        Kind::Histogram(bounds) => builder.with_boundaries(bounds.to_vec()).build(),
        Kind::Counter | Kind::Gauge => builder.build(),
    }
}

fn counter(meter: &Meter, metric: &'static Metric) -> Counter<u64> {
    meter
        .u64_counter(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description)
        .build()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_model_that_nobody_knows_makes_no_series() {
        let metrics = Metrics::local().unwrap();
        metrics.know_models(["llama3.2:1b"]);
        for number in 0..200 {
            let model = format!("invented-{number}");
            let request = ModelRequest {
                backend: "ollama",
                model: &model,
                error: Some("MODEL_MISSING"),
                ..ModelRequest::default()
            };
            metrics.model_request(&request, &Tally::default());
            // One that answers gets its own, up to a bound.
            let mut tally = Tally::default();
            tally.chunk("{", Duration::ZERO);
            metrics.model_request(&request, &tally);
        }
        let page = metrics.page().unwrap();
        let series = page
            .lines()
            .filter(|line| line.starts_with("testgen_attempts_total{"))
            .count();
        assert_eq!(
            series, MODELS,
            "31 that answered and _OTHER; the configured one was not asked"
        );
        assert!(page.contains("gen_ai_request_model=\"_OTHER\""));
    }

    #[test]
    fn the_pace_is_the_mean_time_between_pieces() {
        let metrics = Metrics::local().unwrap();
        let mut tally = Tally::default();
        for after in [100, 150, 300] {
            tally.chunk("ab", Duration::from_millis(after));
        }
        metrics.model_request(&ModelRequest::default(), &tally);
        let page = metrics.page().unwrap();
        let value = |name: &str| {
            let line = page.lines().find(|line| line.starts_with(name)).unwrap();
            line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
        };
        assert!((value("gen_ai_client_operation_time_to_first_chunk_seconds_sum") - 0.1).abs() < 1e-9);
        assert!((value("gen_ai_client_operation_time_per_output_chunk_seconds_sum") - 0.1).abs() < 1e-9);
        assert_eq!(tally.bytes, 6);
    }
}
