"""Decisions counted by kind and by when they were taken."""

import numpy as np
import pandas as pd

from simdyhpo import ScheduleDecision
from simdyhpo.analysis.kinds_over_time import PARTS, kinds_over_time
from simdyhpo.runs.front_door import simulate
from tests.making import falling


def test_parts_are_of_equal_numbers_of_reports():
    reports = pd.DataFrame({"time_ns": np.arange(1, 41) ** 2})
    decisions = pd.DataFrame({"time_ns": [0, 1, 4, 400, 1600], "decision": [2, 1, 1, 0, 3]})
    counts = kinds_over_time(decisions, reports)
    assert counts.shape == (PARTS, len(ScheduleDecision))
    # Two reports a part: none had come in at 0, one at 1, two at 4, 20 at 400, all at 1600.
    assert {(part, kind): n for (part, kind), n in np.ndenumerate(counts) if n} == {
        (0, 2): 1, (0, 1): 1, (1, 1): 1, (10, 0): 1, (19, 3): 1
    }  # fmt: skip


def test_nothing_is_lost():
    result = simulate(falling(60, 9), "asha", workers=3, max_epochs=90)
    counts = kinds_over_time(result.decisions, result.reports)
    assert counts.sum(axis=0)[ScheduleDecision.PROMOTE_RUNG] == (
        (result.decisions["decision"] == ScheduleDecision.PROMOTE_RUNG).sum()
    )
    assert counts.sum() == len(result.decisions)


def test_decisions_without_reports_are_at_the_beginning():
    nothing = pd.DataFrame({"time_ns": np.array([], dtype=np.int64)})
    counts = kinds_over_time(pd.DataFrame({"time_ns": [0, 0], "decision": [3, 3]}), nothing)
    assert counts[0, 3] == counts.sum() == 2
