//! What was seen of each stream, and the figures over all of them.

use crate::rpc::pb;
use crate::telemetry::process::Used;
use hdrhistogram::Histogram;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use tokio::task::JoinError;
use tokio::time::{Duration, Instant};

/// Times are kept in microseconds, up to an hour, with three significant digits.
const LONGEST: u64 = 3_600_000_000;

/// What was seen of one stream. Times count from when it was due.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    due: Instant,
    first_event: Option<Duration>,
    first_token: Option<Duration>,
    first_case: Option<Duration>,
    total: Duration,
    token_events: u64,
    text_bytes: u64,
    output_tokens: u64,
    cases: u64,
    end: &'static str,
    defined: bool,
}

impl Seen {
    pub(super) fn new(due: Instant) -> Self {
        Self {
            due,
            first_event: None,
            first_token: None,
            first_case: None,
            total: Duration::ZERO,
            token_events: 0,
            text_bytes: 0,
            output_tokens: 0,
            cases: 0,
            end: "NO_COMPLETION",
            defined: false,
        }
    }

    pub(super) fn event(&mut self) {
        self.first_event.get_or_insert(self.due.elapsed());
    }

    pub(super) fn token(&mut self, text: &str) {
        self.event();
        self.first_token.get_or_insert(self.due.elapsed());
        self.token_events += 1;
        self.text_bytes += text.len() as u64;
    }

    pub(super) fn case(&mut self) {
        self.event();
        self.first_case.get_or_insert(self.due.elapsed());
        self.cases += 1;
    }

    pub(super) fn completion(&mut self, completion: &pb::Completion) {
        let usage = completion.usage.unwrap_or_default();
        self.output_tokens = usage
            .output_tokens
            .and_then(|count| u64::try_from(count).ok())
            .unwrap_or(0);
        self.end = completion.outcome().as_str_name();
        self.defined = true;
    }

    /// The stream ended with OK; without a completion before it, it did not end in a defined way.
    pub(super) fn ended(&mut self) {
        self.total = self.due.elapsed();
    }

    /// The stream ended with a status.
    pub(super) fn end(&mut self, name: &'static str, defined: bool) {
        self.total = self.due.elapsed();
        self.end = name;
        // `UNKNOWN` and `INTERNAL` are no ends that the contract has.
        self.defined = defined && !matches!(name, "UNKNOWN" | "INTERNAL");
    }
}

/// The figures of all streams.
#[derive(Debug, Default)]
pub(super) struct Figures {
    streams: Vec<Seen>,
    lost: u64,
}

impl Figures {
    pub(super) fn add(&mut self, seen: &Seen) {
        self.streams.push(seen.clone());
    }

    pub(super) fn add_joined(&mut self, ended: Result<Seen, JoinError>) {
        match ended {
            Ok(seen) => self.streams.push(seen),
            Err(_) => self.lost += 1,
        }
    }

    pub(super) fn report(&self, elapsed: Duration, open: u32, used: Option<Used>, rate: Option<f64>) -> Report {
        let streams = &self.streams;
        let sum = |count: fn(&Seen) -> u64| streams.iter().map(count).sum::<u64>();
        let mut ends: BTreeMap<&'static str, u64> = BTreeMap::new();
        for seen in streams {
            *ends.entry(seen.end).or_default() += 1;
        }
        let seconds = elapsed.as_secs_f64().max(f64::EPSILON);
        let token_events = sum(|seen| seen.token_events);
        let output_tokens = sum(|seen| seen.output_tokens);
        // A model reports its tokens; the rules have none, so that their pieces of text are what can be counted.
        let tokens = output_tokens.max(token_events);
        Report {
            load: rate.map_or_else(|| "closed".to_owned(), |rate| format!("{rate} streams a second")),
            seconds,
            streams: streams.len() as u64 + self.lost,
            most_open: open,
            ends,
            undefined: streams.iter().filter(|seen| !seen.defined).count() as u64 + self.lost,
            first_event_ms: Spread::of(streams.iter().filter_map(|seen| seen.first_event)),
            first_token_ms: Spread::of(streams.iter().filter_map(|seen| seen.first_token)),
            first_case_ms: Spread::of(streams.iter().filter_map(|seen| seen.first_case)),
            whole_ms: Spread::of(streams.iter().map(|seen| seen.total)),
            cases: sum(|seen| seen.cases),
            cases_per_second: sum(|seen| seen.cases) as f64 / seconds,
            tokens,
            tokens_per_second: tokens as f64 / seconds,
            text_bytes: sum(|seen| seen.text_bytes),
            service: used.map(|used| Service {
                cpu_seconds: used.cpu.as_secs_f64(),
                cpu_us_per_token: used.cpu.as_secs_f64() * 1e6 / tokens.max(1) as f64,
                cpu_ms_per_stream: used.cpu.as_secs_f64() * 1e3 / streams.len().max(1) as f64,
                resident_before_mb: mega(used.before_bytes),
                resident_after_mb: mega(used.after_bytes),
                resident_most_mb: mega(used.most_bytes),
                kb_per_open_stream: used.most_bytes.saturating_sub(used.before_bytes) as f64
                    / 1e3
                    / f64::from(open.max(1)),
            }),
        }
    }
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// A figure over all streams, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Spread {
    count: u64,
    p50: f64,
    p90: f64,
    p99: f64,
    max: f64,
}

