//! Lines → log records over OTLP. They carry the trace and span that they were written in, and the same fields as a line:
//! the correlation id of the call among them, and nothing of what a line withholds. (The library's own bridge takes the
//! fields of the event alone and withholds nothing, so it is not used.)

use super::layer::fields_of;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, Severity};
use opentelemetry_sdk::logs::SdkLogger;
use serde_json::Value;
use std::time::SystemTime;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Makes a log record of every event.
#[derive(Debug)]
pub(super) struct Bridge {
    logger: SdkLogger,
}

impl Bridge {
    pub(super) fn new(logger: SdkLogger) -> Self {
        Self { logger }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Bridge {
    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = fields_of(event, &context);
        let level = *event.metadata().level();
        let mut record = self.logger.create_log_record();
        record.set_timestamp(SystemTime::now());
        record.set_target(event.metadata().target());
        record.set_severity_text(level.as_str());
        record.set_severity_number(severity(level));
        if let Some(Value::String(message)) = fields.0.shift_remove("message") {
            record.set_body(AnyValue::from(message));
        }
        for (name, value) in fields.0 {
            record.add_attribute(name, any(value));
        }
        self.logger.emit(record);
    }
}

fn any(value: Value) -> AnyValue {
    match value {
        Value::Bool(flag) => flag.into(),
        Value::String(text) => text.into(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, Some(decimal)) => decimal.into(),
            _ => number.to_string().into(),
        },
        other => other.to_string().into(),
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::ERROR => Severity::Error,
        Level::WARN => Severity::Warn,
        Level::INFO => Severity::Info,
        Level::DEBUG => Severity::Debug,
        Level::TRACE => Severity::Trace,
    }
}
