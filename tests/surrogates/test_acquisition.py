"""Expected improvement against numerical integration."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from simdyhpo.surrogates.acquisition import expected_improvement, log_probability_below


@pytest.mark.parametrize("mean", [-1.0, 0.0, 0.3, 2.0])
@pytest.mark.parametrize("deviation", [0.1, 1.0, 3.0])
def test_is_the_mean_of_the_gain(mean, deviation):
    expected, _ = quad(lambda y: (0.5 - y) * norm.pdf(y, mean, deviation), mean - 12 * deviation, 0.5)
    (found,) = expected_improvement(np.array([mean]), np.array([deviation]), 0.5)
    assert found == pytest.approx(max(expected, 0), abs=1e-7)


def test_without_deviation_the_gain_is_certain():
    found = expected_improvement(np.array([0.2, 0.9]), np.zeros(2), 0.5)
    np.testing.assert_allclose(found, [0.3, 0.0])


def test_each_candidate_may_have_its_own_incumbent():
    found = expected_improvement(np.zeros(2), np.ones(2), np.array([0.0, 1.0]))
    np.testing.assert_allclose(found, [1 / np.sqrt(2 * np.pi), norm.cdf(1) + norm.pdf(1)])


def test_is_never_negative_far_away():
    assert expected_improvement(np.array([1e6]), np.array([1e-3]), 0.0) >= 0


def test_probability_by_hand():
    """One deviation below the mean: 15.87 %; at the mean: one half; two above: 97.72 %."""
    chances = np.exp(log_probability_below(np.array([3.0, 2.0, 0.0]), np.array([1.0, 5.0, 1.0]), 2.0))
    np.testing.assert_allclose(chances, [0.158655, 0.5, 0.977250], atol=1e-6)


def test_logarithms_tell_apart_what_has_no_probability_left():
    """At 50 and at 60 deviations; and certain values are still ordered, with finite scores."""
    far = log_probability_below(np.array([50.0, 60.0]), np.ones(2), 0.0)
    assert np.exp(far).tolist() == [0.0, 0.0]
    assert far[0] > far[1] > -np.inf
    certain = log_probability_below(np.array([-1.0, 1.0, 1e300]), np.zeros(3), 0.0)
    assert certain[0] == 0.0 > certain[1] > certain[2] > -np.inf
