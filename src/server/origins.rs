//! Which pages of other origins may call: what a browser asks before it sends gRPC-Web, and what it lets a page read.
//!
//! Without the setting no header is sent, and browsers allow no page of another origin. Credentials such as cookies are
//! never allowed: the service knows none.

use crate::config::AllowedOrigins;
use crate::rpc::guard::{CORRELATION_ID, UNIT};
use http::{HeaderName, HeaderValue, Method, header};
use std::time::Duration;
use tower_http::cors::{AllowOrigin, CorsLayer};

/// What a page may read of an answer, beyond what every page may.
const READABLE: [HeaderName; 4] = [
    HeaderName::from_static("grpc-status"),
    HeaderName::from_static("grpc-message"),
    HeaderName::from_static("grpc-status-details-bin"),
    CORRELATION_ID,
];

/// What a page may send.
const SENT: [HeaderName; 9] = [
    header::CONTENT_TYPE,
    HeaderName::from_static("x-grpc-web"),
    HeaderName::from_static("x-user-agent"),
    HeaderName::from_static("grpc-timeout"),
    HeaderName::from_static("traceparent"),
    HeaderName::from_static("tracestate"),
    header::AUTHORIZATION,
    CORRELATION_ID,
    UNIT,
];

/// How long a browser may remember the answer.
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// The layer for these origins; `None` where no page of another origin may call.
pub(super) fn layer(allowed: &AllowedOrigins) -> Option<CorsLayer> {
    let origins = match allowed {
        AllowedOrigins::Any => AllowOrigin::any(),
        AllowedOrigins::Listed(origins) if origins.is_empty() => return None,
        AllowedOrigins::Listed(origins) => {
            AllowOrigin::list(origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()))
        }
    };
    Some(
        CorsLayer::new()
            .allow_origin(origins)
            .allow_methods([Method::POST])
            .allow_headers(SENT)
            .expose_headers(READABLE)
            .max_age(REMEMBERED),
    )
}
