//! Whether telemetry arrives: what was dropped, and one line to the operator when it begins to be and when it ends.
//!
//! The OpenTelemetry library drops silently when its queues are full, and tells of every failed batch. An operator wants
//! the opposite: a number that can be watched, and one line.

use opentelemetry::Context;
use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, LogProcessor, SdkLogRecord};
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{Span, SpanData, SpanExporter, SpanProcessor};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

/// Spans or log records that wait for the collector at most, each: beyond that they are dropped. About 2 MB of spans.
pub(super) const QUEUE: usize = 2_048;

/// What of our telemetry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Spans.
    Traces,
    /// Log records over OTLP.
    Logs,
    /// Metrics over OTLP.
    Metrics,
    /// Lines of the log file.
    LogFile,
    /// Lines and decisions of an experiment.
    ExperimentRecord,
}

impl Signal {
    /// Every signal.
    pub const ALL: [Self; 5] = [
        Self::Traces,
        Self::Logs,
        Self::Metrics,
        Self::LogFile,
        Self::ExperimentRecord,
    ];

    /// The lower-case name, as in `testgen.signal`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Logs => "logs",
            Self::Metrics => "metrics",
            Self::LogFile => "log_file",
            Self::ExperimentRecord => "experiment_record",
        }
    }
}

/// What was dropped since the start, and what is not received now.
#[derive(Debug, Default)]
pub struct Drops {
    counts: [AtomicU64; 5],
    /// One bit for each signal that failed last.
    failing: AtomicU8,
}

impl Drops {
    /// How many items of a signal were dropped.
    #[must_use]
    pub fn of(&self, signal: Signal) -> u64 {
        self.counts[signal as usize].load(Ordering::Relaxed)
    }

    pub(crate) fn add(&self, signal: Signal, items: usize) {
        self.counts[signal as usize].fetch_add(items as u64, Ordering::Relaxed);
    }

    /// Something could not be handed over. One line tells it, for all signals together, until all are received again.
    pub(crate) fn failed(&self, signal: Signal, items: usize, reason: &dyn std::fmt::Display) {
        self.add(signal, items);
        let before = self.failing.fetch_or(1 << signal as u8, Ordering::Relaxed);
        if before == 0 {
            tracing::warn!(
                signal = signal.as_str(),
                %reason,
                "telemetry is not received and is dropped until it is; calls go on as before"
            );
        }
    }

    pub(crate) fn received(&self, signal: Signal) {
        let bit = 1 << signal as u8;
        if self.failing.load(Ordering::Relaxed) & bit != 0 && self.failing.fetch_and(!bit, Ordering::Relaxed) == bit {
            tracing::info!("telemetry is received again");
        }
    }
}

/// A queue that the library's own can never overflow: what does not fit is dropped here and counted.
#[derive(Debug)]
struct Queue {
    waiting: AtomicUsize,
    signal: Signal,
    drops: Arc<Drops>,
}

impl Queue {
    fn new(signal: Signal, drops: &Arc<Drops>) -> Arc<Self> {
        Arc::new(Self {
            waiting: AtomicUsize::new(0),
            signal,
            drops: Arc::clone(drops),
        })
    }

    fn enter(&self) -> bool {
        let fits = self.waiting.fetch_add(1, Ordering::Relaxed) < QUEUE;
        if !fits {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            self.drops.add(self.signal, 1);
        }
        fits
    }

    fn leave(&self, items: usize) {
        self.waiting.fetch_sub(items, Ordering::Relaxed);
    }

    fn done(&self, items: usize, result: &OTelSdkResult) {
        match result {
            Ok(()) => self.drops.received(self.signal),
            Err(error) => self.drops.failed(self.signal, items, error),
        }
    }
}

/// A processor whose queue is counted, around an exporter whose failures are.
#[derive(Debug)]
pub(super) struct Counted<P> {
    inner: P,
    queue: Arc<Queue>,
}

/// Puts both around a processor: `make` gets the exporter to use.
pub(super) fn counted<E, P>(
    signal: Signal,
    drops: &Arc<Drops>,
    exporter: E,
    make: impl FnOnce(Counted<E>) -> P,
) -> Counted<P> {
    let queue = Queue::new(signal, drops);
    let inner = make(Counted {
        inner: exporter,
        queue: Arc::clone(&queue),
    });
    Counted { inner, queue }
}

/// Counts the failures of an exporter that has no queue.
pub(super) fn watched<E>(signal: Signal, drops: &Arc<Drops>, exporter: E) -> Counted<E> {
    Counted {
        inner: exporter,
        queue: Queue::new(signal, drops),
    }
}

impl<P: SpanProcessor> SpanProcessor for Counted<P> {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        self.inner.on_start(span, cx);
    }

    fn on_end(&self, span: SpanData) {
        if span.span_context.is_sampled() && self.queue.enter() {
            self.inner.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let items = batch.len();
        self.queue.leave(items);
        let result = self.inner.export(batch).await;
        self.queue.done(items, &result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<P: LogProcessor> LogProcessor for Counted<P> {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        if self.queue.enter() {
            self.inner.emit(record, scope);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<E: LogExporter> LogExporter for Counted<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let items = batch.iter().count();
        self.queue.leave(items);
        let result = self.inner.export(batch).await;
        self.queue.done(items, &result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

impl<E: PushMetricExporter> PushMetricExporter for Counted<E> {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let result = self.inner.export(metrics).await;
        self.queue.done(1, &result);
        result
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.inner.temporality()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_the_queue_is_dropped_and_counted() {
        let drops = Arc::new(Drops::default());
        let queue = Queue::new(Signal::Traces, &drops);
        let entered = (0..QUEUE + 5).filter(|_| queue.enter()).count();
        assert_eq!((entered, drops.of(Signal::Traces)), (QUEUE, 5));
        queue.leave(2);
        assert!(queue.enter() && queue.enter() && !queue.enter());
        assert_eq!((drops.of(Signal::Traces), drops.of(Signal::Logs)), (6, 0));
    }

    #[test]
    fn one_line_tells_that_telemetry_is_not_received_and_one_that_it_is_again() {
        let lines = super::super::tests::lines_of(|| {
            let drops = Drops::default();
            for _ in 0..3 {
                drops.failed(Signal::Traces, 7, &"refused");
                drops.failed(Signal::Logs, 1, &"refused");
            }
            drops.received(Signal::Metrics);
            drops.received(Signal::Traces);
            drops.received(Signal::Traces);
            drops.received(Signal::Logs);
            assert_eq!(drops.of(Signal::Traces), 21);
        });
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].contains("WARN") && lines[0].contains("refused"), "{lines:?}");
        assert!(lines[1].contains("received again"), "{lines:?}");
    }
}
