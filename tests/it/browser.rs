//! What a browser asks before a page of another origin may call over gRPC-Web.

use crate::support::service::TestService;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, StatusCode};
use std::sync::Arc;
use testgen::backend::scripted::Scripted;
use testgen::config::{AllowedOrigins, Config};

const PAGE: &str = "https://tests.example.org";

async fn service(allowed: AllowedOrigins) -> TestService {
    let mut config = Config::default();
    config.server.allowed_origins = allowed;
    TestService::over(Arc::new(Scripted::new(Vec::new())), config).await
}

fn listed(origins: &[&str]) -> AllowedOrigins {
    AllowedOrigins::Listed(origins.iter().map(ToString::to_string).collect())
}

fn url(service: &TestService) -> String {
    format!("{}/testgen.v1.TestGen/StreamTestCases", service.address)
}

/// What the browser asks first.
async fn asked_first(service: &TestService, origin: &str) -> (StatusCode, HeaderMap) {
    let answer = Client::new()
        .request(Method::OPTIONS, url(service))
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "content-type,x-grpc-web,x-correlation-id",
        )
        .send()
        .await
        .unwrap();
    (answer.status(), answer.headers().clone())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_listed_origin_may_ask_and_call_and_read_how_the_call_ended() {
    let service = service(listed(&["http://localhost:8080", PAGE])).await;
    let (status, headers) = asked_first(&service, PAGE).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(text(&headers, "access-control-allow-origin"), Some(PAGE));
    assert_eq!(text(&headers, "access-control-allow-methods"), Some("POST"));
    let sent = text(&headers, "access-control-allow-headers").unwrap();
    for name in [
        "content-type",
        "x-grpc-web",
        "grpc-timeout",
        "x-correlation-id",
        "traceparent",
    ] {
        assert!(sent.split(',').any(|sent| sent == name), "{name}: {sent}");
    }
    assert_eq!(text(&headers, "access-control-allow-credentials"), None);

    // An empty message in a gRPC-Web frame: the story is missing, which the page must be able to read.
    let answer = Client::new()
        .post(url(&service))
        .header("origin", PAGE)
        .header("content-type", "application/grpc-web+proto")
        .header("x-grpc-web", "1")
        .header("x-correlation-id", "page-1")
        .body(vec![0_u8; 5])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers().clone();
    assert_eq!(text(&headers, "access-control-allow-origin"), Some(PAGE));
    assert_eq!(text(&headers, "x-correlation-id"), Some("page-1"));
    let readable = text(&headers, "access-control-expose-headers").unwrap().to_owned();
    for name in [
        "grpc-status",
        "grpc-message",
        "grpc-status-details-bin",
        "x-correlation-id",
    ] {
        assert!(
            readable.split(',').any(|readable| readable == name),
            "{name}: {readable}"
        );
    }
    let said = text(&headers, "grpc-status").map(str::to_owned);
    let body = answer.text().await.unwrap();
    assert!(
        said.as_deref() == Some("3") || body.contains("grpc-status:3"),
        "INVALID_ARGUMENT: {said:?} {body:?}"
    );
}

#[tokio::test]
async fn other_origins_and_by_default_all_of_them_are_allowed_nothing() {
    for (allowed, origin) in [
        (listed(&[PAGE]), "https://evil.example"),
        (listed(&[PAGE]), "http://tests.example.org"),
        (listed(&[]), PAGE),
    ] {
        let service = service(allowed.clone()).await;
        let (_, headers) = asked_first(&service, origin).await;
        assert_eq!(
            text(&headers, "access-control-allow-origin"),
            None,
            "{allowed:?} {origin}"
        );
    }
}

#[tokio::test]
async fn any_origin_may_call_where_the_settings_say_so() {
    let service = service(AllowedOrigins::Any).await;
    let (status, headers) = asked_first(&service, PAGE).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(text(&headers, "access-control-allow-origin"), Some("*"));
}

/// The trailers of gRPC-Web are a part of the body; the call is counted by what they say all the same.
#[tokio::test]
async fn a_page_s_call_that_fails_after_it_began_is_counted_as_failed() {
    let mut config = Config::default();
    config.ollama.urls = vec!["http://127.0.0.1:1".parse().unwrap()];
    config.ollama.retries = 0;
    let service = TestService::with(config).await;
    let request = testgen::rpc::pb::StreamTestCasesRequest {
        backend: testgen::rpc::pb::Backend::Ollama.into(),
        ..crate::support::service::request()
    };
    let message = prost::Message::encode_to_vec(&request);
    let mut framed = vec![0];
    framed.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    framed.extend(message);
    let answer = Client::new()
        .post(url(&service))
        .header("content-type", "application/grpc-web+proto")
        .body(framed)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(text(answer.headers(), "grpc-status"), None, "it began");
    let body = answer.bytes().await.unwrap();
    let told = String::from_utf8_lossy(&body);
    assert!(told.contains("grpc-status:14"), "{told}");
    crate::support::service::eventually("the call is counted", || {
        let page = service.app.metrics().page().unwrap();
        page.lines().any(|line| {
            line.starts_with("rpc_server_call_duration")
                && line.contains("\"UNAVAILABLE\"")
                && line.contains("StreamTestCases")
        })
    })
    .await;
}
