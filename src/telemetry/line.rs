//! One log line: the fields that operators search by, in a fixed order, then the others.

use super::timestamp::rfc3339;
use crate::config::{LogFormat, Service};
use serde_json::{Map, Value};
use std::fmt;
use std::fmt::Write as _;
use std::time::SystemTime;
use tracing::field::{Field, Visit};

/// What this process calls itself on every line.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    service: String,
    environment: String,
    version: String,
}

impl Identity {
    pub(super) fn of(service: &Service) -> Self {
        Self {
            service: service.name.clone(),
            environment: service.environment.clone(),
            version: service.version.clone(),
        }
    }
}

/// Fields that come first, in this order, where a line has them.
const FIRST: [&str; 5] = ["correlation_id", "method", "peer", "status", "duration_ms"];

/// Names under which content could slip into a log. Their values are withheld.
const CONTENT: [&str; 11] = [
    "story",
    "user_story",
    "criteria",
    "acceptance_criteria",
    "context",
    "prompt",
    "system",
    "answer",
    "token",
    "text",
    "api_key",
];

/// Fields of a span or an event, as JSON values in the order of their first appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(pub(super) Map<String, Value>);

impl Fields {
    /// Takes over the fields of something further inside; the same name there wins.
    pub(super) fn extend(&mut self, inner: &Self) {
        for (name, value) in &inner.0 {
            self.0.insert(name.clone(), value.clone());
        }
    }

    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        let name = field.name();
        let value = if CONTENT.contains(&name) {
            Value::from("(withheld)")
        } else {
            value.into()
        };
        self.0.insert(name.to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
}

/// Everything that one line says.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) time: SystemTime,
    pub(super) severity: &'static str,
    pub(super) target: &'a str,
    pub(super) identity: &'a Identity,
    /// Ids of the trace and the span that it was written in.
    pub(super) trace: Option<(String, String)>,
    /// Fields of the spans and of the event, with the event's message among them.
    pub(super) fields: Fields,
}

impl Line<'_> {
    /// The line with its line feed. No text of a field can break out of it.
    pub(super) fn write(mut self, format: LogFormat) -> String {
        let mut take = |name| self.fields.0.shift_remove(name).filter(|value| *value != "");
        // Some crates say what happened in the event's name alone.
        let message = take("message").or_else(|| take("name"));
        let message = message.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        match format {
            LogFormat::Json => self.json(message),
            LogFormat::Text => self.text(&message),
        }
    }

    fn json(mut self, message: String) -> String {
        let mut line = Map::new();
        line.insert("timestamp".into(), rfc3339(self.time).into());
        line.insert("severity".into(), self.severity.into());
        line.insert("message".into(), message.into());
        line.insert("service".into(), self.identity.service.as_str().into());
        line.insert("environment".into(), self.identity.environment.as_str().into());
        line.insert("version".into(), self.identity.version.as_str().into());
        for name in FIRST {
            if let Some(value) = self.fields.0.shift_remove(name) {
                line.insert(name.into(), value);
            }
        }
        if let Some((trace_id, span_id)) = self.trace {
            line.insert("trace_id".into(), trace_id.into());
            line.insert("span_id".into(), span_id.into());
        }
        line.insert("target".into(), self.target.into());
        for (name, value) in self.fields.0 {
            // A field cannot pass itself off as one of those above.
            line.entry(name).or_insert(value);
        }
        format!("{}\n", Value::Object(line))
    }

    fn text(self, message: &str) -> String {
        let time = rfc3339(self.time);
        let mut line = format!("{} {:5} {}", &time[11..23], self.severity, visible(message));
        for (name, value) in &self.fields.0 {
            let value = value.as_str().map_or_else(|| value.to_string(), visible);
            let _ = write!(line, " {name}={value}");
        }
        line.push('\n');
        line
    }
}

/// Control characters escaped, so that a text stays on its line and cannot steer a terminal.
fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => shown.extend(c.escape_default()),
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                shown.extend(c.escape_unicode())
            }
            c => shown.push(c),
        }
    }
    shown
}
