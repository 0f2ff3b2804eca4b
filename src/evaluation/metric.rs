//! Every figure of an evaluation, each defined once: its name, what it is, its unit, its target, and how it is computed.
//! Reports, gates, experiments, MLflow and [`metrics_page`] read this table and nothing else.

use super::cost::CostModel;
use super::observation::Observation;
use super::process::Used;
use super::{cost, golden, judge, latency, quality};
use std::fmt::Write as _;

/// A figure.
#[derive(Debug)]
pub struct Metric {
    /// `group.name`, stable.
    pub name: &'static str,
    /// For people.
    pub title: &'static str,
    /// How it is computed, in words.
    pub formula: &'static str,
    /// In what it is counted.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
    /// The value that it should reach; `None`: for information.
    pub target: Option<f64>,
    /// What it is computed from.
    pub source: Source,
    /// How.
    pub(super) figure: Figure,
}

/// In what a figure is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// A share of 1, shown in percent.
    Share,
    /// A number.
    Number,
    /// Points of a scale.
    Points,
    /// Seconds.
    Seconds,
    /// A number each minute.
    PerMinute,
    /// US dollars.
    Dollars,
    /// Megabytes (10^6).
    Megabytes,
    /// 1: yes, 0: no.
    YesNo,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More.
    Higher,
    /// Less.
    Lower,
    /// Neither.
    Neither,
}

/// What a figure is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Events of the generations.
    Events,
    /// Clocks of the generations.
    Clocks,
    /// This machine: processor and memory of the process.
    Process,
    /// The cost model, with figures that were measured.
    Model,
    /// The cost model alone.
    Estimate,
    /// A model that judges.
    Judge,
}

/// A numerator and what it is a part of, for one generation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Part {
    /// How many, or their sum.
    pub sum: f64,
    /// Of how many.
    pub of: f64,
}

impl Part {
    pub(super) fn count(hits: usize, of: usize) -> Self {
        Self {
            sum: hits as f64,
            of: of as f64,
        }
    }

    pub(super) fn yes(yes: bool) -> Self {
        Self::count(usize::from(yes), 1)
    }

    pub(super) fn none() -> Self {
        Self::default()
    }
}

/// How a figure is computed.
#[derive(Clone, Copy)]
pub(super) enum Figure {
    /// The sum over all generations, by what it is of: a share if its unit is one, else a mean. Also exists for one
    /// generation alone.
    Pooled(fn(&Observation) -> Part),
    /// From all generations at once.
    Whole(fn(&Run<'_>) -> Option<f64>),
    /// A percentile of a time, and from how many values on it may be believed.
    Percentile(fn(&Observation) -> Option<f64>, f64),
}

impl std::fmt::Debug for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pooled(_) => "Pooled",
            Self::Whole(_) => "Whole",
            Self::Percentile(..) => "Percentile",
        })
    }
}

/// Everything that figures of one variant are computed from.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// What was seen.
    pub observations: &'a [&'a Observation],
    /// What a machine costs.
    pub cost: &'a CostModel,
    /// What this process used, where it could be measured.
    pub used: Option<Measured>,
    /// Cells at once.
    pub concurrency: usize,
}

/// What the process used while cells of a variant ran that were not there before.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Processor time and memory.
    pub used: Used,
    /// For how long.
    pub seconds: f64,
    /// Processors of the machine.
    pub processors: usize,
    /// How many stories ran in it.
    pub stories: usize,
}

