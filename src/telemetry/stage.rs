//! The stages of a generation as spans: analysis, waiting, retrieval, prompt, extraction, validation, recovery.
//!
//! Extraction and validation run between the tokens of an answer, a few microseconds each; a span for each piece would
//! cost more than the work. So each has one span for an attempt, as long as the attempt, whose `testgen.busy_time` says
//! how much of it was work. All attributes are numbers, codes and names of ours: no content.

use super::metrics::Tally;
use opentelemetry::{Array, StringValue, Value};
use std::time::Duration;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// The spans of one attempt's extraction and validation; they end when this is dropped.
#[derive(Debug)]
pub struct Checking {
    extraction: Span,
    validation: Span,
}

/// Reading and planning the story.
#[must_use]
pub fn analysis() -> Span {
    tracing::info_span!(
        "analysis",
        testgen.criteria = tracing::field::Empty,
        testgen.findings = tracing::field::Empty,
        testgen.questions = tracing::field::Empty,
        testgen.coverage_items = tracing::field::Empty,
    )
}

/// Waiting for a place.
#[must_use]
pub fn waiting() -> Span {
    tracing::info_span!("queue")
}

/// Choosing examples for the prompt.
#[must_use]
pub fn retrieval() -> Span {
    tracing::info_span!("retrieval", testgen.examples = tracing::field::Empty)
}

/// Writing the prompt.
#[must_use]
pub fn prompt(variant: &str) -> Span {
    tracing::info_span!(
        "prompt",
        testgen.prompt.variant = variant,
        testgen.prompt.estimated_tokens = tracing::field::Empty,
        testgen.coverage_items = tracing::field::Empty,
    )
}

/// Deciding what follows an attempt.
#[must_use]
pub fn recovery() -> Span {
    tracing::info_span!(
        "recovery",
        testgen.decision = tracing::field::Empty,
        testgen.reason = tracing::field::Empty,
        testgen.coverage_items.missing = tracing::field::Empty,
    )
}

/// Notes a number of things.
pub fn count(span: &Span, name: &'static str, number: usize) {
    span.record(name, number as u64);
}

impl Checking {
    /// Begins both spans for an attempt.
    #[must_use]
    pub fn begin(attempt: u32) -> Self {
        Self {
            extraction: tracing::info_span!(
                "extraction",
                testgen.attempt = attempt,
                testgen.busy_time = tracing::field::Empty,
                testgen.bytes = tracing::field::Empty,
                testgen.pieces = tracing::field::Empty,
                testgen.objects = tracing::field::Empty,
            ),
            validation: tracing::info_span!(
                "validation",
                testgen.attempt = attempt,
                testgen.busy_time = tracing::field::Empty,
                testgen.cases.accepted = tracing::field::Empty,
                testgen.cases.repaired = tracing::field::Empty,
                testgen.cases.rejected = tracing::field::Empty,
            ),
        }
    }

    /// What the attempt brought.
    pub fn end(self, tally: &Tally) {
        self.extraction
            .record("testgen.busy_time", tally.extracting.as_secs_f64());
        count(&self.extraction, "testgen.bytes", tally.bytes);
        self.extraction.record("testgen.pieces", tally.chunks);
        self.extraction.record("testgen.objects", u64::from(tally.objects));
        self.validation.record("testgen.busy_time", tally.judging.as_secs_f64());
        counts(&self.validation, tally);
    }
}

/// Accepted, repaired and rejected cases of an attempt, and the codes of what was repaired and rejected.
pub fn counts(span: &Span, tally: &Tally) {
    let repaired = tally.accepted.iter().filter(|(case, _)| !case.repairs.is_empty());
    count(span, "testgen.cases.accepted", tally.accepted.len());
    count(span, "testgen.cases.repaired", repaired.count());
    span.record("testgen.cases.rejected", tally.rejections());
    let mut repairs: Vec<&'static str> = Vec::new();
    for repair in tally.accepted.iter().flat_map(|(case, _)| &case.repairs) {
        if !repairs.contains(&repair.code) {
            repairs.push(repair.code);
        }
    }
    let rejections: Vec<&'static str> = tally.rejected.iter().map(|(code, _)| *code).collect();
    for (name, codes) in [("testgen.repairs", repairs), ("testgen.rejections", rejections)] {
        if !codes.is_empty() {
            let codes = codes.into_iter().map(StringValue::from).collect();
            span.set_attribute(name, Value::Array(Array::String(codes)));
        }
    }
}

/// How a generation went, in the span of its call.
#[derive(Clone, Copy, Debug)]
pub struct Summary<'a> {
    /// How it ended.
    pub outcome: &'static str,
    /// The backend's name.
    pub backend: &'static str,
    /// The code of what went wrong.
    pub error: Option<&'static str>,
    /// Requests to a model.
    pub attempts: u32,
    /// Cases accepted.
    pub accepted: u32,
    /// Of those, cases worded by the rules.
    pub from_rules: u32,
    /// What was rejected.
    pub rejected: u32,
    /// Why the rules took a model's place, if they did.
    pub fallback: Option<&'static str>,
    /// Share of the items that are covered.
    pub coverage: Option<f64>,
    /// From the request to the first case.
    pub first_case: Option<Duration>,
    /// The experiment that it takes part in, and the variant that it got.
    pub exposure: Option<(&'a str, &'a str)>,
}

/// Notes how a generation went in the span that the caller is in.
pub fn summary(summary: &Summary<'_>) {
    let span = Span::current();
    let retries = summary.attempts.saturating_sub(1);
    for (name, number) in [
        ("testgen.attempts", summary.attempts),
        ("testgen.retries", retries),
        ("testgen.cases.accepted", summary.accepted),
        ("testgen.cases.from_rules", summary.from_rules),
        ("testgen.cases.rejected", summary.rejected),
    ] {
        span.set_attribute(name, i64::from(number));
    }
    for (name, word) in [
        ("testgen.outcome", Some(summary.outcome)),
        ("testgen.backend", Some(summary.backend)),
        ("testgen.reason", summary.error),
        ("testgen.fallback", summary.fallback),
    ] {
        if let Some(word) = word.filter(|word| !word.is_empty()) {
            span.set_attribute(name, word);
        }
    }
    if let Some((experiment, variant)) = summary.exposure {
        span.set_attribute("testgen.experiment", experiment.to_owned());
        span.set_attribute("testgen.experiment.variant", variant.to_owned());
    }
    if let Some(coverage) = summary.coverage {
        span.set_attribute("testgen.coverage.ratio", coverage);
    }
    if let Some(first) = summary.first_case {
        span.set_attribute("testgen.time_to_first_case", first.as_secs_f64());
    }
}
