//! The decision matrix: what each variant is worth by three profiles, with weights that are shown.
//!
//! A figure is put on a scale from 0 to 1 that does not depend on the other variants, so that one more variant changes no
//! ranking of those that were there: a figure with a scale of its own by its place on it, any other by its target, which is
//! worth one half. A figure that some variant lacks counts for none. What misses a figure that a profile requires comes
//! after everything that does not, whatever it is worth.

use super::metric::{Better, Metric, metric};
use super::report::Source;
use super::summary::Summary;
use crate::backend::policy::{Criterion, FORMAT, Matrix, Model, Profile, Weights};
use std::collections::BTreeMap;

/// A figure, and its weight by each profile in the order of [`Profile::ALL`], in hundredths.
const WEIGHTS: &[(&str, [u32; 3])] = &[
    ("quality.lint_of_5", [20, 40, 75]),
    ("latency.mean", [25, 10, 5]),
    ("latency.p95", [30, 15, 5]),
    ("latency.throughput", [10, 10, 5]),
    ("cost.per_1000_measured", [5, 10, 5]),
    ("cost.efficiency", [5, 10, 3]),
    ("cost.memory_per_request", [5, 5, 2]),
];

/// Figures that have to reach their targets, by profile.
const REQUIRED: [&[&str]; 3] = [
    &["quality.failed", "latency.mean", "latency.p95"],
    &["quality.failed", "quality.lint_of_5", "latency.p95"],
    &["quality.failed", "quality.lint_of_5", "quality.cases"],
];

/// The matrix of an evaluation's variants.
#[must_use]
pub fn matrix(summaries: &[Summary], source: &Source) -> Matrix {
    let figure = |summary: &Summary, name: &str| summary.value(name).map(|value| value.value);
    let counts = |name: &str| !summaries.is_empty() && summaries.iter().all(|one| figure(one, name).is_some());
    let criteria: Vec<Criterion> = WEIGHTS
        .iter()
        .map(|(name, _)| Criterion {
            metric: (*name).to_owned(),
            scale: metric(name).map(scale_in_words).unwrap_or_default(),
            counts: counts(name),
        })
        .collect();
    let model = |summary: &Summary| {
        let mut model = Model {
            variant: summary.name.clone(),
            backend: summary.variant.backend.clone(),
            model: summary.variant.model.clone(),
            prompt: summary.variant.prompt.clone(),
            ..Model::default()
        };
        for (name, _) in WEIGHTS {
            if let Some(value) = figure(summary, name) {
                model.figures.insert((*name).to_owned(), value);
            }
        }
        for (place, profile) in Profile::ALL.into_iter().enumerate() {
            let weighed = WEIGHTS.iter().filter(|(name, _)| counts(name));
            let (sum, of) = weighed.fold((0.0, 0.0), |(sum, of), (name, weights)| {
                let worth = metric(name)
                    .zip(figure(summary, name))
                    .map_or(0.0, |(metric, value)| on_scale(metric, value));
                let weight = f64::from(weights[place]);
                (sum + weight * worth, of + weight)
            });
            model.scores.insert(profile, if of > 0.0 { sum / of } else { 0.0 });
            let missed = REQUIRED[place]
                .iter()
                .filter(|name| summary.value(name).is_some_and(|value| value.met == Some(false)));
            model
                .missed
                .insert(profile, missed.map(|name| (*name).to_owned()).collect());
        }
        model
    };
    Matrix {
        format: FORMAT,
        made: source.ended.clone(),
        data: source.data.clone(),
        stories: source.stories,
        criteria,
        profiles: Profile::ALL.into_iter().enumerate().map(weights).collect(),
        models: summaries.iter().map(model).collect(),
    }
}

