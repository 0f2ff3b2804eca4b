//! Known figures: each was worked out by hand or with another program, not with this code.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::agreement::*;
use super::bootstrap::bca;
use super::counts::*;
use super::paired::*;
use super::random::Random;
use super::ranks::*;
use super::sample::*;
use super::several::*;
use super::*;

const A: [f64; 12] = [3.0, 3.5, 4.0, 2.5, 4.5, 3.0, 3.5, 4.0, 2.0, 5.0, 3.0, 4.0];
const B: [f64; 12] = [3.5, 3.5, 4.5, 3.0, 4.5, 3.5, 3.0, 4.5, 3.0, 5.0, 3.5, 4.0];

fn differences() -> Vec<f64> {
    B.iter().zip(A).map(|(b, a)| b - a).collect()
}

#[track_caller]
fn near(value: f64, known: f64, within: f64) {
    assert!((value - known).abs() <= within, "{value} is not {known}");
}

#[test]
fn spearmans_correlation() {
    let pairs =
        |one: &[f64], other: &[f64]| -> Vec<(f64, f64)> { one.iter().copied().zip(other.iter().copied()).collect() };
    let of = |one: &[f64], other: &[f64]| spearman(&pairs(one, other));
    near(of(&[1.0, 2.0, 3.0], &[10.0, 100.0, 1e6]).unwrap(), 1.0, 1e-12);
    near(of(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]).unwrap(), -1.0, 1e-12);
    // Without ties: 1 - 6 · (1 + 1 + 1 + 1) ÷ (4 · 15).
    near(of(&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0]).unwrap(), 0.6, 1e-12);
    // Ranks 1.5, 1.5, 3 and 1, 2, 3, less 2: (0.5 + 0 + 1) ÷ √(1.5 · 2).
    near(
        of(&[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0]).unwrap(),
        1.5 / 3.0_f64.sqrt(),
        1e-12,
    );
    assert_eq!(of(&[1.0, 1.0], &[1.0, 2.0]), None, "one side is the same throughout");
    assert_eq!(of(&[1.0], &[1.0]), None);
}

#[test]
fn the_paired_t_test() {
    let test = paired_t(&differences(), 0.95).unwrap();
    near(test.mean, 0.291_667, 1e-6);
    near(test.deviation, 0.396_481, 1e-6);
    near(test.t, 2.548_328, 1e-6);
    near(test.p, 0.027_075_6, 1e-7);
    near(test.interval.low, 0.039_754_8, 1e-6);
    near(test.interval.high, 0.543_578_5, 1e-6);
    assert_eq!(paired_t(&[1.0, 1.0], 0.95), None, "no spread");
    assert_eq!(paired_t(&[1.0], 0.95), None);
}

#[test]
fn signed_ranks_with_zeros_dropped_and_ranked() {
    let dropped = wilcoxon(&differences(), Zeros::Dropped).unwrap();
    near(dropped.w, 4.0, 0.0);
    near(dropped.p, 0.034_808_5, 1e-7);
    let pratt = wilcoxon(&differences(), Zeros::Pratt).unwrap();
    near(pratt.w, 8.0, 0.0);
    near(pratt.p, 0.032_582_8, 1e-7);
    assert_eq!(wilcoxon(&[0.0, 0.0], Zeros::Pratt), None);
}

#[test]
fn sign_flips_exact_and_by_chance() {
    near(sign_flip(&differences(), 1, 1).unwrap(), 0.062_5, 1e-12);
    assert_eq!(sign_flip(&[0.0], 10, 1), Some(1.0));
    // The same differences twice are too many to try every pattern; chance comes close to the exact figure.
    let twice = [differences(), differences()].concat();
    let by_chance = sign_flip(&twice, 20_000, 7).unwrap();
    assert_eq!(Some(by_chance), sign_flip(&twice, 20_000, 7), "the seed decides");
    assert!((0.002..0.012).contains(&by_chance), "{by_chance}");
}

#[test]
fn mcnemar_and_wilson() {
    let test = mcnemar(9, 2);
    near(test.exact, 0.065_429_7, 1e-7);
    near(test.mid_p, 0.038_574_2, 1e-7);
    assert_eq!(mcnemar(0, 0), McNemar { exact: 1.0, mid_p: 1.0 });
    assert_eq!(mcnemar(4, 4), McNemar { exact: 1.0, mid_p: 1.0 });
    let share = wilson(17, 20, 0.95).unwrap();
    near(share.low, 0.639_581, 1e-6);
    near(share.high, 0.947_631, 1e-6);
    assert_eq!(wilson(0, 0, 0.95), None);
    near(wilson(0, 10, 0.95).unwrap().low, 0.0, 1e-12);
}

const FIRST: [usize; 12] = [1, 2, 3, 4, 5, 3, 3, 2, 4, 5, 4, 3];
const SECOND: [usize; 12] = [1, 3, 3, 4, 4, 3, 2, 2, 5, 5, 4, 2];

#[test]
fn agreement_of_two_raters() {
    let pairs: Vec<(usize, usize)> = FIRST.iter().zip(SECOND).map(|(a, b)| (a - 1, b - 1)).collect();
    near(cohen_kappa(&pairs, 5, Weights::Nominal).unwrap(), 0.464_286, 1e-6);
    near(cohen_kappa(&pairs, 5, Weights::Linear).unwrap(), 0.687_5, 1e-6);
    near(cohen_kappa(&pairs, 5, Weights::Quadratic).unwrap(), 0.852_941, 1e-6);
    let units: Vec<Vec<usize>> = pairs.iter().map(|(a, b)| vec![*a, *b]).collect();
    near(krippendorff_alpha(&units, 5, Scale::Nominal).unwrap(), 0.484_305, 1e-6);
    near(krippendorff_alpha(&units, 5, Scale::Ordinal).unwrap(), 0.860_958, 1e-6);
    near(krippendorff_alpha(&units, 5, Scale::Interval).unwrap(), 0.858_896, 1e-6);
    assert_eq!(cohen_kappa(&[], 5, Weights::Nominal), None);
    assert_eq!(krippendorff_alpha(&[vec![1, 1], vec![1]], 5, Scale::Nominal), None);
}

