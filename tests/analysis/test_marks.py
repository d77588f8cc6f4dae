"""A run's regret in a few numbers: a mean over epochs, an integral over seconds."""

import itertools
import math

import numpy as np
import pytest

from simdyhpo.analysis.marks import FLOOR, SHARES, regret_marks
from simdyhpo.analysis.steps import Steps

REGRET = Steps(np.array([2.0, 5.0, 8.0]), np.array([0.8, 0.4, 0.0]))
"""Known from 2 on, better at 5, none left from 8 on."""


def test_epochs_are_counted():
    marks = regret_marks(REGRET, 10, "epochs")
    np.testing.assert_array_equal(marks.regrets, [1.0, 0.8, 0.4, 0.0])
    assert marks.area == pytest.approx((1 + 3 * 0.8 + 3 * 0.4 + 3 * 0.0) / 10)
    assert marks.log10_regret == math.log10(FLOOR)


def test_seconds_pass():
    marks = regret_marks(REGRET, 10, "seconds")
    np.testing.assert_array_equal(marks.regrets, [1.0, 0.8, 0.4, 0.0])
    assert marks.area == pytest.approx((2 + 3 * 0.8 + 3 * 0.4 + 2 * 0.0) / 10)


def test_what_comes_after_the_budget_does_not_count():
    marks = regret_marks(REGRET, 6, "seconds")
    assert marks.area == pytest.approx((2 + 3 * 0.8 + 1 * 0.4) / 6)
    assert marks.log10_regret == pytest.approx(math.log10(0.4))


@pytest.mark.parametrize("axis", ["epochs", "seconds"])
def test_a_run_without_an_incumbent_counts_as_the_worst(axis):
    nothing = Steps(np.array([]), np.array([]))
    for marks in (regret_marks(nothing, 10, axis), regret_marks(REGRET, 1, axis)):
        assert len(marks.regrets) == len(SHARES)
        assert {*marks.regrets, marks.area} == {1.0}
        assert marks.log10_regret == 0


@pytest.mark.parametrize("axis", ["epochs", "seconds"])
def test_a_later_start_is_never_better(axis):
    """Runs that differ only in when their incumbent comes: every mark rises with it."""
    found = [
        regret_marks(Steps(np.array([start, 60.0]), np.array([0.5, 0.2])), 100, axis)
        for start in (1.0, 10.0, 30.0, 31.0, 59.0)
    ]
    for sooner, later in itertools.pairwise(found):
        assert sooner.area < later.area
        assert all(one <= other for one, other in zip(sooner.regrets, later.regrets, strict=True))


def test_no_budget_and_no_report():
    nothing = Steps(np.array([]), np.array([]))
    assert regret_marks(nothing, 0, "epochs").area == 1
