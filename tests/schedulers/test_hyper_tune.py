"""Hyper-Tune: shares that are learnt, promotions that wait, and what is left without either."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from simdyhpo.decisions import Decided, ScheduleDecision, Start
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.delayed_rungs import DelayedRungs
from simdyhpo.schedulers.hyper_tune import HyperTune, HyperTuneOptions, learnt_shares
from simdyhpo.schedulers.rungs import PromotionRungs
from simdyhpo.tables.blackboxes import load_blackbox
from tests.making import falling, problem

SHARES, BEGINS = [0.5, 0.3, 0.2], [1, 3, 9]


def test_shares_are_weights_over_resources():
    """0.3 / 1 and 0.7 / 3 of the first two brackets' 0.8; then of all."""
    assert learnt_shares(SHARES, BEGINS, {1: 0.3, 3: 0.7}) == pytest.approx([0.45, 0.35, 0.2])
    assert learnt_shares(SHARES, BEGINS, {1: 0.0, 3: 0.0, 9: 1.0}) == [0.0, 0.0, 1.0]
    assert learnt_shares(SHARES[:1], BEGINS[:1], {1: 0.5, 3: 0.5}) == [0.5]


def test_shares_stay_while_nothing_was_learnt():
    assert learnt_shares(SHARES, BEGINS, {}) == SHARES
    assert learnt_shares(SHARES, BEGINS, {2: 1.0}) == SHARES  # no bracket begins there


def test_a_rung_waits_until_there_are_enough_to_choose_from():
    """One in three: the first goes up when three have come, the second when six have, however good."""
    delayed, plain = (kind([1], [1 / 3], "min", 9) for kind in (DelayedRungs, PromotionRungs))
    went = {id(rungs): [] for rungs in (delayed, plain)}
    for trial in range(9):
        for rungs in (delayed, plain):
            rungs.reach(trial, 1, -float(trial))  # each is better than all before
            if (choice := rungs.promotion()) is not None:
                rungs.mark_promoted(choice.trial_id, 1)
                went[id(rungs)].append((trial, choice.trial_id))
    assert went[id(delayed)] == [(2, 2), (5, 5), (8, 8)]
    assert went[id(plain)] == [(trial, trial) for trial in range(1, 9)]


@pytest.mark.parametrize("form", ["promotion", "stopping"])
@pytest.mark.parametrize("rungs", ["separate", "shared"])
def test_without_models_and_delay_it_is_asynchronous_hyperband(form, rungs):
    table = load_blackbox("lcbench-christine")
    options = {"form": form, "rungs": rungs}
    bare = {"delay": False, "learnt_shares": False, "initial_random": 10_000}
    mine = simulate(table, "hyper-tune", workers=4, options={**options, **bare}, max_epochs=300)
    its = simulate(table, "hyperband-async", workers=4, options=options, max_epochs=300)
    for name, column in its.log.columns().items():
        assert np.array_equal(mine.log.columns()[name], column)


def test_brackets_begin_where_ranking_is_best():
    """Curves that never cross: the lowest resource ranks as well as any, and is the cheapest."""
    options = {"reduction_factor": 2, "steps": 2, "candidates": 20}
    result = simulate(falling(120, 9), "hyper-tune", options=options, max_epochs=200)
    starts = [r.milestone for r in result.log if r.decision.name.startswith("START")]
    plain = simulate(falling(120, 9), "hyperband-async", options={"reduction_factor": 2}, max_epochs=200)
    its = [r.milestone for r in plain.log if r.decision.name.startswith("START")]
    assert Counter(starts[30:])[1] / len(starts[30:]) > Counter(its[30:])[1] / len(its[30:])
    assert result.schedule["started_by_model"] == len(starts) - 6


def test_a_trial_belongs_to_the_bracket_that_begins_where_it_was_sent():
    """Somebody else's starts, too: at a resource where none begins, to the one below."""
    hyper_tune = HyperTune(problem(falling(20, 9)), HyperTuneOptions())
    for trial, milestone in enumerate((9, 1, 3, 5)):
        start = Start(trial, milestone, ScheduleDecision.START_RANDOM)
        hyper_tune.tell(Decided(trial, start))
    assert hyper_tune._bracket_of == [2, 0, 1, 1]
