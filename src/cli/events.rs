//! Where events come from: this process or a running service. Both take the proto's request and give the proto's events,
//! so that a command shows the same for both.

use super::trouble::Trouble;
use crate::app::App;
use crate::config::Config;
use crate::rpc::guard::CallContext;
use crate::rpc::pb;
use crate::rpc::pb::test_gen_client::TestGenClient;
use crate::rpc::pb::test_gen_server::TestGen as _;
use crate::rpc::service::Service;
use futures_core::Stream;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::StreamExt as _;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;

/// The events of one generation. Dropping it stops the generation, and with it the model's work.
pub(super) type Events = Pin<Box<dyn Stream<Item = Result<pb::StreamTestCasesResponse, Status>> + Send>>;

/// How long a connection may take; a local network needs far less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What changes how long a running service is waited for.
pub(super) const WAIT: &str = "--timeout says how long to wait, --server where it is";
/// A case is a few kilobytes; a ledger of many items is more.
const MAX_EVENT_BYTES: usize = 16 << 20;

/// Generates in this process.
pub(super) async fn local(
    config: Config,
    request: pb::StreamTestCasesRequest,
    timeout: Option<Duration>,
) -> Result<Events, Trouble> {
    let app = App::build(config)?;
    let mut request = Request::new(request);
    let context = CallContext {
        correlation_id: Uuid::now_v7().to_string(),
        timeout,
        ..CallContext::default()
    };
    request.extensions_mut().insert(context);
    let events = Service::new(Arc::clone(&app))
        .stream_test_cases(request)
        .await?
        .into_inner();
    // The app looks at the model server as long as it lives, and that is what a generation decides by.
    Ok(Box::pin(events.map(move |event| {
        let _alive = &app;
        event
    })))
}

/// Asks a running service.
pub(super) async fn remote(
    url: &str,
    request: pb::StreamTestCasesRequest,
    timeout: Option<Duration>,
) -> Result<Events, Trouble> {
    let mut request = Request::new(request);
    if let Some(timeout) = timeout {
        request.set_timeout(timeout);
    }
    let mut client = TestGenClient::new(connect(url).await?).max_decoding_message_size(MAX_EVENT_BYTES);
    let events = client.stream_test_cases(request).await;
    let events = events.map_err(|status| Trouble::of_service(url, status, WAIT))?;
    Ok(Box::pin(events.into_inner()))
}

/// Opens a connection to a running service; `localhost:50051` means http.
pub(super) async fn connect(url: &str) -> Result<Channel, Trouble> {
    let whole = if url.contains("://") {
        url.to_owned()
    } else {
        format!("http://{url}")
    };
    if !whole.starts_with("http://") {
        return Err(Trouble::Wrong(format!(
            "--server accepts an http URL such as http://localhost:50051, not {url:?}"
        )));
    }
    let endpoint = Endpoint::from_shared(whole)
        .map_err(|_| {
            Trouble::Wrong(format!(
                "--server accepts a URL such as http://localhost:50051, not {url:?}"
            ))
        })?
        .connect_timeout(CONNECT_TIMEOUT);
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
