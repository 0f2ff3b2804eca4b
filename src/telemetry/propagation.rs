//! W3C trace context: taken from a caller's headers, passed on to model servers. Without a collector there is nothing to
//! take and nothing to pass on, and every call here is cheap.
//!
//! Of baggage, the correlation id alone is taken and passed on: everything else is whatever a caller wrote.

use http::{HeaderMap, HeaderName};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{Context, global};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use std::fmt::Write as _;
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

/// The W3C trace id of a span; `None` without tracing.
#[must_use]
pub fn trace_id_of(span: &Span) -> Option<String> {
    id(&span.context())
}

/// The ids of the trace and the span that the thread is in; `None` without tracing.
#[must_use]
pub fn ids() -> Option<(String, String)> {
    let context = Context::current();
    let span = context.span();
    let span = span.span_context();
    span.is_valid()
        .then(|| (span.trace_id().to_string(), span.span_id().to_string()))
}

/// The key of the correlation id in baggage.
const BAGGAGE_KEY: &str = "correlation.id";

/// The correlation id that a caller's baggage carries, if one, as it was before it was encoded.
#[must_use]
pub fn baggage_correlation_id(headers: &HeaderMap) -> Option<String> {
    const MOST_BYTES: usize = 8_192;
    let members = headers
        .get_all("baggage")
        .iter()
        .filter_map(|value| value.to_str().ok());
    members
        .filter(|members| members.len() <= MOST_BYTES)
        .flat_map(|members| members.split(','))
        .find_map(|member| {
            let (key, value) = member.split(';').next()?.split_once('=')?;
            (key.trim() == BAGGAGE_KEY).then(|| decoded(value.trim()))?
        })
}

/// Baggage with the correlation id and nothing else, for a model server.
#[must_use]
pub fn baggage(correlation_id: &str) -> (String, String) {
    let mut value = format!("{BAGGAGE_KEY}=");
    for byte in correlation_id.bytes() {
        if byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\' | b'%') {
            value.push(char::from(byte));
        } else {
            let _ = write!(value, "%{byte:02X}");
        }
    }
    ("baggage".to_owned(), value)
}

fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(rest.next()?)? * 16 + digit(rest.next()?)?
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn id(context: &Context) -> Option<String> {
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| span.trace_id().to_string())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn of_baggage_the_correlation_id_alone_is_taken_and_it_comes_through_whole() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("baggage", value.parse().unwrap());
            baggage_correlation_id(&headers)
        };
        assert_eq!(
            read("user=anna, correlation.id = a%2Cb ;ttl=5, x=y").as_deref(),
            Some("a,b")
        );
        assert_eq!(read("user=anna"), None);
        for broken in [
            "correlation.id",
            "correlation.id=%",
            "correlation.id=%zz",
            "correlation.id=%FF",
        ] {
            assert_eq!(read(broken), None, "{broken}");
        }
        let (name, value) = baggage("a,b;c=\"%\\ü");
        assert_eq!(name, "baggage");
        assert_eq!(read(&value).as_deref(), Some("a,b;c=\"%\\ü"), "{value}");
    }
}
