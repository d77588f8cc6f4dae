"""Friedman's and Nemenyi's tests: by hand, against scipy and against scikit-posthocs."""

import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from simdyhpo.analysis.friedman import rank_test
from simdyhpo.streams import Streams

NAMES = ["a", "b", "c", "d"]


def noisy(problems=12, shift=(0, 0.3, 0.6, 1.5)):
    draw = Streams(1).generator("friedman")
    return draw.normal(size=(problems, 1)) + draw.normal(0, 0.5, (problems, len(shift))) + np.array(shift)


def test_mean_ranks_by_hand_best_first_and_ties_shared():
    test = rank_test([[3, 1, 2], [2, 1, 3], [5, 4, 4]], ["x", "y", "z"])
    assert test.labels == ["y", "z", "x"]
    np.testing.assert_allclose(test.mean_ranks, [(1 + 1 + 1.5) / 3, (2 + 3 + 1.5) / 3, (3 + 2 + 3) / 3])
    assert test.problems == 3


def test_friedman_is_scipys():
    values = noisy()
    assert rank_test(values, NAMES).p == friedmanchisquare(*values.T).pvalue


def test_critical_difference_is_demsars():
    # Demsar 2006, table 5: q(0.05) is 2.569 for four classifiers; his example has 14 data sets and CD 1.25.
    assert rank_test(noisy(14), NAMES).critical_difference == pytest.approx(
        2.569 * np.sqrt(20 / 84), abs=1e-3
    )
    assert round(rank_test(noisy(14), NAMES).critical_difference, 2) == 1.25


def test_nemenyi_is_scikit_posthocs():
    posthocs = pytest.importorskip("scikit_posthocs")
    values = noisy()
    test = rank_test(values, NAMES)
    peer = posthocs.posthoc_nemenyi_friedman(values).to_numpy()
    order = [NAMES.index(label) for label in test.labels]
    np.testing.assert_allclose(test.pairwise_p, peer[np.ix_(order, order)], atol=1e-6)


def test_a_pair_differs_exactly_beyond_the_critical_difference():
    test = rank_test(noisy(), NAMES)
    apart = np.abs(test.mean_ranks[:, None] - test.mean_ranks) > test.critical_difference
    assert apart.any()
    assert (apart == (test.pairwise_p < 0.05)).all()


def test_groups_are_the_longest_stretches_that_do_not_differ():
    test = rank_test(noisy(200, (0, 0.05, 1.0, 1.05)), NAMES)
    assert test.groups() == [(0, 1), (2, 3)]
    alike = rank_test(noisy(3, (0, 0, 0, 0)), NAMES)
    assert alike.groups() == [(0, 3)]
    assert rank_test(noisy(300, (0, 2, 4, 6)), NAMES).groups() == []


@pytest.mark.parametrize("values", [[[1.0, 2.0]] * 5, [[1.0, 2.0, 3.0]], [[1.0, 1.0, 1.0]] * 4])
def test_no_friedman_where_it_cannot_be_made(values):
    test = rank_test(values, NAMES[: len(values[0])])
    assert np.isnan(test.p)
    assert np.isfinite(test.critical_difference)
