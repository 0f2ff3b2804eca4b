//! A run as MLflow keeps it, made from an evaluation or from a comparison, in words and numbers that MLflow takes.

use crate::evaluation::experiment::Comparison;
use crate::evaluation::judge::SelfJudging;
use crate::evaluation::metric::{Metric, metric, metrics};
use crate::evaluation::observation::{Ended, Observation};
use crate::evaluation::report::Evaluation;
use crate::evaluation::runner::Evaluated;
use crate::evaluation::summary::Summary;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Longest name of a parameter, a metric or a tag.
const LONGEST_KEY: usize = 250;
/// Longest value of a parameter: what servers of all versions take.
const LONGEST_PARAM: usize = 500;
/// Longest value of a tag.
const LONGEST_TAG: usize = 5_000;
/// Longest digest of a data set.
const LONGEST_DIGEST: usize = 36;

/// The tag by which a run is found again.
pub(super) const KEY_TAG: &str = "testgen.run_key";

/// A run, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Format of this record.
    pub(super) format: u32,
    /// Our own key of it, which no other run has; keys of later runs are greater.
    pub(super) key: String,
    /// The key of the run that it is a part of.
    pub(super) parent: Option<String>,
    /// The experiment's name.
    pub(super) experiment: String,
    /// The run's name.
    pub(super) name: String,
    /// When it began, in milliseconds since 1970.
    pub(super) began_ms: u64,
    /// When it ended.
    pub(super) ended_ms: u64,
    /// Whether nothing came of it.
    pub(super) failed: bool,
    /// Tags besides the key.
    pub(super) tags: BTreeMap<String, String>,
    /// What it was done with.
    pub(super) params: BTreeMap<String, String>,
    /// What was measured.
    pub(super) metrics: Vec<Point>,
    /// The stories.
    pub(super) data: Option<Data>,
    /// Files.
    pub(super) files: Vec<File>,
}

/// The format of [`Record`].
pub(super) const FORMAT: u32 = 1;

/// A figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    /// Its name.
    pub(super) key: String,
    /// Its value; finite.
    pub(super) value: f64,
    /// Of which story, in the order of stories; 0 for a figure of all.
    pub(super) step: u64,
    /// When it was measured.
    pub(super) at_ms: u64,
}

/// The file of stories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Data {
    /// Its path.
    pub(super) name: String,
    /// What it is recognised by.
    pub(super) digest: String,
    /// How many stories of it.
    pub(super) stories: usize,
}

/// A file of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// Its name.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

impl Record {
    fn new(experiment: &str, name: &str, command: &str) -> Self {
        let tags = [
            ("mlflow.source.name", command),
            ("mlflow.source.type", "LOCAL"),
            ("testgen.version", env!("CARGO_PKG_VERSION")),
        ];
        Self {
            format: FORMAT,
            key: Uuid::now_v7().simple().to_string(),
            parent: None,
            experiment: experiment.to_owned(),
            name: shortened(name, LONGEST_KEY),
            began_ms: 0,
            ended_ms: 0,
            failed: false,
            tags: tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into(),
            params: BTreeMap::new(),
            metrics: Vec::new(),
            data: None,
            files: Vec::new(),
        }
    }

    fn tag(&mut self, key: &str, value: &str) {
        self.tags.insert(key.to_owned(), shortened(value, LONGEST_TAG));
    }

    fn param(&mut self, key: &str, value: impl ToString) {
        self.params
            .insert(plain(key), shortened(&value.to_string(), LONGEST_PARAM));
    }

    fn point(&mut self, key: &str, value: f64, step: usize, at_ms: u64) {
        // MLflow takes no NaN and no infinity over JSON.
        if value.is_finite() {
            self.metrics.push(Point {
                key: plain(key),
                value,
                step: step as u64,
                at_ms,
            });
        }
    }
}

/// The runs of an evaluation: one for each variant, and where there are several, one above them that has the files of all.
#[must_use]
pub fn of_evaluation(evaluation: &Evaluation<'_>, experiment: &str, files: &[File]) -> Vec<Record> {
    let command = "testgen evaluate";
    let title = |count: usize| format!("evaluation of {} stories, {count} variants", evaluation.stories.len());
    let mut above = (evaluation.evaluated.len() > 1).then(|| {
        let mut record = Record::new(experiment, &title(evaluation.evaluated.len()), command);
        conditions(&mut record, evaluation);
        files.clone_into(&mut record.files);
        record
    });
    let mut parts: Vec<Record> = evaluation
        .evaluated
        .iter()
        .zip(evaluation.summaries)
        .map(|(one, summary)| {
            let mut record = Record::new(experiment, &summary.name, command);
            record.parent = above.as_ref().map(|above| above.key.clone());
            conditions(&mut record, evaluation);
            variant(&mut record, one, summary);
            gates(&mut record, evaluation, &summary.name);
            record.files.push(observations(one));
            if above.is_none() {
                record.files.extend_from_slice(files);
            }
            record
        })
        .collect();
    if let Some(above) = &mut above {
        above.began_ms = parts.iter().map(|part| part.began_ms).min().unwrap_or_default();
        above.ended_ms = parts.iter().map(|part| part.ended_ms).max().unwrap_or_default();
        above.failed = parts.iter().all(|part| part.failed);
    }
    above.into_iter().chain(parts.drain(..)).collect()
}

