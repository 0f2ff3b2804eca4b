//! What a sample says of itself.

use serde::{Deserialize, Serialize};

/// The mean; `None` for no values.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The standard deviation of the sample (n − 1); `None` for fewer than two values.
#[must_use]
pub fn deviation(values: &[f64]) -> Option<f64> {
    let mean = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let deviation = (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())?;
    // Values that differ in their last digits alone are the same: what is divided by their spread would be nonsense.
    let size = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    Some(if deviation <= 1e-12 * size { 0.0 } else { deviation })
}

/// A quantile of sorted values, interpolated as R's type 7 and NumPy do; `None` for no values.
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share.clamp(0.0, 1.0) * last as f64;
    let (below, part) = (place.floor() as usize, place.fract());
    let low = *sorted.get(below)?;
    let high = *sorted.get((below + 1).min(last))?;
    Some(low + part * (high - low))
}

/// How many values a percentile needs so that the largest of them lies beyond it in 19 of 20 samples: 59 for P95, 299
/// for P99. Below that the sample's own percentile is little more than its maximum.
#[must_use]
pub fn values_needed(share: f64) -> usize {
    let share = share.clamp(0.0, 0.999_999);
    if share <= 0.0 {
        return 1;
    }
    (0.05_f64.ln() / share.ln()).ceil() as usize
}

/// The figures of a sample, as latencies are reported.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// How many values.
    pub count: usize,
    /// Mean.
    pub mean: f64,
    /// Standard deviation; 0 for one value.
    pub deviation: f64,
    /// Least.
    pub min: f64,
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 95th percentile.
    pub p95: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Greatest.
    pub max: f64,
}

impl Spread {
    /// The figures; `None` for no values.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |share| quantile(&sorted, share);
        Some(Self {
            count: sorted.len(),
            mean: mean(&sorted)?,
            deviation: deviation(&sorted).unwrap_or(0.0),
            min: *sorted.first()?,
            p50: at(0.5)?,
            p90: at(0.9)?,
            p95: at(0.95)?,
            p99: at(0.99)?,
            max: *sorted.last()?,
        })
    }
}
