//! `testgen experiment`: compares the variants of an evaluation and keeps the decisions.

use super::args::Experiment;
use super::trouble::Trouble;
use crate::config::Mlflow;
use crate::evaluation::experiment::{Comparison, Figures, compare};
use crate::evaluation::metric::{Better, Metric, metric, metrics};
use crate::evaluation::observation::Observation;
use crate::evaluation::runner::{iso, now_ms};
use crate::evaluation::tracking::{File, Record, of_comparison};
use anyhow::Context as _;
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

#[derive(Deserialize)]
struct Results {
    observations: Vec<Observation>,
}

#[derive(Serialize)]
struct Decision<'a> {
    time: &'a str,
    metric: &'a str,
    results: String,
    seed: u64,
    #[serde(flatten)]
    comparison: &'a Comparison,
}

/// Compares, shows and keeps.
pub(super) async fn run(args: &Experiment, mlflow: &Mlflow) -> Result<(), Trouble> {
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
        let decisions: Vec<Decision<'_>> = comparisons
            .iter()
            .map(|comparison| Decision {
                time: &time,
                metric: metric.name,
                results: name.clone(),
                seed: args.seed,
                comparison,
            })
            .collect();
        keep(&args.log, metric, &decisions)?;
        for decision in &decisions {
            let text = serde_json::to_string_pretty(decision).context("a decision cannot be written as JSON")?;
            let files = vec![File {
                name: "decision.json".to_owned(),
                text,
            }];
            let experiment = &mlflow.experiment;
            records.push(of_comparison(
                decision.comparison,
                metric.name,
                &name,
                args.seed,
                now,
                experiment,
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
    for line in lines(metric, comparison) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

fn lines(metric: &Metric, comparison: &Comparison) -> Vec<String> {
    let percent = |share: f64| format!("{:+.1} %", share * 100.0);
    let (better, worse, same) = comparison.wins;
    let mut lines = vec![
        format!("verdict: {}", comparison.verdict.as_str()),
        format!(
            "{} stories: better on {better}, worse on {worse}, the same on {same}",
            comparison.stories
        ),
        format!(
            "baseline {}, difference {:+.4}{}",
            metric.shown(comparison.baseline_mean),
            comparison.difference,
            comparison
                .change
                .map(|change| format!(" (change {}, better above 0)", percent(change)))
                .unwrap_or_default()
        ),
    ];
    if let Some(interval) = comparison.interval {
        lines.push(format!("95 % interval {:+.4} to {:+.4}", interval.low, interval.high));
    }
    if let (Some(p), Some(adjusted)) = (comparison.p, comparison.p_adjusted) {
        let other = |name: &str, p: Option<f64>| p.map(|p| format!(", {name} {p:.4}")).unwrap_or_default();
        lines.push(format!(
            "p {p:.4} by sign flips, {adjusted:.4} after Holm{}{}",
            other("t", comparison.p_t),
            other("Wilcoxon", comparison.p_wilcoxon)
        ));
    }
    if let (Some(effect), Some(least)) = (comparison.effect, comparison.least_effect) {
        lines.push(format!(
            "Hedges' g {effect:.2}; so many stories find a difference of {least:.4}"
        ));
    }
    if let Some(needed) = comparison.stories_needed {
        lines.push(format!(
            "a change of 5 % is found by {needed} stories with a power of 80 %"
        ));
    }
    lines
}

/// Appends decisions, for programs and for people.
fn keep(folder: &Path, metric: &Metric, decisions: &[Decision<'_>]) -> Result<(), Trouble> {
    let open = |name: &str| {
        fs::create_dir_all(folder)
            .and_then(|()| OpenOptions::new().create(true).append(true).open(folder.join(name)))
            .with_context(|| format!("{} cannot be written", folder.join(name).display()))
    };
    let (mut log, mut page) = (open("decisions.jsonl")?, open("decisions.md")?);
    for decision in decisions {
        let mut line = serde_json::to_vec(decision).context("a decision cannot be written as JSON")?;
        line.push(b'\n');
        log.write_all(&line)?;
        let comparison = decision.comparison;
        let mut text = format!(
            "## {} · {} · {} against {}: {}\n\n",
            decision.time,
            metric.name,
            comparison.variant,
            comparison.baseline,
            comparison.verdict.as_str()
        );
        for line in lines(metric, comparison) {
            text.push_str(&format!("- {line}\n"));
        }
        text.push('\n');
        page.write_all(text.as_bytes())?;
    }
    Ok(())
}
