//! What the process tells its operator: log lines, traces and metrics.
//!
//! A line is one JSON object (or one plain line for people) on standard error with the fields that operators search by;
//! the call's correlation id, method and peer come from the span that the line was written in. With a collector, traces,
//! log records and metrics go to it over OTLP as well; traces follow the W3C trace context of the caller and pass it on.
//! Metrics can be read as a page of Prometheus in any case. Standard output belongs to the command line and is never
//! written here.
//!
//! It refuses to carry content: a story, a prompt or a model's text has no place in logs, and in traces only where a
//! setting says so; a field that is named like one is withheld. It refuses to hold anybody up: what cannot be handed over
//! is dropped and counted.
//!
//! - `metric_name`: every metric, once; `metrics`: the instruments; `cost`: what a generation costs
//! - `model_call`, `stage`: the spans of a generation; `propagation`: the caller's trace in, ours out
//! - `line`, `layer`: log lines; `log_file`: into a file; `bridge`: over OTLP
//! - `export`: the way to the collector; `drops`: whether anything gets there

pub mod metric_name;
pub mod metrics;
pub mod cost;
pub mod propagation;
pub mod model_call;
pub mod stage;
pub mod process;
pub mod drops;
mod export;
mod bridge;
mod line;
mod layer;
pub(crate) mod log_file;
mod timestamp;
#[cfg(test)]
mod tests;

pub use export::reach;

use crate::config::Config;
use bridge::Bridge;
use cost::CostModel;
use drops::Drops;
use layer::Lines;
use line::Identity;
use log_file::LogFile;
use metrics::Metrics;
use opentelemetry::logs::LoggerProvider as _;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;
use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Targets, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Crates whose own lines are noise to an operator, and whose spans would feed the exporter with its own sending.
const NOISY: [&str; 8] = [
    "h2",
    "hyper",
    "hyper_util",
    "tonic",
    "tower",
    "tower_http",
    "reqwest",
    "rustls",
];

/// Why telemetry could not begin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The exporter refused its settings.
    #[error("telemetry cannot be sent to {endpoint}: {reason}")]
    Exporter {
        /// The configured endpoint.
        endpoint: String,
        /// What the exporter said.
        reason: String,
    },
    /// The log file cannot be opened.
    #[error("log.file: {path} cannot be written: {reason}")]
    LogFile {
        /// The file.
        path: String,
        /// Why not.
        reason: io::Error,
    },
    /// The page of metrics cannot be set up.
    #[error("metrics cannot be counted: {0}")]
    Metrics(String),
    /// This process has a subscriber already.
    #[error("telemetry was begun twice")]
    Twice,
}

/// Keeps telemetry running; hand it to [`Guard::shutdown`] last, so that what was told last is sent.
#[derive(Debug)]
#[must_use = "without it the last spans are lost"]
pub struct Guard {
    pipes: Pipes,
    bound: Duration,
}

/// Where telemetry goes.
#[derive(Debug)]
pub(crate) struct Pipes {
    traces: Option<SdkTracerProvider>,
    logs: Option<SdkLoggerProvider>,
    metrics: Arc<Metrics>,
    file: Option<LogFile>,
    sends: bool,
}

/// Begins logging and counting, and sending where a collector is configured. Call it inside the tokio runtime, once.
///
/// # Errors
/// A collector's address that cannot be used, a log file that cannot be opened, or a second call.
pub fn init(config: &Config) -> Result<Guard, Error> {
    let pipes = Pipes::open(config)?;
    pipes.subscriber(config).try_init().map_err(|_| Error::Twice)?;
    Ok(Guard {
        pipes,
        bound: config.otel.timeout,
    })
}

/// Telemetry for this thread alone, for tests that start several services in one process: everything as [`init`] does it.
///
/// # Errors
/// As [`init`].
pub fn here(config: &Config) -> Result<(Guard, tracing::subscriber::DefaultGuard), Error> {
    let pipes = Pipes::open(config)?;
    let here = tracing::subscriber::set_default(pipes.subscriber(config));
    let guard = Guard {
        pipes,
        bound: config.otel.timeout,
    };
    Ok((guard, here))
}

