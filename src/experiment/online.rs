//! What the record of an online experiment says: whether units were shared out as meant, and each variant against the
//! control.
//!
//! Units were assigned, so units are compared: the figure of a unit is the mean over its generations. A unit that was
//! moved from one variant to another (a share changed) has no variant of its own and is left out. Where the share of units
//! is not what was meant, something tells the variants apart before they could, and there is no verdict.

use super::record::Line;
use crate::evaluation::experiment::{self, Comparison, Figures, LEVEL, POWER, Verdict};
use crate::statistics::paired::reach;
use crate::statistics::sample::{deviation, mean};
use crate::statistics::several::holm;
use crate::statistics::unpaired::{bca_difference, chi_square, welch};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Below this probability the shares are not what was meant. Strict, because it is looked at often and ends everything.
pub const MISMATCH: f64 = 0.001;
/// Resamples.
const ROUNDS: usize = 4_000;

/// A figure of a generation.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub title: &'static str,
    /// Whether more is better.
    pub higher: bool,
    of: fn(&Line) -> Option<f64>,
}

/// The figures that variants can be compared by.
pub const FIGURES: [Figure; 6] = [
    Figure {
        name: "coverage",
        title: "covered ÷ planned items",
        higher: true,
        of: |line| line.coverage,
    },
    Figure {
        name: "lint",
        title: "mean lint score, 1 to 10",
        higher: true,
        of: |line| line.lint,
    },
    Figure {
        name: "failed",
        title: "generations that failed ÷ those that nobody cancelled",
        higher: false,
        of: |line| ended(line).then(|| f64::from(u8::from(line.outcome == "failed"))),
    },
    Figure {
        name: "latency_ms",
        title: "milliseconds from request to end",
        higher: false,
        of: |line| ended(line).then_some(line.latency_ms),
    },
    Figure {
        name: "cases",
        title: "cases a generation",
        higher: true,
        of: |line| ended(line).then(|| f64::from(line.cases)),
    },
    Figure {
        name: "cost_usd",
        title: "US dollars a generation",
        higher: false,
        of: |line| ended(line).then_some(line.cost_usd),
    },
];

fn ended(line: &Line) -> bool {
    line.outcome != "cancelled"
}

/// The figure of this name.
#[must_use]
pub fn figure(name: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.name == name)
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// The experiment.
    pub experiment: String,
    /// The control.
    pub control: String,
    /// When the first and the last generation ended.
    pub period: (String, String),
    /// What was seen of each variant.
    pub variants: Vec<Seen>,
    /// Units that had more than one variant.
    pub moved: usize,
    /// Whether units were shared out as meant.
    pub ratio: Ratio,
    /// Each variant against the control, by each figure.
    pub compared: Vec<Compared>,
}

/// What was seen of a variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Its name.
    pub variant: String,
    /// Generations.
    pub generations: usize,
    /// Units, by the variant that each had first.
    pub units: usize,
    /// How the generations ended.
    pub outcomes: BTreeMap<String, usize>,
}

/// Whether units were shared out as meant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ratio {
    /// Units of each variant that were meant, by the shares at each unit's first generation.
    pub expected: BTreeMap<String, f64>,
    /// Probability of counts at least as far from that (chi-square); `None` with fewer than two variants.
    pub p: Option<f64>,
    /// Whether it is below [`MISMATCH`].
    pub mismatch: bool,
}

/// A variant against the control by one figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// The figure.
    pub figure: &'static str,
    /// Units against units: Welch's test, BCa interval of the difference, Holm over all comparisons of the report.
    /// `stories` counts the units of the smaller group.
    pub units: Comparison,
    /// The same stories worded by both, story by story, where there are at least two; for information.
    pub stories: Option<Comparison>,
}

/// Reads a record: one JSON object a line. A last line that is broken off is left out.
///
/// # Errors
/// Lines that are none, by their number.
pub fn read(text: &str) -> Result<Vec<Line>, Vec<String>> {
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    let whole = text.ends_with('\n');
    let all: Vec<&str> = text.lines().collect();
    for (place, line) in all.iter().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Line>(line) {
            Ok(line) => match beyond(&line) {
                None => lines.push(line),
                Some(field) => wrong.push(format!("line {}: {field}", place + 1)),
            },
            Err(_) if place + 1 == all.len() && !whole => {}
            Err(error) => wrong.push(format!("line {}: {error}", place + 1)),
        }
    }
    if wrong.is_empty() { Ok(lines) } else { Err(wrong) }
}

