//! The way to the collector: one provider each for traces, logs and metrics, over OTLP/gRPC, on threads of their own.

use super::Error;
use super::drops::{Drops, QUEUE, Signal, counted, watched};
use crate::config::{Otel, Service};
use opentelemetry::KeyValue;
use opentelemetry_otlp::{
    ExporterBuildError, LogExporter, MetricExporter, SpanExporter, WithExportConfig as _, WithTonicConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{BatchConfigBuilder as LogBatches, BatchLogProcessor, SdkLoggerProvider};
use opentelemetry_sdk::metrics::PeriodicReader;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{BatchConfigBuilder as SpanBatches, BatchSpanProcessor, SdkTracerProvider};
use std::sync::Arc;
use tonic::transport::ClientTlsConfig;

/// What this process calls itself to the collector.
pub(super) fn resource(service: &Service) -> Resource {
    Resource::builder()
        .with_service_name(service.name.clone())
        .with_attributes([
            KeyValue::new("service.version", service.version.clone()),
            KeyValue::new("deployment.environment.name", service.environment.clone()),
            // Tells the series of several replicas apart.
            KeyValue::new("service.instance.id", uuid::Uuid::now_v7().to_string()),
        ])
        .build()
}

/// Sets an exporter's address, bound and, for https, TLS.
macro_rules! reaching {
    ($builder:expr, $otel:expr) => {{
        let builder = $builder
            .with_tonic()
            .with_endpoint(address($otel))
            .with_timeout($otel.timeout);
        match $otel.endpoint.as_ref().is_some_and(|url| url.scheme() == "https") {
            true => builder.with_tls_config(ClientTlsConfig::new().with_native_roots()),
            false => builder,
        }
    }};
}

fn address(otel: &Otel) -> String {
    otel.endpoint
        .as_ref()
        .map(|url| url.as_str().to_owned())
        .unwrap_or_default()
}

fn refused(otel: &Otel) -> impl Fn(ExporterBuildError) -> Error {
    let endpoint = otel
        .endpoint
        .as_deref()
        .map(crate::config::show_url)
        .unwrap_or_default();
    move |error| Error::Exporter {
        endpoint: endpoint.clone(),
        reason: error.to_string(),
    }
}

pub(super) fn traces(otel: &Otel, resource: Resource, drops: &Arc<Drops>) -> Result<SdkTracerProvider, Error> {
    let exporter = reaching!(SpanExporter::builder(), otel)
        .build()
        .map_err(refused(otel))?;
    let processor = counted(Signal::Traces, drops, exporter, |exporter| {
        let batches = SpanBatches::default().with_max_queue_size(QUEUE).build();
        BatchSpanProcessor::builder(exporter).with_batch_config(batches).build()
    });
    Ok(SdkTracerProvider::builder()
        .with_span_processor(processor)
        .with_resource(resource)
        .build())
}

pub(super) fn logs(otel: &Otel, resource: Resource, drops: &Arc<Drops>) -> Result<SdkLoggerProvider, Error> {
    let exporter = reaching!(LogExporter::builder(), otel).build().map_err(refused(otel))?;
    let processor = counted(Signal::Logs, drops, exporter, |exporter| {
        let batches = LogBatches::default().with_max_queue_size(QUEUE).build();
        BatchLogProcessor::builder(exporter).with_batch_config(batches).build()
    });
    Ok(SdkLoggerProvider::builder()
        .with_log_processor(processor)
        .with_resource(resource)
        .build())
}

pub(super) fn metrics(
    otel: &Otel,
    drops: &Arc<Drops>,
) -> Result<PeriodicReader<impl PushMetricExporter + use<>>, Error> {
    let exporter = reaching!(MetricExporter::builder(), otel)
        .build()
        .map_err(refused(otel))?;
    Ok(PeriodicReader::builder(watched(Signal::Metrics, drops, exporter))
        .with_interval(otel.metrics_interval)
        .build())
}

/// Sends an empty batch of spans: whether the collector answers, and if not, why.
///
/// # Errors
/// Why it does not, in words.
pub async fn reach(otel: &Otel) -> Result<(), String> {
    use opentelemetry_sdk::trace::SpanExporter as _;
    let exporter = reaching!(SpanExporter::builder(), otel)
        .build()
        .map_err(|error| error.to_string())?;
    match tokio::time::timeout(otel.timeout, exporter.export(Vec::new())).await {
        Ok(sent) => sent.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {} ms", otel.timeout.as_millis())),
    }
}
