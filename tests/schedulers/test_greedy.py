"""Always the best paused trial, one resource further."""

from __future__ import annotations

import math

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Decided, Reported, Resume, ScheduleDecision, Start
from simdyhpo.runs.front_door import simulate
from tests.making import falling, problem
from tests.schedulers.following import PROMOTE, START, in_order, story


def greedy(curves, explore, **limits):
    return simulate(curves, "greedy", options={"explore": explore}, **(limits or {"max_decisions": 99}))


def test_by_hand():
    """Trial 1 goes on as long as its latest value is the best; then trial 0 leads to the end."""
    values = [[3, 2, 1], [2, 4, 4], [5, 5, 5], [0, 0, 0]]
    result = greedy(in_order(values), 3, max_decisions=9)
    assert story(result) == [
        (START, 0, 1),
        (START, 1, 1),
        (START, 2, 1),
        (PROMOTE, 1, 2),  # 3 2 5
        (PROMOTE, 0, 2),  # 3 4 5
        (PROMOTE, 0, 3),  # 2 4 5
        (PROMOTE, 1, 3),  # - 4 5
        (PROMOTE, 2, 2),
        (PROMOTE, 2, 3),
    ]


def test_without_a_paused_trial_it_starts_another():
    result = greedy(in_order([[3, 2], [2, 4], [5, 5]]), 1)
    assert story(result) == [
        *((kind, trial, m) for trial in range(3) for kind, m in ((START, 1), (PROMOTE, 2)))
    ]
    assert result.ended_by == "exhausted"


def test_equals_by_id_and_maximising():
    result = greedy(in_order([[1, 1], [7, 1], [7, 1]], "max"), 3)
    assert story(result)[3:] == [(PROMOTE, 1, 2), (PROMOTE, 2, 2), (PROMOTE, 0, 2)]


def test_who_diverged_or_ended_never_goes_on():
    result = greedy(in_order([[math.nan, 1], [5], [-math.inf, 1], [7, 8]]), 4)
    assert story(result)[4:] == [(PROMOTE, 3, 2)]


def test_idle_workers_start_rather_than_wait():
    result = simulate(falling(9, 3), "greedy", workers=4, options={"explore": 0}, max_decisions=4)
    assert story(result) == [(START, trial, 1) for trial in range(4)]


def test_more_to_explore_than_there_is():
    result = greedy(falling(4, 3), 1000)
    assert result.ended_by == "exhausted"
    assert len(story(result)) == 12


def test_a_trial_that_someone_else_resumed_is_not_resumed_twice():
    """A fork may continue another trial than the best; it comes back with its new value."""
    task = problem(falling(3, 5))
    scheduler = SchedulerFactory("greedy", {"explore": 2})(task)
    for trial, value in enumerate((1.0, 2.0)):
        configuration = task.candidates.next_random()
        task.candidates.take(configuration)
        scheduler.tell(Decided(trial, Start(configuration, 1, ScheduleDecision.START_RANDOM)))
        scheduler.tell(Reported(trial, configuration, 1, [value], complete=False, cost_ns=1))
    scheduler.tell(Decided(1, Resume(1, 1, 2, ScheduleDecision.PROMOTE_RUNG)))
    assert scheduler.ask(0).trial == 0
    scheduler.tell(Reported(1, 1, 2, [0.5], complete=False, cost_ns=1))
    assert (scheduler.ask(0).trial, scheduler.ask(0).resume_from) == (1, 2)
    scheduler.tell(Decided(1, scheduler.ask(0)))
    assert scheduler.ask(0).trial == 0
    scheduler.tell(Decided(0, scheduler.ask(0)))
    assert isinstance(scheduler.ask(0), Start)