#[test]
fn agreement_of_many_raters() {
    // The worked example of Fleiss (1971) as textbooks print it: ten units, fourteen raters, five categories.
    let table: Vec<Vec<u32>> = [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
    .map(|row| row.to_vec())
    .to_vec();
    near(fleiss_kappa(&table).unwrap(), 0.209_93, 1e-5);
    // Two raters, skewed: both say yes to 9 of 10, and disagree on the last.
    let skewed = [vec![vec![2, 0]; 9], vec![vec![1, 1]]].concat();
    near(fleiss_kappa(&skewed).unwrap(), -0.052_632, 1e-6);
    near(gwet_ac1(&skewed).unwrap(), 0.889_503, 1e-6);
    assert_eq!(fleiss_kappa(&[vec![2, 0], vec![1, 0]]), None, "not as many raters");
}

#[test]
fn many_comparisons() {
    let p = [0.001, 0.012, 0.03, 0.04];
    for (value, known) in holm(&p).into_iter().zip([0.004, 0.036, 0.06, 0.06]) {
        near(value, known, 1e-12);
    }
    for (value, known) in benjamini_hochberg(&p).into_iter().zip([0.004, 0.024, 0.04, 0.04]) {
        near(value, known, 1e-12);
    }
    let back = holm(&[0.04, 0.001]);
    near(back[0], 0.04, 1e-12);
    near(back[1], 0.002, 1e-12);
}

#[test]
fn effect_size_least_effect_and_sample() {
    let all = differences();
    near(
        hedges_g(&all).unwrap(),
        0.291_667 / 0.396_481 * (1.0 - 3.0 / 43.0),
        1e-5,
    );
    near(reach(0.05, 0.8), 2.801_585, 1e-5);
    near(least_effect(0.4, 100, 0.05, 0.8).unwrap(), 0.112_063, 1e-5);
    // The least effect that a sample finds is found by a sample of that size.
    assert_eq!(sample_size(0.112_07, 0.4, 0.05, 0.8), Some(100));
    assert_eq!(sample_size(0.0, 0.4, 0.05, 0.8), None);
}

#[test]
fn equivalence_within_a_margin() {
    let all = differences();
    // (mean − margin) / error for 0.6 is −2.694 with 11 degrees of freedom: 0.0104 by a table of t.
    near(equivalence(&all, 0.6).unwrap(), 0.010_4, 1e-4);
    assert!(equivalence(&all, 0.3).unwrap() > 0.4);
}

#[test]
fn quantiles_and_how_many_values_they_need() {
    let spread = Spread::of(&[4.0, 1.0, 3.0, 2.0]).unwrap();
    assert_eq!((spread.min, spread.p50, spread.max, spread.count), (1.0, 2.5, 4.0, 4));
    near(spread.p90, 3.7, 1e-12);
    near(spread.deviation, 1.290_994, 1e-6);
    assert_eq!((values_needed(0.95), values_needed(0.99)), (59, 299));
    assert_eq!(Spread::of(&[]), None);
    assert_eq!(deviation(&[0.1 + 0.2, 0.3, 0.3]), Some(0.0), "the last digits alone");
}

#[test]
fn the_bootstrap_interval_lies_where_it_should() {
    let mut random = Random::seeded(3);
    let values: Vec<f64> = (0..60).map(|_| random.normal() + 5.0).collect();
    let interval = bca(&values, 0.95, 4_000, 11).unwrap();
    let test = paired_t(&values, 0.95).unwrap();
    near(interval.low, test.interval.low, 0.06);
    near(interval.high, test.interval.high, 0.06);
    assert_eq!(Some(interval), bca(&values, 0.95, 4_000, 11), "the seed decides");
    assert_eq!(bca(&[2.0; 50], 0.95, 100, 1), None);
}

#[test]
fn the_running_margin_shrinks_and_is_wider_than_a_look_at_one_time() {
    let at = |count| sequence::margin(count, 1.0, 0.05).unwrap();
    assert!(at(10) > at(100) && at(100) > at(1_000));
    assert!(at(100) > 1.96 / 10.0);
    // (100·w + 1)/(100²·w)·ln((100·w + 1)/0.0025) with w = (5.991 + 1.790 + 1)/100, worked out by hand.
    near(at(100), 0.303_6, 1e-3);
    assert_eq!(sequence::margin(0, 1.0, 0.05), None);
}

#[test]
fn the_running_margin_holds_at_all_times_at_once() {
    let mut random = Random::seeded(17);
    let runs = 400;
    let left = (0..runs)
        .filter(|_| {
            let mut sum = 0.0;
            (1..=500_u64).any(|count| {
                sum += random.normal();
                count >= 20 && (sum / count as f64).abs() > sequence::margin(count, 1.0, 0.05).unwrap()
            })
        })
        .count();
    assert!(left <= runs / 20 + 10, "{left} of {runs} left the margin");
}

#[test]
fn chance_is_even() {
    let mut random = Random::seeded(1);
    let mut seen = [0_u32; 10];
    for _ in 0..10_000 {
        seen[random.below(10)] += 1;
    }
    assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
    let mut list: Vec<u32> = (0..20).collect();
    random.shuffle(&mut list);
    let mut sorted = list.clone();
    sorted.sort_unstable();
    assert!(list != sorted && sorted == (0..20).collect::<Vec<u32>>());
}
