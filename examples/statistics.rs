//! Reads paired numbers and ratings as JSON and writes what the statistics say of them, to be compared with other programs
//! (`tests/peers/statistics.py` does, with SciPy).

#![allow(clippy::print_stdout, reason = "an example prints its result")]

use serde::Deserialize;
use serde_json::{Value, json};
use testgen::statistics::{bootstrap, counts, paired, ranks, sample, several, unpaired};

#[derive(Deserialize)]
struct Input {
    differences: Vec<f64>,
    margin: f64,
    hits: u64,
    of: u64,
    first: u64,
    second: u64,
    p: Vec<f64>,
    other: Vec<f64>,
    seen: Vec<u64>,
    expected: Vec<f64>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs: Vec<Input> = serde_json::from_reader(std::io::stdin())?;
    let results: Vec<Value> = inputs.iter().map(figures).collect();
    println!("{}", serde_json::to_string(&results)?);
    Ok(())
}

fn figures(input: &Input) -> Value {
    let all = &input.differences;
    let t = paired::paired_t(all, 0.95);
    let mcnemar = counts::mcnemar(input.first, input.second);
    let wilson = counts::wilson(input.hits, input.of, 0.95);
    let welch = unpaired::welch(all, &input.other, 0.95);
    let mut sorted = all.clone();
    sorted.sort_by(f64::total_cmp);
    let quantiles = [0.5, 0.9, 0.95, 0.99].map(|share| sample::quantile(&sorted, share));
    json!({
        "t": t.map(|t| t.t),
        "p": t.map(|t| t.p),
        "interval": t.map(|t| t.interval),
        "wilcoxon": ranks::wilcoxon(all, ranks::Zeros::Dropped).map(|test| (test.w, test.p)),
        "pratt": ranks::wilcoxon(all, ranks::Zeros::Pratt).map(|test| (test.w, test.p)),
        "sign_flip": paired::sign_flip(all, 20_000, 1),
        "equivalence": paired::equivalence(all, input.margin),
        "bca": bootstrap::bca(all, 0.95, 20_000, 1),
        "mcnemar": (mcnemar.exact, mcnemar.mid_p),
        "wilson": wilson,
        "holm": several::holm(&input.p),
        "bh": several::benjamini_hochberg(&input.p),
        "quantiles": quantiles,
        "welch": welch.map(|test| (test.t, test.freedom, test.p, test.interval.low, test.interval.high)),
        "bca_difference": unpaired::bca_difference(all, &input.other, 0.95, 20_000, 1),
        "spearman": ranks::spearman(&all.iter().copied().zip(input.other.iter().copied()).collect::<Vec<_>>()),
        "chi_square": unpaired::chi_square(&input.seen, &input.expected),
    })
}
