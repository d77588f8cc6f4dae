"""What was possible is said: no test is blamed for what too few seeds can't show."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from simdyhpo.analysis.comparison import METRICS, comparison
from simdyhpo.analysis.paired import least_p, paired_tests, signed_rank
from simdyhpo.analysis.verdicts import nothing_shown, too_few, verdict


@pytest.mark.parametrize("values", [[1, 2, 3], [1, 2, 3, 4], [1, 1, 2, 2, 5], [0, 0, 1, 3], [3], [2] * 4])
def test_the_least_p_is_the_least_over_all_signs(values):
    signs = itertools.product((1, -1), repeat=len(values))
    found = [signed_rank(np.array(values) * sign) for sign in signs]
    assert least_p(values) == pytest.approx(min(found))
    assert least_p(-np.array(values)) == least_p(values)


def test_without_ties_it_is_two_to_the_pairs():
    for n in range(1, 9):
        assert least_p(np.arange(1, n + 1)) == pytest.approx(2 / 2**n)
        assert least_p(np.arange(1, n + 1)) == pytest.approx(wilcoxon(np.arange(1.0, n + 1)).pvalue)
    assert np.isnan(least_p([0, 0]))
    assert np.isnan(least_p([]))


def rows(seeds, gap=0.1):
    return pd.DataFrame(
        {"blackbox": "t", "label": label, "workers": 1, "seed": seed, "y": seed * gap * (label == "b") + gap}
        for label in ("a", "b")
        for seed in range(1, seeds + 1)
    )


@pytest.mark.parametrize(("seeds", "few"), [(3, True), (5, True), (6, False), (10, False)])
def test_tests_say_what_they_could_have_shown(seeds, few):
    tests = paired_tests(rows(seeds), ["a", "b"], "a", "y").set_index("label")
    assert tests.loc["b", "p_least"] == pytest.approx(2 / 2**seeds)
    assert np.isnan(tests.loc["a", "p_least"])
    assert too_few(tests["p_least_holm"]) is few
    assert (tests.loc["b", "p"] >= tests.loc["b", "p_least"]).all()


def said(least, runs=3, pairs=3):
    return nothing_shown(least, "x", runs=runs, pairs=pairs)


def test_sentences():
    assert said([0.125, np.nan]).startswith("Too few seeds to tell whether any differs from x")
    assert "is 0.125" in said([0.125])
    assert said([0.01, 0.02]).startswith("None is shown to differ from x")
    assert "for 1 of 2 there are too few seeds" in said([0.01, 0.2])
    assert "is 0.01" in said([0.01, 0.2])
    assert said([np.nan]) == "Nothing differs from x: all results are identical in every run."


def test_nobody_equals_what_has_no_run():
    assert said([np.nan], runs=0, pairs=0) == "Nothing is compared with x: it has no finished run."
    apart = "Nothing is compared with x: no run has a partner of it on the same blackbox and seed."
    assert said([], pairs=0) == apart


def test_holm_counts_in_what_is_possible():
    pairs = pd.DataFrame(
        {"variant": "v", "blackbox": f"t{t}", "workers": 1, "seed": s, "same": False}
        | {f"{metric}_{side}": 0.1 * s * (side == "new") for metric in METRICS for side in ("old", "new")}
        for t in range(3)
        for s in range(1, 7)
    )
    found = comparison(pairs)
    single = found[found["blackbox"] != "all"]
    assert (single["p_least"] == 2 / 2**6).all()
    assert (single["p_least_holm"] == 6 * 2 / 2**6).all(), "six tests: no longer below .05"
    assert (found["p_holm"] >= found["p_least_holm"] - 1e-12).all()


@pytest.mark.parametrize(
    ("difference", "p", "least", "said"),
    [
        (-0.1, 0.01, 0.002, "lower"),
        (0.1, 0.01, 0.002, "higher"),
        (0.1, 0.06, 0.002, "no difference shown"),
        (0.1, 0.06, 0.05, "too few pairs to tell"),
        (0.0, 1.0, np.nan, "identical in every run"),
        (np.nan, np.nan, np.nan, ""),
    ],
)
def test_a_verdict_says_no_more_than_its_test(difference, p, least, said):
    assert verdict(difference, p, least) == said
