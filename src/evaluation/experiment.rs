//! Offline experiments: two or more variants on the same stories, compared story by story, and one verdict each.
//!
//! The test is the sign flip of the paired differences, which assumes no distribution; probabilities are adjusted after Holm
//! where several variants stand against the baseline. The rule of the verdict is [`Verdict`]'s; it never calls a difference
//! good that chance could have made, nor small what was measured too coarsely to be called so.

use crate::statistics::Interval;
use crate::statistics::bootstrap::{self, bca};
use crate::statistics::paired::{hedges_g, least_effect, paired_t, sample_size, sign_flip};
use crate::statistics::ranks::{Zeros, wilcoxon};
use crate::statistics::sample::{deviation, mean};
use crate::statistics::several::holm;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Level of significance.
pub const LEVEL: f64 = 0.05;
/// Probability of finding what is there.
pub const POWER: f64 = 0.8;
/// From this change on, relative to the baseline, a variant is a candidate.
pub const CANDIDATE: f64 = 0.05;
/// Below this change there is nothing to it.
pub const NOTHING: f64 = 0.02;
/// Stories below which there is no verdict.
pub const LEAST_STORIES: usize = 20;
/// Resamples and patterns of signs.
const ROUNDS: usize = 10_000;

/// What is to be done with a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Better by more than 5 % and significant: try it on more.
    Candidate,
    /// Less than 2 % either way, and even the far end of its interval is below 5 %: archive it.
    Archive,
    /// Worse and significant: look for the cause.
    Regression,
    /// Anything else: more stories would decide.
    Inconclusive,
    /// Fewer than 20 stories: no verdict.
    TooFewStories,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Archive => "archive",
            Self::Regression => "regression",
            Self::Inconclusive => "inconclusive",
            Self::TooFewStories => "too few stories",
        }
    }
}

/// A variant against the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The variant.
    pub variant: String,
    /// The baseline.
    pub baseline: String,
    /// Stories that both have a figure for.
    pub stories: usize,
    /// Mean of the baseline over them.
    pub baseline_mean: f64,
    /// Mean of the differences, variant less baseline.
    pub difference: f64,
    /// The same as a share of the baseline, positive where it is better; `None` for a baseline of 0.
    pub change: Option<f64>,
    /// 95 % interval of the mean difference: BCa from 40 stories on, else by t.
    pub interval: Option<Interval>,
    /// Probability by sign flips.
    pub p: Option<f64>,
    /// The same after Holm.
    pub p_adjusted: Option<f64>,
    /// Probability by the paired t test, to compare.
    pub p_t: Option<f64>,
    /// Probability by Wilcoxon's signed ranks (Pratt), to compare.
    pub p_wilcoxon: Option<f64>,
    /// Hedges' g.
    pub effect: Option<f64>,
    /// The least difference that so many stories find with a power of 80 %.
    pub least_effect: Option<f64>,
    /// Stories that would find a change of 5 % with that power.
    pub stories_needed: Option<usize>,
    /// Stories on which the variant was better, worse, and the same.
    pub wins: (usize, usize, usize),
    /// What is to be done with it.
    pub verdict: Verdict,
}

/// The figure of each story for one variant.
pub type Figures = BTreeMap<String, f64>;

/// Compares each variant with the baseline, which is the first. `higher`: whether more is better.
#[must_use]
pub fn compare(variants: &[(String, Figures)], higher: bool, seed: u64) -> Vec<Comparison> {
    let Some(((baseline, base), others)) = variants.split_first() else {
        return Vec::new();
    };
    let mut comparisons: Vec<Comparison> = others
        .iter()
        .map(|(variant, figures)| one(baseline, base, variant, figures, higher, seed))
        .collect();
    let known: Vec<f64> = comparisons.iter().filter_map(|comparison| comparison.p).collect();
    let mut adjusted = holm(&known).into_iter();
    for comparison in &mut comparisons {
        if comparison.p.is_some() {
            comparison.p_adjusted = adjusted.next();
        }
        comparison.verdict = verdict(comparison, higher);
    }
    comparisons
}

fn one(baseline: &str, base: &Figures, variant: &str, figures: &Figures, higher: bool, seed: u64) -> Comparison {
    let pairs: Vec<(f64, f64)> = base
        .iter()
        .filter_map(|(story, before)| Some((*before, *figures.get(story)?)))
        .collect();
    let before: Vec<f64> = pairs.iter().map(|(before, _)| *before).collect();
    let differences: Vec<f64> = pairs.iter().map(|(before, after)| after - before).collect();
    let baseline_mean = mean(&before).unwrap_or(0.0);
    let difference = mean(&differences).unwrap_or(0.0);
    let sign = if higher { 1.0 } else { -1.0 };
    let spread = deviation(&differences).unwrap_or(0.0);
    let test = paired_t(&differences, 1.0 - LEVEL);
    let count = |better: fn(f64) -> bool| differences.iter().filter(|value| better(**value * sign)).count();
    Comparison {
        variant: variant.to_owned(),
        baseline: baseline.to_owned(),
        stories: pairs.len(),
        baseline_mean,
        difference,
        change: (baseline_mean != 0.0).then(|| sign * difference / baseline_mean.abs()),
        interval: if pairs.len() >= bootstrap::LEAST_VALUES {
            bca(&differences, 1.0 - LEVEL, ROUNDS, seed)
        } else {
            test.map(|test| test.interval)
        },
        p: sign_flip(&differences, ROUNDS, seed),
        p_adjusted: None,
        p_t: test.map(|test| test.p),
        p_wilcoxon: wilcoxon(&differences, Zeros::Pratt).map(|ranks| ranks.p),
        effect: hedges_g(&differences),
        least_effect: least_effect(spread, pairs.len(), LEVEL, POWER),
        stories_needed: sample_size(CANDIDATE * baseline_mean.abs(), spread, LEVEL, POWER),
        wins: (
            count(|value| value > 0.0),
            count(|value| value < 0.0),
            count(|value| value == 0.0),
        ),
        verdict: Verdict::Inconclusive,
    }
}

