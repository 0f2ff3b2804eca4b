//! Two measurements of the same things: the differences `b − a`, one for each story.

use super::random::Random;
use super::sample::{deviation, mean};
use super::{Interval, normal_quantile};
use statrs::distribution::{ContinuousCDF as _, StudentsT};

/// What a paired t test says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedT {
    /// Mean of the differences.
    pub mean: f64,
    /// Their standard deviation.
    pub deviation: f64,
    /// The statistic.
    pub t: f64,
    /// Two-sided probability of such a mean or a farther one if there were no difference.
    pub p: f64,
    /// Interval of the mean.
    pub interval: Interval,
}

fn student(count: usize) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, count.checked_sub(1)? as f64).ok()
}

/// The paired t test; `None` for fewer than two differences or for differences that are all the same.
#[must_use]
pub fn paired_t(differences: &[f64], confidence: f64) -> Option<PairedT> {
    let (center, spread) = (mean(differences)?, deviation(differences)?);
    if spread <= 0.0 {
        return None;
    }
    let distribution = student(differences.len())?;
    let error = spread / (differences.len() as f64).sqrt();
    let t = center / error;
    let reach = distribution.inverse_cdf(0.5 + confidence / 2.0) * error;
    Some(PairedT {
        mean: center,
        deviation: spread,
        t,
        p: (2.0 * distribution.cdf(-t.abs())).min(1.0),
        interval: Interval {
            low: center - reach,
            high: center + reach,
        },
    })
}

/// Differences that are not zero up to which every pattern of signs is tried.
const EXACT: usize = 16;

/// The two-sided probability that random signs give a mean as far from 0: exact up to 16 differences that are not zero,
/// else from `rounds` seeded patterns. `None` for no differences; 1 where all are zero.
#[must_use]
pub fn sign_flip(differences: &[f64], rounds: usize, seed: u64) -> Option<f64> {
    if differences.is_empty() {
        return None;
    }
    let moved: Vec<f64> = differences.iter().copied().filter(|value| *value != 0.0).collect();
    let seen = moved.iter().sum::<f64>().abs();
    // Sums of the same numbers in another order differ in their last digits.
    let least = seen - 1e-9 * moved.iter().map(|value| value.abs()).sum::<f64>();
    if moved.len() <= EXACT {
        let patterns = 1_u32 << moved.len();
        let as_far = (0..patterns)
            .filter(|pattern| {
                let sum: f64 = moved
                    .iter()
                    .enumerate()
                    .map(|(place, value)| if pattern >> place & 1 == 1 { *value } else { -value })
                    .sum();
                sum.abs() >= least
            })
            .count();
        return Some(as_far as f64 / f64::from(patterns));
    }
    let mut random = Random::seeded(seed);
    let mut as_far = 0_usize;
    for _ in 0..rounds {
        let (mut sum, mut bits) = (0.0, 0_u64);
        for (place, value) in moved.iter().enumerate() {
            if place % 64 == 0 {
                bits = random.bits();
            }
            sum += if bits & 1 == 1 { *value } else { -value };
            bits >>= 1;
        }
        as_far += usize::from(sum.abs() >= least);
    }
    Some((1 + as_far) as f64 / (rounds + 1) as f64)
}

/// Hedges' g of paired differences: the mean in deviations, corrected for small samples. 0.2 is small, 0.8 large.
#[must_use]
pub fn hedges_g(differences: &[f64]) -> Option<f64> {
    let spread = deviation(differences)?;
    let degrees = (differences.len() - 1) as f64;
    (spread > 0.0).then_some(())?;
    Some(mean(differences)? / spread * (1.0 - 3.0 / (4.0 * degrees - 1.0)))
}

/// The factor `z(1 − α/2) + z(power)`: 2.80 for a level of 5 % and a power of 80 %.
#[must_use]
pub fn reach(level: f64, power: f64) -> f64 {
    normal_quantile(1.0 - level / 2.0) + normal_quantile(power)
}

/// The least true mean difference that so many pairs would find with this power.
#[must_use]
pub fn least_effect(deviation: f64, pairs: usize, level: f64, power: f64) -> Option<f64> {
    (pairs > 0).then(|| reach(level, power) * deviation / (pairs as f64).sqrt())
}

/// How many pairs find a true mean difference of this size with this power; `None` for no effect. Two are needed at
/// least for any test.
#[must_use]
pub fn sample_size(effect: f64, deviation: f64, level: f64, power: f64) -> Option<usize> {
    let needed = (reach(level, power) * deviation / effect).powi(2).ceil();
    (effect != 0.0 && needed.is_finite()).then(|| (needed as usize).max(2))
}

/// Two one-sided tests: the probability of such a mean if the true one lay outside of `± margin`. At or below the level,
/// the two are equivalent within the margin.
#[must_use]
pub fn equivalence(differences: &[f64], margin: f64) -> Option<f64> {
    let (center, spread) = (mean(differences)?, deviation(differences)?);
    let error = spread / (differences.len() as f64).sqrt();
    if error <= 0.0 {
        return None;
    }
    let distribution = student(differences.len())?;
    let above_low = 1.0 - distribution.cdf((center + margin) / error);
    let below_high = distribution.cdf((center - margin) / error);
    Some(above_low.max(below_high))
}
