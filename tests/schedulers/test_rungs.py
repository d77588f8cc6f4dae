"""One rung's bookkeeping, and what rung systems do with curves that end."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.schedulers.promotion_rung import PromotionRung
from simdyhpo.schedulers.rung_systems import StoppingRungSystem
from simdyhpo.schedulers.rungs import Choice, PromotionRungs, StoppingRungs


def rung(metrics, quantile=0.5, mode="min"):
    made = PromotionRung(1, quantile, mode)
    for trial, metric in enumerate(metrics):
        made.add(trial, metric)
    return made


def made(kind=PromotionRungs, mode="min"):
    return kind([1, 2], [0.5, 0.5], mode, 4)


@pytest.mark.parametrize(("mode", "order"), [("min", [1, 2, 0]), ("max", [0, 2, 1])])
def test_order(mode, order):
    made = rung([0.9, 0.1, 0.5], mode=mode)
    assert made.ordered() == order
    assert made.first_promotable() == order[0]
    assert made.cutoff() == 0.5
    assert len(made) == 3


def test_an_empty_rung():
    made = rung([])
    assert (made.first_promotable(), made.eligible, made.cutoff()) == (None, None, None)
    assert list(made.promotable()) == []


def test_promoting_out_of_order():
    """A searcher may pick any entry; the best of the rest stays first."""
    made = rung([0.3, 0.1, 0.2])
    made.promote(2)
    assert made.first_promotable() == 1
    made.promote(1)
    assert made.first_promotable() == 0
    made.promote(0)
    assert made.first_promotable() is None
    assert made.ordered() == [1, 2, 0]


def test_an_entry_is_promoted_once():
    made = rung([0.3])
    made.promote(0)
    with pytest.raises(AssertionError, match="promoted once"):
        made.promote(0)


def test_promoted_entries_stay_in_the_cutoff():
    made = rung([0.1, 0.2, 0.3, 0.4, 0.5])
    before = made.cutoff()
    for trial in (0, 1):
        made.promote(trial)
    assert made.cutoff() == before == 0.3
    assert made.eligible == 2


def test_a_curve_that_ends_at_a_rung_counts_in_the_cutoff_and_is_never_promotable():
    made = PromotionRung(1, 0.5, "min")
    made.add("ended", 0.1, complete=True)
    made.add("a", 0.2)
    made.add("b", 0.3)
    assert made.cutoff() == 0.2
    assert made.first_promotable() == made.eligible == "a"
    assert list(made.promotable()) == [("a", 1), ("b", 2)]
    assert made.ordered() == ["ended", "a", "b"]


@pytest.mark.parametrize("kind", [PromotionRungs, StoppingRungs])
def test_a_curve_that_ends_between_rungs_is_in_none(kind):
    rungs = kind([1, 3], [0.5, 0.5], "min", 5)
    assert rungs.reach("0", 2, 0.1, complete=True) is False
    assert [len(r) for r in rungs.rungs] == [0, 0]


def test_choosing_changes_nothing():
    rungs = made()
    for trial in range(3):
        rungs.reach(trial, 1, trial / 10)
    choices = [rungs.promotion() for _ in range(3)]
    assert choices == [Choice(ScheduleDecision.PROMOTE_RUNG, 0, 1, 2)] * 3
    rungs.mark_promoted(0, 1)
    assert rungs.promotion().trial_id == 1


def test_one_entry_is_promoted_by_none():
    rungs = made()
    rungs.reach(0, 1, 0.1)
    assert rungs.promotion() is None
    assert rungs.paused_trials() == [(0, 0, 2)]


def test_from_the_top_rung_to_the_largest_resource():
    rungs = made()
    for trial in range(2):
        rungs.reach(trial, 2, trial / 10)
    assert rungs.promotion() == Choice(ScheduleDecision.PROMOTE_RUNG, 0, 2, 4)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_stopping_never_lets_a_diverged_trial_go_on(bad):
    rungs = made(StoppingRungs)
    assert rungs.reach("0", 1, bad) is False
    assert rungs.reach("1", 1, 0.5) is True  # the first finite one goes on
    assert rungs.reach("2", 1, bad) is False
    assert rungs.reach("3", 1, 0.5) is True


@pytest.mark.parametrize("mode", ["min", "max"])
def test_stopping_compares_with_all_so_far(mode):
    rungs, sign = made(StoppingRungs, mode), 1 if mode == "min" else -1
    losses = np.array([5, 4, 6, 5, 4.5, 4.75, 9]) * sign
    went_on = [rungs.reach(str(trial), 1, loss) for trial, loss in enumerate(losses)]
    expected = [bool(sign * loss <= sign * np.median(losses[: k + 1])) for k, loss in enumerate(losses)]
    assert went_on == expected
    assert set(went_on) == {True, False}


def test_stopping_moves_the_milestone_up():
    rungs = StoppingRungSystem([1, 2], [0.5, 0.5], "loss", "min", "epoch", 4)
    rungs.on_task_add("0", 0)
    answers = [rungs.on_task_report("0", {"loss": 1.0, "epoch": epoch}, 0) for epoch in (1, 2, 3, 4)]
    assert [answer["milestone_reached"] for answer in answers] == [True, True, False, True]
    assert [answer["next_milestone"] for answer in answers] == [2, 4, None, None]
    assert [answer["task_continues"] for answer in answers] == [True, True, True, False]
