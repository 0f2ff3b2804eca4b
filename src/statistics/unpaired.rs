//! Two groups that have nothing in common but the question, such as the units of two variants of an online experiment; and
//! whether counts are those that were meant.

use super::random::Random;
use super::sample::{deviation, mean, quantile};
use super::{Interval, normal_cdf, normal_quantile};
use statrs::distribution::{ChiSquared, ContinuousCDF as _, StudentsT};

/// What Welch's t test says of the difference of two means, second less first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// The difference.
    pub difference: f64,
    /// In standard errors.
    pub t: f64,
    /// Degrees of freedom (Welch-Satterthwaite).
    pub freedom: f64,
    /// Two-sided probability.
    pub p: f64,
    /// Interval of the difference.
    pub interval: Interval,
}

/// Welch's t test, which assumes no equal spreads. `None` for fewer than two values in a group, or no spread in either.
#[must_use]
pub fn welch(first: &[f64], second: &[f64], confidence: f64) -> Option<Welch> {
    let part = |values: &[f64]| Some(deviation(values)?.powi(2) / values.len() as f64);
    let (one, other) = (part(first)?, part(second)?);
    let error = (one + other).sqrt();
    if error <= 0.0 {
        return None;
    }
    let difference = mean(second)? - mean(first)?;
    let freedom = (one + other).powi(2)
        / (one.powi(2) / (first.len() as f64 - 1.0) + other.powi(2) / (second.len() as f64 - 1.0));
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?;
    let t = difference / error;
    let reach = student.inverse_cdf(0.5 + confidence / 2.0) * error;
    Some(Welch {
        difference,
        t,
        freedom,
        p: 2.0 * student.cdf(-t.abs()),
        interval: Interval {
            low: difference - reach,
            high: difference + reach,
        },
    })
}

/// The BCa interval of the difference of two means, second less first, each group resampled by itself. `None` for fewer
/// than two values in a group, or no spread in either.
#[must_use]
pub fn bca_difference(first: &[f64], second: &[f64], confidence: f64, rounds: usize, seed: u64) -> Option<Interval> {
    let estimate = mean(second)? - mean(first)?;
    let even = |values: &[f64]| values.iter().all(|value| *value == values[0]);
    if first.len() < 2 || second.len() < 2 || rounds == 0 || even(first) && even(second) {
        return None;
    }
    let mut random = Random::seeded(seed);
    let mut drawn = |values: &[f64]| -> f64 {
        (0..values.len())
            .map(|_| values[random.below(values.len())])
            .sum::<f64>()
            / values.len() as f64
    };
    let mut differences: Vec<f64> = (0..rounds).map(|_| drawn(second) - drawn(first)).collect();
    differences.sort_by(f64::total_cmp);
    let below = differences.iter().filter(|one| **one < estimate).count() as f64;
    let ties = differences.iter().filter(|one| **one == estimate).count() as f64;
    let least = 0.5 / rounds as f64;
    let bias = normal_quantile(((below + ties / 2.0) / rounds as f64).clamp(least, 1.0 - least));
    // Influence of each value on the difference, by leaving it out.
    let influence = |values: &[f64], sign: f64| -> Vec<f64> {
        let count = values.len() as f64;
        let center = values.iter().sum::<f64>() / count;
        values.iter().map(|value| sign * (value - center) / count).collect()
    };
    let all: Vec<f64> = influence(first, -1.0)
        .into_iter()
        .chain(influence(second, 1.0))
        .collect();
    let power = |exponent: i32| -> f64 { all.iter().map(|one| one.powi(exponent)).sum() };
    let skew = power(3) / (6.0 * power(2).powf(1.5));
    let shifted = |z: f64| normal_cdf(bias + (bias + z) / (1.0 - skew * (bias + z)));
    let z = normal_quantile(0.5 + confidence / 2.0);
    Some(Interval {
        low: quantile(&differences, shifted(-z))?,
        high: quantile(&differences, shifted(z))?,
    })
}

/// Pearson's chi-square: the probability of counts at least as far from what was expected; `None` for fewer than two
/// counts, lists of different lengths, or something expected that is not above 0.
#[must_use]
pub fn chi_square(seen: &[u64], expected: &[f64]) -> Option<f64> {
    if seen.len() < 2 || seen.len() != expected.len() || expected.iter().any(|count| *count <= 0.0) {
        return None;
    }
    let statistic: f64 = seen
        .iter()
        .zip(expected)
        .map(|(seen, expected)| (*seen as f64 - expected).powi(2) / expected)
        .sum();
    if !statistic.is_finite() {
        return Some(0.0);
    }
    let chi = ChiSquared::new(seen.len() as f64 - 1.0).ok()?;
    Some(1.0 - chi.cdf(statistic))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn near(one: f64, other: f64) {
        assert!((one - other).abs() < 1e-6, "{one} is not {other}");
    }

    /// By SciPy 1.17: ttest_ind(equal_var=False), chisquare.
    #[test]
    fn figures_are_those_of_another_program() {
        let test = welch(&[1.0, 2.0, 3.0, 4.0, 5.0], &[2.0, 4.0, 6.0, 8.0], 0.95).unwrap();
        near(test.difference, 2.0);
        near(test.t, 1.358_732_440_973_513_7);
        near(test.freedom, 4.749_414_519_906_323);
        near(test.p, 0.235_194_111_389_405_57);
        near(test.interval.low, -1.844_636_383_940_09);
        near(
            chi_square(&[480, 520], &[500.0, 500.0]).unwrap(),
            0.205_903_210_732_068_35,
        );
        near(
            chi_square(&[10, 20, 30], &[20.0, 20.0, 20.0]).unwrap(),
            0.006_737_946_999_085_468,
        );
    }

    #[test]
    fn what_has_no_spread_or_nothing_expected_has_no_figure() {
        assert_eq!(welch(&[1.0, 1.0], &[2.0, 2.0], 0.95), None);
        assert_eq!(welch(&[1.0], &[2.0, 3.0], 0.95), None);
        assert_eq!(bca_difference(&[1.0, 1.0], &[2.0, 2.0], 0.95, 100, 1), None);
        assert_eq!(chi_square(&[1], &[1.0]), None);
        assert_eq!(chi_square(&[1, 2], &[0.0, 3.0]), None);
    }

    #[test]
    fn the_interval_holds_the_true_difference_about_as_often_as_it_says() {
        let mut random = Random::seeded(11);
        let held = (0..200)
            .filter(|round| {
                let first: Vec<f64> = (0..50).map(|_| random.unit().powi(2)).collect();
                let second: Vec<f64> = (0..60).map(|_| random.unit().powi(2) + 0.3).collect();
                bca_difference(&first, &second, 0.95, 400, *round).unwrap().holds(0.3)
            })
            .count();
        assert!((180..=199).contains(&held), "{held} of 200");
    }
}
