"""Random search's expected incumbent, against every order of a small table and against the simulator."""

import itertools

import numpy as np
import pytest

import simdyhpo
from simdyhpo.analysis.exact import expected_best, expected_incumbent_score, expected_random_search
from simdyhpo.streams import Streams

NAN = np.nan


def mean_over_all_orders(values, epochs, mode):
    """The incumbent after so many epochs, in the mean over all orders of the rows."""
    sign = 1 if mode == "min" else -1
    finite = values[np.isfinite(values)]
    worst = (finite * sign).max()
    found = []
    for order in itertools.permutations(range(len(values))):
        seen = sign * values[list(order)].ravel()[:epochs]
        seen = seen[np.isfinite(seen)]
        found.append(min(seen.min(), worst) if seen.size else worst)
    return sign * np.mean(found)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("seed", range(5))
def test_against_every_order(mode, seed):
    values = Streams(seed).generator("values").integers(0, 6, (5, 3)).astype(float)
    values[seed % 5, seed % 3] = NAN
    values[(seed + 1) % 5, 0] = -np.inf if mode == "max" else np.inf
    epochs = np.arange(1, 16)
    expected = expected_random_search(values, epochs, mode)
    brute = [mean_over_all_orders(values, t, mode) for t in epochs]
    np.testing.assert_allclose(expected, brute, atol=1e-12)


def test_the_best_of_some():
    values = np.array([0.1, 0.5, 0.9, NAN])
    brute = [np.mean([np.nanmax([*c, 0.1]) for c in itertools.combinations(values, k)]) for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(expected_best(values, [1, 2, 3, 4], "max"), brute)


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("seed", range(4))
def test_the_incumbents_score_against_every_order(mode, seed):
    """Few distinct values, so that many are equal: of these the first one seen is the incumbent."""
    random = Streams(seed).generator("values")
    values, scores = random.integers(0, 5, (5, 3)).astype(float), random.random(5)
    found = np.zeros((120, 15))
    for place, order in enumerate(itertools.permutations(range(5))):
        seen = values[list(order)].ravel()
        best = [np.argmin(seen[:t]) if mode == "min" else np.argmax(seen[:t]) for t in range(1, 16)]
        found[place] = scores[np.array(order)[np.array(best) // 3]]
    exact = expected_incumbent_score(values, scores, np.arange(1, 16), mode)
    np.testing.assert_allclose(exact, found.mean(axis=0), atol=1e-12)


def test_a_score_that_goes_with_the_values_says_what_they_say():
    values = Streams(1).generator("values").random((20, 4)).cumsum(axis=1)
    epochs = np.arange(4, 81, 4)
    exact = expected_incumbent_score(values, values[:, 0], epochs, "min")
    np.testing.assert_allclose(exact, expected_random_search(values, epochs, "min"))


@pytest.mark.parametrize("epochs", [0, 7])
def test_epochs_that_no_run_has(epochs):
    with pytest.raises(ValueError, match="between 1 and 6"):
        expected_random_search(np.ones((2, 3)), [epochs], "min")
    with pytest.raises(ValueError, match="between 1 and 6"):
        expected_incumbent_score(np.ones((2, 3)), np.ones(2), [epochs], "min")


@pytest.mark.parametrize(("values", "score"), [(NAN, 1.0), (1.0, np.inf)])
def test_an_incumbent_without_a_score(values, score):
    with pytest.raises(ValueError, match="must be finite"):
        expected_incumbent_score(np.full((2, 3), values), np.full(2, score), [1], "min")


def test_simulated_runs_lie_around_it():
    table = simdyhpo.load_blackbox("digits-mlp")
    expected = float(expected_random_search(table.values, [300], table.mode)[0])
    runs = [simdyhpo.simulate(table, "random", seed=seed, max_epochs=300).best_value for seed in range(40)]
    assert abs(np.mean(runs) - expected) < 3 * np.std(runs) / np.sqrt(len(runs))
