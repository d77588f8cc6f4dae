"""The DyHPO rule: choosing without carrying out, and what its rung system records."""

from __future__ import annotations

import math

import pytest

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import DecisionError
from simdyhpo.schedulers.dyhpo_rungs import DyHPORungs
from simdyhpo.schedulers.rung_systems import DyHPORungSystem
from simdyhpo.schedulers.rungs import Choice
from tests.schedulers.scripted import ScriptedCoin, ScriptedSearcher, nothing, pick, start


def make(answer, levels=(1, 2), coins=(0.9,) * 9, probability_sh=0.25):
    quantiles = [0.5] * len(levels)
    searcher = ScriptedSearcher(answer)
    return DyHPORungs(levels, quantiles, "min", 3, searcher, probability_sh, ScriptedCoin(coins)), searcher


def make_system(answer):
    searcher, coins = ScriptedSearcher(answer), ScriptedCoin((0.9,) * 9)
    return DyHPORungSystem([1, 2], [0.5, 0.5], "loss", "min", "epoch", 3, searcher, 0.25, coins)


def test_choosing_changes_nothing_but_the_random_state():
    system, _ = make(pick(0), coins=[0.9, 0.8, 0.1])
    assert math.isnan(system.last_coin)
    system.reach(0, 1, 0.2)
    system.reach(1, 1, 0.1)
    first, second, third = (system.choose(2) for _ in range(3))
    assert first == second == Choice(ScheduleDecision.PROMOTE_DYHPO, 1, 1, 2)
    assert third == Choice(ScheduleDecision.PROMOTE_SH, 1, 1, 2)
    assert system.last_coin == 0.1
    assert len(system.paused_trials()) == 2


def test_what_is_committed_is_what_counts():
    """The engine may commit what nobody chose, e.g. when a run is rebuilt."""
    system = make_system(start)
    system.commit(Choice(ScheduleDecision.START_DYHPO, 0, 0, 1))
    system.rule.reach(0, 1, 0.2)
    system.commit(Choice(ScheduleDecision.PROMOTE_SH, 0, 1, 2))
    assert system.schedule_records == [("0", 2, 1), ("0", 0, 2)]
    assert system.paused_trials() == []


def test_records_can_not_be_changed_from_outside():
    system = make_system(start)
    system.on_task_schedule("0")
    system.schedule_records.clear()
    assert len(system.schedule_records) == 1


def test_without_rungs_new_trials_run_to_the_end():
    system, searcher = make(start, levels=())
    choice = system.choose("0")
    assert (choice.decision, choice.milestone) == (ScheduleDecision.START_DYHPO, 3)
    assert searcher.calls == [([], 3, "0")]


def test_nothing():
    system, _ = make(nothing)
    assert system.choose("0") is None


def test_a_trial_in_two_rungs_is_found_by_its_position():
    """Only its highest entry can be paused, so the level belongs to that."""
    system, _ = make(pick(0))
    system.reach("a", 1, 0.1)
    system.mark_promoted("a", 1)
    system.reach("a", 2, 0.1)
    assert system.choose("new") == Choice(ScheduleDecision.PROMOTE_DYHPO, "a", 2, 3)


def test_a_searcher_that_names_no_paused_trial_is_told_so():
    searcher, coin = ScriptedSearcher(lambda paused: {"trial_id": "9", "pos": 0}), ScriptedCoin([0.5])
    system = DyHPORungs([1, 2], [0.5, 2 / 3], "min", 3, searcher, 0.0, coin)
    with pytest.raises(DecisionError, match="no such paused trial"):
        system.choose("0")
