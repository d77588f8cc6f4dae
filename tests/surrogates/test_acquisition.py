"""Expected improvement and its logarithm against numerical integration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import erfcx
from scipy.stats import norm

from simdyhpo.surrogates.acquisition import (
    expected_improvement,
    log_expected_improvement,
    log_probability_below,
)


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


def log_unit_improvement(z):
    """log of the integral of Phi up to z, with phi(z) taken out of it, so that nothing is too small."""
    tail = np.sqrt(np.pi / 2)
    share, _ = quad(lambda t: tail * erfcx((t - z) / np.sqrt(2)) * np.exp(z * t - t * t / 2), 0, np.inf)
    return np.log(share) + norm.logpdf(z)


@pytest.mark.parametrize("z", [-0.5, -0.999, -1.0, -1.001, -3.0, -20.0, -38.5, -49.999, -50.001, -75.0])
def test_the_logarithm_is_that_of_the_integral(z):
    (found,) = log_expected_improvement(np.array([-z]), np.ones(1), 0.0)
    assert found == pytest.approx(log_unit_improvement(z), rel=1e-11)


@given(st.floats(1, 1e150))
def test_far_away_it_is_that_of_the_first_shares(distance):
    """-z^2 / 2 - log(sqrt(2 pi) z^2), within 3 / z^2."""
    (found,) = log_expected_improvement(np.array([distance]), np.ones(1), 0.0)
    expected = -0.5 * distance * distance - np.log(np.sqrt(2 * np.pi)) - 2 * np.log(distance)
    assert found == pytest.approx(expected, rel=1e-13, abs=3 / distance**2)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50, unique=True), st.floats(1e-9, 1e9))
def test_a_better_prediction_never_has_less(means, deviation):
    """However far from the incumbent: what is told apart by 10 digits has another score."""
    means = np.sort(np.array(means))
    found = log_expected_improvement(means, np.full(len(means), deviation), 0.0)
    assert np.isfinite(found).all()
    z = means / deviation
    apart = np.diff(z) > 1e-10 * np.abs(z[1:]) + 1e-10
    assert (np.diff(found)[apart] < 0).all()
    assert (np.diff(found) <= 1e-9 * np.abs(found[1:])).all()


@given(st.floats(-30, 30), st.floats(1e-3, 1e3))
def test_both_agree_where_there_is_something_left(mean, deviation):
    z = -mean / deviation
    if z > -30:
        plain = deviation * (z * norm.cdf(z) + norm.pdf(z))
        (found,) = expected_improvement(np.array([mean]), np.array([deviation]), 0.0)
        assert found == pytest.approx(plain, rel=1e-6 if z < -3 else 1e-12)


def test_the_limits_without_deviation():
    found = log_expected_improvement(np.array([0.2, 0.5, 0.9]), np.zeros(3), 0.5)
    assert found.tolist() == [np.log(0.3), -np.inf, -np.inf]
    small = log_expected_improvement(np.array([0.2, 0.9, 0.9]), np.array([1e-300, 1e-3, 1e-170]), 0.5)
    assert small[0] == pytest.approx(np.log(0.3))
    far = np.log(1e-3) - 400**2 / 2 - np.log(np.sqrt(2 * np.pi) * 400**2)
    assert small[1] == pytest.approx(far, rel=1e-9)
    assert small[2] == -np.inf


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
