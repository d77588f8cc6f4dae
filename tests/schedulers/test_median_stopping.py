"""The median stopping rule, by hand."""

from __future__ import annotations

import math

import pytest

from simdyhpo.runs.front_door import simulate
from tests.schedulers.following import CONTINUE, START, STOP, in_order, story


def ends(values, mode="min", workers=1, **options):
    """Where each trial ended: its resource, and whether it was stopped."""
    result = simulate(
        in_order(values, mode), "median-stopping", workers=workers, options=options, max_epochs=999
    )
    assert result.ended_by == "exhausted"
    reached = {trial: milestone for _, trial, milestone in story(result)}
    stopped = {trial for kind, trial, _ in story(result) if kind == STOP}
    return [(reached[trial], trial in stopped) for trial in sorted(reached)]


def test_the_best_so_far_is_held_against_the_median_of_averages():
    curves = [
        [4.0, 2.0, 3.0],  # averages 4, 3, 3
        [8.0, 1.0, 9.0],  # worse than 4 at once
        [3.0, 9.0, 9.0],  # its best, 3, is never worse than 4, 3, 3
        [4.0, 3.4, 3.3],  # medians now 3.5 (4 and 3): ended at once
        [3.5, 4.5, 9.0],  # equal to 3.5, then 3.5 against 4.5 (3 and 6), then 3.5 against 5
    ]
    assert ends(curves) == [(3, False), (1, True), (3, False), (1, True), (3, False)]


def test_maximising_is_the_same_rule():
    curves = [[4.0, 2.0, 3.0], [8.0, 1.0, 9.0], [3.0, 9.0, 9.0]]
    negated = [[-value for value in curve] for curve in curves]
    assert ends(negated, mode="max") == ends(curves)


def test_all_who_came_as_far_count_if_asked():
    curves = [[2.0, 2.0], [4.0, 4.0], [3.5, 1.0], [3.0, 1.0]]
    assert ends(curves) == [(2, False), (1, True), (1, True), (1, True)]
    # medians at 1: 2; then of 2 and 4 (3.5 is worse than 3); then of 2, 4 and 3.5
    assert ends(curves, peers="all") == [(2, False), (1, True), (1, True), (2, False)]


def test_nobody_is_judged_early_or_by_too_few():
    curves = [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0], [9.0, 9.0, 9.0]]
    assert ends(curves, grace_period=2) == [(3, False), (2, True), (2, True)]
    assert ends(curves, min_trials=2) == [(3, False), (3, False), (1, True)]


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_value_that_is_not_finite_ends_its_trial_and_counts_for_nothing(bad):
    curves = [[bad, 1.0, 1.0], [5.0, bad, 1.0], [7.0, 7.0, 7.0], [6.0, 6.0, 6.0]]
    assert ends(curves) == [(1, True), (2, True), (3, False), (3, False)]


def test_it_keeps_its_worker():
    result = simulate(in_order([[1.0, 1.0], [2.0, 2.0]]), "median-stopping", max_epochs=99)
    assert story(result) == [(START, 0, 1), (CONTINUE, 0, 2), (START, 1, 1), (STOP, 1, 1)]
    assert result.schedule == {"started_at_random": 2, "continued": 1, "stopped": 1}
