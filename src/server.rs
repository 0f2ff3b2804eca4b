//! Listener, layers, health, reflection, shutdown.
//!
//! One port serves gRPC over HTTP/2 and gRPC-Web over HTTP/1.1; with a certificate both go over TLS. [`run`] gets its socket and its stop signal from outside,
//! so that tests give their own.

pub mod operator;
mod origins;
mod tls;

use crate::app::App;
use crate::rpc::guard::GuardLayer;
use crate::rpc::pb;
use crate::rpc::pb::test_gen_server::TestGenServer;
use crate::rpc::service::Service;
use crate::rpc::trailers::TrailersLayer;
use anyhow::Context as _;
use axum::response::IntoResponse as _;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tonic::service::Routes;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// The health name of the service itself.
pub const SERVICE_NAME: &str = "testgen.v1.TestGen";

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every generation came to its own end, and was read to it.
    Drained,
    /// The time for draining was up; so many generations were ended early, or were not read to their end.
    CutShort(usize),
}

/// Serves until `stop` resolves, then drains: health turns NOT_SERVING, new generations are refused with a hint, waiting
/// ones end the same way, running ones get the drain time and are then ended with what they have. The listener stays open
/// until nothing runs, so that callers are told what is going on instead of finding nobody there.
///
/// # Errors
/// A certificate that cannot be used, and what the transport reports; the reflection service's descriptors are checked by
/// a test.
pub async fn run(
    listener: TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<Ended> {
    let config = app.config().server.clone();
    let tls = tls::of(&config)?;
    let (health, health_service) = tonic_health::server::health_reporter();
    report(&health, &app).await;
    let watch = tokio::spawn(keep_reporting(health.clone(), Arc::clone(&app)));

    let service =
        TestGenServer::new(Service::new(Arc::clone(&app))).max_decoding_message_size(config.max_request_bytes.get());
    let mut routes = Routes::new(service).add_service(health_service);
    if config.reflection {
        routes = routes
            .add_service(reflection()?.build_v1()?)
            .add_service(reflection()?.build_v1alpha()?);
    }
    let grpc = routes
        .prepare()
        .into_axum_router()
        .layer(TrailersLayer)
        .layer(tonic_web::GrpcWebLayer::new());
    let mut router = axum::Router::new().merge(grpc).fallback(unknown);
    if let Some(layer) = origins::layer(&config.allowed_origins) {
        // Outside everything else: what a browser asks first is no call.
        router = router.layer(layer);
    }

    let (draining, drained) = tokio::sync::oneshot::channel::<()>();
    let mut builder = Server::builder();
    if let Some(tls) = tls {
        builder = builder
            .tls_config(tls)
            .context("server.tls_cert and server.tls_key cannot be used")?;
    }
    let serving = builder
        .accept_http1(true)
        .http2_keepalive_interval(Some(config.keepalive_interval))
        .http2_keepalive_timeout(Some(config.keepalive_timeout))
        .http2_max_header_list_size(u32::try_from(config.max_header_bytes.get()).unwrap_or(u32::MAX))
        .max_concurrent_streams(u32::try_from(config.max_concurrent_streams.get()).unwrap_or(u32::MAX))
        .layer(GuardLayer {
            slow_call: config.slow_call,
            metrics: Arc::clone(app.metrics()),
        })
        .add_routes(Routes::from(router))
        .serve_with_incoming_shutdown(TcpIncoming::from(listener).with_nodelay(Some(true)), async move {
            // A dropped sender means that the server is going down in any case.
            let _ = drained.await;
        });
    let mut serving = tokio::spawn(serving);

    tokio::select! {
        ended = &mut serving => {
            ended??;
            return Ok(Ended::Drained);
        }
        () = stop => {}
    }
    watch.abort();
    for name in ["", SERVICE_NAME] {
        health.set_service_status(name, ServingStatus::NotServing).await;
    }
    app.drain();
    tracing::info!(running = app.running(), "draining");
    let ended = finish(&app, draining, &mut serving, config.drain).await;
    serving.abort();
    ended
}

/// Waits for the generations to end, and ends them when the time is up; then for the calls that read them.
async fn finish(
    app: &App,
    draining: tokio::sync::oneshot::Sender<()>,
    serving: &mut tokio::task::JoinHandle<Result<(), tonic::transport::Error>>,
    drain: Duration,
) -> anyhow::Result<Ended> {
    // What is left of the time after the generations were told is for sending what they had.
    const LAST_WORDS: Duration = Duration::from_secs(2);
    let until = Instant::now() + drain;
    let early = drain.saturating_sub(LAST_WORDS).max(drain / 2);
    let mut cut = 0;
    if tokio::time::timeout(early, app.idle()).await.is_err() {
        cut = app.running();
        app.stop();
        let _ = tokio::time::timeout((drain - early) / 2, app.idle()).await;
    }
    // From now on there is nothing to say to new calls.
    let _ = draining.send(());
    match tokio::time::timeout_at(until, &mut *serving).await {
        Ok(ended) => ended??,
        // Readers that do not read do not hold the process up, and calls that only watch have nothing to lose.
        Err(_) => cut = cut.max(app.registry().readers()),
    }
    Ok(match cut {
        0 => Ended::Drained,
        cut => Ended::CutShort(cut),
    })
}

fn reflection() -> anyhow::Result<tonic_reflection::server::Builder<'static>> {
    Ok(tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(pb::DESCRIPTORS)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET))
}

/// What is not there: `UNIMPLEMENTED` for gRPC, 404 for everything else.
async fn unknown(request: axum::extract::Request) -> axum::response::Response {
    let content = request.headers().get(http::header::CONTENT_TYPE);
    if content.is_some_and(|value| value.as_bytes().starts_with(b"application/grpc")) {
        return (
            [
                (http::header::CONTENT_TYPE.as_str(), "application/grpc"),
                ("grpc-status", "12"),
                ("grpc-message", "there is no such service"),
            ],
            (),
        )
            .into_response();
    }
    (http::StatusCode::NOT_FOUND, "not found\n").into_response()
}

async fn keep_reporting(health: HealthReporter, app: Arc<App>) {
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    loop {
        tick.tick().await;
        report(&health, &app).await;
    }
}

/// The service can always generate: the rules need nothing. A configured backend that does not answer says so under its
/// own name, and makes the service NOT_SERVING only if it is the only one that may be used.
async fn report(health: &HealthReporter, app: &App) {
    use crate::backend::BackendId;
    let status = |serving: bool| {
        if serving {
            ServingStatus::Serving
        } else {
            ServingStatus::NotServing
        }
    };
    let selector = &app.services().selector;
    let ollama = selector.answers(BackendId::Ollama);
    let openai = selector.answers(BackendId::OpenAi);
    let serving = app.is_ready();
    let mut names = vec![
        ("", serving),
        (SERVICE_NAME, serving),
        ("backend/ollama", ollama),
        ("backend/rules", true),
    ];
    if selector.has(BackendId::OpenAi) {
        names.push(("backend/openai", openai));
    }
    for (name, serving) in names {
        health.set_service_status(name, status(serving)).await;
    }
}
