"""Compares the project's statistics with SciPy: on the known numbers, and on random ones.

Usage: statistics.py BINARY, where BINARY is the example `statistics`.
"""
import json
import subprocess
import sys

import numpy as np
from scipy import stats

A = [3, 3.5, 4, 2.5, 4.5, 3, 3.5, 4, 2, 5, 3, 4]
B = [3.5, 3.5, 4.5, 3, 4.5, 3.5, 3, 4.5, 3, 5, 3.5, 4]
random = np.random.default_rng(20261128)


def case(differences, seed):
    chance = np.random.default_rng(seed)
    of = int(chance.integers(1, 200))
    seen = [int(count) for count in chance.integers(1, 400, size=int(chance.integers(2, 6)))]
    shares = chance.uniform(0.2, 1, size=len(seen))
    return {
        "other": [float(value) for value in chance.normal(0.3, 1.2, size=int(chance.integers(5, 90)))],
        "seen": seen,
        "expected": [float(share) for share in shares / shares.sum() * sum(seen)],
        "differences": [float(value) for value in differences],
        "margin": 0.6,
        "hits": int(chance.integers(0, of + 1)),
        "of": of,
        "first": int(chance.integers(0, 30)),
        "second": int(chance.integers(1, 30)),
        "p": [float(value) for value in chance.uniform(0, 1, size=int(chance.integers(1, 9)))],
    }


cases = [case(np.subtract(B, A), 0)]
for number in range(60):
    size = int(random.integers(5, 120))
    values = random.normal(random.uniform(-0.5, 0.5), random.uniform(0.1, 2), size)
    if number % 3 == 0:
        # Many ties and zeros, as scores have.
        values = np.round(values)
        if np.count_nonzero(values) < 2 or np.all(values == values[0]):
            values[:2] = [1, -2]
    cases.append(case(values, number))

done = subprocess.run([sys.argv[1]], input=json.dumps(cases), capture_output=True, text=True, check=True)
results = json.loads(done.stdout)
checked = 0


def near(name, ours, theirs, within=1e-7):
    global checked
    checked += 1
    assert np.allclose(ours, theirs, rtol=within, atol=within), f"{name}: {ours} is not SciPy's {theirs}"


for number, (asked, ours) in enumerate(zip(cases, results, strict=True)):
    values = np.array(asked["differences"])
    where = f"case {number}: "
    t = stats.ttest_1samp(values, 0)
    interval = t.confidence_interval(0.95)
    near(where + "t", [ours["t"], ours["p"]], [t.statistic, t.pvalue])
    near(where + "interval", [ours["interval"]["low"], ours["interval"]["high"]], interval, 1e-6)
    for name, method in [("wilcoxon", "wilcox"), ("pratt", "pratt")]:
        test = stats.wilcoxon(values, zero_method=method, correction=False, method="asymptotic")
        near(where + name, ours[name], [test.statistic, test.pvalue])
    flip = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", n_resamples=20_000, vectorized=True, axis=0,
        alternative="two-sided", rng=1)
    # Both are chance beyond 16 differences; below, both are exact.
    exact = np.count_nonzero(values) <= 16 and len(values) <= 14
    near(where + "sign flip", ours["sign_flip"], flip.pvalue, 1e-9 if exact else 0.015)
    error = values.std(ddof=1) / np.sqrt(len(values))
    one, other = stats.t.sf((values.mean() + 0.6) / error, len(values) - 1), stats.t.cdf((values.mean() - 0.6) / error, len(values) - 1)
    near(where + "equivalence", ours["equivalence"], max(one, other))
    if len(values) >= 40:
        boot = stats.bootstrap((values,), np.mean, confidence_level=0.95, n_resamples=20_000, method="BCa", rng=1)
        low, high = boot.confidence_interval
        near(where + "BCa", [ours["bca"]["low"], ours["bca"]["high"]], [low, high], 0.12 * (high - low))
    other = np.array(asked["other"])
    welch = stats.ttest_ind(other, values, equal_var=False)
    near(where + "Welch", ours["welch"], [welch.statistic, welch.df, welch.pvalue, *welch.confidence_interval(0.95)], 1e-6)
    if min(len(values), len(other)) >= 40:
        boot = stats.bootstrap(
            (values, other), lambda one, two, axis: np.mean(two, axis=axis) - np.mean(one, axis=axis),
            confidence_level=0.95, n_resamples=20_000, method="BCa", rng=1)
        low, high = boot.confidence_interval
        ends = [ours["bca_difference"]["low"], ours["bca_difference"]["high"]]
        near(where + "BCa of a difference", ends, [low, high], 0.12 * (high - low))
    both = min(len(values), len(other))
    near(where + "Spearman", ours["spearman"], stats.spearmanr(values[:both], other[:both]).statistic)
    near(where + "chi-square", ours["chi_square"], stats.chisquare(asked["seen"], asked["expected"]).pvalue)
    first, second = asked["first"], asked["second"]
    exact_p = stats.binomtest(first, first + second, 0.5).pvalue
    near(where + "McNemar", ours["mcnemar"][0], exact_p)
    mid = 1.0 if first == second else exact_p - stats.binom.pmf(min(first, second), first + second, 0.5)
    near(where + "McNemar, mid-p", ours["mcnemar"][1], mid)
    share = stats.binomtest(asked["hits"], asked["of"]).proportion_ci(0.95, method="wilson")
    near(where + "Wilson", [ours["wilson"]["low"], ours["wilson"]["high"]], share)
    near(where + "Benjamini-Hochberg", ours["bh"], stats.false_discovery_control(asked["p"]))
    near(where + "quantiles", ours["quantiles"], np.quantile(values, [0.5, 0.9, 0.95, 0.99]))
print(f"ok      statistics: {checked} figures of {len(cases)} samples are SciPy's")
