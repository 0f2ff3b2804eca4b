//! What surrounds every call: the correlation id, the caller's deadline, the trace context, and one log line at its end.
//!
//! A layer rather than an interceptor, because it has to see how a stream ends: the log line is written when the body
//! has sent its trailers, or was dropped without them (the caller went away).

mod methods;

use super::code;
use super::trailers::Told;
use crate::generation::admission::Caller;
use crate::telemetry::metric_name::OTHER;
use crate::telemetry::metrics::Metrics;
use crate::telemetry::propagation;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body::{Body, Frame, SizeHint};
use std::future::Future;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tonic::Code;
use tonic::transport::server::{TcpConnectInfo, TlsConnectInfo};
use tower::{Layer, Service};
use tracing::{Instrument as _, Span};

/// The metadata that carries the correlation id, both ways.
pub const CORRELATION_ID: HeaderName = HeaderName::from_static("x-correlation-id");

/// The metadata in which a caller names whom it asks for: the unit of an online experiment.
pub const UNIT: HeaderName = HeaderName::from_static("x-testgen-unit");

/// Longest correlation id that is taken over from a caller.
const MAX_CORRELATION_ID: usize = 128;

/// What the guard read of a call, for the service.
#[derive(Clone, Debug, Default)]
pub struct CallContext {
    /// The caller's correlation id, or the one made for it.
    pub correlation_id: String,
    /// W3C trace id; empty without tracing.
    pub trace_id: String,
    /// Who calls: the address of the peer, until callers are authenticated.
    pub caller: Caller,
    /// How long the caller waits, from `grpc-timeout`.
    pub timeout: Option<Duration>,
    /// Correlation and trace headers to pass on.
    pub headers: Vec<(String, String)>,
    /// Whom the caller asks for; empty: nobody is named.
    pub unit: String,
}

/// Puts the guard around a service.
#[derive(Clone, Debug)]
pub struct GuardLayer {
    /// Calls that take longer are logged as a warning.
    pub slow_call: Duration,
    /// Calls are counted here.
    pub metrics: Arc<Metrics>,
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guard<S>;

    fn layer(&self, inner: S) -> Guard<S> {
        Guard {
            inner,
            slow_call: self.slow_call,
            metrics: Arc::clone(&self.metrics),
        }
    }
}

/// The guard around a service.
#[derive(Clone, Debug)]
pub struct Guard<S> {
    inner: S,
    slow_call: Duration,
    metrics: Arc<Metrics>,
}

impl<S, ReqBody, ResBody> Service<http::Request<ReqBody>> for Guard<S>
where
    S: Service<http::Request<ReqBody>, Response = http::Response<ResBody>>,
    S::Future: Send + 'static,
{
    type Response = http::Response<Observed<ResBody>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: http::Request<ReqBody>) -> Self::Future {
        let correlation_id = correlation_id(request.headers());
        let method = request.uri().path().trim_start_matches('/').to_owned();
        let extensions = request.extensions();
        let connection = extensions.get::<TcpConnectInfo>().or_else(|| {
            let tls = extensions.get::<TlsConnectInfo<TcpConnectInfo>>();
            tls.map(TlsConnectInfo::get_ref)
        });
        let address = connection.and_then(TcpConnectInfo::remote_addr);
        let peer = address.map(|peer| peer.to_string()).unwrap_or_default();
        let local = connection.and_then(TcpConnectInfo::local_addr);
        let known = methods::known(&method);
        let rpc = is_grpc(request.headers());
        let span = tracing::info_span!(
            "rpc",
            otel.name = if known == OTHER { "grpc" } else { known },
            otel.kind = "server",
            otel.status_code = tracing::field::Empty,
            rpc.system.name = "grpc",
            rpc.method = known,
            rpc.method_original = (known == OTHER).then_some(method.as_str()),
            rpc.status_code = tracing::field::Empty,
            "error.type" = tracing::field::Empty,
            server.address = local.map(|local| local.ip().to_string()),
            server.port = local.map(|local| i64::from(local.port())),
            network.peer.address = address.map(|peer| peer.ip().to_string()),
            network.peer.port = address.map(|peer| i64::from(peer.port())),
            // Every line that is written inside the call carries these.
            correlation_id,
            method,
            peer,
        );
        propagation::set_parent(&span, request.headers());
        let mut context = call_context(&span, &correlation_id, request.headers());
        context.caller = address.map(|peer| caller(peer.ip())).unwrap_or_default();
        request.extensions_mut().insert(context);
        let web = is_grpc_web(request.headers()).then(Told::default);
        if let Some(told) = &web {
            request.extensions_mut().insert(told.clone());
        }
        let mut record = Record {
            correlation_id,
            span,
            began: Instant::now(),
            slow_call: self.slow_call,
            status: None,
            web,
            counted: rpc.then(|| (known, Arc::clone(&self.metrics))),
        };
        let inside = record.span.clone();
        let response = inside.in_scope(|| self.inner.call(request)).instrument(inside);
        Box::pin(async move {
            let mut response = response.await?;
            if let Ok(value) = HeaderValue::from_str(&record.correlation_id) {
                response.headers_mut().insert(CORRELATION_ID, value);
            }
            record.see(response.headers());
            if record.status.is_none() && !is_grpc(response.headers()) {
                record.status = Some(response.status().as_u16().to_string());
            }
            Ok(response.map(|inner| Observed { inner, record }))
        })
    }
}

