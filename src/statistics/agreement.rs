//! How far raters agree, beyond what chance would give. All coefficients are 1 for full agreement and 0 for chance;
//! `None` where nothing was rated twice or only one category was ever used.

/// How far apart two categories are for a coefficient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// The same or not.
    Nominal,
    /// By the distance of their numbers.
    Linear,
    /// By its square.
    Quadratic,
}

impl Weights {
    fn of(self, one: usize, other: usize, categories: usize) -> f64 {
        let apart = one.abs_diff(other) as f64 / (categories.max(2) - 1) as f64;
        match self {
            Self::Nominal => f64::from(u8::from(one != other)),
            Self::Linear => apart,
            Self::Quadratic => apart * apart,
        }
    }
}

/// Cohen's kappa of two raters. Ratings are `0..categories`; pairs beyond are left out.
#[must_use]
pub fn cohen_kappa(pairs: &[(usize, usize)], categories: usize, weights: Weights) -> Option<f64> {
    let pairs: Vec<&(usize, usize)> = pairs
        .iter()
        .filter(|(a, b)| *a < categories && *b < categories)
        .collect();
    let count = pairs.len() as f64;
    let share = |rater: fn(&(usize, usize)) -> usize| -> Vec<f64> {
        (0..categories)
            .map(|category| pairs.iter().filter(|pair| rater(pair) == category).count() as f64 / count)
            .collect()
    };
    let (first, second) = (share(|pair| pair.0), share(|pair| pair.1));
    let seen: f64 = pairs.iter().map(|(a, b)| weights.of(*a, *b, categories)).sum::<f64>() / count;
    let expected: f64 = (0..categories)
        .flat_map(|a| (0..categories).map(move |b| (a, b)))
        .map(|(a, b)| weights.of(a, b, categories) * first[a] * second[b])
        .sum();
    (count > 0.0 && expected > 0.0).then(|| 1.0 - seen / expected)
}

/// How far apart two values are for Krippendorff's alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The same or not.
    Nominal,
    /// By how many ratings lie between them.
    Ordinal,
    /// By the square of their difference.
    Interval,
}

/// Krippendorff's alpha. `units[u]` has the ratings of one unit by any number of raters, each `0..categories`; a unit with
/// fewer than two counts for nothing.
#[must_use]
pub fn krippendorff_alpha(units: &[Vec<usize>], categories: usize, scale: Scale) -> Option<f64> {
    let mut together = vec![vec![0.0; categories]; categories];
    for unit in units {
        let unit: Vec<usize> = unit.iter().copied().filter(|rating| *rating < categories).collect();
        if unit.len() < 2 {
            continue;
        }
        let weight = 1.0 / (unit.len() - 1) as f64;
        for (i, one) in unit.iter().enumerate() {
            for (j, other) in unit.iter().enumerate() {
                if i != j {
                    together[*one][*other] += weight;
                }
            }
        }
    }
    let totals: Vec<f64> = together.iter().map(|row| row.iter().sum()).collect();
    let all: f64 = totals.iter().sum();
    let apart = |one: usize, other: usize| -> f64 {
        let (low, high) = (one.min(other), one.max(other));
        match scale {
            Scale::Nominal => f64::from(u8::from(low != high)),
            Scale::Interval => (high - low).pow(2) as f64,
            Scale::Ordinal if low == high => 0.0,
            Scale::Ordinal => {
                let between: f64 = totals[low..=high].iter().sum();
                (between - (totals[low] + totals[high]) / 2.0).powi(2)
            }
        }
    };
    let every = || (0..categories).flat_map(|a| (0..categories).map(move |b| (a, b)));
    let seen: f64 = every().map(|(a, b)| together[a][b] * apart(a, b)).sum::<f64>() / all;
    let expected: f64 = every().map(|(a, b)| totals[a] * totals[b] * apart(a, b)).sum::<f64>() / (all * (all - 1.0));
    (all > 1.0 && expected > 0.0).then(|| 1.0 - seen / expected)
}

/// Fleiss' kappa. `table[u][c]` says how many raters put unit `u` into category `c`; every unit has as many raters.
#[must_use]
pub fn fleiss_kappa(table: &[Vec<u32>]) -> Option<f64> {
    let (seen, shares) = fleiss_parts(table)?;
    let expected: f64 = shares.iter().map(|share| share * share).sum();
    (expected < 1.0).then(|| (seen - expected) / (1.0 - expected))
}

/// Gwet's AC1, which stays sensible where nearly all ratings are the same. The table is that of [`fleiss_kappa`].
#[must_use]
pub fn gwet_ac1(table: &[Vec<u32>]) -> Option<f64> {
    let (seen, shares) = fleiss_parts(table)?;
    let categories = shares.len();
    if categories < 2 {
        return None;
    }
    let expected: f64 = shares.iter().map(|share| share * (1.0 - share)).sum::<f64>() / (categories - 1) as f64;
    (expected < 1.0).then(|| (seen - expected) / (1.0 - expected))
}

/// The share of agreeing pairs of raters, and the share of each category.
fn fleiss_parts(table: &[Vec<u32>]) -> Option<(f64, Vec<f64>)> {
    let raters: u32 = table.first()?.iter().sum();
    let categories = table.first()?.len();
    let even = |row: &Vec<u32>| row.len() == categories && row.iter().sum::<u32>() == raters;
    if raters < 2 || !table.iter().all(even) {
        return None;
    }
    let (raters, units) = (f64::from(raters), table.len() as f64);
    let agreeing = |row: &Vec<u32>| {
        let squares: f64 = row.iter().map(|count| f64::from(*count).powi(2)).sum();
        (squares - raters) / (raters * (raters - 1.0))
    };
    let seen = table.iter().map(agreeing).sum::<f64>() / units;
    let shares = (0..categories)
        .map(|category| table.iter().map(|row| f64::from(row[category])).sum::<f64>() / (units * raters))
        .collect();
    Some((seen, shares))
}
