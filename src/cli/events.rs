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
use tracing::{Instrument as _, Span};
use uuid::Uuid;

/// The events of one generation. Dropping it stops the generation, and with it the model's work.
pub(super) type Events = Pin<Box<dyn Stream<Item = Result<pb::StreamTestCasesResponse, Status>> + Send>>;

/// How long a connection may take; a local network needs far less.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// What changes how long a running service is waited for.
pub(super) const WAIT: &str = "--timeout says how long to wait, --server where it is";
/// A case is a few kilobytes; a ledger of many items is more.
const MAX_EVENT_BYTES: usize = 16 << 20;

/// What is asked for, of those calls that stream.
#[derive(Clone, Debug)]
pub(super) enum Ask {
    /// A suite.
    Suite(Box<pb::StreamTestCasesRequest>),
    /// What a suite lacks.
    Gaps(Box<pb::FillGapsRequest>),
    /// A suite for a changed story.
    Revision(Box<pb::ReviseTestsRequest>),
}

impl Ask {
    /// The story, as it was given.
    pub(super) fn story(&self) -> &str {
        match self {
            Self::Suite(request) => &request.user_story,
            Self::Gaps(request) => &request.user_story,
            Self::Revision(request) => &request.user_story,
        }
    }

    /// Techniques and bound on the cases.
    pub(super) fn scope(&self) -> (&[i32], Option<i32>) {
        match self {
            Self::Suite(request) => (&request.techniques, request.max_test_cases),
            Self::Gaps(request) => (&request.techniques, request.max_test_cases),
            Self::Revision(request) => (&request.techniques, request.max_test_cases),
        }
    }
}

/// This process as a service, with an app that has to live as long as events are read: it looks at the model server, and
/// that is what a generation decides by.
pub(super) struct Local {
    app: Arc<App>,
    timeout: Option<Duration>,
    /// The span of the one call that is made.
    pub(super) span: Span,
}

impl Local {
    pub(super) fn open(app: &Arc<App>, timeout: Option<Duration>) -> Self {
        let span = tracing::info_span!(
            "generate",
            otel.name = "testgen generate",
            otel.kind = "internal",
            correlation_id = tracing::field::Empty
        );
        Self {
            app: Arc::clone(app),
            timeout,
            span,
        }
    }

    /// The calls of this process.
    pub(super) fn service(&self) -> Service {
        Service::new(Arc::clone(&self.app))
    }

    /// A request as it comes in at a door.
    pub(super) fn request<T>(&self, message: T) -> Request<T> {
        let correlation_id = Uuid::now_v7().to_string();
        self.span.record("correlation_id", &correlation_id);
        let mut context = call_context(&self.span, &correlation_id, &HeaderMap::new());
        context.timeout = self.timeout;
        let mut request = Request::new(message);
        request.extensions_mut().insert(context);
        request
    }
}

/// Generates in this process.
pub(super) async fn local(app: &Arc<App>, ask: Ask, timeout: Option<Duration>) -> Result<Events, Trouble> {
    let local = Local::open(app, timeout);
    let service = local.service();
    let asking = async {
        Ok::<Events, Status>(match ask {
            Ask::Suite(request) => Box::pin(service.stream_test_cases(local.request(*request)).await?.into_inner()),
            Ask::Gaps(request) => unwrapped(service.fill_gaps(local.request(*request)).await?.into_inner()),
            Ask::Revision(request) => unwrapped(service.revise_tests(local.request(*request)).await?.into_inner()),
        })
    };
    let events = asking.instrument(local.span.clone()).await?;
    let span = local.span;
    Ok(Box::pin(events.map(move |event| {
        let _alive = &span;
        event
    })))
}

/// A connection to a running service, for one call.
pub(super) struct Remote<'a> {
    url: &'a str,
    timeout: Option<Duration>,
    pub(super) client: TestGenClient<Channel>,
    correlation_id: String,
    span: Span,
}

impl<'a> Remote<'a> {
    /// Connects for a call of this method, such as `FillGaps`.
    pub(super) async fn open(url: &'a str, method: &'static str, timeout: Option<Duration>) -> Result<Self, Trouble> {
        let method = format!("testgen.v1.TestGen/{method}");
        let correlation_id = Uuid::now_v7().to_string();
        let span = tracing::info_span!(
            "call",
            otel.name = method,
            otel.kind = "client",
            rpc.system.name = "grpc",
            rpc.method = method,
            correlation_id
        );
        let client = TestGenClient::new(connect(url).await?).max_decoding_message_size(MAX_EVENT_BYTES);
        Ok(Self {
            url,
            timeout,
            client,
            correlation_id,
            span,
        })
    }

    pub(super) fn request<T>(&self, message: T) -> Request<T> {
        let mut request = Request::new(message);
        for (name, value) in call_context(&self.span, &self.correlation_id, &HeaderMap::new()).headers {
            // Trace headers are no reason to fail.
            if let (Ok(name), Ok(value)) = (AsciiMetadataKey::from_bytes(name.as_bytes()), value.parse()) {
                request.metadata_mut().insert(name, value);
            }
        }
        if let Some(timeout) = self.timeout {
            request.set_timeout(timeout);
        }
        request
    }

    /// What a person is told of a call that failed.
    pub(super) fn trouble(&self, status: Status) -> Trouble {
        Trouble::of_service(self.url, status, WAIT)
    }
}

/// Asks a running service.
pub(super) async fn remote(url: &str, ask: Ask, timeout: Option<Duration>) -> Result<Events, Trouble> {
    let method = match ask {
        Ask::Suite(_) => "StreamTestCases",
        Ask::Gaps(_) => "FillGaps",
        Ask::Revision(_) => "ReviseTests",
    };
    let mut remote = Remote::open(url, method, timeout).await?;
    let events: Result<Events, Status> = match ask {
        Ask::Suite(request) => {
            let request = remote.request(*request);
            let events = remote.client.stream_test_cases(request).await;
            events.map(|events| Box::pin(events.into_inner()) as Events)
        }
        Ask::Gaps(request) => {
            let request = remote.request(*request);
            let events = remote.client.fill_gaps(request).await;
            events.map(|events| unwrapped(events.into_inner()))
        }
        Ask::Revision(request) => {
            let request = remote.request(*request);
            let events = remote.client.revise_tests(request).await;
            events.map(|events| unwrapped(events.into_inner()))
        }
    };
    let events = events.map_err(|status| remote.trouble(status))?;
    // The call's span lasts as long as its events come.
    let span = remote.span;
    Ok(Box::pin(events.map(move |event| {
        let _alive = &span;
        event
    })))
}

/// A response that holds an event.
trait HoldsEvent {
    fn into_event(self) -> Option<pb::StreamTestCasesResponse>;
}

impl HoldsEvent for pb::FillGapsResponse {
    fn into_event(self) -> Option<pb::StreamTestCasesResponse> {
        self.event
    }
}

impl HoldsEvent for pb::ReviseTestsResponse {
    fn into_event(self) -> Option<pb::StreamTestCasesResponse> {
        self.event
    }
}

fn unwrapped<T: HoldsEvent + 'static>(responses: impl Stream<Item = Result<T, Status>> + Send + 'static) -> Events {
    Box::pin(responses.map(|response| response.map(|response| response.into_event().unwrap_or_default())))
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
