//! Cost: what stories cost, from a cost model of the machine and from what was measured. An estimate stands beside each
//! measured figure, and is called one.

use super::latency::busy_seconds;
use super::metric::{Better, Figure, Metric, Part, Run, Source, Unit, Value, metric};
use super::observation::Observation;
use crate::statistics::sample;
use serde::{Deserialize, Serialize};

/// What a machine costs and what it is asked. The defaults are those of a small server with a small model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CostModel {
    /// US dollars a month for the machine.
    pub monthly_dollars: f64,
    /// Requests a day.
    pub requests_per_day: f64,
    /// Memory of the machine in gigabytes.
    pub memory_gb: f64,
    /// Memory of the loaded model in gigabytes.
    pub model_gb: f64,
    /// Memory of one request in megabytes, as assumed.
    pub request_mb: f64,
}

impl Default for CostModel {
    fn default() -> Self {
        Self {
            monthly_dollars: 100.0,
            requests_per_day: 5_000.0,
            memory_gb: 8.0,
            model_gb: 4.0,
            request_mb: 50.0,
        }
    }
}

impl CostModel {
    /// Reads `[cost]` of a TOML text; what is not given keeps its default.
    ///
    /// # Errors
    /// What is wrong: an unknown key, or a number that is none or not above 0.
    pub fn parse(text: &str) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct File {
            #[serde(default)]
            cost: CostModel,
        }
        let model = toml::from_str::<File>(text).map_err(|error| error.to_string())?.cost;
        let fields = [
            ("monthly_dollars", model.monthly_dollars),
            ("requests_per_day", model.requests_per_day),
            ("memory_gb", model.memory_gb),
            ("request_mb", model.request_mb),
        ];
        match fields.iter().find(|(_, value)| !(value.is_finite() && *value > 0.0)) {
            Some((name, value)) => Err(format!("cost.{name} accepts a number above 0, not {value}")),
            None if !(model.model_gb.is_finite() && model.model_gb >= 0.0) => Err(format!(
                "cost.model_gb accepts a number from 0 on, not {}",
                model.model_gb
            )),
            None => Ok(model),
        }
    }

    fn per_second(&self) -> f64 {
        self.monthly_dollars / (30.0 * 86_400.0)
    }
}

#[expect(clippy::too_many_arguments, reason = "a row of a table")]
const fn row(
    name: &'static str,
    title: &'static str,
    formula: &'static str,
    unit: Unit,
    better: Better,
    target: Option<f64>,
    source: Source,
    figure: Figure,
) -> Metric {
    Metric {
        name,
        title,
        formula,
        unit,
        better,
        target,
        source,
        figure,
    }
}

use Better::{Higher, Lower, Neither};
use Figure::{Pooled, Whole};
use Source::{Clocks, Estimate, Events, Model, Process};
use Unit::{Dollars, Megabytes, Number, Seconds, Share};

/// The rows of this group.
#[rustfmt::skip]
pub(super) static METRICS: &[Metric] = &[
    row("cost.per_1000_requests", "1,000 requests at the planned load", "monthly cost ÷ (requests a day · 30) · 1,000", Dollars, Lower, Some(20.0), Estimate,
        Whole(|run| Some(run.cost.monthly_dollars / (run.cost.requests_per_day * 30.0) * 1e3))),
    row("cost.per_1000_measured", "1,000 requests of a machine that is always busy", "monthly cost ÷ seconds of a month · busy seconds a request · 1,000", Dollars, Lower, None, Model,
        Whole(|run| per_request(run).map(|dollars| dollars * 1e3))),
    row("cost.per_accepted_case", "an accepted case at the planned load", "cost of a request at the planned load · asked ÷ accepted cases", Dollars, Lower, None, Model,
        Whole(|run| ratio(run.cost.monthly_dollars / (run.cost.requests_per_day * 30.0) * asked(run), cases(run)))),
    row("cost.per_accepted_case_measured", "an accepted case of a machine that is always busy", "monthly cost ÷ seconds of a month · busy seconds ÷ accepted cases", Dollars, Lower, None, Model,
        Whole(|run| ratio(run.cost.per_second() * busy_seconds(run), cases(run)))),
    row("cost.output_tokens", "tokens written a story", "tokens that the model says it wrote ÷ stories in which it says so", Number, Neither, None, Events,
        Pooled(|seen| tokens(seen.output_tokens))),
    row("cost.input_tokens", "tokens read a story", "tokens that the model says it read ÷ stories in which it says so", Number, Neither, None, Events,
        Pooled(|seen| tokens(seen.input_tokens))),
    row("cost.output_tokens_per_case", "tokens written an accepted case", "tokens written ÷ accepted cases of stories in which they are known", Number, Lower, None, Events,
        Pooled(tokens_a_case)),
    row("cost.latency_efficiency", "efficiency of latency", "max(0, 1 − mean ÷ 5 s)", Share, Higher, None, Clocks, Whole(latency_efficiency)),
    row("cost.throughput_efficiency", "efficiency of throughput", "min(1, requests a minute ÷ 30)", Share, Higher, None, Clocks, Whole(throughput_efficiency)),
    row("cost.efficiency", "efficiency score", "mean of the two", Share, Higher, Some(0.7), Clocks,
        Whole(|run| Some((latency_efficiency(run)? + throughput_efficiency(run)?) / 2.0))),
    row("cost.cpu_share", "processor, TestGen's process", "processor time ÷ (time · processors), while stories ran", Share, Lower, Some(0.8), Process, Whole(cpu_share)),
    row("cost.cpu_per_story", "processor time a story, TestGen's process", "processor time ÷ stories that ran", Seconds, Lower, None, Process,
        Whole(|run| ratio(run.used?.used.cpu.as_secs_f64(), run.used?.stories as f64))),
    row("cost.memory_per_request", "memory a request, TestGen's process", "growth to the most that was resident ÷ requests at once", Megabytes, Lower, Some(100.0), Process, Whole(memory)),
    row("cost.memory_per_request_assumed", "memory a request, as assumed", "the cost model's figure", Megabytes, Lower, Some(100.0), Estimate, Whole(|run| Some(run.cost.request_mb))),
    row("cost.capacity", "requests at once that memory allows", "(memory − model) ÷ memory a request as measured, 1 MB at least", Number, Higher, Some(2.0), Model,
        Whole(|run| Some(((run.cost.memory_gb - run.cost.model_gb) * 1e3 / memory(run)?.max(1.0)).floor()))),
    row("cost.capacity_assumed", "requests at once that memory allows, as assumed", "(memory − model) ÷ memory a request as assumed", Number, Higher, Some(2.0), Estimate,
        Whole(|run| Some(((run.cost.memory_gb - run.cost.model_gb) * 1e3 / run.cost.request_mb).floor()))),
    row("cost.seconds", "the whole evaluation", "seconds in which at least one story ran", Seconds, Lower, Some(500.0), Clocks, Whole(|run| Some(busy_seconds(run)))),
];

