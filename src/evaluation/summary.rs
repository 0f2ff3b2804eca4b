//! The figures of each variant, as they are written, compared and gated.

use super::cost::{CostModel, recommendations};
use super::metric::{Run, Source, Value, metric, metrics};
use super::observation::{Ended, Observation};
use super::runner::Evaluated;
use super::variant::Variant;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// The figures of a variant.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// Its name.
    pub name: String,
    /// Who it is.
    pub variant: Variant,
    /// How many stories ended how.
    pub ended: BTreeMap<&'static str, usize>,
    /// How many results were there before.
    pub known: usize,
    /// The figures, in the order of the table.
    pub metrics: Vec<Value>,
    /// What they advise.
    pub recommendations: Vec<String>,
    /// Why stories failed or are not whole: how often each code.
    pub reasons: BTreeMap<String, usize>,
    /// What the lint deducted for: how often each code.
    pub deductions: BTreeMap<String, usize>,
    /// What was mended: how often each code.
    pub repairs: BTreeMap<String, usize>,
}

impl Summary {
    /// The figures of what was evaluated.
    #[must_use]
    pub fn of(evaluated: &Evaluated, cost: &CostModel, concurrency: usize) -> Self {
        let observations: Vec<&Observation> = evaluated.observations.iter().collect();
        let run = Run {
            observations: &observations,
            cost,
            used: evaluated.used,
            concurrency,
        };
        let count = |codes: &mut dyn Iterator<Item = &String>| {
            let mut counts = BTreeMap::new();
            codes.for_each(|code| *counts.entry(code.clone()).or_default() += 1);
            counts
        };
        let cases = || observations.iter().flat_map(|seen| &seen.cases);
        let metrics: Vec<Value> = metrics().filter_map(|metric| metric.of(&run)).collect();
        Self {
            name: evaluated.variant.name(),
            variant: evaluated.variant.clone(),
            ended: [Ended::Complete, Ended::Partial, Ended::Blocked, Ended::Failed]
                .into_iter()
                .map(|end| (end.as_str(), evaluated.ended(end)))
                .collect(),
            known: evaluated.known,
            recommendations: recommendations(&metrics),
            metrics,
            reasons: count(&mut observations.iter().flat_map(|seen| &seen.reasons)),
            deductions: count(&mut cases().flat_map(|case| &case.deductions)),
            repairs: count(&mut cases().flat_map(|case| &case.repairs)),
        }
    }

    /// The same with figures that were computed when more was known, such as what this machine used: they stay as they
    /// were. Those of a judge are the new ones. What they advise is said of all of them.
    #[must_use]
    pub fn keeping(mut self, before: Vec<Value>) -> Self {
        let new = std::mem::take(&mut self.metrics);
        let find = |values: &[Value], name: &str| values.iter().find(|value| value.name == name).cloned();
        self.metrics = metrics()
            .filter_map(|metric| match metric.source {
                Source::Judge => find(&new, metric.name),
                _ => find(&before, metric.name).or_else(|| find(&new, metric.name)),
            })
            .collect();
        self.recommendations = recommendations(&self.metrics);
        self
    }

    /// A figure by its name.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.metrics.iter().find(|value| value.name == name)
    }

    /// The figures as nested objects with plain numbers alone, as DVC reads them.
    #[must_use]
    pub fn nested(&self) -> Json {
        let mut groups = Map::new();
        for value in &self.metrics {
            let (group, name) = metric(&value.name).map_or(("", value.name.as_str()), |metric| metric.parts());
            let group = groups.entry(group).or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(group) = group {
                group.insert(name.to_owned(), rounded(value.value).into());
            }
        }
        Json::Object(groups)
    }

    /// The figures that events alone decide, by their full names: for the same stories, cases and settings they are the same
    /// on every machine, so they can be committed and compared. Clocks, processor and cost are not among them.
    #[must_use]
    pub fn lasting(&self) -> Map<String, Json> {
        let lasts = |value: &&Value| metric(&value.name).is_some_and(|metric| metric.source == Source::Events);
        let figures = self.metrics.iter().filter(lasts);
        figures
            .map(|value| (value.name.clone(), rounded(value.value).into()))
            .collect()
    }
}

/// Six decimals are more than any figure here knows.
fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}
