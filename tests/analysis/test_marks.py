"""A run's regret in a few numbers: a mean over epochs, an integral over seconds."""

import math

import numpy as np
import pytest

from simdyhpo.analysis.marks import FLOOR, SHARES, regret_marks
from simdyhpo.analysis.steps import Steps

REGRET = Steps(np.array([2.0, 5.0, 8.0]), np.array([0.8, 0.4, 0.0]))
"""Known from 2 on, better at 5, none left from 8 on."""


def test_epochs_are_counted():
    marks = regret_marks(REGRET, 10, "epochs")
    np.testing.assert_array_equal(marks.regrets, [math.nan, 0.8, 0.4, 0.0])
    assert marks.area == pytest.approx((3 * 0.8 + 3 * 0.4 + 3 * 0.0) / 9)  # epochs 2 to 10
    assert marks.log10_regret == math.log10(FLOOR)


def test_seconds_pass():
    marks = regret_marks(REGRET, 10, "seconds")
    np.testing.assert_array_equal(marks.regrets, [math.nan, 0.8, 0.4, 0.0])
    assert marks.area == pytest.approx((3 * 0.8 + 3 * 0.4 + 2 * 0.0) / 8)  # from 2 to 10


def test_what_comes_after_the_budget_does_not_count():
    marks = regret_marks(REGRET, 6, "seconds")
    assert marks.area == pytest.approx((3 * 0.8 + 1 * 0.4) / 4)
    assert marks.log10_regret == pytest.approx(math.log10(0.4))


@pytest.mark.parametrize("axis", ["epochs", "seconds"])
def test_nothing_is_known_of_a_run_without_an_incumbent(axis):
    nothing = Steps(np.array([]), np.array([]))
    for marks in (regret_marks(nothing, 10, axis), regret_marks(REGRET, 1, axis)):
        assert len(marks.regrets) == len(SHARES)
        assert all(map(math.isnan, (*marks.regrets, marks.area, marks.log10_regret)))
