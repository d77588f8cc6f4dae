"""ASHA, promotion and stopping, on tables small enough to follow by hand."""

from __future__ import annotations

import pytest

from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.levels import OneRungWarning
from tests.making import falling
from tests.schedulers.following import CONTINUE, PROMOTE, START, STOP, in_order, story

HALVES = {"reduction_factor": 2}


VALUES = [[5, 5, 5, 5], [3, 3, 3, 3], [4, 4, 4, 4], [2, 2, 2, 2]]


def test_promotion_by_hand():
    """Rungs 1 and 2 of 4; the median of a rung decides."""
    result = simulate(in_order(VALUES), "asha", options=HALVES, max_decisions=9)
    assert story(result) == [
        (START, 0, 1),  # 5
        (START, 1, 1),  # 3 5
        (PROMOTE, 1, 2),
        (START, 2, 1),  # 3 4 5: 4 meets the median
        (PROMOTE, 2, 2),  # at 2: 3 4
        (PROMOTE, 1, 4),  # the top rung comes first
        (START, 3, 1),  # 2 3 4 5
        (PROMOTE, 3, 2),  # at 2: 2 3 4
        (PROMOTE, 3, 4),
    ]
    assert result.schedule == {"promoted_by_rung": 5, "started_at_random": 4}


def test_stopping_by_hand():
    result = simulate(in_order(VALUES), "asha-stopping", options=HALVES, max_decisions=9)
    assert story(result) == [
        (START, 0, 1),
        (CONTINUE, 0, 2),  # the first one goes on
        (CONTINUE, 0, 4),
        (START, 1, 1),
        (CONTINUE, 1, 2),
        (CONTINUE, 1, 4),
        (START, 2, 1),
        (CONTINUE, 2, 2),  # 3 4 5: 4 meets the median
        (CONTINUE, 2, 4),
    ]


def test_stopping_stops_what_is_worse_than_the_median():
    curves = in_order([[1, 1, 1, 1], [2, 2, 2, 2], [0, 3, 3, 3]])
    result = simulate(curves, "asha-stopping", options=HALVES, max_decisions=99)
    assert story(result) == [
        (START, 0, 1),
        (CONTINUE, 0, 2),
        (CONTINUE, 0, 4),
        (START, 1, 1),
        (STOP, 1, 1),  # 1 2: the median is 1.5
        (START, 2, 1),
        (CONTINUE, 2, 2),  # 0 1 2
        (STOP, 2, 2),  # at 2: 1 3
    ]
    assert result.schedule == {"started_at_random": 3, "continued": 3, "stopped": 2}


@pytest.mark.parametrize("name", ["asha", "asha-stopping"])
def test_trials_run_to_rungs_only(name):
    result = simulate(falling(60, 30), name, workers=4, max_epochs=400)
    assert {record.milestone for record in result.log} == {1, 3, 9, 27, 30}


@pytest.mark.parametrize("name", ["asha", "asha-stopping"])
def test_without_rungs_it_is_random_search(name):
    curves = falling(5, 3)
    with pytest.warns(OneRungWarning):
        result = simulate(curves, name, options={"grace_period": 3}, max_trials=5)
    random = simulate(curves, "random", max_trials=5)
    assert result.decisions.equals(random.decisions)


@pytest.mark.parametrize(("increment", "levels"), [("2", {1, 3, 5}), (1, {1, 2, 3, 4, 5})])
def test_linear_levels(increment, levels):
    result = simulate(falling(30, 5), "asha", options={"rung_increment": increment}, max_epochs=100)
    assert {record.milestone for record in result.log} == levels


def test_promotion_concentrates_on_the_best():
    """The better a configuration, the further it gets: here a lower id is better everywhere."""
    result = simulate(falling(27, 9), "asha", max_decisions=500)
    furthest = result.decisions.groupby("configuration")["milestone"].max()
    assert furthest[0] == furthest[1] == 9
    assert (furthest[-9:] == 1).sum() >= 6
