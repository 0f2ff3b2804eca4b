//! What holds now, looked at whenever somebody reads the metrics: places, the line, readers, memory, model servers, circuits.

use super::App;
use crate::backend::BackendId;
use crate::telemetry::metric_name::{self as names, Metric, attribute};
use opentelemetry::KeyValue;
use opentelemetry::metrics::AsyncInstrument;
use std::sync::Arc;

/// Lets the service's instruments look at it. They do not keep it alive.
pub(super) fn observe(app: &Arc<App>) {
    gauge(app, &names::QUEUE_LENGTH, App::waiting);
    gauge(app, &names::PLACES_USED, App::running);
    gauge(app, &names::PLACES_LIMIT, |app| app.config.generation.max_running.get());
    gauge(app, &names::STREAMS, |app| app.registry.readers());
    gauge(app, &names::LOG_MEMORY, |app| app.registry.memory().used());
    gauge(app, &names::LOG_MEMORY_LIMIT, |app| app.registry.memory().most());
    look(app, &names::BACKEND_UP, |app, seen| {
        let selector = &app.services.selector;
        for backend in [BackendId::Ollama, BackendId::OpenAi, BackendId::Rules] {
            if backend == BackendId::Rules || selector.has(backend) {
                let up = backend == BackendId::Rules || selector.answers(backend);
                let attribute = KeyValue::new(attribute::BACKEND.name, backend.as_str());
                seen.observe(f64::from(u8::from(up)), &[attribute]);
            }
        }
    });
    look(app, &names::CIRCUIT, |app, seen| {
        for (address, port, state) in app.ollama.circuits() {
            let host = [
                KeyValue::new(attribute::SERVER.name, address),
                KeyValue::new(attribute::PORT.name, i64::from(port)),
            ];
            seen.observe(crate::telemetry::metrics::number(state), &host);
        }
    });
}

fn gauge(app: &Arc<App>, metric: &'static Metric, value: fn(&App) -> usize) {
    look(app, metric, move |app, seen| {
        seen.observe(crate::telemetry::metrics::number(value(app) as u64), &[]);
    });
}

fn look(
    app: &Arc<App>,
    metric: &'static Metric,
    look: impl Fn(&App, &dyn AsyncInstrument<f64>) + Send + Sync + 'static,
) {
    let weak = Arc::downgrade(app);
    app.services.metrics.observe(metric, move |seen| {
        if let Some(app) = weak.upgrade() {
            look(&app, seen);
        }
    });
}