fn conditions(record: &mut Record, evaluation: &Evaluation<'_>) {
    let (source, conditions) = (evaluation.source, evaluation.conditions);
    record.param("data", &source.data);
    record.param("data_sha256", &source.sha256);
    record.param("split", &source.split);
    record.param("stories", source.stories);
    record.param("repeats", source.repeats);
    record.param("concurrency", source.concurrency);
    record.param("seed", conditions.seed);
    record.param("temperature", conditions.temperature);
    record.param(
        "max_cases",
        conditions
            .max_cases
            .map_or_else(|| "by story".to_owned(), |most| most.to_string()),
    );
    record.param("fill_with_rules", conditions.fill_with_rules);
    record.param("max_attempts", conditions.max_attempts);
    record.param("num_ctx", conditions.num_ctx);
    record.param("schema", conditions.schema);
    record.param("think", conditions.think);
    record.param("version", &conditions.version);
    record.param("build", &conditions.build);
    record.tag("testgen.kind", "evaluation");
    record.data = Some(Data {
        name: shortened(&source.data, LONGEST_PARAM),
        digest: source.sha256.chars().take(LONGEST_DIGEST).collect(),
        stories: source.stories,
    });
}

fn variant(record: &mut Record, one: &Evaluated, summary: &Summary) {
    let variant = &one.variant;
    for (name, value) in [
        ("variant", &summary.name),
        ("backend", &variant.backend),
        ("model", &variant.model),
        ("model_digest", &variant.digest),
        ("prompt", &variant.prompt),
        ("prompt_hash", &variant.prompt_hash),
    ] {
        // An empty parameter says nothing, and servers differ in whether they take it.
        if !value.is_empty() {
            record.param(name, value);
        }
    }
    if let Some(seen) = one.observations.iter().find_map(|seen| seen.judge.as_ref()) {
        record.param("judge", seen.judge.name());
        record.param("judge_rubric", &seen.rubric);
        record.param(
            "judge_is",
            seen.self_judging.map_or("another family", SelfJudging::as_str),
        );
    }
    record.began_ms = one.observations.iter().map(|seen| seen.began_ms).min().unwrap_or(0);
    record.ended_ms = one.observations.iter().map(|seen| seen.ended_ms).max().unwrap_or(0);
    let stories = one.observations.len();
    record.failed = stories > 0 && one.ended(Ended::Failed) == stories;
    let at = record.ended_ms;
    for (end, count) in &summary.ended {
        record.point(&format!("ended/{end}"), *count as f64, 0, at);
    }
    record.point("ended/known_before", summary.known as f64, 0, at);
    for value in &summary.metrics {
        record.point(&grouped(&value.name), value.value, 0, at);
        if let Some(interval) = value.interval {
            record.point(&format!("low/{}", grouped(&value.name)), interval.low, 0, at);
            record.point(&format!("high/{}", grouped(&value.name)), interval.high, 0, at);
        }
    }
    let single: Vec<&Metric> = metrics().filter(|metric| metric.has_single_figures()).collect();
    for (step, seen) in one.observations.iter().enumerate() {
        for metric in &single {
            if let Some(value) = metric.of_one(seen) {
                let key = format!("by_story/{}", grouped(metric.name));
                record.point(&key, value, step, seen.ended_ms);
            }
        }
    }
}

fn gates(record: &mut Record, evaluation: &Evaluation<'_>, variant: &str) {
    let mut of_variant = evaluation
        .gates
        .iter()
        .filter(|gate| gate.variant == variant)
        .peekable();
    if of_variant.peek().is_some() {
        let failed: Vec<&str> = of_variant
            .filter(|gate| !gate.passed)
            .map(|gate| gate.gate.as_str())
            .collect();
        let told = if failed.is_empty() { "passed" } else { "failed" };
        record.tag("testgen.gates", told);
        if !failed.is_empty() {
            record.tag("testgen.gates_failed", &failed.join("; "));
        }
    }
}

