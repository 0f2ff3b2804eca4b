//! One request to a model as a span of kind CLIENT, with the names of the OpenTelemetry conventions for generative AI.
//!
//! It carries numbers and names; prompt and answer only where a setting says so, and never a thought.

use super::metrics::Tally;
use super::{propagation, stage};
use crate::backend::{Backend, Finish, Task};
use opentelemetry::{Array, StringValue, Value};
use serde_json::json;
use std::time::Duration;
use tracing::Span;
use tracing::field::Empty;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The attribute for the wait for the first piece of the answer, in seconds.
const TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";

/// A request to a model that is under way.
#[derive(Clone, Debug)]
pub struct ModelCall {
    span: Span,
    content: bool,
}

impl ModelCall {
    /// Begins the span of a request, the one of this number, as a child of the span that the caller is in. With `content`
    /// it carries the prompt, and later the answer.
    #[must_use]
    pub fn begin(backend: &dyn Backend, task: &Task, number: u32, content: bool) -> Self {
        let (address, port) = backend.peer().unzip();
        let sampling = task.sampling;
        let span = tracing::info_span!(
            "model_call",
            otel.name = format!("chat {}", task.model).trim_end(),
            otel.kind = "client",
            otel.status_code = Empty,
            gen_ai.operation.name = "chat",
            gen_ai.provider.name = backend.id().as_str(),
            gen_ai.request.model = task.model,
            gen_ai.request.stream = true,
            gen_ai.request.temperature = sampling.temperature,
            gen_ai.request.top_p = sampling.top_p,
            gen_ai.request.top_k = sampling.top_k,
            gen_ai.request.seed = sampling.seed,
            gen_ai.request.max_tokens = sampling.max_output_tokens,
            gen_ai.output.type = if task.schema.is_some() { "json" } else { "text" },
            gen_ai.response.model = Empty,
            gen_ai.response.time_to_first_chunk = Empty,
            gen_ai.usage.input_tokens = Empty,
            gen_ai.usage.output_tokens = Empty,
            server.address = address,
            server.port = port.map(i64::from),
            "error.type" = Empty,
            testgen.attempt = number,
            testgen.retry_after = Empty,
            testgen.coverage_items = task.asked.len() as u64,
            testgen.cases.accepted = Empty,
            testgen.cases.repaired = Empty,
            testgen.cases.rejected = Empty,
        );
        if content {
            let parts = json!([{ "type": "text", "content": task.system }]);
            span.set_attribute("gen_ai.system_instructions", parts.to_string());
            let parts = json!([{ "role": "user", "parts": [{ "type": "text", "content": task.user }] }]);
            span.set_attribute("gen_ai.input.messages", parts.to_string());
        }
        Self { span, content }
    }

    /// The span, to run the request in.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// Makes the model server's work part of this span: its trace headers take the place of those of the call.
    pub fn pass_on(&self, headers: &mut Vec<(String, String)>) {
        for (name, value) in propagation::headers(&self.span) {
            match headers.iter_mut().find(|(other, _)| *other == name) {
                Some((_, other)) => *other = value,
                None => headers.push((name, value)),
            }
        }
    }

    /// The answer came to its own end.
    pub fn finished(&self, finish: &Finish) {
        for (name, tokens) in [
            ("gen_ai.usage.input_tokens", finish.input_tokens),
            ("gen_ai.usage.output_tokens", finish.output_tokens),
        ] {
            if let Some(tokens) = tokens {
                self.span.record(name, tokens);
            }
        }
        if let Some(model) = &finish.model {
            self.span.record("gen_ai.response.model", model.as_str());
        }
        self.reason(if finish.cut { "length" } else { "stop" });
    }

    /// We ended the answer: it was enough, or it went round in circles. That is no failure.
    pub fn ended_early(&self, code: &'static str) {
        self.reason(code);
    }

    /// The request failed, or was given up; `code` is the stable name of why.
    pub fn failed(&self, code: &'static str) {
        self.span.record("error.type", code);
        self.span.record("otel.status_code", "ERROR");
    }

    /// What the request brought, and why there was one before it that was not enough.
    pub fn counts(&self, tally: &Tally, retry: Option<&'static str>) {
        stage::counts(&self.span, tally);
        if let Some(retry) = retry {
            self.span.record("testgen.retry_after", retry);
        }
        if let (true, Some(text)) = (self.content, &tally.text) {
            let message = json!([{ "role": "assistant", "parts": [{ "type": "text", "content": text }] }]);
            self.span.set_attribute("gen_ai.output.messages", message.to_string());
        }
    }

    fn reason(&self, reason: &'static str) {
        let reasons = Value::Array(Array::String(vec![StringValue::from(reason)]));
        self.span.set_attribute("gen_ai.response.finish_reasons", reasons);
    }
}

/// Notes, in the span of the request that the caller is in, how long its first piece took.
pub fn first_chunk(after: Duration) {
    Span::current().record(TIME_TO_FIRST_CHUNK, after.as_secs_f64());
}
