//! Many comparisons at once: probabilities adjusted so that a level still means what it says.

/// Order of probabilities, least first.
fn order(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    order
}

/// Holm's step-down: bounds the probability of even one false find.
#[must_use]
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p.len()];
    let mut most: f64 = 0.0;
    for (step, place) in order(p).into_iter().enumerate() {
        most = most.max((p.len() - step) as f64 * p[place]).min(1.0);
        adjusted[place] = most;
    }
    adjusted
}

/// Benjamini and Hochberg's step-up: bounds the share of false finds among the finds.
#[must_use]
pub fn benjamini_hochberg(p: &[f64]) -> Vec<f64> {
    let mut adjusted = vec![0.0; p.len()];
    let mut least: f64 = 1.0;
    for (step, place) in order(p).into_iter().enumerate().rev() {
        least = least.min(p.len() as f64 / (step + 1) as f64 * p[place]);
        adjusted[place] = least;
    }
    adjusted
}
