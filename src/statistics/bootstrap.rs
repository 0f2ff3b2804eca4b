//! Intervals by resampling, corrected for bias and skew (BCa, Efron 1987).

use super::random::Random;
use super::sample::{mean, quantile};
use super::{Interval, normal_cdf, normal_quantile};

/// Values from which on the interval is worth its name.
pub const LEAST_VALUES: usize = 40;

/// The BCa interval of the mean, from `rounds` seeded resamples. `None` for fewer than two values or values that are all
/// the same. Below [`LEAST_VALUES`] it is too narrow; callers say so.
#[must_use]
pub fn bca(values: &[f64], confidence: f64, rounds: usize, seed: u64) -> Option<Interval> {
    let estimate = mean(values)?;
    if values.len() < 2 || rounds == 0 || values.iter().all(|value| *value == values[0]) {
        return None;
    }
    let mut random = Random::seeded(seed);
    let mut means: Vec<f64> = (0..rounds)
        .map(|_| {
            (0..values.len())
                .map(|_| values[random.below(values.len())])
                .sum::<f64>()
                / values.len() as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let below = means.iter().filter(|mean| **mean < estimate).count() as f64;
    let ties = means.iter().filter(|mean| **mean == estimate).count() as f64;
    let bias =
        normal_quantile(((below + ties / 2.0) / rounds as f64).clamp(0.5 / rounds as f64, 1.0 - 0.5 / rounds as f64));
    let skew = acceleration(values)?;
    let shifted = |z: f64| normal_cdf(bias + (bias + z) / (1.0 - skew * (bias + z)));
    let z = normal_quantile(0.5 + confidence / 2.0);
    Some(Interval {
        low: quantile(&means, shifted(-z))?,
        high: quantile(&means, shifted(z))?,
    })
}

/// How the spread of the mean changes with it, from leaving out each value once.
fn acceleration(values: &[f64]) -> Option<f64> {
    let count = values.len() as f64;
    let total: f64 = values.iter().sum();
    let left_out: Vec<f64> = values.iter().map(|value| (total - value) / (count - 1.0)).collect();
    let center = mean(&left_out)?;
    let power = |exponent: i32| -> f64 { left_out.iter().map(|one| (center - one).powi(exponent)).sum() };
    let squares = power(2);
    (squares > 0.0).then(|| power(3) / (6.0 * squares.powf(1.5)))
}
