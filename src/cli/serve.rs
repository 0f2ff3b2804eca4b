//! `testgen serve`: build, say what listens, wait for the signal, drain within the bound.

use super::signal::Signals;
use super::trouble::Trouble;
use crate::app::App;
use crate::config::Config;
use crate::server::{self, Ended, operator};
use crate::telemetry::metrics::Metrics;
use anyhow::Context as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long the last lines of an experiment's record may take.
const RECORD: Duration = Duration::from_secs(1);

/// Serves until Ctrl-C or SIGTERM; the exit code says whether generations were cut short. A second signal ends the process at once.
pub(super) async fn run(config: Config, metrics: Arc<Metrics>) -> Result<(), Trouble> {
    let mut signals = Signals::listen()?;
    let listen = config.server.listen;
    let backend = config.backend;
    let tls = config.server.tls_cert.is_some();
    let operators = config.server.operator_listen;
    let app = App::build_measured(config, metrics)?;
    app.take_part()?;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    let listen = listener.local_addr().context("the listener has no address")?;
    let operators = operator::bind(operators).await?;
    let metrics = operators.as_ref().and_then(|listener| listener.local_addr().ok());
    let metrics = metrics.map(|address| format!("http://{address}/metrics"));
    tracing::info!(%listen, tls, backend = backend.as_str(), metrics, "ready");
    // Operators can look until the very end.
    let operators = operators.map(|listener| tokio::spawn(operator::serve(listener, Arc::clone(&app))));
    let stop = async move {
        signals.next().await;
        tokio::spawn(end_at_once(signals));
    };
    let ended = server::run(listener, Arc::clone(&app), stop).await?;
    // Spans of calls end with their generations, and are sent after this.
    let _ = tokio::time::timeout(super::LAST_SPANS, app.idle()).await;
    if let Some(operators) = operators {
        operators.abort();
    }
    if let Some(experiment) = app.experiment() {
        experiment.flush(RECORD);
    }
    match ended {
        Ended::Drained => {
            tracing::info!("stopped; every generation came to its end");
            Ok(())
        }
        Ended::CutShort(cut) => {
            tracing::warn!(cut, "stopped; the time for draining was up");
            Err(Trouble::CutShort)
        }
    }
}

/// A person who asks twice does not want to wait for the drain.
#[expect(clippy::disallowed_methods, reason = "the one case in which nothing is waited for")]
async fn end_at_once(mut signals: Signals) {
    signals.next().await;
    std::process::exit(130);
}