fn ratio(sum: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| sum / of)
}

fn asked(run: &Run<'_>) -> f64 {
    run.observations.iter().filter(|seen| seen.was_asked()).count() as f64
}

fn cases(run: &Run<'_>) -> f64 {
    run.observations.iter().map(|seen| seen.cases.len()).sum::<usize>() as f64
}

fn per_request(run: &Run<'_>) -> Option<f64> {
    ratio(run.cost.per_second() * busy_seconds(run), asked(run))
}

fn tokens(count: Option<i64>) -> Part {
    count.map_or_else(Part::none, |count| Part {
        sum: count as f64,
        of: 1.0,
    })
}

fn tokens_a_case(seen: &Observation) -> Part {
    seen.output_tokens.map_or_else(Part::none, |count| Part {
        sum: count as f64,
        of: seen.cases.len() as f64,
    })
}

fn latency_efficiency(run: &Run<'_>) -> Option<f64> {
    let totals: Vec<f64> = run
        .observations
        .iter()
        .filter(|seen| seen.was_asked())
        .map(|seen| seen.times.total_ms / 1e3)
        .collect();
    Some((1.0 - sample::mean(&totals)? / 5.0).max(0.0))
}

fn throughput_efficiency(run: &Run<'_>) -> Option<f64> {
    let a_minute = 60.0 * ratio(asked(run), busy_seconds(run))?;
    Some((a_minute / 30.0).min(1.0))
}

fn cpu_share(run: &Run<'_>) -> Option<f64> {
    let measured = run.used?;
    ratio(
        measured.used.cpu.as_secs_f64(),
        measured.seconds * measured.processors as f64,
    )
}

fn memory(run: &Run<'_>) -> Option<f64> {
    let used = run.used?.used;
    let grown = used.most_bytes.saturating_sub(used.before_bytes) as f64 / 1e6;
    ratio(grown, run.concurrency as f64)
}

/// What the figures advise, each with the figure that it rests on.
#[must_use]
pub fn recommendations(figures: &[Value]) -> Vec<String> {
    type Rule = (&'static str, fn(f64) -> bool, &'static str);
    const RULES: &[Rule] = &[
        (
            "latency.mean",
            |value| value > 3.0,
            "a quantised model or better hardware",
        ),
        (
            "latency.throughput",
            |value| value < 20.0,
            "more cores or shorter prompts",
        ),
        (
            "cost.per_1000_requests",
            |value| value > 10.0,
            "review the capacity that is paid for",
        ),
        (
            "cost.cpu_share",
            |value| value > 0.8,
            "balance the load or add replicas",
        ),
        ("cost.efficiency", |value| value < 0.6, "review the configuration"),
        (
            "judge.self_judged",
            |value| value > 0.0,
            "a judge of another family, since models prefer their own words",
        ),
        (
            "judge.unstable",
            |value| value > 0.2,
            "another judge, since this one changes its mind with the order",
        ),
    ];
    let advice = |(name, is_due, advice): &Rule| {
        let metric = metric(name)?;
        let value = figures.iter().find(|value| value.name == *name)?.value;
        is_due(value).then(|| format!("{} is {}: {advice}", metric.title, metric.shown(value)))
    };
    RULES.iter().filter_map(advice).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_cost_model_is_read_and_its_mistakes_are_named() {
        let model = CostModel::parse("[cost]\nmonthly_dollars = 40\n").unwrap();
        assert_eq!((model.monthly_dollars, model.requests_per_day), (40.0, 5_000.0));
        assert_eq!(CostModel::parse("").unwrap(), CostModel::default());
        assert!(
            CostModel::parse("[cost]\nmonthly = 4\n")
                .unwrap_err()
                .contains("monthly")
        );
        let told = CostModel::parse("[cost]\nrequests_per_day = 0\n").unwrap_err();
        assert_eq!(told, "cost.requests_per_day accepts a number above 0, not 0");
    }
}
