//! Latency: how long a story takes, from the clocks of the generations. Stories that end with questions alone ask nobody
//! and do not count.

use super::metric::{Better, Figure, Metric, Part, Run, Source, Unit};
use super::observation::Observation;
use crate::statistics::sample;

/// Within how many seconds 95 % of the requests have to end.
pub(super) const SLA_SECONDS: f64 = 5.0;
/// Which share of them has to.
const SLA_SHARE: f64 = 0.95;

const fn row(
    name: &'static str,
    title: &'static str,
    formula: &'static str,
    unit: Unit,
    better: Better,
    target: Option<f64>,
    figure: Figure,
) -> Metric {
    Metric {
        name,
        title,
        formula,
        unit,
        better,
        target,
        source: Source::Clocks,
        figure,
    }
}

use Better::{Higher, Lower, Neither};
use Figure::{Percentile, Pooled, Whole};
use Unit::{PerMinute, Seconds, Share, YesNo};

/// The rows of this group.
#[rustfmt::skip]
pub(super) static METRICS: &[Metric] = &[
    row("latency.mean", "mean", "mean of request to end", Seconds, Lower, Some(3.0), Whole(|run| sample::mean(&totals(run)))),
    row("latency.deviation", "deviation", "standard deviation (n − 1) of request to end", Seconds, Lower, Some(2.0), Whole(|run| sample::deviation(&totals(run)))),
    row("latency.min", "least", "least time, a baseline", Seconds, Neither, None, Whole(|run| totals(run).into_iter().reduce(f64::min))),
    row("latency.p50", "P50", "median", Seconds, Lower, Some(2.5), Percentile(total, 0.5)),
    row("latency.p90", "P90", "90th percentile, interpolated (type 7)", Seconds, Lower, Some(5.0), Percentile(total, 0.9)),
    row("latency.p95", "P95", "95th percentile", Seconds, Lower, Some(5.0), Percentile(total, 0.95)),
    row("latency.p99", "P99", "99th percentile", Seconds, Lower, Some(10.0), Percentile(total, 0.99)),
    row("latency.max", "greatest", "greatest time", Seconds, Lower, Some(15.0), Whole(|run| totals(run).into_iter().reduce(f64::max))),
    row("latency.first_token_p50", "first token, P50", "median of request to first token", Seconds, Lower, None, Percentile(first_token, 0.5)),
    row("latency.first_token_p95", "first token, P95", "95th percentile of request to first token", Seconds, Lower, None, Percentile(first_token, 0.95)),
    row("latency.first_case_p50", "first case, P50", "median of request to first accepted case", Seconds, Lower, None, Percentile(first_case, 0.5)),
    row("latency.first_case_p95", "first case, P95", "95th percentile of request to first accepted case", Seconds, Lower, None, Percentile(first_case, 0.95)),
    row("latency.throughput", "throughput", "60 · asked ÷ seconds in which at least one of them ran", PerMinute, Higher, Some(10.0), Whole(throughput)),
    row("latency.validation_share", "validation on top", "time of extraction, repair, validation and lint ÷ the rest of the time", Share, Lower, Some(0.2), Whole(validation)),
    row("latency.sla_share", "within the agreed time", "asked that ended, not failed, within 5 s ÷ asked", Share, Higher, Some(SLA_SHARE), Pooled(in_time)),
    row("latency.sla_met", "service level met", "1 if 95 % of asked ended within 5 s", YesNo, Higher, Some(1.0), Whole(sla_met)),
];

fn total(seen: &Observation) -> Option<f64> {
    seen.was_asked().then_some(seen.times.total_ms / 1e3)
}

fn first_token(seen: &Observation) -> Option<f64> {
    seen.times.first_token_ms.map(|time| time / 1e3)
}

fn first_case(seen: &Observation) -> Option<f64> {
    seen.times.first_case_ms.map(|time| time / 1e3)
}

fn totals(run: &Run<'_>) -> Vec<f64> {
    run.observations.iter().filter_map(|seen| total(seen)).collect()
}

/// Seconds in which at least one generation ran; pauses between runs of a resumed evaluation do not count.
pub(super) fn busy_seconds(run: &Run<'_>) -> f64 {
    let mut spans: Vec<(u64, u64)> = run
        .observations
        .iter()
        .filter(|seen| seen.was_asked())
        .map(|seen| (seen.began_ms, seen.ended_ms))
        .collect();
    spans.sort_unstable();
    let (mut busy, mut until) = (0, 0);
    for (began, ended) in spans {
        busy += ended.saturating_sub(began.max(until));
        until = until.max(ended);
    }
    // Clocks of the calendar have milliseconds here: what is shorter is taken from the generations' own clocks.
    let own: f64 = totals(run).iter().sum::<f64>() / run.concurrency.max(1) as f64;
    (busy as f64 / 1e3).max(own)
}

fn throughput(run: &Run<'_>) -> Option<f64> {
    let (busy, asked) = (busy_seconds(run), totals(run).len());
    (busy > 0.0 && asked > 0).then(|| 60.0 * asked as f64 / busy)
}

fn validation(run: &Run<'_>) -> Option<f64> {
    let asked = || run.observations.iter().filter(|seen| seen.was_asked());
    let validation: f64 = asked().map(|seen| seen.times.validation_ms).sum();
    let rest: f64 = asked().map(|seen| seen.times.total_ms).sum::<f64>() - validation;
    (rest > 0.0).then(|| validation / rest)
}

fn in_time(seen: &Observation) -> Part {
    use super::observation::Ended;
    match total(seen) {
        Some(seconds) => Part::yes(seconds <= SLA_SECONDS && seen.end != Ended::Failed),
        None => Part::none(),
    }
}

fn sla_met(run: &Run<'_>) -> Option<f64> {
    let all = run.observations.iter().map(|seen| in_time(seen));
    let all = all.fold(Part::none(), |sum, part| Part {
        sum: sum.sum + part.sum,
        of: sum.of + part.of,
    });
    (all.of > 0.0).then(|| f64::from(u8::from(all.sum / all.of >= SLA_SHARE)))
}
