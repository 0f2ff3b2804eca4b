//! The operator's port: `/metrics` for Prometheus, `/healthz` and `/readyz` for whoever restarts and routes. Plain HTTP on
//! an address of its own, loopback unless told otherwise, because none of it is for callers.

use crate::app::App;
use crate::config::DEFAULT_OPERATOR_LISTEN;
use anyhow::Context as _;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Listens for operators; `None` where that is not wanted, or where the default address is taken, as by a second service
/// on the same machine.
///
/// # Errors
/// An address that was chosen and cannot be listened on.
pub async fn bind(address: Option<SocketAddr>) -> anyhow::Result<Option<TcpListener>> {
    let Some(address) = address else { return Ok(None) };
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(Some(listener)),
        Err(error) if address == DEFAULT_OPERATOR_LISTEN => {
            tracing::warn!(%address, %error, "no metrics are served: server.operator_listen sets another address");
            Ok(None)
        }
        Err(error) => Err(error).with_context(|| format!("server.operator_listen: cannot listen on {address}")),
    }
}

/// Serves operators until the future is dropped.
///
/// # Errors
/// The listener failed.
pub async fn serve(listener: TcpListener, app: Arc<App>) -> std::io::Result<()> {
    axum::serve(listener, routes(app)).await
}

fn routes(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .with_state(app)
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    match app.metrics().page() {
        Ok(page) => ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// Whether new generations are made; not while the service drains.
async fn ready(State(app): State<Arc<App>>) -> (StatusCode, &'static str) {
    if app.is_ready() {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
    }
}
