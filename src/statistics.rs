//! The statistics that evaluation and experiments rest on: pure functions over numbers, no I/O, no clock, seeded chance.
//!
//! `None` means that the figure does not exist for these numbers (too few of them, no spread), never that something went
//! wrong. Every function is checked against known figures here, and against SciPy by `tests/peers/statistics.py`.
//!
//! - `sample`: mean, deviation, quantiles, and from how many values on a percentile may be believed
//! - `paired`: t, sign flips, effect size, least effect and least sample, equivalence
//! - `unpaired`: two groups (Welch, BCa of a difference), and whether counts are those that were meant (chi-square)
//! - `ranks`: Wilcoxon's signed ranks, Spearman's correlation
//! - `counts`: shares and paired yes/no (Wilson, McNemar)
//! - `bootstrap`: intervals without a distribution (BCa)
//! - `several`: many comparisons at once (Holm, Benjamini-Hochberg)
//! - `agreement`: how far raters agree
//! - `assignment`: who belongs to whom
//! - `sequence`: looking at any time without fooling oneself
//! - `random`: the seeded generator behind all of them

pub mod sample;
pub mod paired;
pub mod unpaired;
pub mod ranks;
pub mod counts;
pub mod bootstrap;
pub mod several;
pub mod agreement;
pub mod assignment;
pub mod sequence;
pub mod random;

/// An interval that holds the true value with a stated confidence.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies in it, its ends included.
    #[must_use]
    pub fn holds(&self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }
}

/// The quantile of the standard normal distribution.
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    use statrs::distribution::{ContinuousCDF as _, Normal};
    Normal::standard().inverse_cdf(probability.clamp(0.0, 1.0))
}

/// The distribution function of the standard normal distribution.
#[must_use]
pub fn normal_cdf(value: f64) -> f64 {
    use statrs::distribution::{ContinuousCDF as _, Normal};
    Normal::standard().cdf(value)
}

#[cfg(test)]
mod tests;
