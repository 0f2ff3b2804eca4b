//! Spans and events → lines. A span's fields are kept with the span, so that every line inside it carries them.

use super::line::{Fields, Identity, Line};
use super::propagation;
use crate::config::LogFormat;
use std::io::Write as _;
use std::time::SystemTime;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// Writes a line for every event.
#[derive(Debug)]
pub(super) struct Lines<M> {
    identity: Identity,
    format: LogFormat,
    out: M,
}

impl<M> Lines<M> {
    pub(super) fn new(identity: Identity, format: LogFormat, out: M) -> Self {
        Self { identity, format, out }
    }
}

impl<S, M> Layer<S> for Lines<M>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    M: for<'a> MakeWriter<'a> + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        if let Some(span) = context.span(id) {
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            record.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let fields = fields_of(event, &context);
        let line = Line {
            time: SystemTime::now(),
            severity: severity(*event.metadata().level()),
            target: event.metadata().target(),
            identity: &self.identity,
            trace: propagation::ids(),
            fields,
        };
        // One call for the whole line, so that lines of different threads do not mix. A full disk must not stop us.
        let _ = self
            .out
            .make_writer_for(event.metadata())
            .write_all(line.write(self.format).as_bytes());
    }
}

/// What a line says besides its head: the fields of the spans that it was written in, then its own.
pub(super) fn fields_of<S>(event: &Event<'_>, context: &Context<'_, S>) -> Fields
where
    S: Subscriber + for<'a> LookupSpan<'a>,
{
    let mut fields = Fields::default();
    for span in context
        .event_scope(event)
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .iter()
        .rev()
    {
        if let Some(outer) = span.extensions().get::<Fields>() {
            fields.extend(outer);
        }
    }
    // Dotted names are attributes of traces; in a line they would say everything twice.
    fields.0.retain(|name, _| !name.contains('.'));
    event.record(&mut fields);
    fields
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARN",
        Level::INFO => "INFO",
        Level::DEBUG => "DEBUG",
        Level::TRACE => "TRACE",
    }
}
