//! W3C trace context: taken from a caller's headers, passed on to model servers. Without a collector there is nothing to
//! take and nothing to pass on, and every call here is cheap.
//!
//! Baggage is not passed on: it is whatever a caller wrote.

use http::{HeaderMap, HeaderName};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{Context, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Makes a span that was not entered yet a child of the caller's span, if the headers name one.
pub fn set_parent(span: &Span, headers: &HeaderMap) {
    let parent = global::get_text_map_propagator(|propagator| propagator.extract(&HeaderExtractor(headers)));
    if parent.span().span_context().is_valid() {
        // Refused only where no layer follows traces.
        let _ = span.set_parent(parent);
    }
}

/// The headers that make a request to another server part of the span's trace, lower-case names.
#[must_use]
pub fn headers(span: &Span) -> Vec<(String, String)> {
    let mut headers = HeaderMap::new();
    global::get_text_map_propagator(|propagator| {
        propagator.inject_context(&span.context(), &mut HeaderInjector(&mut headers));
    });
    let pair = |(name, value): (&HeaderName, &http::HeaderValue)| {
        Some((
            name.as_str().to_owned(),
            value.to_str().ok().filter(|value| !value.is_empty())?.to_owned(),
        ))
    };
    headers.iter().filter_map(pair).collect()
}

/// The W3C trace id of the span that the thread is in; `None` without tracing.
#[must_use]
pub fn trace_id() -> Option<String> {
    id(&Context::current())
}

/// The W3C trace id of a span; `None` without tracing.
#[must_use]
pub fn trace_id_of(span: &Span) -> Option<String> {
    id(&span.context())
}

fn id(context: &Context) -> Option<String> {
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| span.trace_id().to_string())
}