fn is_grpc(headers: &HeaderMap) -> bool {
    headers
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc"))
}

fn is_grpc_web(headers: &HeaderMap) -> bool {
    headers
        .get(http::header::CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/grpc-web"))
}

/// The caller's id if it is short and printable, else a new one.
fn correlation_id(headers: &HeaderMap) -> String {
    let named = headers.get(CORRELATION_ID).and_then(|value| value.to_str().ok());
    named
        .map(str::to_owned)
        .or_else(|| propagation::baggage_correlation_id(headers))
        .filter(|id| !id.is_empty() && id.len() <= MAX_CORRELATION_ID && id.bytes().all(|byte| byte.is_ascii_graphic()))
        .unwrap_or_else(|| uuid::Uuid::now_v7().to_string())
}

/// Short and printable, as a correlation id; anything else is nobody.
fn unit(headers: &HeaderMap) -> String {
    let named = headers.get(UNIT).and_then(|value| value.to_str().ok());
    named
        .filter(|unit| unit.len() <= MAX_CORRELATION_ID && unit.bytes().all(|byte| byte.is_ascii_graphic()))
        .unwrap_or_default()
        .to_owned()
}

/// What a call inside this span has; `headers` are those that it came with.
pub(crate) fn call_context(span: &Span, correlation_id: &str, headers: &HeaderMap) -> CallContext {
    let mut passed_on = propagation::headers(span);
    passed_on.push((CORRELATION_ID.to_string(), correlation_id.to_owned()));
    passed_on.push(propagation::baggage(correlation_id));
    CallContext {
        correlation_id: correlation_id.to_owned(),
        trace_id: propagation::trace_id_of(span).unwrap_or_default(),
        caller: Caller::default(),
        timeout: headers.get("grpc-timeout").and_then(|value| timeout(value.as_bytes())),
        headers: passed_on,
        unit: unit(headers),
    }
}

/// One caller for each address; of IPv6, one for each network of 64 bits, since a single host has a whole one.
fn caller(address: IpAddr) -> Caller {
    match address.to_canonical() {
        IpAddr::V4(address) => Caller::named(&address.to_string()),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Caller::named(&format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
        }
    }
}

/// Reads `grpc-timeout`: at most eight digits and a unit.
fn timeout(value: &[u8]) -> Option<Duration> {
    let (unit, digits) = value.split_last()?;
    if digits.is_empty() || digits.len() > 8 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let number: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(match unit {
        b'H' => Duration::from_secs(number * 3_600),
        b'M' => Duration::from_secs(number * 60),
        b'S' => Duration::from_secs(number),
        b'm' => Duration::from_millis(number),
        b'u' => Duration::from_micros(number),
        b'n' => Duration::from_nanos(number),
        _ => return None,
    })
}

/// What the log line at the end of a call says.
struct Record {
    correlation_id: String,
    span: Span,
    began: Instant,
    slow_call: Duration,
    status: Option<String>,
    /// Of a call over gRPC-Web: what its trailers say.
    web: Option<Told>,
    /// Under which method a call of the protocol is counted; anything else is none.
    counted: Option<(&'static str, Arc<Metrics>)>,
}

impl Record {
    fn see(&mut self, headers: &HeaderMap) {
        let code = headers
            .get("grpc-status")
            .map(|value| Code::from_bytes(value.as_bytes()));
        if let Some(code) = code {
            self.status = Some(code::name(code).to_owned());
        }
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        // gRPC-Web sends its trailers as data, and whether a body is asked once more after its last data is not said.
        let of_web = self.web.as_ref().and_then(Told::status).map(code::name);
        // A body that was dropped before its trailers: the caller went away.
        let status = self.status.as_deref().or(of_web).unwrap_or("CANCELLED");
        self.span.record("rpc.status_code", status);
        if is_servers_fault(status) {
            self.span.record("error.type", status);
            self.span.record("otel.status_code", "ERROR");
        }
        if let Some((method, metrics)) = &self.counted {
            metrics.call(method, status, is_servers_fault(status), self.began.elapsed());
        }
        let duration_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let _entered = self.span.enter();
        if self.began.elapsed() > self.slow_call {
            tracing::warn!(status, duration_ms, "slow call");
        } else if matches!(status, "INTERNAL" | "UNKNOWN" | "DATA_LOSS") {
            tracing::error!(status, duration_ms, "call failed");
        } else {
            tracing::info!(status, duration_ms, "call");
        }
    }
}

/// Which statuses make a server's span an error, by the conventions for RPC: a caller's mistake is none.
fn is_servers_fault(status: &str) -> bool {
    matches!(
        status,
        "UNKNOWN" | "DEADLINE_EXCEEDED" | "UNIMPLEMENTED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS"
    )
}

/// A response body that tells the record how the call ended.
pub struct Observed<B> {
    inner: B,
    record: Record,
}

impl<B: Body + Unpin> Body for Observed<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = &mut *self;
        let frame = std::task::ready!(Pin::new(&mut this.inner).poll_frame(cx));
        if let Some(Ok(frame)) = &frame
            && let Some(trailers) = frame.trailers_ref()
        {
            this.record.see(trailers);
        }
        // Without trailers, a body that came to its end was sent whole.
        if frame.is_none() && this.record.status.is_none() && this.record.web.is_none() {
            this.record.status = Some("OK".to_owned());
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B: Default> Default for Observed<B> {
    fn default() -> Self {
        let record = Record {
            correlation_id: String::new(),
            span: Span::none(),
            began: Instant::now(),
            slow_call: Duration::MAX,
            status: Some("OK".to_owned()),
            web: None,
            counted: None,
        };
        Self {
            inner: B::default(),
            record,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn timeouts_are_read_as_the_protocol_writes_them() {
        for (text, expected) in [
            ("1S", Some(Duration::from_secs(1))),
            ("250m", Some(Duration::from_millis(250))),
            ("2H", Some(Duration::from_secs(7_200))),
            ("99999999n", Some(Duration::from_nanos(99_999_999))),
            ("123456789S", None),
            ("S", None),
            ("", None),
            ("-1S", None),
            ("5x", None),
        ] {
            assert_eq!(timeout(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn a_caller_is_an_address_or_a_network_of_one_host() {
        let caller = |address: &str| caller(address.parse().unwrap());
        assert_eq!(caller("192.0.2.7"), caller("::ffff:192.0.2.7"));
        assert_ne!(caller("192.0.2.7"), caller("192.0.2.8"));
        assert_eq!(caller("2001:db8:1:2::1"), caller("2001:db8:1:2:ffff::9"));
        assert_ne!(caller("2001:db8:1:2::1"), caller("2001:db8:1:3::1"));
    }

    #[test]
    fn only_short_printable_correlation_ids_are_taken_over() {
        let id = |value: &[u8]| {
            let mut headers = HeaderMap::new();
            headers.insert(CORRELATION_ID, HeaderValue::from_bytes(value).unwrap());
            correlation_id(&headers)
        };
        assert_eq!(id(b"order-17/b"), "order-17/b");
        for bad in [&b""[..], b"a b", b"\xff\xfe", &[b'x'; 129]] {
            assert_eq!(id(bad).len(), 36, "{bad:?}");
        }
    }
}
