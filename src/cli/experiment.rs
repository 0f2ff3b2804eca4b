//! `testgen experiment`: compares the variants of an evaluation and keeps the decisions.

mod online;

use super::args::{DecisionLogs, Experiment, ExperimentCommand};
use super::trouble::Trouble;
use crate::config::Mlflow;
use crate::evaluation::experiment::{Comparison, Figures, compare};
use crate::evaluation::metric::{Better, Metric, metric, metrics};
use crate::evaluation::observation::Observation;
use crate::evaluation::runner::{iso, now_ms};
use crate::evaluation::tracking::{File, Record, of_comparison};
use crate::evaluation::variant::Variant;
use crate::experiment::decision::{Decision, Logs};
use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fs;
use std::io::{self, Write};

#[derive(Deserialize)]
struct Results {
    observations: Vec<Observation>,
    /// Who the variants were.
    #[serde(default)]
    variants: Vec<Measured>,
}

#[derive(Deserialize)]
struct Measured {
    name: String,
    variant: Variant,
}

/// Compares, shows and keeps.
pub(super) async fn run(args: &Experiment, mlflow: &Mlflow) -> Result<(), Trouble> {
    if let Some(ExperimentCommand::Online(args)) = &args.command {
        return online::run(args);
    }
    let name = args.results.display().to_string();
    let text = fs::read(&args.results).map_err(|error| Trouble::Wrong(format!("{name} cannot be read: {error}")))?;
    let results: Results = serde_json::from_slice(&text)
        .map_err(|error| Trouble::Wrong(format!("{name} is not what testgen evaluate writes: {error}")))?;
    let mut chosen = Vec::new();
    for name in &args.metric {
        chosen.push(known(name)?);
    }
    let variants = variants(&results.observations, args.baseline.as_deref())?;
    let now = now_ms();
    let time = iso(now / 1_000);
    let mut records: Vec<Record> = Vec::new();
    for metric in chosen {
        let figures: Vec<(String, Figures)> = variants
            .iter()
            .map(|variant| (variant.clone(), figures(metric, &results.observations, variant)))
            .collect();
        let comparisons = compare(&figures, metric.better == Better::Higher, args.seed);
        for comparison in &comparisons {
            show(metric, comparison)?;
        }
        for comparison in &comparisons {
            let mut data = data(comparison)?;
            data.insert("metric".to_owned(), json!(metric.name));
            data.insert("results".to_owned(), json!(name));
            data.insert("seed".to_owned(), json!(args.seed));
            // Which text was judged: a prompt is promoted on the word of decisions on what it says now.
            let measured = results.variants.iter().find(|one| one.name == comparison.variant);
            if let Some(variant) = measured.map(|one| &one.variant).filter(|one| !one.prompt.is_empty()) {
                data.insert("prompt".to_owned(), json!(variant.prompt));
                data.insert("prompt_hash".to_owned(), json!(variant.prompt_hash));
            }
            let decision = Decision {
                time: time.clone(),
                by: "experiment",
                subject: comparison.variant.clone(),
                against: comparison.baseline.clone(),
                figure: metric.name.to_owned(),
                verdict: comparison.verdict.as_str().to_owned(),
                grounds: lines(|value| metric.shown(value), "stories", comparison).split_off(1),
                data,
            };
            append(&args.logs, &decision)?;
            let files = vec![File {
                name: "decision.json".to_owned(),
                text: serde_json::to_string_pretty(&decision.whole())
                    .context("a decision cannot be written as JSON")?,
            }];
            records.push(of_comparison(
                comparison,
                metric.name,
                &name,
                args.seed,
                now,
                &mlflow.experiment,
                files,
            ));
        }
    }
    super::tracking::track(mlflow, &records).await;
    Ok(())
}

/// A metric that exists for each story alone, and that has a better way.
fn known(name: &str) -> Result<&'static Metric, Trouble> {
    let usable = |metric: &&Metric| metric.better != Better::Neither && metric.has_single_figures();
    metric(name).filter(usable).ok_or_else(|| {
        let names: Vec<&str> = metrics().filter(usable).map(|metric| metric.name).collect();
        Trouble::Wrong(format!(
            "--metric {name}: stories can be compared by {}",
            names.join(", ")
        ))
    })
}

