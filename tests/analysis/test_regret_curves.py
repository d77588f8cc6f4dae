"""From runs to mean regret, mean rank and targets reached: by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap, trim_mean

from simdyhpo.analysis.balance import balanced, seeds_text
from simdyhpo.analysis.regret_curves import (
    mean_curves,
    rank_curves,
    ranks,
    sampled,
    seed_means,
    targets_reached,
)
from simdyhpo.analysis.speed_up import first_reach, speed_ups
from simdyhpo.analysis.statistics import bootstrap_mean, bootstrap_nested_mean, interquartile_mean
from simdyhpo.streams import Streams


def frame(*rows):
    """Rows of (blackbox, label, seed), with one worker."""
    runs = pd.DataFrame(rows, columns=["blackbox", "label", "seed"])
    return runs.assign(workers=1, run=np.arange(len(runs)))


GRID = frame(*[(box, label, seed) for box in "xy" for label in ("p", "q") for seed in (0, 1)])


def test_only_what_all_have_is_kept_and_the_rest_is_counted():
    runs = frame(("x", "p", 0), ("x", "q", 0), ("x", "p", 1), ("y", "q", 0), ("z", "p", 0), ("z", "q", 0))
    found = balanced(runs, ["p", "q"], planned=12)
    assert found.runs[["blackbox", "label"]].to_numpy().tolist() == [
        ["x", "p"], ["x", "q"], ["z", "p"], ["z", "q"],
    ]  # fmt: skip
    assert (found.left_out, found.missing) == (2, 8)
    assert seeds_text(runs) == "1 to 2 seeds"
    assert seeds_text(found.runs) == "1 seed"


def test_a_run_on_another_cluster_is_no_substitute():
    runs = frame(("x", "p", 0), ("x", "q", 0)).assign(cluster=["ideal", "flaky"])
    assert balanced(runs, ["p", "q"], planned=4).runs.empty
    assert len(balanced(runs.assign(cluster="ideal"), ["p", "q"], planned=4).runs) == 2


def test_a_late_start_is_no_advantage_and_the_last_incumbent_stays():
    incumbents = pd.DataFrame(
        {
            "run": [0, 0, 1],
            "epochs": [2.0, 4.0, 1.0],
            "regret": [0.5, 0.2, 0.7],
            "total_seconds": [10.0, 40, 5],
        }
    )
    runs = frame(("x", "p", 0), ("y", "p", 0), ("y", "p", 1))
    values = sampled(runs, incumbents, "epochs", [1, 2, 3, 9])
    assert values.tolist() == [[1, 0.5, 0.5, 0.2], [0.7] * 4, [1] * 4]
    relative = sampled(runs, incumbents, "total_seconds", [0.5, 1], scale={"x": 20, "y": 4})
    assert relative.tolist() == [[0.5, 0.5], [1, 1], [1, 1]]


def test_blackboxes_count_alike_whatever_their_seeds():
    runs = frame(("x", "p", 0), ("x", "p", 1), ("x", "p", 2), ("y", "p", 0))
    curve = mean_curves(runs, np.array([[0.1], [0.2], [0.3], [1.0]]), ["p"])["p"]
    assert curve.mean[0] == pytest.approx((0.2 + 1.0) / 2)
    assert curve.low[0] < curve.mean[0] < curve.high[0]
    assert curve.runs == 4


def test_ranks_are_those_of_seed_means_with_ties_shared():
    values = np.array(
        [[0.1, 0.3], [0.3, 0.1], [0.2, 0.9], [0.2, 0.9], [0.5, 0.5], [0.5, 0.5], [0.4, 0.6], [0.4, 0.6]]
    )
    means = seed_means(GRID, values, ["p", "q"])
    assert means.blackboxes == ["x", "y"]
    np.testing.assert_allclose(means.values[0], [[0.2, 0.2], [0.2, 0.9]])
    assert ranks(means)[:, 0].tolist() == [[1.5, 1.0], [2.0, 1.0]]
    assert rank_curves(means)["q"].mean.tolist() == [1.25, 2.0]


def test_targets_count_when_reached_exactly():
    reached = targets_reached(np.array([[1.0, 0.1, 0.05, 0.0]]), [0.1, 0.01, 0.3, 0.001])
    assert reached.tolist() == [[0, 0.5, 0.5, 1]]


def test_speed_up_to_a_rivals_end():
    x = np.arange(1.0, 5.0)
    curves = {"fast": np.array([0.9, 0.2, 0.1, 0.1]), "rival": np.array([0.9, 0.6, 0.3, 0.2]),
              "slow": np.array([0.9, 0.9, 0.9, 0.9])}  # fmt: skip
    found = speed_ups(x, curves, "rival").set_index("label")
    assert found["reached"].tolist()[:2] == [2, 4]
    assert found["speed_up"].tolist()[:2] == [2, 1]
    assert found.loc["slow", ["reached", "speed_up"]].isna().all()
    assert np.isnan(first_reach(x, curves["slow"], 0.1))


def test_nested_bootstrap_of_one_group_agrees_with_the_plain_one_and_scipys():
    values = Streams(3).generator("nested").gamma(2, size=(12, 1))
    nested = bootstrap_nested_mean(values, ["x"] * 12, resamples=8000)
    plain = bootstrap_mean(values, resamples=8000)
    peer = bootstrap(
        (values[:, 0],), np.mean, method="percentile", n_resamples=8000, rng=Streams(4).generator("peer")
    ).confidence_interval
    for low, high in ((plain.low[0], plain.high[0]), peer):
        assert nested.low[0] == pytest.approx(low, rel=0.03)
        assert nested.high[0] == pytest.approx(high, rel=0.03)


def test_nested_bootstrap_has_the_variance_of_two_stages():
    # Groups alike inside: only their draw counts. Groups with equal means: only the runs' draw does.
    between = bootstrap_nested_mean([[0.0], [0.0], [1.0], [1.0]], ["x", "x", "y", "y"])
    assert (between.low[0], between.mean[0], between.high[0]) == (0, 0.5, 1)
    within = bootstrap_nested_mean([[0.0], [1.0], [0.0], [1.0]], ["x", "x", "y", "y"])
    # Whether y or x is drawn twice or each once, four independent coins are thrown: 0 and 1 have 1/16 each.
    assert (within.low[0], within.high[0]) == (0, 1)
    single = bootstrap_nested_mean([[0.3, 0.2]], ["x"])
    assert single.mean.tolist() == [0.3, 0.2]
    assert np.isnan(single.low).all()


def test_interquartile_mean_is_scipys_and_by_hand():
    assert interquartile_mean([100, 1, 2, 3, 4, 5, 6, -100]) == pytest.approx((2 + 3 + 4 + 5) / 4)
    values = Streams(5).generator("iqm").normal(size=37)
    assert interquartile_mean(values) == trim_mean(values, 0.25)
    assert np.isnan(interquartile_mean([]))
