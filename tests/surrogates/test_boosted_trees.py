"""Boosted trees: small ones by hand, and held-out losses beside scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest

from simdyhpo.streams import Streams
from simdyhpo.surrogates.boosted_trees import Boosting, Logistic, Pinball, boosted, in_bins


def settings(**others):
    return Boosting(**{"trees": 1, "depth": 1, "rate": 1.0, "weight": 1, "shrinkage": 0, **others})


def test_bins_are_distinct_values_or_shares():
    few = np.array([[0.5, 3.0], [0.1, 3.0], [0.5, 3.0], [0.9, 3.0]])
    assert in_bins(few).tolist() == [[1, 0], [0, 0], [1, 0], [2, 0]]
    many = np.linspace(0, 1, 320)[:, None]
    assert np.bincount(in_bins(many)[:, 0]).tolist() == [10] * 32


def test_a_stump_splits_where_the_quantile_s_loss_falls_most():
    """Six values, level 1/2: the median of all is 2; the last three rows part, and take their own."""
    codes = in_bins(np.arange(6.0)[:, None])
    values = np.array([1.0, 2.0, 1.0, 9.0, 11.0, 10.0])
    predicted = boosted(Pinball(values, np.array([0.5])), codes, np.arange(6), settings())
    assert predicted.tolist() == [[1.0, 1.0, 1.0, 10.0, 10.0, 10.0]]


def test_a_stump_takes_one_of_newtons_steps():
    """Two of four are good, all on one side: residuals are 1/2, weights 1/4, so a step is 1 / (1/2 + 1)."""
    codes = in_bins(np.array([[0.0], [0.0], [1.0], [1.0]]))
    good = np.array([False, False, True, True])
    predicted = boosted(Logistic(good), codes, np.arange(4), settings(weight=0.5, shrinkage=1))
    assert predicted[0] == pytest.approx([-2 / 3, -2 / 3, 2 / 3, 2 / 3])
    too_light = boosted(Logistic(good), codes, np.arange(4), settings(weight=0.51, shrinkage=1))
    assert too_light.tolist() == [[0.0] * 4]


def test_rows_that_do_not_train_are_predicted_and_several_quantiles_at_once():
    rng = Streams(3).generator("rows")
    codes = in_bins(rng.random((50, 3)))
    rows, values = np.arange(0, 50, 2), rng.random(25)
    levels = np.array([0.25, 0.5, 0.75])
    usual = settings(trees=5, depth=3, rate=0.3)
    together = boosted(Pinball(values, levels), codes, rows, usual)
    assert together.shape == (3, 50)
    for level, one in zip(levels, together, strict=True):
        alone = boosted(Pinball(values, np.array([level])), codes, rows, usual)[0]
        assert alone.tolist() == one.tolist()
    moved = boosted(Pinball(4 * values + 1, levels), codes, rows, usual)
    assert np.allclose(moved, 4 * together + 1)


def test_without_features_or_with_equal_ones_it_is_a_constant():
    values = np.array([5.0, 1.0, 3.0, 2.0])
    for features in (np.zeros((4, 0)), np.ones((4, 2))):
        predicted = boosted(Pinball(values, np.array([0.5])), in_bins(features), np.arange(4), settings())
        assert predicted.tolist() == [[2.0] * 4]


def test_it_is_as_good_as_scikit_learns():
    """Mean pinball loss on rows that didn't train, over seeds: within a twentieth of the other's."""
    ensemble = pytest.importorskip("sklearn.ensemble")
    level, ours, theirs = 0.2, [], []
    for seed in range(4):
        rng = Streams(seed).generator("rows")
        features = rng.random((600, 5))
        values = (
            3 * features[:, 0] + np.sin(6 * features[:, 1]) + rng.normal(size=600) * (0.2 + features[:, 2])
        )
        rows, rest = np.arange(120), slice(120, None)
        loss = Pinball(values[rows], np.array([level]))
        mine = boosted(loss, in_bins(features), rows, settings(trees=100, depth=3, rate=0.1))[0]
        model = ensemble.GradientBoostingRegressor(loss="quantile", alpha=level, random_state=0)
        its = model.fit(features[rows], values[rows]).predict(features)
        for predicted, losses in ((mine, ours), (its, theirs)):
            above = values[rest] - predicted[rest]
            losses.append(np.maximum(level * above, (level - 1) * above).mean())
    assert np.mean(ours) < 1.05 * np.mean(theirs)
