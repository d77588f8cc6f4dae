"""Scaling of observed values."""

import numpy as np

from simdyhpo.surrogates.targets import Scaling, UnitRange


def test_targets_have_mean_0_and_deviation_1():
    values = np.array([1.0, 2.0, 4.0, 5.0])
    targets = Scaling.of(values).apply(values)
    np.testing.assert_allclose([targets.mean(), targets.std()], [0, 1], atol=1e-12)


def test_a_diverged_value_leaves_room_for_the_others():
    values = np.array([0.1, 0.2, 0.3, 0.4, 1e30])
    targets = Scaling.of(values).apply(values)
    assert np.isfinite(targets).all()
    assert np.ptp(targets[:4]) > 0.3
    assert targets[4] == targets.max()


def test_constant_values_are_only_shifted():
    np.testing.assert_array_equal(Scaling.of(np.full(3, 7.0)).apply(np.array([7.0, 6.5])), [0, -0.5])


def test_one_value_is_enough():
    assert Scaling.of(np.array([3.0])).apply(np.array([3.0])) == 0


def test_nan_stays_nan():
    assert np.isnan(Scaling().apply(np.array([np.nan]))).all()


def test_a_jump_among_equal_values_is_not_lost():
    values = np.array([0.7] * 9 + [0.4])
    targets = Scaling.of(values).apply(values)
    assert targets[9] < targets[0] - 1


def test_unit_range_by_hand():
    """From 2 to 10 is a range of 8; a quarter of it, 2, is left below the best."""
    values = np.array([2.0, 4.0, 6.0, 8.0, 10.0])
    unit = UnitRange.of(values, 0.25)
    assert (unit.ideal, unit.worst) == (0.0, 10.0)
    np.testing.assert_allclose(unit.apply(values), [0.8, 0.6, 0.4, 0.2, 0.0])
    np.testing.assert_allclose(unit.undo(unit.apply(values)), values)
    np.testing.assert_array_equal(unit.apply(np.array([-5.0, 50.0])), [1.0, 0.0])


def test_unit_range_pulls_in_what_diverged_and_survives_equal_values():
    values = np.array([2.0, 4.0, 6.0, 8.0, 1e30])
    assert UnitRange.of(values, 0.1).worst == 8.0 + 3.0 * 4.0  # quartiles 4 and 8, see `Scaling`
    assert UnitRange.of(np.full(3, 5.0), 0.1) == UnitRange(ideal=4.9, worst=6.0)