/// A figure of a variant.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Value {
    /// The metric's name.
    pub name: String,
    /// The figure.
    pub value: f64,
    /// 95 % interval, for shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval: Option<crate::statistics::Interval>,
    /// How many values it rests on.
    pub count: usize,
    /// Whether its target is met; `None` without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
    /// What has to be known of it, such as too small a sample.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Metric {
    /// The figure of a run; `None` where there is nothing to compute it from.
    #[must_use]
    pub fn of(&self, run: &Run<'_>) -> Option<Value> {
        use crate::statistics::{counts, sample};
        let (value, count, interval, note) = match self.figure {
            Figure::Pooled(part) => {
                let parts = run.observations.iter().map(|seen| part(seen));
                let total = parts.fold(Part::none(), |all, part| Part {
                    sum: all.sum + part.sum,
                    of: all.of + part.of,
                });
                if total.of <= 0.0 {
                    return None;
                }
                let interval = (self.unit == Unit::Share && total.sum <= total.of)
                    .then(|| counts::wilson(total.sum as u64, total.of as u64, 0.95))
                    .flatten();
                (total.sum / total.of, total.of as usize, interval, String::new())
            }
            Figure::Whole(figure) => (figure(run)?, run.observations.len(), None, String::new()),
            Figure::Percentile(time, share) => {
                let mut values: Vec<f64> = run.observations.iter().filter_map(|seen| time(seen)).collect();
                values.sort_by(f64::total_cmp);
                let needed = sample::values_needed(share);
                let note = if values.len() < needed {
                    format!("of {} values; {needed} are needed to believe it", values.len())
                } else {
                    String::new()
                };
                (sample::quantile(&values, share)?, values.len(), None, note)
            }
        };
        value.is_finite().then(|| Value {
            name: self.name.to_owned(),
            value,
            interval,
            count,
            met: self.met(value),
            note,
        })
    }

    /// The figure of one generation alone, where it has one.
    #[must_use]
    pub fn of_one(&self, seen: &Observation) -> Option<f64> {
        match self.figure {
            Figure::Pooled(part) => {
                let part = part(seen);
                (part.of > 0.0).then(|| part.sum / part.of)
            }
            Figure::Percentile(time, _) => time(seen),
            Figure::Whole(_) => None,
        }
    }

    /// Whether one generation alone has a figure.
    #[must_use]
    pub fn has_single_figures(&self) -> bool {
        !matches!(self.figure, Figure::Whole(_))
    }

    fn met(&self, value: f64) -> Option<bool> {
        let target = self.target?;
        match self.better {
            Better::Higher => Some(value >= target),
            Better::Lower => Some(value <= target),
            Better::Neither => None,
        }
    }

    /// The group that its name begins with, and the rest of it.
    #[must_use]
    pub fn parts(&self) -> (&'static str, &'static str) {
        self.name.split_once('.').unwrap_or(("", self.name))
    }

    /// A value in its unit, as people read it.
    #[must_use]
    pub fn shown(&self, value: f64) -> String {
        match self.unit {
            Unit::Share => format!("{:.1} %", value * 100.0),
            Unit::Number | Unit::Points => format!("{value:.2}"),
            Unit::Seconds if value.abs() < 1.0 => format!("{:.2} ms", value * 1e3),
            Unit::Seconds => format!("{value:.2} s"),
            Unit::PerMinute => format!("{value:.1} a minute"),
            Unit::Dollars if value.abs() < 0.1 && value != 0.0 => format!("${value:.1e}"),
            Unit::Dollars => format!("${value:.2}"),
            Unit::Megabytes => format!("{value:.1} MB"),
            Unit::YesNo => if value >= 0.5 { "yes" } else { "no" }.to_owned(),
        }
    }

    /// Its target in words, such as `≥ 95.0 %`; empty without one.
    #[must_use]
    pub fn target_shown(&self) -> String {
        let sign = match self.better {
            Better::Higher => "≥",
            Better::Lower => "≤",
            Better::Neither => return String::new(),
        };
        self.target
            .map(|target| format!("{sign} {}", self.shown(target)))
            .unwrap_or_default()
    }
}

/// Every metric, in the order in which reports show them.
pub fn metrics() -> impl Iterator<Item = &'static Metric> {
    quality::METRICS
        .iter()
        .chain(golden::METRICS)
        .chain(judge::figures::METRICS)
        .chain(latency::METRICS)
        .chain(cost::METRICS)
}

/// The metric of this name.
#[must_use]
pub fn metric(name: &str) -> Option<&'static Metric> {
    metrics().find(|metric| metric.name == name)
}

/// The page of the documentation that is made from the table.
#[must_use]
pub fn metrics_page() -> String {
    let mut page = String::from(
        "# Figures of an evaluation\n\n\
         `testgen evaluate` computes these; this page is made from the table that it computes them by. A target is what a\n\
         real model should reach. Shares carry a 95 % interval (Wilson). *A story* stands for one generation, *asked* for a\n\
         generation in which somebody was asked to word cases: all but those that end with questions alone. A percentile is\n\
         marked where fewer values than it needs (59 for P95, 299 for P99) stand behind it.\n",
    );
    let mut group = "";
    for metric in metrics() {
        let (of, _) = metric.parts();
        if of != group {
            group = of;
            let _ = write!(
                page,
                "\n## {group}\n\n| figure | what it is | how it is computed | target | from |\n| --- | --- | --- | --- | --- |\n"
            );
        }
        let from = match metric.source {
            Source::Events => "events",
            Source::Clocks => "clocks",
            Source::Process => "this machine",
            Source::Model => "cost model and what was measured",
            Source::Estimate => "cost model alone",
            Source::Judge => "judge",
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {} | {from} |",
            metric.name,
            metric.title,
            metric.formula,
            metric.target_shown()
        );
    }
    page
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_unique_and_belong_to_a_group() {
        let mut names = HashSet::new();
        for metric in metrics() {
            assert!(names.insert(metric.name), "{}", metric.name);
            assert!(metric.name.contains('.') && !metric.formula.is_empty() && !metric.title.is_empty());
            assert_eq!(
                metric.target.is_some(),
                !metric.target_shown().is_empty(),
                "{}",
                metric.name
            );
        }
    }

    #[test]
    fn the_documentation_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/metrics-of-evaluation.md");
        let page = metrics_page();
        if std::fs::read_to_string(path).unwrap_or_default() != page {
            std::fs::write(format!("{path}.snap.new"), page).unwrap();
            panic!("docs/metrics-of-evaluation.md is not what the table says; move its .snap.new over it");
        }
    }
}
