//! The listener with a certificate: who trusts its authority can call, and a file that cannot be used ends the start.

use crate::support::service::{drain, request};
use std::path::PathBuf;
use testgen::app::App;
use testgen::config::{BackendChoice, Config};
use testgen::rpc::pb::test_gen_client::TestGenClient;
use testgen::server;
use tokio::net::TcpListener;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/support/tls")
        .join(name)
}

fn config(cert: &str, key: &str) -> Config {
    let mut config = Config {
        backend: BackendChoice::Rules,
        ..Config::default()
    };
    config.server.tls_cert = Some(file(cert));
    config.server.tls_key = Some(file(key));
    config
}

async fn serving(config: Config) -> (u16, tokio::task::JoinHandle<anyhow::Result<server::Ended>>) {
    let app = App::build(config).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(server::run(listener, app, std::future::pending()));
    (port, served)
}

async fn call(url: String, authority: Option<&str>) -> Result<Channel, tonic::transport::Error> {
    let mut endpoint = Endpoint::from_shared(url)?;
    if let Some(name) = authority {
        let pem = std::fs::read(file(name)).unwrap();
        endpoint = endpoint.tls_config(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)))?;
    }
    endpoint.connect().await
}

#[tokio::test]
async fn a_client_that_trusts_the_authority_gets_its_cases() {
    let (port, served) = serving(config("server.pem", "server.key")).await;
    for host in ["localhost", "127.0.0.1"] {
        let channel = call(format!("https://{host}:{port}"), Some("ca.pem")).await.unwrap();
        let stream = TestGenClient::new(channel).stream_test_cases(request()).await.unwrap();
        let (events, end) = drain(stream.into_inner()).await;
        end.unwrap();
        assert!(events.len() > 5, "{host}: {events:?}");
    }
    served.abort();
}

#[tokio::test]
async fn a_client_without_tls_or_without_the_authority_gets_nothing() {
    let (port, served) = serving(config("server.pem", "server.key")).await;
    let plain = call(format!("http://localhost:{port}"), None).await;
    if let Ok(channel) = plain {
        TestGenClient::new(channel)
            .stream_test_cases(request())
            .await
            .unwrap_err();
    }
    // The server's own certificate signs nobody.
    call(format!("https://localhost:{port}"), Some("server.pem"))
        .await
        .unwrap_err();
    assert!(!served.is_finished(), "the service goes on");
    served.abort();
}

#[tokio::test]
async fn a_file_that_cannot_be_used_ends_the_start_with_its_path() {
    for (cert, key, expect) in [
        ("missing.pem", "server.key", "server.tls_cert: "),
        ("server.pem", "missing.key", "server.tls_key: "),
        ("server.pem", "README.md", "server.tls_key: "),
        ("server.key", "server.key", "server.tls_cert: "),
        (
            "ca.pem",
            "server.key",
            "server.tls_cert and server.tls_key cannot be used",
        ),
    ] {
        let (_, served) = serving(config(cert, key)).await;
        let error = served.await.unwrap().unwrap_err();
        let said = format!("{error:#}");
        assert!(said.starts_with(expect), "{cert} {key}: {said}");
    }
}
