//! What the process tells its operator: log lines on standard error, and traces to a collector if one is configured.
//!
//! A line is one JSON object (or one plain line for people) with the fields that operators search by; the call's
//! correlation id, method and peer come from the span that the line was written in. Traces follow the W3C trace context
//! of the caller and pass it on. Standard output belongs to the command line and is never written here.
//!
//! It refuses to carry content: a story, a prompt or a model's text has no place in logs or traces, and a field that is
//! named like one is withheld.

pub mod metric_name;
pub mod propagation;
pub mod model_call;
mod line;
mod layer;
mod timestamp;
#[cfg(test)]
mod tests;

use crate::config::{Config, Otel, Service};
use layer::Lines;
use line::Identity;
use opentelemetry::KeyValue;
use opentelemetry::propagation::TextMapCompositePropagator;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _, WithTonicConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::io;
use std::time::Duration;
use tonic::transport::ClientTlsConfig;
use tracing::level_filters::LevelFilter;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{Targets, filter_fn};
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
    #[error("traces cannot be sent to {endpoint}: {reason}")]
    Exporter {
        /// The configured endpoint.
        endpoint: String,
        /// What the exporter said.
        reason: String,
    },
    /// This process has a subscriber already.
    #[error("telemetry was begun twice")]
    Twice,
}

/// Keeps telemetry running; hand it to [`Guard::shutdown`] last, so that the last spans are sent.
#[derive(Debug)]
#[must_use = "without it the last spans are lost"]
pub struct Guard {
    provider: Option<SdkTracerProvider>,
    bound: Duration,
}

/// Begins logging and, if a collector is configured, tracing. Call it inside the tokio runtime, once.
///
/// # Errors
/// A collector's address that cannot be used, or a second call.
pub fn init(config: &Config) -> Result<Guard, Error> {
    let provider = config
        .otel
        .endpoint
        .is_some()
        .then(|| provider(&config.otel, &config.service))
        .transpose()?;
    if provider.is_some() {
        opentelemetry::global::set_text_map_propagator(TextMapCompositePropagator::new(vec![Box::new(
            TraceContextPropagator::new(),
        )]));
    }
    let lines = Lines::new(Identity::of(&config.service), config.log.format, io::stderr);
    let traces = provider.as_ref().map(|provider| traces(provider.tracer("testgen")));
    tracing_subscriber::registry()
        .with(traces)
        .with(lines.with_filter(written(config.log.level)))
        .try_init()
        .map_err(|_| Error::Twice)?;
    Ok(Guard {
        provider,
        bound: config.otel.timeout,
    })
}

impl Guard {
    /// Sends what is left, within the configured bound. Sending blocks, so it has a thread of its own.
    pub async fn shutdown(self) {
        let Some(provider) = self.provider else { return };
        let bound = self.bound;
        let sending = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(bound));
        // A black hole holds the exporter longer than its own bound; the process ends all the same.
        match tokio::time::timeout(bound + Duration::from_millis(500), sending).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "the last traces were not sent"),
            Ok(Err(_)) | Err(_) => tracing::warn!("the last traces were not sent in time"),
        }
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
    let events = events.with_target("opentelemetry", level.min(LevelFilter::WARN));
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

fn provider(otel: &Otel, service: &Service) -> Result<SdkTracerProvider, Error> {
    let endpoint = otel
        .endpoint
        .as_ref()
        .map(|url| url.as_str().to_owned())
        .unwrap_or_default();
    let mut exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(&endpoint)
        .with_timeout(otel.timeout);
    if otel.endpoint.as_ref().is_some_and(|url| url.scheme() == "https") {
        exporter = exporter.with_tls_config(ClientTlsConfig::new().with_native_roots());
    }
    let exporter = exporter.build().map_err(|error| Error::Exporter {
        endpoint,
        reason: error.to_string(),
    })?;
    let resource = Resource::builder()
        .with_service_name(service.name.clone())
        .with_attributes([
            KeyValue::new("service.version", service.version.clone()),
            KeyValue::new("deployment.environment.name", service.environment.clone()),
        ])
        .build();
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build())
}
