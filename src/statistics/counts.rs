//! Shares, and pairs of yes and no.

use super::{Interval, normal_quantile};
use statrs::distribution::{Binomial, Discrete as _, DiscreteCDF as _};

/// Wilson's interval of a share; `None` for nothing counted.
#[must_use]
pub fn wilson(hits: u64, of: u64, confidence: f64) -> Option<Interval> {
    if of == 0 {
        return None;
    }
    let z = normal_quantile(0.5 + confidence / 2.0);
    let (count, share) = (of as f64, hits as f64 / of as f64);
    let scale = 1.0 + z * z / count;
    let center = (share + z * z / (2.0 * count)) / scale;
    let reach = z * (share * (1.0 - share) / count + z * z / (4.0 * count * count)).sqrt() / scale;
    Some(Interval {
        low: (center - reach).max(0.0),
        high: (center + reach).min(1.0),
    })
}

/// What McNemar's test says of pairs that fell out differently.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct McNemar {
    /// Exact two-sided probability.
    pub exact: f64,
    /// The mid-p variant, which is less timid.
    pub mid_p: f64,
}

/// McNemar's test: in `first` pairs only the first said yes, in `second` only the second. 1 where no pair differs.
#[must_use]
pub fn mcnemar(first: u64, second: u64) -> McNemar {
    let (least, all) = (first.min(second), first + second);
    let Ok(coin) = Binomial::new(0.5, all) else {
        return McNemar { exact: 1.0, mid_p: 1.0 };
    };
    if all == 0 {
        return McNemar { exact: 1.0, mid_p: 1.0 };
    }
    let tail = 2.0 * coin.cdf(least);
    let mid = if first == second { 1.0 } else { tail - coin.pmf(least) };
    McNemar {
        exact: tail.min(1.0),
        mid_p: mid.min(1.0),
    }
}
