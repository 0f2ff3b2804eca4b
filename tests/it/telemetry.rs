//! What an operator gets of real calls: one connected trace, log records of the same trace, and every metric of the table.

use crate::support::collector::{Collector, attribute};
use crate::support::fake_ollama::{FakeOllama, Play, Script};
use crate::support::service::{TestService, drain, eventually, request};
use opentelemetry_proto::tonic::trace::v1::Span;
use std::collections::BTreeSet;
use std::time::Duration;
use testgen::app::App;
use testgen::config::Config;
use testgen::rpc::pb::{Backend, StreamTestCasesRequest};
use testgen::telemetry::{self, metric_name::METRICS};
use tonic::Request;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// A case that the first answer holds: the type is misspelt, so it has to be repaired.
const CASE: &str = r#"{"test_cases": [{"covers": ["C-4"], "title": "An expired discount code is refused at checkout", "type": "negative", "priority": "high", "preconditions": ["The cart holds at least one item."], "steps": ["1. Open the checkout page.", "2. Enter a code that expired yesterday in the discount code field.", "3. Apply the discount code.",], "expected_result": "The discount code is refused with a message that says that it has expired. The total stays the same."}, {"title": "?"}]}"#;

fn traced(backend: Backend) -> Request<StreamTestCasesRequest> {
    let mut asked = Request::new(StreamTestCasesRequest {
        backend: backend.into(),
        ..request()
    });
    let metadata = asked.metadata_mut();
    metadata.insert("traceparent", PARENT.parse().unwrap());
    metadata.insert("baggage", "correlation.id=order-17,user=anna".parse().unwrap());
    asked
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn config(ollama: &FakeOllama, collector: &str) -> Config {
    let mut config = Config::default();
    config.ollama.urls = vec![ollama.url().parse().unwrap()];
    config.otel.endpoint = Some(collector.parse().unwrap());
    config
}

/// One call with telemetry as `serve` has it; everything is sent when this returns.
async fn one_call(config: Config, backend: Backend) {
    let (guard, _here) = telemetry::here(&config).unwrap();
    let app = App::build_measured(config, guard.metrics().clone()).unwrap();
    app.take_part().unwrap();
    let mut service = TestService::serving(app).await;
    if let Ok(stream) = service.client.stream_test_cases(traced(backend)).await {
        let _ = drain(stream.into_inner()).await;
    }
    service.app.idle().await;
    service.stop();
    let served = &mut service.served;
    let _ = tokio::time::timeout(Duration::from_secs(5), served).await;
    guard.shutdown().await;
}

#[tokio::test]
async fn a_call_is_one_connected_trace_with_its_logs_and_metrics() {
    let collector = Collector::start().await;
    let ollama = FakeOllama::start().await;
    ollama.push(Script::text(CASE));
    ollama.otherwise(Script::text("I am sorry, but I cannot do that."));
    one_call(config(&ollama, &collector.url), Backend::Ollama).await;

    let spans: Vec<Span> = collector.spans();
    let ours: Vec<&Span> = spans.iter().filter(|span| hex(&span.trace_id) == TRACE).collect();
    let names: BTreeSet<&str> = ours.iter().map(|span| span.name.as_str()).collect();
    for name in [
        "testgen.v1.TestGen/StreamTestCases",
        "analysis",
        "prompt",
        "chat llama3.2:1b",
        "extraction",
        "validation",
        "recovery",
    ] {
        assert!(names.contains(name), "{name} of {names:?}");
    }
    let ids: BTreeSet<String> = ours.iter().map(|span| hex(&span.span_id)).collect();
    let server = ours.iter().find(|span| span.name.starts_with("testgen.v1")).unwrap();
    for span in &ours {
        let parent = hex(&span.parent_span_id);
        let known = ids.contains(&parent) || parent == "00f067aa0ba902b7" && span.span_id == server.span_id;
        assert!(known, "{} hangs on {parent}", span.name);
    }
    for (name, expect) in [
        ("rpc.system.name", "grpc"),
        ("rpc.method", "testgen.v1.TestGen/StreamTestCases"),
        ("rpc.status_code", "OK"),
        ("correlation_id", "order-17"),
        ("testgen.outcome", "partial"),
        ("testgen.attempts", "3"),
        ("testgen.retries", "2"),
        ("testgen.cases.accepted", "1"),
    ] {
        assert_eq!(attribute(&server.attributes, name).as_deref(), Some(expect), "{name}");
    }
    let chats: Vec<&&Span> = ours.iter().filter(|span| span.name.starts_with("chat")).collect();
    assert_eq!(chats.len(), 3);
    let retried = chats
        .iter()
        .filter(|span| attribute(&span.attributes, "testgen.retry_after").is_some());
    assert_eq!(retried.count(), 2, "each but the first says why it was made");
    let first = chats
        .iter()
        .find(|span| attribute(&span.attributes, "testgen.attempt").as_deref() == Some("1"))
        .unwrap();
    assert_eq!(
        attribute(&first.attributes, "gen_ai.response.model").as_deref(),
        Some("llama3.2:1b")
    );
    assert!(attribute(&first.attributes, "testgen.repairs").is_some());
    assert!(attribute(&first.attributes, "testgen.rejections").is_some());
    assert!(!format!("{spans:?}").contains("discount"), "no content in traces");

    let logs = collector.logs();
    let of_call: Vec<_> = logs.iter().filter(|log| hex(&log.trace_id) == TRACE).collect();
    let body = |text: &str| {
        of_call
            .iter()
            .filter(|log| format!("{:?}", log.body).contains(&format!("\"{text}\"")))
            .count()
    };
    assert_eq!(
        (body("call"), body("attempt")),
        (1, 3),
        "a line for the call and for each attempt"
    );
    for log in &of_call {
        assert!(ids.contains(&hex(&log.span_id)));
        assert_eq!(
            attribute(&log.attributes, "correlation_id").as_deref(),
            Some("order-17")
        );
    }
    assert!(!format!("{logs:?}").contains("expired yesterday"));

    let sent: BTreeSet<String> = collector.metrics().into_iter().map(|metric| metric.name).collect();
    for name in [
        "rpc.server.call.duration",
        "gen_ai.client.operation.duration",
        "testgen.case.accepted",
    ] {
        assert!(sent.contains(name), "{name} of {sent:?}");
    }
    let chat = &ollama.chats()[0];
    assert_eq!(
        chat.header("baggage"),
        Some("correlation.id=order-17"),
        "nothing else of the caller's"
    );
}

#[tokio::test]
async fn prompts_and_answers_are_in_traces_only_where_a_setting_says_so() {
    let collector = Collector::start().await;
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::text(CASE));
    let mut config = config(&ollama, &collector.url);
    config.otel.content = true;
    one_call(config, Backend::Ollama).await;
    let spans = collector.spans();
    let chat = spans.iter().find(|span| span.name.starts_with("chat")).unwrap();
    for name in [
        "gen_ai.system_instructions",
        "gen_ai.input.messages",
        "gen_ai.output.messages",
    ] {
        let text = attribute(&chat.attributes, name).unwrap();
        assert!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap().is_array(),
            "{name}"
        );
    }
    assert!(
        attribute(&chat.attributes, "gen_ai.output.messages")
            .unwrap()
            .contains("expired yesterday")
    );
}

