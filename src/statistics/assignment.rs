//! Who belongs to whom: the pairing of rows and columns, one to one, whose worth together is greatest.

/// For each row its column, or `None` where a pair would be worth nothing; `worth[row][column]` is not negative, and all
/// rows are of one length. The Hungarian method by shortest paths: n² · m steps.
#[must_use]
pub fn best_pairs(worth: &[Vec<f64>]) -> Vec<Option<usize>> {
    let rows = worth.len();
    let columns = worth.first().map_or(0, Vec::len);
    if columns == 0 {
        return vec![None; rows];
    }
    if rows > columns {
        let turned: Vec<Vec<f64>> = (0..columns)
            .map(|column| worth.iter().map(|row| row[column]).collect())
            .collect();
        let mut pairs = vec![None; rows];
        for (column, row) in best_pairs(&turned).into_iter().enumerate() {
            if let Some(row) = row {
                pairs[row] = Some(column);
            }
        }
        return pairs;
    }
    // Place 0 of columns stands for "not yet anywhere"; rows and columns count from 1.
    let (mut of_row, mut of_column) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    let mut row_at = vec![0_usize; columns + 1];
    for row in 1..=rows {
        row_at[0] = row;
        let mut here = 0;
        let mut least = vec![f64::INFINITY; columns + 1];
        let mut from = vec![0_usize; columns + 1];
        let mut seen = vec![false; columns + 1];
        while row_at[here] != 0 {
            seen[here] = true;
            let at = row_at[here];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for column in 1..=columns {
                if seen[column] {
                    continue;
                }
                let cost = -worth[at - 1][column - 1] - of_row[at] - of_column[column];
                if cost < least[column] {
                    (least[column], from[column]) = (cost, here);
                }
                if least[column] < step {
                    (step, next) = (least[column], column);
                }
            }
            for column in 0..=columns {
                if seen[column] {
                    of_row[row_at[column]] += step;
                    of_column[column] -= step;
                } else {
                    least[column] -= step;
                }
            }
            here = next;
        }
        while here != 0 {
            row_at[here] = row_at[from[here]];
            here = from[here];
        }
    }
    let mut pairs = vec![None; rows];
    for column in 1..=columns {
        if let Some(row) = row_at[column].checked_sub(1)
            && worth[row][column - 1] > 0.0
        {
            pairs[row] = Some(column - 1);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::random::Random;

    fn total(worth: &[Vec<f64>], pairs: &[Option<usize>]) -> f64 {
        pairs
            .iter()
            .enumerate()
            .filter_map(|(row, column)| Some(worth[row][(*column)?]))
            .sum()
    }

    /// The greatest worth by trying every pairing.
    fn tried(worth: &[Vec<f64>], row: usize, taken: &mut Vec<bool>) -> f64 {
        if row == worth.len() {
            return 0.0;
        }
        let mut best = tried(worth, row + 1, taken);
        for column in 0..taken.len() {
            if !taken[column] {
                taken[column] = true;
                best = best.max(worth[row][column] + tried(worth, row + 1, taken));
                taken[column] = false;
            }
        }
        best
    }

    #[test]
    fn the_best_pair_of_one_row_gives_way_to_what_is_best_for_all() {
        // Row 0 likes column 0 best, but only then row 1 has nothing: 0.9 alone against 0.8 + 0.7.
        let worth = [vec![0.9, 0.8], vec![0.7, 0.0]];
        assert_eq!(best_pairs(&worth), [Some(1), Some(0)]);
        assert_eq!(best_pairs(&[vec![0.0, 0.5]]), [Some(1)]);
        assert_eq!(best_pairs(&[vec![0.2], vec![0.5], vec![0.1]]), [None, Some(0), None]);
        assert_eq!(best_pairs(&[vec![0.0]]), [None]);
        assert_eq!(best_pairs(&[Vec::new(), Vec::new()]), [None, None]);
        assert_eq!(best_pairs(&[]), []);
    }

    #[test]
    fn no_other_pairing_is_worth_more() {
        let mut random = Random::seeded(7);
        for _ in 0..300 {
            let (rows, columns) = (1 + random.below(5), 1 + random.below(5));
            let worth: Vec<Vec<f64>> = (0..rows)
                .map(|_| {
                    (0..columns)
                        .map(|_| if random.below(3) == 0 { 0.0 } else { random.unit() })
                        .collect()
                })
                .collect();
            let pairs = best_pairs(&worth);
            let mut used: Vec<usize> = pairs.iter().flatten().copied().collect();
            used.sort_unstable();
            let count = used.len();
            used.dedup();
            assert_eq!(used.len(), count, "a column is used twice");
            let best = tried(&worth, 0, &mut vec![false; columns]);
            assert!((total(&worth, &pairs) - best).abs() < 1e-9, "{worth:?} {pairs:?}");
        }
    }
}
