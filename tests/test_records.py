"""The decision log: what is written is what is read, as rows and as columns."""

from __future__ import annotations

import math

import pytest

from simdyhpo.decisions import Reason, ScheduleDecision
from simdyhpo.records import REASON_FIELDS, DecisionLog, DecisionRecord

WHY = Reason(score=0.5, runner_up=0.25, runner_up_kind="paused", mean=1.0, deviation=0.1,
             paused_scored=3, new_scored=7, coin=0.9)  # fmt: skip


@pytest.fixture
def log():
    log = DecisionLog()
    log.append((0, 1, 0, 17, ScheduleDecision.START_RANDOM, 0, 1))
    log.append((2**62, 0, 0, 17, 1, 1, 3), WHY)
    return log


def test_empty():
    log = DecisionLog()
    assert len(log) == 0
    assert list(log) == []
    assert {name: column.shape for name, column in log.columns().items()} == dict.fromkeys(
        log.columns(), (0,)
    )
    assert log.reason_columns() == {name: [] for name in REASON_FIELDS}


def test_rows(log):
    first, second = log
    assert (first.index, second.index) == (0, 1)
    assert second == log[1] == DecisionRecord(
        index=1, time_ns=2**62, worker=0, trial=0, configuration=17,
        decision=ScheduleDecision.PROMOTE_DYHPO, resume_from=1, milestone=3,
        score=0.5, runner_up=0.25, runner_up_kind="paused", mean=1.0, deviation=0.1,
        paused_scored=3, new_scored=7, coin=0.9,
    )  # fmt: skip
    assert first.decision is ScheduleDecision.START_RANDOM
    assert math.isnan(first.score)
    assert (first.runner_up_kind, first.paused_scored) == (None, 0)


def test_columns(log):
    columns = log.columns()
    assert {name: column.tolist() for name, column in columns.items()} == {
        "time_ns": [0, 2**62],
        "worker": [1, 0],
        "trial": [0, 0],
        "configuration": [17, 17],
        "decision": [3, 1],
        "resume_from": [0, 1],
        "milestone": [1, 3],
    }
    reasons = log.reason_columns()
    assert reasons["runner_up_kind"] == [None, "paused"]
    assert math.isnan(reasons["coin"][0])
    assert reasons["coin"][1] == 0.9
    assert ("index", *columns, *reasons) == DecisionRecord.__struct_fields__


@pytest.mark.parametrize("index", [2, -1])
def test_no_such_row(log, index):
    with pytest.raises(IndexError, match=f"decision {index} of 2"):
        log[index]


def test_a_time_beyond_the_counter_is_never_wrapped(log):
    with pytest.raises(OverflowError):
        log.append((2**63, 0, 0, 0, 0, 0, 1))
