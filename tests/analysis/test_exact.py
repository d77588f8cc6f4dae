"""Random search's expected incumbent, against every order of a small table and against the simulator."""

import itertools

import numpy as np
import pytest

import simdyhpo
from simdyhpo.analysis.exact import expected_best, expected_random_search
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


@pytest.mark.parametrize("epochs", [0, 7])
def test_epochs_that_no_run_has(epochs):
    with pytest.raises(ValueError, match="between 1 and 6"):
        expected_random_search(np.ones((2, 3)), [epochs], "min")


def test_simulated_runs_lie_around_it():
    table = simdyhpo.load_blackbox("digits-mlp")
    expected = float(expected_random_search(table.values, [300], table.mode)[0])
    runs = [simdyhpo.simulate(table, "random", seed=seed, max_epochs=300).best_value for seed in range(40)]
    assert abs(np.mean(runs) - expected) < 3 * np.std(runs) / np.sqrt(len(runs))