impl Spread {
    fn of(times: impl Iterator<Item = Duration>) -> Option<Self> {
        let mut histogram = Histogram::<u64>::new_with_bounds(1, LONGEST, 3).ok()?;
        for time in times {
            let micros = u64::try_from(time.as_micros()).unwrap_or(LONGEST).clamp(1, LONGEST);
            histogram.saturating_record(micros);
        }
        let at = |percentile: f64| histogram.value_at_percentile(percentile) as f64 / 1_000.0;
        (!histogram.is_empty()).then(|| Self {
            count: histogram.len(),
            p50: at(50.0),
            p90: at(90.0),
            p99: at(99.0),
            max: histogram.max() as f64 / 1_000.0,
        })
    }
}

/// The figures as they are shown.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Report {
    load: String,
    seconds: f64,
    pub(super) streams: u64,
    most_open: u32,
    ends: BTreeMap<&'static str, u64>,
    pub(super) undefined: u64,
    first_event_ms: Option<Spread>,
    first_token_ms: Option<Spread>,
    first_case_ms: Option<Spread>,
    whole_ms: Option<Spread>,
    cases: u64,
    cases_per_second: f64,
    tokens: u64,
    tokens_per_second: f64,
    text_bytes: u64,
    service: Option<Service>,
}

/// What the service's process used.
#[derive(Clone, Copy, Debug, Serialize)]
struct Service {
    cpu_seconds: f64,
    cpu_us_per_token: f64,
    cpu_ms_per_stream: f64,
    resident_before_mb: f64,
    resident_after_mb: f64,
    resident_most_mb: f64,
    kb_per_open_stream: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ends: Vec<String> = self
            .ends
            .iter()
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        writeln!(
            f,
            "{} streams in {:.1} s ({}), at most {} open · {}",
            self.streams,
            self.seconds,
            self.load,
            self.most_open,
            ends.join(", ")
        )?;
        writeln!(f, "{:<14}{:>10}{:>10}{:>10}{:>10}", "ms", "p50", "p90", "p99", "max")?;
        for (name, spread) in [
            ("first event", self.first_event_ms),
            ("first token", self.first_token_ms),
            ("first case", self.first_case_ms),
            ("whole stream", self.whole_ms),
        ] {
            if let Some(spread) = spread {
                writeln!(
                    f,
                    "{name:<14}{:>10.1}{:>10.1}{:>10.1}{:>10.1}",
                    spread.p50, spread.p90, spread.p99, spread.max
                )?;
            }
        }
        writeln!(
            f,
            "{} cases ({:.1} a second) · {} tokens ({:.0} a second)",
            self.cases, self.cases_per_second, self.tokens, self.tokens_per_second
        )?;
        if let Some(service) = &self.service {
            writeln!(
                f,
                "service: {:.2} s of processor time, {:.1} µs a token, {:.2} ms a stream · {:.1} MB resident before, \
                 {:.1} after, {:.1} at most, {:.0} kB for each open stream",
                service.cpu_seconds,
                service.cpu_us_per_token,
                service.cpu_ms_per_stream,
                service.resident_before_mb,
                service.resident_after_mb,
                service.resident_most_mb,
                service.kb_per_open_stream
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    fn stream(cases: usize, end: Option<pb::Outcome>) -> Seen {
        let mut seen = Seen::new(Instant::now());
        seen.event();
        seen.token("{\"test_cases\": [");
        for _ in 0..cases {
            seen.case();
        }
        if let Some(outcome) = end {
            seen.completion(&pb::Completion {
                outcome: outcome.into(),
                usage: Some(pb::Usage {
                    output_tokens: Some(100),
                    ..Default::default()
                }),
                ..Default::default()
            });
        }
        seen.ended();
        seen
    }

    #[test]
    fn a_stream_without_its_completion_did_not_end_in_a_defined_way() {
        let mut figures = Figures::default();
        figures.add(&stream(3, Some(pb::Outcome::Complete)));
        figures.add(&stream(1, None));
        let mut failed = Seen::new(Instant::now());
        failed.end("UNAVAILABLE", true);
        figures.add(&failed);
        let mut internal = Seen::new(Instant::now());
        internal.end("INTERNAL", true);
        figures.add(&internal);
        let report = figures.report(Duration::from_secs(2), 2, None, None);
        assert_eq!((report.streams, report.undefined, report.cases), (4, 2, 4));
        let ends: Vec<(&str, u64)> = report.ends.iter().map(|(name, count)| (*name, *count)).collect();
        assert_eq!(
            ends,
            [
                ("INTERNAL", 1),
                ("NO_COMPLETION", 1),
                ("OUTCOME_COMPLETE", 1),
                ("UNAVAILABLE", 1)
            ]
        );
        assert_eq!(report.tokens, 100);
        assert!(
            report
                .to_string()
                .starts_with("4 streams in 2.0 s (closed), at most 2 open · INTERNAL 1, ")
        );
    }

    #[test]
    fn percentiles_are_those_of_the_times() {
        let spread = Spread::of((1..=100).map(Duration::from_millis)).unwrap();
        assert_eq!(spread.count, 100);
        assert!((spread.p50 - 50.0).abs() < 0.1 && (spread.p99 - 99.0).abs() < 0.2 && (spread.max - 100.0).abs() < 0.2);
        assert!(Spread::of(std::iter::empty()).is_none());
    }
}
