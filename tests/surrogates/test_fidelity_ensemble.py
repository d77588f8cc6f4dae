"""Hyper-Tune's ensemble: ranking losses by hand, weights whose answer is known, and when it is asked."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from simdyhpo.protocols import Observations
from simdyhpo.searchers.settings import EnsembleOptions
from simdyhpo.streams import Streams
from simdyhpo.surrogates.fidelity_ensemble import EnsembleSurrogate, best_shares, misranked

N, LARGEST = 60, 9


def observations(rows, features, count=None):
    """Of (configuration, resource, value) rows, the first `count`."""
    configurations, resources, values = np.array(rows[:count]).T
    return Observations(
        features=features,
        configurations=configurations.astype(np.int64),
        resources=resources.astype(np.int64),
        values=values,
        curves=np.full((N, LARGEST), np.nan),
        lengths=np.zeros(N, dtype=np.int64),
        pending_configurations=np.zeros(0, dtype=np.int64),
        pending_resources=np.zeros(0, dtype=np.int64),
        max_resource=LARGEST,
    )


@pytest.fixture
def features():
    return Streams(0).generator("features").random((N, 2))


@pytest.fixture
def rows(features):
    """Resource 1 tells nothing, 3 nearly all of what counts at 9; a third and a ninth of them go on."""
    noise = Streams(0).generator("noise").normal(size=N)
    truth = features[:, 0] + features[:, 1] ** 2
    told = [(c, 1, noise[c]) for c in range(N)]
    told += [(c, 3, 10 * truth[c] + 0.1 * noise[c]) for c in range(0, N, 2)]
    return told + [(c, 9, truth[c]) for c in range(0, N, 6)]


def surrogate(**options):
    return EnsembleSurrogate(EnsembleOptions(**options), Streams(1))


def test_misranked_pairs_by_hand():
    """Of pairs of (1, 2, 3): none wrong, all wrong, and one of three."""
    drawn = np.array([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0], [1.0, 0.0, 2.0]])
    assert misranked(drawn, np.array([1.0, 2.0, 3.0])).tolist() == [0.0, 1.0, pytest.approx(1 / 3)]
    assert misranked(drawn[:, :1], np.array([1.0])).tolist() == [0.0] * 3


def test_a_draw_is_shared_by_equals():
    losses = np.array([[0.1, 0.3, 0.2, 0.2], [0.2, 0.3, 0.1, 0.2]])
    assert best_shares(losses).tolist() == [0.5, 0.5]
    assert best_shares(np.array([[0.0, 0.0], [0.5, 0.0]])).tolist() == [0.75, 0.25]


def test_who_ranks_well_weighs_much(rows, features):
    ensemble = surrogate()
    ensemble.fit(observations(rows, features))
    weights = ensemble.weights()
    assert list(weights) == [1, 3, 9]
    assert sum(weights.values()) == pytest.approx(1)
    assert weights[1] < 0.05
    assert weights[3] > 0.3


def test_the_lowest_resource_predicts_alone_until_two_have_enough(rows, features):
    ensemble = surrogate()
    ensemble.fit(observations(rows, features, N + 5))
    assert ensemble.weights() == {}
    alone = surrogate()
    alone.fit(observations(rows, features, N))
    asked = np.arange(1, 20, 2)
    for mine, its in zip(ensemble.predict(asked, asked), alone.predict(asked, asked), strict=True):
        assert np.array_equal(mine, its)


def test_it_predicts_the_weighted_sum_in_units_of_the_largest(rows, features):
    ensemble = surrogate()
    ensemble.fit(observations(rows, features))
    left_out = np.array([c for c in range(N) if c % 2])
    mean, deviation = ensemble.predict(left_out, np.ones_like(left_out))
    truth = features[left_out, 0] + features[left_out, 1] ** 2
    assert np.corrcoef(mean, truth)[0, 1] > 0.8
    assert np.abs(mean - truth).mean() < 0.3
    assert (deviation > 0).all()


def test_joint_draws_have_the_means_and_deviations_that_are_predicted(rows, features):
    ensemble = surrogate()
    ensemble.fit(observations(rows, features))
    level, asked = ensemble._levels[3], np.array([1, 7, 31])
    mean, deviation = level.standardised(asked, 3)
    normals = Streams(2).generator("normals").standard_normal((20_000, 3))
    drawn = level.samples(asked, normals)
    assert drawn.mean(axis=0) == pytest.approx(mean, abs=0.02)
    assert drawn.std(axis=0) == pytest.approx(deviation, rel=0.05)
    known = level.samples(np.array([0, 2]), normals[:, :2])
    blind = level.samples(np.array([0, 2]), normals[:, :2], np.isin(np.arange(30), [0, 1]))
    assert (blind.std(axis=0) > known.std(axis=0)).all()


@pytest.mark.parametrize("asked_at", [[], [N + 20], [N, N + 30, N + 33, N + 36, N + 39]])
def test_when_it_is_asked_changes_nothing(rows, features, asked_at):
    """Values of all resources in turn, so that lower ones arrive after what the weights belong to."""
    mixed = [row for k in range(N) for row in rows[k::N]]
    results = []
    for stops in ([], asked_at):
        ensemble = surrogate()
        for stop in [*stops, len(mixed)]:
            ensemble.fit(observations(mixed, features, stop))
            ensemble.predict(np.arange(5), np.arange(5))
        results.append((dict(ensemble.weights()), *ensemble.predict(np.arange(N), np.arange(N))))
    first, second = results
    assert first[0] == second[0]
    assert np.allclose(first[1], second[1], rtol=1e-10)
    assert np.allclose(first[2], second[2], rtol=1e-10)


def test_it_takes_one_thread(rows, features):
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        ensemble = surrogate()
        ensemble.fit(observations(rows, features))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
