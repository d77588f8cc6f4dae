"""Which budgets are possible, and when the N-th report comes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.errors import BudgetError
from simdyhpo.simulation.budget import Budget, EpochMeter

WHOLE = ["max_epochs", "max_trials", "max_decisions"]


@pytest.mark.parametrize("name", [*WHOLE, "max_seconds"])
@pytest.mark.parametrize("limit", [1, 10**9])
def test_possible(name, limit):
    Budget(**{name: limit}).check()


def test_in_words():
    assert Budget(max_epochs=1000, max_seconds=3600.0).words == "3,600 seconds or 1,000 epochs"
    assert Budget(max_seconds=0.5).words == "0.5 seconds"


def test_seconds_may_be_a_fraction():
    Budget(max_seconds=0.5).check()
    Budget(max_seconds=1e-9, max_trials=1).check()


@pytest.mark.parametrize("name", [*WHOLE, "max_seconds"])
@pytest.mark.parametrize("limit", [0, -1, True, "10", 2**63 // 10**9, 2**80])
def test_impossible(name, limit):
    with pytest.raises(BudgetError, match=name):
        Budget(**{name: limit}).check()


@pytest.mark.parametrize("limit", [math.nan, math.inf, -math.inf, 1e-10])
def test_impossible_seconds(limit):
    with pytest.raises(BudgetError, match="max_seconds"):
        Budget(max_seconds=limit).check()


@pytest.mark.parametrize("name", WHOLE)
def test_counts_are_whole(name):
    with pytest.raises(BudgetError, match=f"{name} is 1.5: give a whole number"):
        Budget(**{name: 1.5}).check()


def test_none_at_all():
    with pytest.raises(BudgetError, match="max_seconds, max_epochs, max_trials, max_decisions"):
        Budget().check()


def test_one_impossible_limit_spoils_the_budget():
    with pytest.raises(BudgetError, match="max_trials"):
        Budget(max_epochs=10, max_trials=0).check()


@given(
    limit=st.integers(1, 12),
    steps=st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=8),
    workers=st.integers(1, 3),
)
def test_the_meter_foresees_the_last_report(limit, steps, workers):
    """Segments begin when their worker is free; at each beginning the meter knows what a full sort knows."""
    meter = EpochMeter(limit)
    free = dict.fromkeys(range(workers), 0)
    running: dict[int, list[int]] = {}
    everything: list[int] = []
    for durations in steps:
        worker = min(free, key=lambda w: (free[w], w))
        now = free[worker]
        if meter.end_ns is not None and now >= meter.end_ns:
            break
        times, time = [], now
        for duration in durations:
            time += duration
            times.append(time)
        free[worker] = time
        running[worker] = times
        everything += times
        if len(everything) >= limit:
            if meter.end_ns is None:
                meter.foresee(len(everything), running.values())
            else:
                meter.add_times(times)
        expected = sorted(everything)[limit - 1] if len(everything) >= limit else None
        assert meter.end_ns == expected