fn weights((place, profile): (usize, Profile)) -> Weights {
    let weight = |(name, weights): &(&str, [u32; 3])| ((*name).to_owned(), f64::from(weights[place]) / 100.0);
    Weights {
        profile,
        weights: WEIGHTS.iter().map(weight).collect::<BTreeMap<String, f64>>(),
        required: REQUIRED[place].iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// The least and the greatest value of a figure that has a scale of its own.
fn own_scale(metric: &Metric) -> Option<(f64, f64)> {
    match metric.name {
        "quality.lint_of_5" => Some((1.0, 5.0)),
        "cost.efficiency" => Some((0.0, 1.0)),
        _ => None,
    }
}

/// What is worth one half. A measured cost is held to the target of the planned one.
fn target(of: &Metric) -> f64 {
    let planned = || metric("cost.per_1000_requests").and_then(|planned| planned.target);
    of.target.or_else(planned).unwrap_or(1.0)
}

/// From 0 to 1.
fn on_scale(metric: &Metric, value: f64) -> f64 {
    if let Some((least, most)) = own_scale(metric) {
        return ((value - least) / (most - least)).clamp(0.0, 1.0);
    }
    let (value, target) = (value.max(0.0), target(metric));
    match metric.better {
        Better::Higher => value / (value + target),
        _ => target / (value + target),
    }
}

fn scale_in_words(metric: &Metric) -> String {
    match own_scale(metric) {
        Some((least, most)) => format!("(value − {least}) ÷ {}", most - least),
        None => {
            let target = metric.shown(target(metric));
            match metric.better {
                Better::Higher => format!("value ÷ (value + {target})"),
                _ => format!("{target} ÷ (value + {target})"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::evaluation::metric::Value;
    use crate::evaluation::variant::Variant;

    fn summary(model: &str, figures: &[(&str, f64)]) -> Summary {
        let value = |(name, value): &(&str, f64)| {
            let metric = metric(name).unwrap();
            let target = metric.target;
            Value {
                name: (*name).to_owned(),
                value: *value,
                interval: None,
                count: 1,
                met: target.map(|target| match metric.better {
                    Better::Higher => *value >= target,
                    _ => *value <= target,
                }),
                note: String::new(),
            }
        };
        Summary {
            name: format!("ollama/{model}/planned"),
            variant: Variant {
                backend: "ollama".to_owned(),
                model: model.to_owned(),
                digest: String::new(),
                prompt: "planned".to_owned(),
                prompt_hash: String::new(),
            },
            ended: BTreeMap::new(),
            known: 0,
            metrics: figures.iter().map(value).collect(),
            recommendations: Vec::new(),
            reasons: BTreeMap::new(),
            deductions: BTreeMap::new(),
            repairs: BTreeMap::new(),
        }
    }

    /// By hand, without memory, which the second lacks, so that 95, 95 and 98 hundredths are left.
    /// fast: quality (3 − 1) ÷ 4 = 1/2; mean 3 ÷ (3 + 1) = 3/4; P95 5 ÷ (5 + 5) = 1/2; throughput 30 ÷ (30 + 10) = 3/4;
    /// cost 20 ÷ (20 + 20) = 1/2; efficiency 0.8.
    /// good: quality 1; mean 3 ÷ (3 + 9) = 1/4; P95 5 ÷ (5 + 15) = 1/4; throughput 10 ÷ 20 = 1/2; cost 1/2; efficiency 0.2.
    #[test]
    fn the_matrix_is_as_by_hand() {
        let cost = 20.0;
        let figures = |quality, mean, p95, throughput, efficiency| {
            vec![
                ("quality.lint_of_5", quality),
                ("latency.mean", mean),
                ("latency.p95", p95),
                ("latency.throughput", throughput),
                ("cost.per_1000_measured", cost),
                ("cost.efficiency", efficiency),
                ("quality.failed", 0.0),
                ("quality.cases", 5.0),
            ]
        };
        let mut fast = figures(3.0, 1.0, 5.0, 30.0, 0.8);
        fast.push(("cost.memory_per_request", 50.0));
        let summaries = [
            summary("fast", &fast),
            summary("good", &figures(5.0, 9.0, 15.0, 10.0, 0.2)),
        ];
        let matrix = matrix(&summaries, &Source::default());
        let score = |place: usize, profile| matrix.models[place].score(profile);
        let near = |value: f64, by_hand: f64| assert!((value - by_hand).abs() < 1e-12, "{value} {by_hand}");
        // 20·½ + 25·¾ + 30·½ + 10·¾ + 5·½ + 5·0.8 = 57.75; 20 + 6.25 + 7.5 + 5 + 2.5 + 1 = 42.25
        near(score(0, Profile::LowLatency), 57.75 / 95.0);
        near(score(1, Profile::LowLatency), 42.25 / 95.0);
        // 20 + 7.5 + 7.5 + 7.5 + 5 + 8 = 55.5; 40 + 2.5 + 3.75 + 5 + 5 + 2 = 58.25
        near(score(0, Profile::Balanced), 55.5 / 95.0);
        near(score(1, Profile::Balanced), 58.25 / 95.0);
        // 37.5 + 3.75 + 2.5 + 3.75 + 2.5 + 2.4 = 52.4; 75 + 1.25 + 1.25 + 2.5 + 2.5 + 0.6 = 83.1
        near(score(0, Profile::HighQuality), 52.4 / 98.0);
        near(score(1, Profile::HighQuality), 83.1 / 98.0);
        let first = |profile| matrix.ranked(profile)[0].model.clone();
        assert_eq!(first(Profile::LowLatency), "fast");
        assert_eq!(first(Profile::HighQuality), "good");
        assert_eq!(
            matrix.models[1].missed[&Profile::LowLatency],
            ["latency.mean", "latency.p95"]
        );
        assert_eq!(matrix.models[0].missed[&Profile::Balanced], ["quality.lint_of_5"]);
        let left_out: Vec<&str> = matrix
            .criteria
            .iter()
            .filter(|one| !one.counts)
            .map(|one| one.metric.as_str())
            .collect();
        assert_eq!(left_out, ["cost.memory_per_request"]);
        // What is written can be read by the service, and ranks the same.
        let read = Matrix::parse(&serde_json::to_string(&matrix).unwrap()).unwrap();
        for profile in Profile::ALL {
            let variants = |matrix: &Matrix| -> Vec<String> {
                let ranked = matrix.ranked(profile);
                ranked.iter().map(|model| model.variant.clone()).collect()
            };
            assert_eq!(variants(&read), variants(&matrix));
            near(read.models[0].score(profile), score(0, profile));
        }
    }

    #[test]
    fn weights_are_whole_and_all_figures_exist() {
        for profile in 0..3 {
            assert_eq!(WEIGHTS.iter().map(|(_, weights)| weights[profile]).sum::<u32>(), 100);
            for name in REQUIRED[profile] {
                assert!(metric(name).unwrap().target.is_some(), "{name}");
            }
        }
        assert!(WEIGHTS.iter().all(|(name, _)| metric(name).is_some()));
        assert!(matrix(&[], &Source::default()).models.is_empty());
    }
}