/// What is to be done, by the figures of a comparison: its count, change, interval and adjusted probability.
#[must_use]
pub fn verdict(comparison: &Comparison, higher: bool) -> Verdict {
    if comparison.stories < LEAST_STORIES {
        return Verdict::TooFewStories;
    }
    let (Some(change), Some(p)) = (comparison.change, comparison.p_adjusted) else {
        return Verdict::Inconclusive;
    };
    // Without an interval all differences are the same: the change is exact.
    let farthest = comparison.interval.map_or(change, |interval| {
        let end = if higher { interval.high } else { -interval.low };
        end / comparison.baseline_mean.abs()
    });
    if p <= LEVEL && change > CANDIDATE {
        Verdict::Candidate
    } else if p <= LEVEL && change <= -NOTHING {
        Verdict::Regression
    } else if change.abs() < NOTHING && farthest < CANDIDATE {
        Verdict::Archive
    } else {
        Verdict::Inconclusive
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;
    use crate::statistics::random::Random;

    fn figures(values: impl IntoIterator<Item = f64>) -> Figures {
        values
            .into_iter()
            .enumerate()
            .map(|(place, value)| (format!("US-{place:03}"), value))
            .collect()
    }

    fn judged(base: Vec<f64>, other: Vec<f64>, higher: bool) -> Comparison {
        let variants = [("a".to_owned(), figures(base)), ("b".to_owned(), figures(other))];
        compare(&variants, higher, 1).remove(0)
    }

    /// Stories differ a lot, and each variant's figure differs a little from its story's.
    fn measured(random: &mut Random, stories: usize, lift: f64) -> (Vec<f64>, Vec<f64>) {
        let level: Vec<f64> = (0..stories).map(|_| 7.0 + random.normal()).collect();
        let base = level.iter().map(|level| level + 0.2 * random.normal()).collect();
        let other = level.iter().map(|level| level + lift + 0.2 * random.normal()).collect();
        (base, other)
    }

    #[test]
    fn each_verdict_has_its_case() {
        let mut random = Random::seeded(5);
        let mut with = |stories, lift| measured(&mut random, stories, lift);
        let (base, other) = with(60, 0.7);
        assert_eq!(judged(base.clone(), other.clone(), true).verdict, Verdict::Candidate);
        assert_eq!(
            judged(base, other, false).verdict,
            Verdict::Regression,
            "less would be better"
        );
        let (base, other) = with(60, 0.0);
        assert_eq!(judged(base, other, true).verdict, Verdict::Archive);
        let (base, other) = with(60, 0.22);
        assert_eq!(
            judged(base, other, true).verdict,
            Verdict::Inconclusive,
            "significant, and 3 % alone"
        );
        let (base, other) = with(19, 2.0);
        assert_eq!(judged(base, other, true).verdict, Verdict::TooFewStories);
        let same = judged(vec![8.0; 30], vec![8.0; 30], true);
        assert_eq!(
            (same.verdict, same.p, same.wins),
            (Verdict::Archive, Some(1.0), (0, 0, 30))
        );
    }

    #[test]
    fn only_stories_that_both_have_count_and_several_variants_are_held_to_more() {
        let base = figures((0..30).map(f64::from));
        let mut short = figures((0..25).map(|value| f64::from(value) + 1.0));
        short.insert("elsewhere".to_owned(), 900.0);
        let variants = [
            ("a".to_owned(), base.clone()),
            ("b".to_owned(), short),
            ("c".to_owned(), base),
        ];
        let compared = compare(&variants, true, 1);
        assert_eq!((compared[0].stories, compared[0].wins), (25, (25, 0, 0)));
        assert_eq!(compared[0].p_adjusted, compared[0].p.map(|p| 2.0 * p));
        assert_eq!(compare(&[], true, 1), []);
    }

    /// Of 1,000 repetitions without a difference, about 50 are called significant; with the difference that so many stories
    /// find with a power of 80 %, about 800.
    #[test]
    fn chance_is_called_significant_as_often_as_the_level_says_and_a_true_effect_is_found() {
        let (stories, repetitions) = (40, 1_000);
        let spread = (2.0_f64 * 0.2 * 0.2).sqrt();
        let effect = least_effect(spread, stories, LEVEL, POWER).unwrap();
        let mut random = Random::seeded(2_026);
        let mut significant = |lift: f64| {
            (0..repetitions)
                .filter(|repetition| {
                    let (base, other) = measured(&mut random, stories, lift);
                    let differences: Vec<f64> = base.iter().zip(other).map(|(before, after)| after - before).collect();
                    sign_flip(&differences, 399, *repetition).unwrap() <= LEVEL
                })
                .count()
        };
        let false_finds = significant(0.0);
        assert!(
            (36..=66).contains(&false_finds),
            "{false_finds} of 1,000; 50 are meant, 2.3 deviations either way"
        );
        let found = significant(effect);
        assert!(
            (760..=830).contains(&found),
            "{found} of 1,000; 800 are meant, less for the t and the few patterns"
        );
    }
}