/// The first field with a value that it cannot have, and which it can.
fn beyond(line: &Line) -> Option<&'static str> {
    let within = |value: Option<f64>, least: f64, most: f64| value.is_none_or(|value| (least..=most).contains(&value));
    let checks = [
        (!line.variant.is_empty(), "variant: is empty"),
        (!line.unit.is_empty(), "unit: is empty"),
        (within(line.coverage, 0.0, 1.0), "coverage: is not from 0 to 1"),
        (within(line.lint, 1.0, 10.0), "lint: is not from 1 to 10"),
        (
            within(Some(line.latency_ms), 0.0, 1e12),
            "latency_ms: is not from 0 to 1e12",
        ),
        (
            within(Some(line.cost_usd), 0.0, 1e12),
            "cost_usd: is not from 0 to 1e12",
        ),
        (
            line.shares.values().all(|share| within(Some(*share), 0.0, 100.0)),
            "shares: one is not from 0 to 100",
        ),
    ];
    checks.into_iter().find(|(right, _)| !right).map(|(_, wrong)| wrong)
}

impl Report {
    /// What the lines of one experiment say. `control`: another one than the record names.
    ///
    /// # Errors
    /// Fewer than two variants, or no such control.
    pub fn of(
        experiment: &str,
        lines: &[Line],
        control: Option<&str>,
        figures: &[&'static Figure],
        seed: u64,
    ) -> Result<Self, String> {
        let mut lines: Vec<&Line> = lines.iter().filter(|line| line.experiment == experiment).collect();
        lines.sort_by(|one, other| one.time.cmp(&other.time));
        let names: BTreeSet<&str> = lines.iter().map(|line| line.variant.as_str()).collect();
        let control = control
            .or(lines.last().map(|line| line.control.as_str()))
            .unwrap_or_default();
        if !names.contains(control) || names.len() < 2 {
            let names: Vec<&str> = names.into_iter().collect();
            return Err(format!(
                "experiment {experiment}: generations of the control {control:?} and of another variant are needed; there are those of {}",
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            ));
        }
        let ordered: Vec<&str> = std::iter::once(control)
            .chain(names.iter().copied().filter(|name| *name != control))
            .collect();
        let mut first: HashMap<&str, &Line> = HashMap::new();
        let mut moved: BTreeSet<&str> = BTreeSet::new();
        for line in &lines {
            let at_first = first.entry(&line.unit).or_insert(line);
            if at_first.variant != line.variant {
                moved.insert(&line.unit);
            }
        }
        let variants: Vec<Seen> = ordered
            .iter()
            .map(|name| {
                let mut seen = Seen {
                    variant: (*name).to_owned(),
                    units: first.values().filter(|line| line.variant == *name).count(),
                    ..Seen::default()
                };
                for line in lines.iter().filter(|line| line.variant == *name) {
                    seen.generations += 1;
                    *seen.outcomes.entry(line.outcome.clone()).or_default() += 1;
                }
                seen
            })
            .collect();
        let ratio = ratio(&variants, first.values().copied());
        let stays: Vec<&Line> = lines
            .iter()
            .copied()
            .filter(|line| !moved.contains(line.unit.as_str()))
            .collect();
        let mut compared = Vec::new();
        for figure in figures {
            for variant in &ordered[1..] {
                let by = |name: &str, key: fn(&Line) -> &str| means(&stays, name, figure, key);
                let units = between(
                    (control, &by(control, |line| &line.unit)),
                    (variant, &by(variant, |line| &line.unit)),
                    figure.higher,
                    seed,
                );
                let told = [
                    (control.to_owned(), by(control, |line| &line.story)),
                    ((*variant).to_owned(), by(variant, |line| &line.story)),
                ];
                let stories = experiment::compare(&told, figure.higher, seed).pop();
                compared.push(Compared {
                    figure: figure.name,
                    units,
                    stories: stories.filter(|comparison| comparison.stories >= 2),
                });
            }
        }
        let known: Vec<f64> = compared.iter().filter_map(|one| one.units.p).collect();
        let mut adjusted = holm(&known).into_iter();
        for one in &mut compared {
            if one.units.p.is_some() {
                one.units.p_adjusted = adjusted.next();
            }
            let higher = figure(one.figure).is_none_or(|figure| figure.higher);
            one.units.verdict = match experiment::verdict(&one.units, higher) {
                Verdict::TooFewStories => Verdict::TooFewStories,
                _ if ratio.mismatch => Verdict::Inconclusive,
                verdict => verdict,
            };
        }
        let time = |line: Option<&&Line>| line.map(|line| line.time.clone()).unwrap_or_default();
        Ok(Self {
            experiment: experiment.to_owned(),
            control: control.to_owned(),
            period: (time(lines.first()), time(lines.last())),
            variants,
            moved: moved.len(),
            ratio,
            compared,
        })
    }
}

fn ratio<'a>(variants: &[Seen], first: impl Iterator<Item = &'a Line>) -> Ratio {
    let mut expected: BTreeMap<String, f64> = BTreeMap::new();
    for line in first {
        let all: f64 = line.shares.values().sum();
        for (variant, share) in line.shares.iter().filter(|_| all > 0.0) {
            *expected.entry(variant.clone()).or_default() += share / all;
        }
    }
    let pairs: Vec<(u64, f64)> = expected
        .iter()
        .map(|(name, meant)| {
            let seen = variants
                .iter()
                .find(|seen| seen.variant == *name)
                .map_or(0, |seen| seen.units);
            (seen as u64, *meant)
        })
        .collect();
    let (seen, meant): (Vec<u64>, Vec<f64>) = pairs.into_iter().unzip();
    let p = chi_square(&seen, &meant);
    // Units of a variant that nobody was meant to get.
    let stray = variants
        .iter()
        .any(|seen| seen.units > 0 && !expected.contains_key(&seen.variant));
    Ratio {
        expected,
        p,
        mismatch: stray || p.is_some_and(|p| p < MISMATCH),
    }
}