#[tokio::test]
async fn a_collector_that_is_away_costs_no_call_anything() {
    let ollama = FakeOllama::start().await;
    ollama.otherwise(Script::text(CASE));
    // Port 1 refuses; the listener accepts and never answers.
    let black_hole = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let hole = format!("http://{}", black_hole.local_addr().unwrap());
    for url in ["http://127.0.0.1:1", &hole] {
        let mut config = config(&ollama, url);
        config.otel.timeout = Duration::from_millis(200);
        config.otel.metrics_interval = Duration::from_millis(100);
        let (guard, _here) = telemetry::here(&config).unwrap();
        let app = App::build_measured(config, guard.metrics().clone()).unwrap();
        let mut service = TestService::serving(app).await;
        for _ in 0..3 {
            let stream = service.client.stream_test_cases(traced(Backend::Ollama)).await.unwrap();
            assert_eq!(
                drain(stream.into_inner()).await.1.map_err(|status| status.code()),
                Ok(()),
                "{url}"
            );
        }
        let metrics = guard.metrics().clone();
        tokio::time::timeout(Duration::from_secs(20), guard.shutdown())
            .await
            .expect("the end is bounded");
        assert!(metrics.page().is_ok());
        eventually("what was dropped is counted", || metrics_dropped(&service) > 0.0).await;
    }
}

/// The sum over all signals.
fn metrics_dropped(service: &TestService) -> f64 {
    let drops = service.app.metrics().drops();
    testgen::telemetry::drops::Signal::ALL
        .iter()
        .map(|signal| drops.of(*signal) as f64)
        .sum()
}

#[tokio::test]
async fn the_span_of_a_call_says_which_variant_it_got() {
    let collector = Collector::start().await;
    let ollama = FakeOllama::start().await;
    let mut config = config(&ollama, &collector.url);
    let folder = taking_part(&mut config, "span");
    one_call(config, Backend::Unspecified).await;
    let spans = collector.spans();
    let server = spans.iter().find(|span| span.name.starts_with("testgen.v1")).unwrap();
    assert_eq!(
        attribute(&server.attributes, "testgen.experiment").as_deref(),
        Some("metrics")
    );
    let variant = attribute(&server.attributes, "testgen.experiment.variant");
    assert!(
        matches!(variant.as_deref(), Some("control" | "candidate")),
        "{variant:?}"
    );
    let _ = std::fs::remove_dir_all(folder);
}

