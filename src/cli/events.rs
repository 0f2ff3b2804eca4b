//! Where events come from: this process or a running service. Both take the proto's request and give the proto's events,
//! so that a command shows the same for both.

use super::trouble::Trouble;
use crate::app::App;
use crate::rpc::guard::call_context;
use crate::rpc::pb;
use crate::rpc::pb::test_gen_client::TestGenClient;
use crate::rpc::pb::test_gen_server::TestGen as _;
use crate::rpc::service::Service;
use futures_core::Stream;
use http::HeaderMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::StreamExt as _;
use tonic::metadata::AsciiMetadataKey;
use tonic::transport::{Channel, ClientTlsConfig, Endpoint};
use tonic::{Request, Status};
use tracing::Instrument as _;
use uuid::Uuid;

/// The events of one generation. Dropping it stops the generation, and with it the model's work.
pub(super) type Events = Pin<Box<dyn Stream<Item = Result<pb::StreamTestCasesResponse, Status>> + Send>>;

/// The call that a command makes of a running service.
const METHOD: &str = "testgen.v1.TestGen/StreamTestCases";
/// How long a connection may take; a local network needs far less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What changes how long a running service is waited for.
pub(super) const WAIT: &str = "--timeout says how long to wait, --server where it is";
/// A case is a few kilobytes; a ledger of many items is more.
const MAX_EVENT_BYTES: usize = 16 << 20;

/// Generates in this process, with this app, which has to live as long as its events are read: it looks at the model
/// server, and that is what a generation decides by.
pub(super) async fn local(
    app: &Arc<App>,
    request: pb::StreamTestCasesRequest,
    timeout: Option<Duration>,
) -> Result<Events, Trouble> {
    let correlation_id = Uuid::now_v7().to_string();
    let span = tracing::info_span!(
        "generate",
        otel.name = "testgen generate",
        otel.kind = "internal",
        correlation_id
    );
    let mut context = call_context(&span, &correlation_id, &HeaderMap::new());
    context.timeout = timeout;
    let mut request = Request::new(request);
    request.extensions_mut().insert(context);
    let events = Service::new(Arc::clone(app))
        .stream_test_cases(request)
        .instrument(span.clone())
        .await?
        .into_inner();
    Ok(Box::pin(events.map(move |event| {
        let _alive = &span;
        event
    })))
}

/// Asks a running service.
pub(super) async fn remote(
    url: &str,
    request: pb::StreamTestCasesRequest,
    timeout: Option<Duration>,
) -> Result<Events, Trouble> {
    let correlation_id = Uuid::now_v7().to_string();
    let span = tracing::info_span!(
        "call",
        otel.name = METHOD,
        otel.kind = "client",
        rpc.system.name = "grpc",
        rpc.method = METHOD,
        correlation_id
    );
    let mut request = Request::new(request);
    for (name, value) in call_context(&span, &correlation_id, &HeaderMap::new()).headers {
        // Trace headers are no reason to fail.
        if let (Ok(name), Ok(value)) = (AsciiMetadataKey::from_bytes(name.as_bytes()), value.parse()) {
            request.metadata_mut().insert(name, value);
        }
    }
    if let Some(timeout) = timeout {
        request.set_timeout(timeout);
    }
    let mut client = TestGenClient::new(connect(url).await?).max_decoding_message_size(MAX_EVENT_BYTES);
    let events = client.stream_test_cases(request).await;
    let events = events.map_err(|status| Trouble::of_service(url, status, WAIT))?;
    Ok(Box::pin(events.into_inner().map(move |event| {
        let _alive = &span;
        event
    })))
}

/// Opens a connection to a running service; `localhost:50051` means http. For https the system's certificates decide
/// whom to trust, or those of the file in `SSL_CERT_FILE`.
pub(super) async fn connect(url: &str) -> Result<Channel, Trouble> {
    let whole = if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    let wrong = || {
        Trouble::Wrong(format!(
            "--server accepts an http or https URL such as http://localhost:50051, not {url:?}"
        ))
    };
    let secure = whole.starts_with("https://");
    if !secure && !whole.starts_with("http://") {
        return Err(wrong());
    }
    let mut endpoint = Endpoint::from_shared(whole)
        .map_err(|_| wrong())?
        .connect_timeout(CONNECT_TIMEOUT);
    if secure {
        // The process needs one provider of cryptography, whoever installs it first.
        let _ = rustls::crypto::ring::default_provider().install_default();
        endpoint = endpoint
            .tls_config(ClientTlsConfig::new().with_native_roots())
            .map_err(|error| Trouble::Failed(format!("the system's certificates cannot be used: {}", why(&error))))?;
    }
    endpoint.connect().await.map_err(|error| {
        Trouble::Failed(format!(
            "{url} cannot be reached: {} (--server says where it is)",
            why(&error)
        ))
    })
}

/// The innermost cause in words, which says more than "transport error".
fn why(error: &(dyn std::error::Error + 'static)) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let timed_out = cause
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == std::io::ErrorKind::TimedOut);
    if timed_out || cause.to_string().contains("deadline has elapsed") {
        return format!("no connection within {} s", CONNECT_TIMEOUT.as_secs());
    }
    cause.to_string()
}
