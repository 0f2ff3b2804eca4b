#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::config::{LogFormat, Service};
use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing::{debug, error, info, info_span, warn};

#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that a piece of work writes.
fn lines(format: LogFormat, level: LevelFilter, work: impl FnOnce()) -> Vec<String> {
    let memory = Memory::default();
    let service = Service {
        name: "testgen".into(),
        environment: "test".into(),
        version: "1.2.3".into(),
    };
    let out = memory.clone();
    let layer = Lines::new(Identity::of(&service), format, move || out.clone());
    let subscriber = tracing_subscriber::registry().with(layer.with_filter(written(level)));
    tracing::subscriber::with_default(subscriber, work);
    let bytes = memory.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap().lines().map(str::to_owned).collect()
}

/// Plain lines, the quiet ones left out.
pub(super) fn lines_of(work: impl FnOnce()) -> Vec<String> {
    lines(LogFormat::Text, LevelFilter::INFO, work)
}

fn call() -> tracing::Span {
    info_span!(
        "call",
        otel.kind = "server",
        correlation_id = "c-1",
        method = "testgen.v1.TestGen/StreamTestCases",
        peer = "127.0.0.1:5000",
        status = tracing::field::Empty,
        duration_ms = tracing::field::Empty,
    )
}

/// The names of a JSON line's fields, in their order.
fn names(line: &str) -> Vec<String> {
    let value: serde_json::Value = serde_json::from_str(line).unwrap();
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn a_line_has_the_fields_that_operators_search_by_in_a_fixed_order() {
    let lines = lines(LogFormat::Json, LevelFilter::INFO, || {
        let span = call();
        let _inside = span.enter();
        span.record("status", "OK");
        span.record("duration_ms", 12_u64);
        info!(cases = 8, "the call ended");
    });
    assert_eq!(lines.len(), 1);
    let expected = [
        "timestamp",
        "severity",
        "message",
        "service",
        "environment",
        "version",
        "correlation_id",
        "method",
        "peer",
        "status",
        "duration_ms",
        "target",
        "cases",
    ];
    assert_eq!(names(&lines[0]), expected);
    assert!(
        lines[0].contains(r#""severity":"INFO","message":"the call ended","service":"testgen","environment":"test""#)
    );
    assert!(lines[0].contains(r#""status":"OK","duration_ms":12"#));
}

#[test]
fn fields_that_do_not_apply_are_left_out() {
    let lines = lines(LogFormat::Json, LevelFilter::INFO, || warn!("slow"));
    assert_eq!(
        names(&lines[0]),
        [
            "timestamp",
            "severity",
            "message",
            "service",
            "environment",
            "version",
            "target"
        ]
    );
}

#[test]
fn a_warning_carries_its_correlation_id_even_where_only_warnings_are_written() {
    let lines = lines(LogFormat::Json, LevelFilter::WARN, || {
        let span = call();
        let _inside = span.enter();
        info!("not written");
        debug!("not written");
        warn!("written");
    });
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains(r#""correlation_id":"c-1""#));
}

#[test]
fn what_a_caller_sends_cannot_forge_a_line_or_a_field() {
    let evil = "x\",\"severity\":\"FATAL\"}\n{\"message\":\"forged\u{2028}\x1b[2J";
    for format in [LogFormat::Json, LogFormat::Text] {
        let lines = lines(format, LevelFilter::INFO, || {
            error!(correlation_id = evil, service = evil, "{evil}")
        });
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(!lines[0].contains('\x1b'));
        if format == LogFormat::Json {
            let value: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
            assert_eq!(
                (value["severity"].as_str(), value["service"].as_str()),
                (Some("ERROR"), Some("testgen"))
            );
        }
    }
}

#[test]
fn content_is_withheld() {
    let secret = "As a spy, I want to stay unseen";
    for format in [LogFormat::Json, LogFormat::Text] {
        let lines = lines(format, LevelFilter::INFO, || {
            info!(user_story = secret, prompt = %secret, text = ?secret, api_key = secret, "asked");
        });
        assert!(
            lines[0].contains("(withheld)") && !lines[0].contains("spy"),
            "{lines:?}"
        );
    }
}

#[test]
fn other_crates_chatter_is_not_written() {
    let lines = lines(LogFormat::Text, LevelFilter::TRACE, || {
        error!(target: "h2::codec", "noise");
        error!(target: "hyper_util::client", "noise");
        debug!(target: "opentelemetry_sdk", "noise");
        info!("ours");
    });
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("INFO  ours"), "{lines:?}");
}

#[test]
fn a_plain_line_names_its_fields() {
    let lines = lines(LogFormat::Text, LevelFilter::INFO, || {
        info!(listen = "127.0.0.1:50051", n = 3, "ready")
    });
    assert!(
        lines[0].ends_with(" INFO  ready listen=127.0.0.1:50051 n=3"),
        "{lines:?}"
    );
}

#[test]
fn without_a_collector_there_is_no_trace() {
    let span = call();
    propagation::set_parent(&span, &http::HeaderMap::new());
    assert_eq!(propagation::trace_id_of(&span), None);
    assert_eq!(propagation::headers(&span), Vec::new());
}

#[test]
fn a_callers_trace_goes_on_to_the_model_server() {
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    let provider = SdkTracerProvider::builder().build();
    let subscriber = tracing_subscriber::registry().with(traces(provider.tracer("test")));
    tracing::subscriber::with_default(subscriber, || {
        let mut headers = http::HeaderMap::new();
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert("traceparent", parent.parse().unwrap());
        let span = call();
        propagation::set_parent(&span, &headers);
        assert_eq!(
            propagation::trace_id_of(&span).as_deref(),
            Some("4bf92f3577b34da6a3ce929d0e0e4736")
        );
        span.in_scope(|| {
            assert_eq!(
                propagation::ids().map(|(trace, _)| trace),
                propagation::trace_id_of(&span)
            )
        });
        let (name, value) = propagation::headers(&span).into_iter().next().unwrap();
        assert_eq!(name, "traceparent");
        assert!(
            value.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && value != parent,
            "{value}"
        );
    });
}
