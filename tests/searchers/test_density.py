"""The kernel density, against scipy and by hand."""

import math

import numpy as np
import pytest
from scipy import stats

from simdyhpo.hyperparameters.configurations import Configurations
from simdyhpo.hyperparameters.space import Space
from simdyhpo.searchers.density import Density

NAN = math.nan


def space(**columns):
    return Space(Configurations.from_columns(columns, log=(), source="test"))


def test_one_number_is_scipys_estimate_with_the_same_bandwidth():
    of = space(x=[0.0, 0.1, 0.4, 0.7, 1.0])
    density = Density(of.dimensions, of.coordinates, 1e-3)
    x = of.coordinates[:, 0]
    bandwidth = 1.06 * x.std() * 5 ** (-1 / 5)
    assert density.bandwidths == pytest.approx([bandwidth])
    at = np.linspace(-0.2, 1.2, 9)
    expected = stats.gaussian_kde(x, bandwidth / x.std(ddof=1))(at)
    assert density(at[:, None]) == pytest.approx(expected)


def test_numbers_multiply():
    of = space(x=[0.0, 0.5, 1.0], y=[1.0, 0.0, 0.25])
    density = Density(of.dimensions, of.coordinates, 1e-3)
    at = np.array([[0.3, 0.6]])
    kernels = stats.norm.pdf(at, of.coordinates, density.bandwidths)
    assert density(at) == pytest.approx([kernels.prod(axis=1).mean()])


def test_categories_by_hand():
    of = space(kind=["a", "b", "b", "c"])
    density = Density(of.dimensions, of.coordinates, 1e-3)
    b = 1.06 * np.std([0, 1, 1, 2]) * 4 ** (-1 / 5)
    assert density.bandwidths == pytest.approx([b])
    b = min(b, 2 / 3)
    expected = [((1 - b) + 3 * b / 2) / 4, (2 * (1 - b) + 2 * b / 2) / 4]
    assert density(np.array([[0.0], [1.0]])) == pytest.approx(expected)
    assert density(np.array([[0.0], [1.0], [2.0]])).sum() == pytest.approx(1)


def test_an_inactive_number_has_its_own_mass():
    of = space(x=[NAN, 0.0, 1.0, NAN])
    density = Density(of.dimensions, of.coordinates, 1e-3)
    switch = density.activity[0]
    assert switch == pytest.approx(min(0.5, 1.06 * 0.5 * 4 ** (-1 / 5)))
    inactive = density(np.array([[NAN]]))[0]
    assert inactive == pytest.approx((2 * (1 - switch) + 2 * switch) / 4)


def test_bandwidths_have_a_floor():
    of = space(x=[0.0, 1.0])
    assert Density(of.dimensions, np.array([[0.5], [0.5]]), 0.02).bandwidths.tolist() == [0.02]


def test_a_kernel_wider_than_uniform_makes_no_difference_between_categories():
    """Of indices 0 and 9 the deviation is 4.5: the density is the same everywhere, and drawn uniformly."""
    of = space(kind=list("abcdefghij"))
    density = Density(of.dimensions, np.array([[0.0], [9.0]]), 1e-3)
    assert density.bandwidths[0] > 1
    assert density(np.arange(10.0)[:, None]) == pytest.approx(np.full(10, 0.1))
    drawn = density.sample(5000, 3.0, np.random.Generator(np.random.PCG64(0)))[:, 0]
    assert np.bincount(drawn.astype(int), minlength=10) / 5000 == pytest.approx(np.full(10, 0.1), abs=0.02)


def test_samples_lie_around_the_points_and_in_the_cube():
    of = space(x=[0.0, 1.0, 0.5], kind=["a", "b", "c"], y=[NAN, 0.0, 1.0])
    good = of.coordinates[[0, 0, 0]]
    density = Density(of.dimensions, good, 0.05)
    drawn = density.sample(4000, 3.0, np.random.Generator(np.random.PCG64(0)))
    truncated = stats.truncnorm(0, 1 / 0.15, loc=0, scale=0.15)
    assert stats.kstest(drawn[:, 0], truncated.cdf).pvalue > 0.01
    assert (drawn[:, 1] != 0).mean() == pytest.approx(0.05 * 2 / 3, abs=0.01)
    assert set(drawn[:, 1]) == {0.0, 1.0, 2.0}
    active = drawn[~np.isnan(drawn[:, 2]), 2]
    assert len(active) / 4000 == pytest.approx(0.05 / 2, abs=0.01)
    assert stats.kstest(active, "uniform").pvalue > 0.01
    assert np.array_equal(good, of.coordinates[[0, 0, 0]], equal_nan=True)
