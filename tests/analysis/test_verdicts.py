"""What was possible is said: no test is blamed for what too few seeds can't show."""

import itertools

import msgspec
import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from simdyhpo.analysis.comparison import METRICS, comparison
from simdyhpo.analysis.paired import least_p, paired_tests, signed_rank
from simdyhpo.analysis.verdicts import flips_beside, nothing_shown, too_few, verdict
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.report_numbers import _differences
from simdyhpo.versus.study import contender, versus_study


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
    ("difference", "p", "least", "flips", "said"),
    [
        (-0.1, 0.01, 0.002, 0.0, "lower"),
        (0.1, 0.01, 0.002, 0.2, "higher"),
        (0.1, 0.06, 0.002, 0.03, "no difference shown"),
        (0.1, 0.06, 0.002, np.nan, "no difference shown"),
        (-0.1, 0.06, 0.002, 0.02, "lower here, not shown"),
        (0.1, 0.06, 0.002, 0.0, "higher here, not shown"),
        (0.1, 0.06, 0.05, 0.0, "too few pairs to tell"),
        (0.0, 1.0, np.nan, np.nan, "identical in every run"),
        (np.nan, np.nan, np.nan, np.nan, ""),
    ],
)
def test_a_verdict_says_no_more_than_its_test_and_fits_the_flips(difference, p, least, flips, said):
    assert verdict(np.float64(difference), p, least, flips) == said  # as a mean of an array is
    beside = flips_beside(flips, least)
    assert np.isnan(beside) if said == "too few pairs to tell" else beside is flips


def test_reports_take_flips_of_what_the_verdict_is_about():
    """In regrets one large difference decides the order, in their logarithms the many small ones do."""
    rows = pd.DataFrame(
        {"label": label, "blackbox": f"t{place}", "workers": 1, "seed": 0, "regret_1": regret, "area": 0.1}
        for label, regrets in (("a", [0.9, *[0.01] * 9]), ("b", [0.1, *[0.02] * 9]))
        for place, regret in enumerate(regrets)
    ).assign(log10_regret=lambda frame: np.log10(frame["regret_1"]))
    study = versus_study([contender("asha"), contender("random")], blackboxes=["digits-mlp"],
                         budget=Budget(max_epochs=9))  # fmt: skip
    variants = [msgspec.structs.replace(study.variants[0], label=label) for label in "ba"]
    (one,), tests = _differences(msgspec.structs.replace(study, variants=variants), rows, "b")
    assert one.regret.mean > 0 > one.log10_regret.mean
    assert one.order_flips == tests["flips"].item() < 0.5
