"""One rule for ranks: means over seeds, ranked on each data set, over runs that every variant has."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from simdyhpo.analysis.friedman import rank_test
from simdyhpo.analysis.mean_ranks import mean_ranks
from simdyhpo.streams import Streams

LABELS = ["a", "b", "c"]


def frame(regrets):
    """Of an array (data sets, labels, seeds)."""
    return pd.DataFrame(
        [
            {"blackbox": f"t{t}", "label": LABELS[v], "workers": 1, "seed": s, "regret_1": regrets[t, v, s]}
            for t, v, s in np.ndindex(*regrets.shape)
        ]
    )


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 4), st.integers(1, 3), st.integers(0, 10**6))
def test_it_is_the_rank_of_the_means(data_sets, seeds, seed):
    regrets = np.round(Streams(seed).generator("ranks").random((data_sets, 3, seeds)), 1)
    regrets[regrets > 0.8] = np.nan
    counted = np.where(np.isnan(regrets), 1.0, regrets)
    expected = np.mean([rankdata(np.round(means, 12)) for means in counted.mean(axis=2)], axis=0)
    found = mean_ranks(frame(regrets), LABELS)
    if seeds < 3:  # sums of more depend on their order in the last bit, which breaks ties
        np.testing.assert_allclose([found.mean[label] for label in LABELS], expected)
    assert sum(found.mean.values()) == pytest.approx(6)
    test = rank_test(counted.mean(axis=2), LABELS)
    assert [found.mean[label] for label in test.labels] == test.mean_ranks.tolist()


def test_a_seed_that_one_lacks_counts_for_none():
    regrets = np.array([[[0.1, 0.9], [0.5, 0.5], [0.6, 0.6]]])
    rows = frame(regrets)
    lost = rows[~((rows["label"] == "a") & (rows["seed"] == 1))]
    assert mean_ranks(rows, LABELS).mean == {"a": 1.5, "b": 1.5, "c": 3.0}
    assert mean_ranks(lost, LABELS).mean == {"a": 1.0, "b": 2.0, "c": 3.0}


def test_who_has_no_run_is_not_ranked():
    rows = frame(np.array([[[0.1], [0.5], [0.6]]]))
    rows = rows[rows["label"] != "a"]
    assert mean_ranks(rows, LABELS).mean == {"b": 1.0, "c": 2.0}
    assert mean_ranks(rows[:0], LABELS).mean == {}