/// The variants, the baseline first.
fn variants(observations: &[Observation], baseline: Option<&str>) -> Result<Vec<String>, Trouble> {
    let mut variants: Vec<String> = Vec::new();
    for seen in observations {
        if !variants.contains(&seen.variant) {
            variants.push(seen.variant.clone());
        }
    }
    if let Some(baseline) = baseline {
        let place = variants
            .iter()
            .position(|variant| variant == baseline)
            .ok_or_else(|| Trouble::Wrong(format!("--baseline {baseline}: there are {}", variants.join(", "))))?;
        variants[..=place].rotate_right(1);
    }
    if variants.len() < 2 {
        return Err(Trouble::Wrong(format!(
            "two variants or more are compared; there is {}",
            variants.first().map_or("none", String::as_str)
        )));
    }
    Ok(variants)
}

/// The figure of each story, the mean over its repetitions.
fn figures(metric: &Metric, observations: &[Observation], variant: &str) -> Figures {
    let mut sums: std::collections::BTreeMap<String, (f64, f64)> = Default::default();
    for seen in observations.iter().filter(|seen| seen.variant == variant) {
        if let Some(value) = metric.of_one(seen) {
            let (sum, count) = sums.entry(seen.story.clone()).or_default();
            *sum += value;
            *count += 1.0;
        }
    }
    sums.into_iter()
        .map(|(story, (sum, count))| (story, sum / count))
        .collect()
}

fn show(metric: &Metric, comparison: &Comparison) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} · {} against {}",
        metric.name, comparison.variant, comparison.baseline
    )?;
    for line in lines(|value| metric.shown(value), "stories", comparison) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// What there is to say of a comparison, the verdict first. `shown`: a value of the figure in its unit; `what` is counted.
fn lines(shown: impl Fn(f64) -> String, what: &str, comparison: &Comparison) -> Vec<String> {
    let percent = |share: f64| format!("{:+.1} %", share * 100.0);
    let (better, worse, same) = comparison.wins;
    let mut lines = vec![
        format!("verdict: {}", comparison.verdict.as_str()),
        format!(
            "baseline {}, difference {:+.4}{}",
            shown(comparison.baseline_mean),
            comparison.difference,
            comparison
                .change
                .map(|change| format!(" (change {}, better above 0)", percent(change)))
                .unwrap_or_default()
        ),
    ];
    if better + worse + same > 0 {
        lines.push(format!(
            "{} {what}: better on {better}, worse on {worse}, the same on {same}",
            comparison.stories
        ));
    } else {
        lines.push(format!("{} {what} in the smaller group", comparison.stories));
    }
    if let Some(interval) = comparison.interval {
        lines.push(format!("95 % interval {:+.4} to {:+.4}", interval.low, interval.high));
    }
    if let (Some(p), Some(adjusted)) = (comparison.p, comparison.p_adjusted) {
        let other = |name: &str, p: Option<f64>| p.map(|p| format!(", {name} {p:.4}")).unwrap_or_default();
        lines.push(format!(
            "p {p:.4}{}, {adjusted:.4} after Holm{}{}",
            if better + worse + same > 0 {
                " by sign flips"
            } else {
                " by Welch's test"
            },
            other("t", comparison.p_t.filter(|t| *t != p)),
            other("Wilcoxon", comparison.p_wilcoxon)
        ));
    }
    if let (Some(effect), Some(least)) = (comparison.effect, comparison.least_effect) {
        lines.push(format!(
            "Hedges' g {effect:.2}; so many {what} find a difference of {least:.4}"
        ));
    }
    if let Some(needed) = comparison.stories_needed {
        lines.push(format!(
            "a change of 5 % is found by {needed} {what} with a power of 80 %"
        ));
    }
    lines
}

/// A comparison as a JSON object.
fn data(comparison: &Comparison) -> Result<Map<String, Value>, Trouble> {
    match serde_json::to_value(comparison).context("a decision cannot be written as JSON")? {
        Value::Object(data) => Ok(data),
        _ => Ok(Map::new()),
    }
}

/// Appends a decision to the logs that the flags name.
fn append(logs: &DecisionLogs, decision: &Decision) -> Result<(), Trouble> {
    let logs = Logs {
        folder: logs.log.clone(),
        iterations: Some(logs.iterations.clone()),
    };
    logs.append(decision)
        .map_err(|error| Trouble::Failed(error.to_string()))
}