fn observations(one: &Evaluated) -> File {
    let line = |seen: &Observation| serde_json::to_string(seen).unwrap_or_default() + "\n";
    File {
        name: "observations.jsonl".to_owned(),
        text: one.observations.iter().map(line).collect(),
    }
}

/// The run of a comparison by one figure. `results` is the file that it was made from, `seed` that of resampling.
#[must_use]
pub fn of_comparison(
    comparison: &Comparison,
    by: &str,
    results: &str,
    seed: u64,
    at_ms: u64,
    experiment: &str,
    files: Vec<File>,
) -> Record {
    let name = format!("{by}: {} against {}", comparison.variant, comparison.baseline);
    let mut record = Record::new(experiment, &name, "testgen experiment");
    record.began_ms = at_ms;
    record.ended_ms = at_ms;
    record.tag("testgen.kind", "experiment");
    record.tag("testgen.verdict", comparison.verdict.as_str());
    record.param("metric", by);
    record.param("baseline", &comparison.baseline);
    record.param("variant", &comparison.variant);
    record.param("results", results);
    record.param("seed", seed);
    record.param("verdict", comparison.verdict.as_str());
    let (better, worse, same) = comparison.wins;
    let whole = [
        ("stories", Some(comparison.stories as f64)),
        ("better", Some(better as f64)),
        ("worse", Some(worse as f64)),
        ("same", Some(same as f64)),
        ("baseline_mean", Some(comparison.baseline_mean)),
        ("difference", Some(comparison.difference)),
        ("change", comparison.change),
        ("low", comparison.interval.map(|interval| interval.low)),
        ("high", comparison.interval.map(|interval| interval.high)),
        ("p", comparison.p),
        ("p_adjusted", comparison.p_adjusted),
        ("p_t", comparison.p_t),
        ("p_wilcoxon", comparison.p_wilcoxon),
        ("effect", comparison.effect),
        ("least_effect", comparison.least_effect),
        ("stories_needed", comparison.stories_needed.map(|needed| needed as f64)),
    ];
    for (name, value) in whole {
        if let Some(value) = value {
            record.point(&format!("experiment/{name}"), value, 0, at_ms);
        }
    }
    record.files = files;
    record
}

// === words that MLflow takes ===

/// `quality.lint_mean` as `quality/lint_mean`: MLflow groups by what stands before the slash.
fn grouped(name: &str) -> String {
    metric(name).map_or_else(
        || name.to_owned(),
        |metric| {
            let (group, rest) = metric.parts();
            format!("{group}/{rest}")
        },
    )
}

/// A name of the characters that MLflow takes.
fn plain(name: &str) -> String {
    let takes = |c: char| c.is_ascii_alphanumeric() || "_-. :/".contains(c);
    name.chars()
        .take(LONGEST_KEY)
        .map(|c| if takes(c) { c } else { '_' })
        .collect()
}

/// At most so many characters, with an ellipsis where something is left out.
fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most - 1).chain(['…']).collect()
}

#[cfg(test)]
impl Record {
    /// A run with so many parameters and figures.
    pub(super) fn sample(name: &str, params: usize, points: usize) -> Self {
        let mut record = Self::new("trials", name, "testgen evaluate");
        (record.began_ms, record.ended_ms) = (1_000, 2_000);
        for number in 0..params {
            record.param(&format!("p{number:04}"), number);
        }
        for number in 0..points {
            record.point("quality/lint_mean", number as f64 / 4.0, number, 2_000);
        }
        record.files.push(File {
            name: "results.json".to_owned(),
            text: format!("{{\"name\": {name:?}}}"),
        });
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_such_that_mlflow_takes_them() {
        let mut record = Record::sample("x", 0, 0);
        record.param("why \u{1f600}?", "ä".repeat(501));
        record.point("bad", f64::NAN, 0, 0);
        record.point("bad", f64::INFINITY, 0, 0);
        assert_eq!(record.metrics, []);
        let (name, value) = record
            .params
            .iter()
            .next()
            .map_or(("", ""), |(name, value)| (name, value));
        assert_eq!(name, "why __");
        assert_eq!((value.chars().count(), value.ends_with("ä…")), (500, true));
        assert_eq!(shortened(&"a".repeat(500), 500).len(), 500);
        assert_eq!(grouped("quality.lint_mean"), "quality/lint_mean");
        assert_eq!(plain(&"n".repeat(300)).len(), 250);
    }

    #[test]
    fn keys_rise_so_that_the_run_above_is_sent_before_its_parts() {
        let keys: Vec<String> = (0..100).map(|_| Record::sample("x", 0, 0).key).collect();
        assert!(keys.is_sorted());
    }
}
