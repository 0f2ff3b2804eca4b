//! Looking at a running experiment at any time without fooling oneself: an interval that holds at all times at once
//! (a normal mixture; Waudby-Smith and others, "Time-uniform central limit theory").

/// What the mixture is tuned for: it is narrowest after about so many observations.
pub const TUNED_FOR: f64 = 100.0;

/// The margin around the running mean of `count` differences with this variance that holds at every time at once with
/// probability `1 − level`; `None` without observations or spread.
#[must_use]
pub fn margin(count: u64, variance: f64, level: f64) -> Option<f64> {
    if count == 0 || variance <= 0.0 || !(0.0..1.0).contains(&level) || level <= 0.0 {
        return None;
    }
    let doubled = -2.0 * level.ln();
    let width = (doubled + doubled.ln() + 1.0) / TUNED_FOR;
    let count = count as f64;
    let grown = count * variance * width + 1.0;
    Some((grown / (count * count * width) * (grown / (level * level)).ln()).sqrt())
}
