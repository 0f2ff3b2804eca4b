//! One call as its spans: the caller's trace goes through the service to the model server, a span for each attempt.

use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::service::{TestService, eventually, request};
use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use testgen::rpc::pb::{Backend, StreamTestCasesRequest};
use tonic::Request;
use tracing_subscriber::layer::SubscriberExt as _;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Keeps the spans of this thread, on which the test's runtime runs everything.
struct Kept {
    exporter: InMemorySpanExporter,
    provider: SdkTracerProvider,
    _here: tracing::subscriber::DefaultGuard,
}

impl Kept {
    fn begin() -> Self {
        opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(exporter.clone())
            .build();
        let layer = tracing_opentelemetry::layer()
            .with_tracer(provider.tracer("test"))
            .with_location(false)
            .with_threads(false)
            .with_target(false);
        let ours = tracing_subscriber::filter::filter_fn(|metadata| {
            metadata.is_span() && metadata.target().starts_with("testgen")
        });
        use tracing_subscriber::Layer as _;
        let here = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer.with_filter(ours)));
        Self {
            exporter,
            provider,
            _here: here,
        }
    }

    fn spans(&self) -> Vec<SpanData> {
        let _ = self.provider.force_flush();
        self.exporter.get_finished_spans().unwrap()
    }

    /// The spans of the caller's trace, once the call's own span has ended.
    async fn of_the_call(&self) -> (SpanData, Vec<SpanData>) {
        eventually("the call's span ends", || {
            self.spans().iter().any(|span| span.span_kind == SpanKind::Server)
        })
        .await;
        let (server, client): (Vec<_>, Vec<_>) = self
            .spans()
            .into_iter()
            .filter(|span| span.span_context.trace_id().to_string() == TRACE)
            // The stages between are looked at in `telemetry`.
            .filter(|span| matches!(span.span_kind, SpanKind::Server | SpanKind::Client))
            .partition(|span| span.span_kind == SpanKind::Server);
        assert_eq!(server.len(), 1);
        (server.into_iter().next().unwrap(), client)
    }
}

fn value(span: &SpanData, name: &str) -> Option<String> {
    let found = span.attributes.iter().find(|attribute| attribute.key.as_str() == name);
    found.map(|attribute| attribute.value.to_string())
}

fn traced(backend: Backend) -> Request<StreamTestCasesRequest> {
    let mut asked = Request::new(StreamTestCasesRequest {
        backend: backend.into(),
        ..request()
    });
    asked.metadata_mut().insert("traceparent", PARENT.parse().unwrap());
    asked
        .metadata_mut()
        .insert("x-correlation-id", "order-17".parse().unwrap());
    asked
}

/// Streams to the end, however it ends.
async fn call(service: &mut TestService, backend: Backend) {
    if let Ok(stream) = service.client.stream_test_cases(traced(backend)).await {
        let mut stream = stream.into_inner();
        while let Ok(Some(_)) = stream.message().await {}
    }
}

const CASE: &str = r#"{"test_cases": [{"covers": ["C-4"], "title": "An expired discount code is refused at checkout", "type": "negative", "priority": "high", "preconditions": ["The cart holds at least one item."], "steps": ["Open the checkout page.", "Enter a code that expired yesterday in the discount code field.", "Apply the discount code."], "expected_result": "The discount code is refused with a message that says that it has expired. The total stays the same."}]}"#;

#[tokio::test]
async fn every_attempt_is_a_span_under_the_call_and_the_model_server_is_its_child() {
    let kept = Kept::begin();
    let ollama = FakeOllama::start().await;
    ollama.push(Script::text(CASE));
    ollama.otherwise(Script::text("I am sorry, but I cannot do that."));
    let mut service = TestService::asking(&ollama.url()).await;
    call(&mut service, Backend::Ollama).await;
    let (server, attempts) = kept.of_the_call().await;
    assert_eq!(server.name, "testgen.v1.TestGen/StreamTestCases");
    assert_eq!(server.parent_span_id.to_string(), "00f067aa0ba902b7");
    let chats = ollama.chats();
    assert!(chats.len() > 1);
    assert_eq!(attempts.len(), chats.len());
    for (span, chat) in attempts.iter().zip(&chats) {
        assert_eq!(
            (span.name.as_ref(), &span.span_kind),
            ("chat llama3.2:1b", &SpanKind::Client)
        );
        assert_eq!(span.parent_span_id, server.span_context.span_id());
        let header = format!("00-{TRACE}-{}-01", span.span_context.span_id());
        assert_eq!(chat.header("traceparent"), Some(header.as_str()));
        assert_eq!(chat.header("x-correlation-id"), Some("order-17"));
        let (host, port) = ollama
            .url()
            .trim_start_matches("http://")
            .split_once(':')
            .map(|(host, port)| (host.to_owned(), port.to_owned()))
            .unwrap();
        for (name, expect) in [
            ("gen_ai.operation.name", "chat"),
            ("gen_ai.provider.name", "ollama"),
            ("gen_ai.request.model", "llama3.2:1b"),
            ("gen_ai.response.finish_reasons", "[\"stop\"]"),
            ("server.address", &host),
            ("server.port", &port),
        ] {
            assert_eq!(
                value(span, name).as_deref(),
                Some(expect),
                "{name} of {:?}",
                span.attributes
            );
        }
        for name in [
            "gen_ai.usage.input_tokens",
            "gen_ai.usage.output_tokens",
            "gen_ai.response.time_to_first_chunk",
        ] {
            assert!(value(span, name).is_some(), "{name} of {:?}", span.attributes);
        }
        assert_eq!((value(span, "error.type"), &span.status), (None, &Status::Unset));
    }
    let content = format!("{attempts:?}");
    assert!(!content.contains("discount"), "no content in traces");
}

#[tokio::test]
async fn a_request_that_fails_says_why_in_its_span_and_in_the_calls() {
    let kept = Kept::begin();
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::tokens("Hel").then(Play::Error("the runner died")));
    let mut service = TestService::asking(&ollama.url()).await;
    call(&mut service, Backend::Ollama).await;
    let (server, attempts) = kept.of_the_call().await;
    assert!(!attempts.is_empty());
    for span in &attempts {
        assert_eq!(value(span, "error.type").as_deref(), Some("MODEL_SERVER_FAILED"));
        assert!(matches!(span.status, Status::Error { .. }), "{:?}", span.status);
        assert_eq!(value(span, "gen_ai.response.finish_reasons"), None);
    }
    assert_eq!(value(&server, "rpc.status_code").as_deref(), Some("UNAVAILABLE"));
    assert_eq!(value(&server, "error.type").as_deref(), Some("UNAVAILABLE"));
    assert!(matches!(server.status, Status::Error { .. }));
}

#[tokio::test]
async fn the_rules_ask_nobody_and_have_no_span_of_their_own() {
    let kept = Kept::begin();
    let ollama = FakeOllama::start().await;
    let mut service = TestService::asking(&ollama.url()).await;
    call(&mut service, Backend::Rules).await;
    let (server, attempts) = kept.of_the_call().await;
    assert!(attempts.is_empty(), "{attempts:?}");
    assert_eq!(value(&server, "rpc.status_code").as_deref(), Some("OK"));
    assert_eq!(server.status, Status::Unset);
}