impl Pipes {
    fn open(config: &Config) -> Result<Self, Error> {
        let otel = &config.otel;
        let sends = otel.endpoint.is_some();
        let drops = Arc::new(Drops::default());
        let resource = export::resource(&config.service);
        let pipe = |wanted: bool| wanted.then(|| resource.clone());
        let traces = pipe(sends)
            .map(|resource| export::traces(otel, resource, &drops))
            .transpose()?;
        let logs = pipe(sends)
            .map(|resource| export::logs(otel, resource, &drops))
            .transpose()?;
        let reader = sends.then(|| export::metrics(otel, &drops)).transpose()?;
        if sends {
            opentelemetry::global::set_text_map_propagator(TextMapCompositePropagator::new(vec![Box::new(
                TraceContextPropagator::new(),
            )]));
        }
        let file = config.log.file.as_ref().map(|path| {
            LogFile::open(path, &drops).map_err(|reason| Error::LogFile {
                path: path.display().to_string(),
                reason,
            })
        });
        let cost = &config.cost;
        let cost = CostModel::new(
            cost.monthly,
            cost.requests_a_day.get(),
            cost.input_tokens,
            cost.output_tokens,
        );
        let metrics = Metrics::new(resource.clone(), cost, Arc::clone(&drops), |builder| match reader {
            Some(reader) => builder.with_reader(reader),
            None => builder,
        });
        Ok(Self {
            traces,
            logs,
            metrics: metrics.map_err(|error| Error::Metrics(error.to_string()))?,
            file: file.transpose()?,
            sends,
        })
    }

    fn subscriber(&self, config: &Config) -> impl Subscriber + Send + Sync + use<> {
        let out = Out {
            file: self.file.clone(),
        };
        let lines = Lines::new(Identity::of(&config.service), config.log.format, out);
        let spans = self.traces.as_ref().map(|provider| traces(provider.tracer("testgen")));
        let records = self
            .logs
            .as_ref()
            .map(|provider| Bridge::new(provider.logger("testgen")));
        tracing_subscriber::registry()
            .with(spans)
            .with(lines.with_filter(written(config.log.level)))
            .with(records.map(|bridge| bridge.with_filter(written(config.log.level))))
    }
}

impl Guard {
    /// The instruments.
    #[must_use]
    pub fn metrics(&self) -> &Arc<Metrics> {
        &self.pipes.metrics
    }

    /// Sends what is left, everything at the same time and within the configured bound. Sending blocks, so it has threads
    /// of its own.
    pub async fn shutdown(self) {
        let bound = self.bound;
        let Pipes {
            traces,
            logs,
            metrics,
            file,
            sends,
        } = self.pipes;
        if let Some(file) = file {
            let _ = tokio::task::spawn_blocking(move || file.flush(bound)).await;
        }
        if !sends {
            return;
        }
        let sending = [
            tokio::task::spawn_blocking(move || {
                traces.is_none_or(|provider| provider.shutdown_with_timeout(bound).is_ok())
            }),
            tokio::task::spawn_blocking(move || {
                logs.is_none_or(|provider| provider.shutdown_with_timeout(bound).is_ok())
            }),
            tokio::task::spawn_blocking(move || metrics.shutdown(bound)),
        ];
        // A black hole holds an exporter longer than its own bound; the process ends all the same.
        let end = tokio::time::Instant::now() + bound + Duration::from_millis(500);
        let mut sent = true;
        for signal in sending {
            sent &= matches!(tokio::time::timeout_at(end, signal).await, Ok(Ok(true)));
        }
        if !sent {
            tracing::warn!("not all of the last traces, logs and metrics were sent");
        }
    }
}

/// Where lines go: standard error, and the log file if there is one.
#[derive(Debug)]
struct Out {
    file: Option<LogFile>,
}

/// Takes one whole line a call.
struct LineOut<'a>(&'a Out);

impl<'a> MakeWriter<'a> for Out {
    type Writer = LineOut<'a>;

    fn make_writer(&'a self) -> LineOut<'a> {
        LineOut(self)
    }
}

impl Write for LineOut<'_> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(file) = &self.0.file {
            file.line(line);
        }
        // A full pipe or a closed one must not stop us.
        let _ = io::stderr().write_all(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Which lines are written: all spans that are ours, since they carry the correlation id of the lines inside them, and
/// events from the level on.
fn written<S: Subscriber + for<'a> LookupSpan<'a>>(level: LevelFilter) -> impl tracing_subscriber::layer::Filter<S> {
    let events = NOISY
        .iter()
        .fold(Targets::new().with_default(level), |targets, crate_name| {
            targets.with_target(*crate_name, LevelFilter::OFF)
        });
    // The library tells of every batch that fails; `drops` tells it once.
    let own = if level >= LevelFilter::DEBUG {
        LevelFilter::WARN
    } else {
        LevelFilter::OFF
    };
    let events = events.with_target("opentelemetry", own);
    filter_fn(move |metadata: &Metadata<'_>| {
        ours(metadata) || metadata.is_event() && events.would_enable(metadata.target(), metadata.level())
    })
}

/// Whether it is a span of this crate, as coarse as a call or a request to a model.
fn ours(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.target().starts_with("testgen") && *metadata.level() <= tracing::Level::INFO
}

fn traces<S: Subscriber + for<'a> LookupSpan<'a>>(tracer: SdkTracer) -> impl Layer<S> {
    tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(ours))
}
