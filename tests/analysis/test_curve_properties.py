"""Properties of curves, on curves where each can be counted by hand."""

import math

import numpy as np
import pytest
from scipy.stats import spearmanr

from simdyhpo.analysis import curve_properties as measure

NAN = math.nan


def test_rank_correlation_is_scipys_over_what_is_finite():
    values = np.array([[3.0, 0.1], [1.0, 0.4], [2.0, 0.3], [NAN, 0.2], [5.0, math.inf]])
    expected = spearmanr([3, 1, 2], [0.1, 0.4, 0.3]).statistic
    assert measure.rank_correlation(values, 1) == pytest.approx(expected)
    assert math.isnan(measure.rank_correlation(np.ones((4, 3)), 1))
    assert math.isnan(measure.spearman(np.array([1.0, 2.0]), np.array([2.0, 1.0])))


def test_crossing_counts_pairs_and_when():
    #   c crosses b after resource 2 and a after resource 3; a and b never cross
    values = np.array([[1.0, 1, 1, 1, 1], [2, 2, 2, 2, 2], [3, 2.5, 1.5, 0.5, 0.5]])
    assert measure.crossing(values, 1) == pytest.approx(2 / 3)
    assert measure.crossing(values, 4) == 0
    assert measure.crossing_time(values, 1) == pytest.approx(2 / 4)  # one of two by resource 3
    assert math.isnan(measure.crossing_time(values, 4))


def test_pairs_without_an_order_count_for_nothing():
    values = np.array([[1.0, 2.0], [1.0, 1.0], [NAN, 0.0]])
    assert math.isnan(measure.crossing(values, 1))


def test_near_best_is_a_share_of_all():
    values = np.array([[0.105], [0.1], [0.12], [NAN]])
    assert measure.near_best(values) == 2 / 4
    assert measure.near_best(values, within=0.02) == pytest.approx(3 / 4)
    assert math.isnan(measure.near_best(np.full((2, 1), NAN)))


@pytest.mark.parametrize("deviation", [0.001, 0.02, 0.2])
def test_noise_is_found_on_smooth_curves(deviation):
    rng = np.random.Generator(np.random.PCG64(1))
    smooth = np.exp(-np.linspace(0, 4, 30)) * rng.random((400, 1))
    values = smooth + deviation * rng.standard_normal(smooth.shape)
    assert measure.noise(values) == pytest.approx(deviation, rel=0.1)
    assert measure.noise(smooth) < 1e-4
    assert math.isnan(measure.noise(values[:, :6]))


def test_spread_and_divergence():
    assert measure.spread(np.array([1.0] + [2.0] * 8 + [4.0])) == pytest.approx(2.2 / 1.9)
    values = np.array([[1.0, NAN], [1.0, math.inf], [1.0, 1e6], [1.0, 0.5]])
    assert measure.diverged(values) == 2 / 4
    assert measure.diverged(values, beyond=1e4) == 3 / 4


def test_a_plateau_ends_where_a_curve_stays_below():
    values = np.array(
        [[1.0, 1, 0.5, 0.4], [1, 0.9, 1, 0.4], [1, 1, 1, 1], [0.5, 0.5, 0.5, 0.5], [1, 0, 0, NAN]]
    )
    assert measure.first_below(values[:4], 0.95).tolist() == [3, 4, 5, 1]
    assert measure.plateau(values, 0.95) == pytest.approx((2 + 3 + 0) / 3 / 4)
    assert measure.never_leaving(values, 0.95) == 1 / 4
    assert math.isnan(measure.plateau(values[2:3], 0.95))
    assert math.isnan(measure.plateau_spread(values[2:3], 0.95))
    assert math.isnan(measure.never_leaving(np.full((2, 2), NAN), 0.95))


def test_the_spread_of_uniform_plateaus_is_their_half_width():
    starts = np.arange(20, 61)
    values = (np.arange(1, 101) <= starts[:, None]).astype(float)
    assert measure.plateau(values, 0.5) == pytest.approx(0.4)
    assert measure.plateau_spread(values, 0.5) == pytest.approx(0.2, abs=0.01)


def test_neighbours_are_alike_on_a_line():
    points = np.linspace(0, 1, 50)[:, None]
    assert measure.neighbour_correlation(points, points[:, 0] ** 2) > 0.98
    assert measure.neighbour_correlation(points, np.array([0.0, 1] * 25)) == pytest.approx(-1)
    assert math.isnan(measure.neighbour_correlation(points, np.full(50, NAN)))
