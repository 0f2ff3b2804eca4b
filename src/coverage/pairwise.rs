//! Pairwise combination: the fewest rows that a greedy search finds in which every pair of values of two parameters
//! stands together at least once.
//!
//! The algorithm is the greedy one-row-at-a-time search of AETG with a single, deterministic candidate a row: a row is
//! seeded with the first pair that no row has yet; every other parameter then takes the value that covers most open pairs
//! with the values already in the row, the smallest index on a tie. Each row covers at least its seed, so the search ends
//! and every pair is covered; no claim is made that the number of rows is the least possible.
//!
//! What it refuses: constraints between parameters. Callers pass independent parameters only.

/// Rows of value indexes, one index a parameter, for parameters with `sizes[i]` values each.
///
/// A parameter without values is left out of the search and has index 0 in every row. Fewer than two parameters with
/// values give one row for each value.
#[must_use]
pub fn rows(sizes: &[usize]) -> Vec<Vec<usize>> {
    let used: Vec<usize> = (0..sizes.len()).filter(|parameter| sizes[*parameter] > 0).collect();
    match used.as_slice() {
        [] => return Vec::new(),
        [only] => {
            return (0..sizes[*only])
                .map(|value| {
                    (0..sizes.len())
                        .map(|parameter| if parameter == *only { value } else { 0 })
                        .collect()
                })
                .collect();
        }
        _ => {}
    }
    let mut open = OpenPairs::new(sizes, &used);
    let mut rows = Vec::new();
    while let Some(((first, first_value), (second, second_value))) = open.first() {
        let mut row: Vec<Option<usize>> = vec![None; sizes.len()];
        row[first] = Some(first_value);
        row[second] = Some(second_value);
        for &parameter in &used {
            if row[parameter].is_none() {
                row[parameter] = Some(open.best_value(parameter, sizes[parameter], &row));
            }
        }
        open.close(&row);
        rows.push(row.into_iter().map(Option::unwrap_or_default).collect());
    }
    rows
}

/// A parameter with one of its values.
type Choice = (usize, usize);

/// Pairs that no row has yet, in a fixed order.
struct OpenPairs {
    pairs: std::collections::BTreeSet<(Choice, Choice)>,
}

impl OpenPairs {
    fn new(sizes: &[usize], used: &[usize]) -> Self {
        let mut pairs = std::collections::BTreeSet::new();
        for (place, &first) in used.iter().enumerate() {
            for &second in &used[place + 1..] {
                for a in 0..sizes[first] {
                    pairs.extend((0..sizes[second]).map(|b| ((first, a), (second, b))));
                }
            }
        }
        Self { pairs }
    }

    fn first(&self) -> Option<(Choice, Choice)> {
        self.pairs.first().copied()
    }

    fn best_value(&self, parameter: usize, size: usize, row: &[Option<usize>]) -> usize {
        let gain = |value: usize| {
            row.iter()
                .enumerate()
                .filter(|(other, known)| {
                    known.is_some_and(|known| self.pairs.contains(&pair((*other, known), (parameter, value))))
                })
                .count()
        };
        (0..size).rev().max_by_key(|value| gain(*value)).unwrap_or_default()
    }

    fn close(&mut self, row: &[Option<usize>]) {
        for (first, a) in row.iter().enumerate() {
            for (second, b) in row.iter().enumerate().skip(first + 1) {
                if let (Some(a), Some(b)) = (a, b) {
                    self.pairs.remove(&((first, *a), (second, *b)));
                }
            }
        }
    }
}

fn pair(one: Choice, other: Choice) -> (Choice, Choice) {
    if one.0 < other.0 { (one, other) } else { (other, one) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn covers_every_pair(sizes: &[usize], rows: &[Vec<usize>]) -> bool {
        (0..sizes.len()).all(|first| {
            (first + 1..sizes.len()).all(|second| {
                (0..sizes[first])
                    .all(|a| (0..sizes[second]).all(|b| rows.iter().any(|row| row[first] == a && row[second] == b)))
            })
        })
    }

    #[test]
    fn small_sets_stay_small() {
        assert_eq!(rows(&[]), Vec::<Vec<usize>>::new());
        assert_eq!(rows(&[3]), [[0], [1], [2]]);
        assert_eq!(rows(&[2, 2, 2]).len(), 4);
        assert!(rows(&[3, 3, 3]).len() <= 10);
        assert_eq!(rows(&[3, 2, 2]).len(), 6);
        assert!(rows(&[4, 3, 3, 2]).len() <= 14);
    }

    proptest! {
        #[test]
        fn every_pair_stands_in_a_row(sizes in prop::collection::vec(1_usize..5, 2..6)) {
            let rows = rows(&sizes);
            prop_assert!(covers_every_pair(&sizes, &rows));
            let product: usize = sizes.iter().product();
            prop_assert!(rows.len() <= product);
            prop_assert!(rows.iter().all(|row| row.iter().zip(&sizes).all(|(value, size)| value < size)));
        }
    }
}