/// The mean of a figure for each unit or story of a variant.
fn means(lines: &[&Line], variant: &str, figure: &Figure, key: fn(&Line) -> &str) -> Figures {
    let mut sums: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.variant == variant) {
        if let Some(value) = (figure.of)(line).filter(|value| value.is_finite()) {
            let (sum, count) = sums.entry(key(line)).or_default();
            *sum += value;
            *count += 1.0;
        }
    }
    sums.into_iter()
        .map(|(key, (sum, count))| (key.to_owned(), sum / count))
        .collect()
}

fn between(
    (control, before): (&str, &Figures),
    (variant, after): (&str, &Figures),
    higher: bool,
    seed: u64,
) -> Comparison {
    let (before, after): (Vec<f64>, Vec<f64>) = (before.values().copied().collect(), after.values().copied().collect());
    let baseline_mean = mean(&before).unwrap_or(0.0);
    let difference = mean(&after).unwrap_or(0.0) - baseline_mean;
    let test = welch(&before, &after, 1.0 - LEVEL);
    let sign = if higher { 1.0 } else { -1.0 };
    let part = |values: &[f64]| deviation(values).map(|deviation| deviation.powi(2));
    let (count, other_count) = (before.len() as f64, after.len() as f64);
    let (spread, error) = match (part(&before), part(&after)) {
        (Some(one), Some(other)) => (
            (((count - 1.0) * one + (other_count - 1.0) * other) / (count + other_count - 2.0)).sqrt(),
            (one / count + other / other_count).sqrt(),
        ),
        _ => (0.0, 0.0),
    };
    // Hedges' correction of Cohen's d for small samples.
    let correction = 1.0 - 3.0 / (4.0 * (count + other_count) - 9.0);
    let reach = reach(LEVEL, POWER);
    let aim = experiment::CANDIDATE * baseline_mean.abs();
    Comparison {
        variant: variant.to_owned(),
        baseline: control.to_owned(),
        stories: before.len().min(after.len()),
        baseline_mean,
        difference,
        // Nothing is nothing either way.
        change: (baseline_mean != 0.0).then(|| sign * difference / baseline_mean.abs() + 0.0),
        interval: bca_difference(&before, &after, 1.0 - LEVEL, ROUNDS, seed),
        p: test.map(|test| test.p),
        p_adjusted: None,
        p_t: test.map(|test| test.p),
        p_wilcoxon: None,
        effect: (spread > 0.0).then(|| correction * difference / spread),
        least_effect: (error > 0.0).then_some(reach * error),
        stories_needed: (aim > 0.0 && spread > 0.0).then(|| (2.0 * (reach * spread / aim).powi(2)).ceil() as usize),
        wins: (0, 0, 0),
        verdict: Verdict::Inconclusive,
    }
}