/// Settings of a rollout that goes on after 20 generations of its candidate, which nearly everybody gets.
fn taking_part(config: &mut Config, name: &str) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("testgen-telemetry-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let variant = |name: &str| format!("[[variant]]\nname = \"{name}\"\nbackend = \"rules\"\n");
    let definition = format!(
        "id = \"metrics\"\n{}{}[rollout]\nsteps = [99, 100]\nleast = 20\nadvance_after = 20\n",
        variant("control"),
        variant("candidate")
    );
    std::fs::write(folder.join("experiment.toml"), definition).unwrap();
    config.experiment.file = Some(folder.join("experiment.toml"));
    config.experiment.record = Some(folder.join("online.jsonl"));
    config.experiment.decisions = Some(folder.clone());
    folder
}

/// Every metric of the table is really emitted by calls, under the name that the table tells Prometheus, and no other is.
#[tokio::test]
async fn every_metric_of_the_table_is_served_and_no_other() {
    let ollama = FakeOllama::start().await;
    ollama.push(Script::tokens("One moment").then(Play::Stall));
    // Slow enough that its pieces come one by one.
    ollama.push(Script::text(CASE).at(1_000));
    ollama.push(Script::of([Play::Raw(
        br#"{"model":"llama3.2:1b","message":{"content":"nothing"},"done":true,"done_reason":"stop","load_duration":900000000,"prompt_eval_count":5,"eval_count":3}
"#
        .to_vec(),
    )]));
    ollama.otherwise(Script::text("I am sorry."));
    let mut config = Config::default();
    config.ollama.urls = vec![ollama.url().parse().unwrap()];
    config.generation.max_per_caller = std::num::NonZeroUsize::MIN;
    config.server.operator_listen = Some("127.0.0.1:0".parse().unwrap());
    let folder = taking_part(&mut config, "table");
    let mut service = TestService::with(config).await;
    service.app.take_part().unwrap();
    let first = service.client.stream_test_cases(traced(Backend::Ollama)).await.unwrap();
    let second = service.client.stream_test_cases(traced(Backend::Ollama)).await;
    assert!(second.is_err(), "the caller has one place, and it is taken");
    drop(first);
    service.app.idle().await;
    for backend in [Backend::Ollama, Backend::Auto, Backend::Rules] {
        let stream = service.client.stream_test_cases(traced(backend)).await.unwrap();
        let _ = drain(stream.into_inner()).await;
        service.app.idle().await;
    }
    for unit in 0..22 {
        let mut open = Request::new(request());
        let unit = format!("user-{unit}");
        open.metadata_mut().insert("x-testgen-unit", unit.parse().unwrap());
        let _ = drain(service.client.stream_test_cases(open).await.unwrap().into_inner()).await;
        service.app.idle().await;
    }
    let _ = std::fs::remove_dir_all(folder);
    let listener = testgen::server::operator::bind(service.app.config().server.operator_listen)
        .await
        .unwrap()
        .unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(testgen::server::operator::serve(listener, service.app.clone()));
    let page = reqwest::get(format!("{url}/metrics"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let served: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next())
        .collect();
    let table: BTreeSet<String> = METRICS.iter().map(|metric| metric.prometheus_name()).collect();
    let table: BTreeSet<&str> = table.iter().map(String::as_str).chain(["target_info"]).collect();
    assert_eq!(served, table);
    for metric in METRICS {
        for series in metric.prometheus_series() {
            assert!(page.lines().any(|line| line.starts_with(&series)), "{series}");
        }
        let labels: BTreeSet<String> = metric
            .attributes
            .iter()
            .map(|attribute| attribute.name.replace('.', "_"))
            .collect();
        let stem = metric.prometheus_name();
        for line in page
            .lines()
            .filter(|line| line.starts_with(&stem) && line.contains('{'))
        {
            for label in line.split(['{', ',']).skip(1).filter_map(|part| part.split_once("=\"")) {
                assert!(label.0 == "le" || labels.contains(label.0), "{} of {line}", label.0);
            }
        }
    }
    let get = async |path: &str| reqwest::get(format!("{url}{path}")).await.unwrap().status().as_u16();
    assert_eq!(
        (get("/healthz").await, get("/readyz").await, get("/nothing").await),
        (200, 200, 404)
    );
    service.app.drain();
    assert_eq!((get("/healthz").await, get("/readyz").await), (200, 503));
}
