//! Figures worked out by hand, against the table that computes them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::cost::{CostModel, recommendations};
use super::metric::{Measured, Run, Value, metric, metrics};
use super::observation::{Ended, Observation, Times};
use super::process::Used;
use super::runner::Evaluated;
use super::summary::Summary;
use super::variant::Variant;
use std::time::Duration;

/// Four stories of 1 to 4 seconds, one after the other, and one that ended with questions.
fn observations() -> Vec<Observation> {
    let asked = |second: u64| Observation {
        end: Ended::Complete,
        times: Times {
            total_ms: second as f64 * 1e3,
            first_token_ms: Some(second as f64 * 100.0),
            validation_ms: 125.0,
            ..Times::default()
        },
        output_tokens: Some(100),
        cases: vec![super::observation::CaseSeen::default(); 2],
        began_ms: second * (second - 1) / 2 * 1_000,
        ended_ms: second * (second + 1) / 2 * 1_000,
        ..Observation::default()
    };
    let blocked = Observation {
        end: Ended::Blocked,
        ended_ms: 9_000_000,
        ..Observation::default()
    };
    (1..=4).map(asked).chain([blocked]).collect()
}

#[track_caller]
fn check(name: &str, known: f64) {
    let observations = observations();
    let observations: Vec<&Observation> = observations.iter().collect();
    let run = run(&observations);
    let value = metric(name).unwrap().of(&run).unwrap().value;
    assert!((value - known).abs() < 1e-6, "{name} is {value}, not {known}");
}

fn run<'a>(observations: &'a [&'a Observation]) -> Run<'a> {
    static COST: std::sync::LazyLock<CostModel> = std::sync::LazyLock::new(CostModel::default);
    Run {
        observations,
        cost: &COST,
        used: Some(Measured {
            used: Used {
                cpu: Duration::from_secs(5),
                before_bytes: 10_000_000,
                after_bytes: 20_000_000,
                most_bytes: 60_000_000,
            },
            seconds: 10.0,
            processors: 2,
            stories: 5,
        }),
        concurrency: 2,
    }
}

fn figures(observations: &[&Observation]) -> Vec<Value> {
    let run = run(observations);
    metrics().filter_map(|metric| metric.of(&run)).collect()
}

#[test]
fn latencies_are_those_of_the_stories_that_asked_somebody() {
    check("latency.mean", 2.5);
    check("latency.deviation", 1.290_994_449);
    check("latency.min", 1.0);
    check("latency.p50", 2.5);
    check("latency.p90", 3.7);
    check("latency.p95", 3.85);
    check("latency.p99", 3.97);
    check("latency.max", 4.0);
    check("latency.first_token_p50", 0.25);
    check("latency.throughput", 24.0);
    check("latency.validation_share", 0.5 / 9.5);
    check("latency.sla_share", 1.0);
    check("latency.sla_met", 1.0);
    check("quality.blocked", 0.2);
}

#[test]
fn costs_follow_from_the_model_and_from_what_was_measured() {
    check("cost.per_1000_requests", 0.666_666_667);
    check("cost.per_1000_measured", 100.0 / 2_592_000.0 * 2_500.0);
    check("cost.per_accepted_case", 100.0 / 150_000.0 / 2.0);
    check("cost.per_accepted_case_measured", 100.0 / 2_592_000.0 * 10.0 / 8.0);
    check("cost.output_tokens", 100.0);
    check("cost.output_tokens_per_case", 50.0);
    check("cost.latency_efficiency", 0.5);
    check("cost.throughput_efficiency", 0.8);
    check("cost.efficiency", 0.65);
    check("cost.cpu_share", 0.25);
    check("cost.cpu_per_story", 1.0);
    check("cost.memory_per_request", 25.0);
    check("cost.capacity", 160.0);
    check("cost.capacity_assumed", 80.0);
    check("cost.seconds", 10.0);
}

#[test]
fn a_percentile_of_too_few_values_says_so_and_advice_has_its_thresholds() {
    let mut seen = observations();
    let all: Vec<&Observation> = seen.iter().collect();
    let p95 = metric("latency.p95").unwrap().of(&run(&all)).unwrap();
    assert_eq!(p95.note, "of 4 values; 59 are needed to believe it");
    assert_eq!(recommendations(&figures(&all)), Vec::<String>::new());
    for one in &mut seen {
        one.times.total_ms *= 4.0;
        one.ended_ms += 60_000;
    }
    let slow: Vec<&Observation> = seen.iter().collect();
    let advice = recommendations(&figures(&slow));
    assert_eq!(advice.len(), 3, "{advice:?}");
    assert!(advice[0].starts_with("mean is 10.00 s: "), "{advice:?}");
}

#[test]
fn what_is_kept_advises_what_it_advised() {
    let evaluated = Evaluated {
        variant: Variant {
            backend: "ollama".to_owned(),
            model: "m".to_owned(),
            digest: String::new(),
            prompt: "planned".to_owned(),
            prompt_hash: String::new(),
        },
        observations: observations(),
        known: 0,
        used: None,
    };
    // 10,000 a month for 5,000 requests a day are 66.67 for 1,000 requests; the usual cost model asks for less.
    let dear = CostModel {
        monthly_dollars: 10_000.0,
        ..CostModel::default()
    };
    let before = Summary::of(&evaluated, &dear, 1);
    let advice = before.recommendations.clone();
    assert!(
        advice
            .iter()
            .any(|one| one.ends_with("review the capacity that is paid for")),
        "{advice:?}"
    );
    let after = Summary::of(&evaluated, &CostModel::default(), 1);
    assert_ne!(after.recommendations, advice);
    assert_eq!(after.keeping(before.metrics).recommendations, advice);
}
