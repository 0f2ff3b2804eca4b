//! Ranks: Wilcoxon's signed-rank test, with the normal approximation, corrected for ties, without a continuity correction,
//! and Spearman's correlation.

use super::normal_cdf;

/// What becomes of differences of zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zeros {
    /// They are left out first, as Wilcoxon did.
    Dropped,
    /// They are ranked with the others and their ranks are left out, as Pratt proposed.
    Pratt,
}

/// What the test says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignedRanks {
    /// The smaller sum of ranks.
    pub w: f64,
    /// Two-sided probability.
    pub p: f64,
}

/// Ranks from 1, the mean rank for equal values, in the order of the values.
#[must_use]
pub fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![0.0; values.len()];
    let mut first = 0;
    while first < order.len() {
        let mut end = first + 1;
        while end < order.len() && values[order[end]] == values[order[first]] {
            end += 1;
        }
        for &place in &order[first..end] {
            ranks[place] = (first + 1 + end) as f64 / 2.0;
        }
        first = end;
    }
    ranks
}

/// Spearman's correlation of pairs: that of their ranks, from -1 to 1. `None` for fewer than two, and where one side is the
/// same throughout.
#[must_use]
pub fn spearman(pairs: &[(f64, f64)]) -> Option<f64> {
    let (one, other): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
    // The mean of ranks, ties or not.
    let middle = (pairs.len() as f64 + 1.0) / 2.0;
    let from_middle = |values: &[f64]| -> Vec<f64> { ranks(values).into_iter().map(|rank| rank - middle).collect() };
    let (one, other) = (from_middle(&one), from_middle(&other));
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    let spread = (product(&one, &one) * product(&other, &other)).sqrt();
    (spread > 0.0).then(|| product(&one, &other) / spread)
}

/// The test over differences; `None` where nothing differs.
#[must_use]
pub fn wilcoxon(differences: &[f64], zeros: Zeros) -> Option<SignedRanks> {
    let kept: Vec<f64> = differences
        .iter()
        .copied()
        .filter(|value| zeros == Zeros::Pratt || *value != 0.0)
        .collect();
    let sizes: Vec<f64> = kept.iter().map(|value| value.abs()).collect();
    let ranked: Vec<(f64, f64)> = ranks(&sizes)
        .into_iter()
        .zip(kept.iter().copied())
        .filter(|(_, value)| *value != 0.0)
        .collect();
    if ranked.is_empty() {
        return None;
    }
    let sum = |up: bool| -> f64 {
        ranked
            .iter()
            .filter(|(_, value)| (*value > 0.0) == up)
            .map(|(rank, _)| rank)
            .sum()
    };
    let w = sum(true).min(sum(false));
    let (all, none) = (kept.len() as f64, (kept.len() - ranked.len()) as f64);
    let center = (all * (all + 1.0) - none * (none + 1.0)) / 4.0;
    let cubes = |count: f64| count * (count + 1.0) * (2.0 * count + 1.0);
    let mut only: Vec<f64> = ranked.iter().map(|(rank, _)| *rank).collect();
    only.sort_by(f64::total_cmp);
    let ties: f64 = only
        .chunk_by(|a, b| a == b)
        .map(|tied| (tied.len() as f64).powi(3) - tied.len() as f64)
        .sum();
    let variance = (cubes(all) - cubes(none) - ties / 2.0) / 24.0;
    if variance <= 0.0 {
        return None;
    }
    let z = (w - center) / variance.sqrt();
    Some(SignedRanks {
        w,
        p: (2.0 * normal_cdf(-z.abs())).min(1.0),
    })
}
