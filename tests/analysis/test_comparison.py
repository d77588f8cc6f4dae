"""Two sets of results: pairing, effect, tests, and who counts as the same."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from simdyhpo.analysis.comparison import comparison, matched, rank_biserial


def cells(regrets, blackbox="a", options='{"reduction_factor":3}', scheduler="asha", **more):
    """Stored cells, one for each seed."""
    count = len(regrets)
    columns = {
        "cell": [f"{scheduler}{options}{blackbox}{seed}" for seed in range(count)],
        "behaviour": 1,
        "blackbox": blackbox,
        "checksum": f"sum of {blackbox}",
        "scheduler": scheduler,
        "options": options,
        "workers": 1,
        "seed": range(count),
        "sampling": "without-replacement",
        "cluster": "ideal",
        "max_seconds": np.nan,
        "max_epochs": 30,
        "max_trials": np.nan,
        "max_decisions": np.nan,
        "decisions": 10,
        "log10_regret": regrets,
        "area": np.array(regrets) + 4,
        "manifest": "{}",
    }
    return pd.DataFrame(columns | more)


def test_pairs_are_runs_of_the_same_question():
    old = pd.concat([cells([-1, -2, -3]), cells([-1, -2], blackbox="b")])
    new = pd.concat([cells([-1, -2.5]), cells([-1, -2], blackbox="b", checksum="another table")])
    pairs = matched(old, new.assign(behaviour=2, cell=[f"x{i}" for i in range(len(new))]))
    assert pairs[["blackbox", "seed"]].to_numpy().tolist() == [["a", 0], ["a", 1]]
    assert pairs["same"].tolist() == [True, False]
    assert pairs["variant"].unique().tolist() == ["asha"]
    other = matched(old, cells([-1, -2], options='{"reduction_factor":4}'))
    assert other.empty


def test_variants_are_told_apart_by_what_differs():
    both = pd.concat([cells([-1], options=f'{{"reduction_factor":{rf},"grace_period":1}}') for rf in (2, 3)])
    assert matched(both, both)["variant"].tolist() == ["asha,reduction_factor=2", "asha,reduction_factor=3"]


def test_tests_are_those_of_the_differences():
    before = np.array([-1.0, -1.5, -2.0, -2.5, -3.0, -3.5, -1.2, -2.2])
    steps = np.array([0.3, 0.2, -0.1, 0.4, 0.5, 0.25, 0.0, 0.35])
    pairs = matched(cells(before), cells(before + steps))
    found = comparison(pairs).set_index(["blackbox", "metric"])
    row = found.loc["all", "log10_regret"]
    assert (row["pairs"], row["same"]) == (8, 1)
    assert row["difference"] == pytest.approx(steps.mean())
    assert row["low"] < steps.mean() < row["high"]
    assert row["p"] == pytest.approx(wilcoxon(steps[steps != 0]).pvalue)
    assert row["p_holm"] >= row["p"]
    # Ranks of the seven that differ: .1 is the smallest and the only one that fell.
    assert row["effect"] == pytest.approx((28 - 1 - 1) / 28)
    assert list(found.index) == [("all", "log10_regret"), ("all", "area")]


def test_each_blackbox_and_all_of_them():
    old = pd.concat([cells([-1, -2]), cells([-1, -2], blackbox="b")])
    new = pd.concat([cells([-1, -2]), cells([0, -1], blackbox="b")])
    found = comparison(matched(old, new)).set_index(["blackbox", "metric"])
    assert found.loc["a", "area"]["difference"].item() == 0
    assert found.loc["a", "area"]["effect"].item() == 0
    assert found.loc["b", "area"]["difference"].item() == 1
    assert found.loc["all", "area"]["difference"].item() == 0.5
    assert found.loc["all", "area"]["pairs"].item() == 4


def test_rank_biserial():
    assert rank_biserial([1, 2, 3]) == 1
    assert rank_biserial([-1, -2, 0]) == -1
    assert rank_biserial([0, 0]) == 0
    assert rank_biserial([1, -1]) == 0
    assert np.isnan(rank_biserial([]))
    assert rank_biserial([3, -1]) == pytest.approx((2 - 1) / 3)


def test_clusters_are_told_apart():
    cells_on = [cells([-1, -2], cluster=cluster) for cluster in ("ideal", "flaky")]
    both = pd.concat(cells_on)
    pairs = matched(both, both)
    assert sorted(set(pairs["variant"])) == ["asha,cluster=flaky", "asha,cluster=ideal"]
    assert len(matched(cells_on[0], cells_on[1])) == 0


def test_what_earlier_versions_did_not_store_makes_no_difference():
    old, new = cells([-1.0], utilisation=np.nan), cells([-1.0], utilisation=0.5)
    assert matched(old, new)["same"].all()
    assert not matched(cells([-1.0], utilisation=0.25), new)["same"].any()
