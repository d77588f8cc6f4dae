"""How busy workers were: hand-made logs, and runs of which it is known."""

import pandas as pd
import pytest

from simdyhpo import ScheduleDecision
from simdyhpo.analysis.busy import busy_ns
from simdyhpo.runs import simulate
from tests.making import falling, table

START, CONTINUE, STOP = (
    int(ScheduleDecision[name]) for name in ("START_RANDOM", "CONTINUE", "STOP")
)  # fmt: skip


def logs(decisions, reports):
    return (
        pd.DataFrame(decisions, columns=["time_ns", "worker", "decision", "milestone"]),
        pd.DataFrame(reports, columns=["time_ns", "worker", "resource"]),
    )


def test_from_a_decision_to_the_last_report_before_the_next():
    frames = logs(
        [(0, 0, START, 2), (0, 1, START, 1), (70, 1, START, 1), (50, 0, START, 1)],
        [(20, 0, 1), (30, 1, 1), (40, 0, 2), (80, 1, 1), (90, 0, 1)],
    )
    assert busy_ns(*frames, 3, 100).tolist() == [40 + 40, 30 + 10, 0]


def test_a_trial_under_way_is_busy_until_the_end():
    frames = logs([(0, 0, START, 9), (0, 1, START, 1)], [(20, 0, 1), (30, 1, 1)])
    assert busy_ns(*frames, 2, 100).tolist() == [100, 30]


def test_a_report_at_the_instant_of_a_decision_is_of_the_trial_before():
    frames = logs([(0, 0, START, 1), (10, 0, START, 3)], [(10, 0, 1), (15, 0, 1)])
    assert busy_ns(*frames, 1, 40).tolist() == [10 + 30]


def test_a_trial_that_goes_on_keeps_its_worker_until_it_is_stopped():
    decisions = [(0, 0, START, 1), (10, 0, CONTINUE, 3)]
    assert busy_ns(*logs(decisions, [(10, 0, 1), (20, 0, 2)]), 1, 50).tolist() == [50]
    stopped = [*decisions, (30, 0, STOP, 3)]
    assert busy_ns(*logs(stopped, [(10, 0, 1), (20, 0, 2), (30, 0, 3)]), 1, 50).tolist() == [30]


def test_before_any_report():
    assert busy_ns(*logs([(0, 1, START, 1)], []), 2, 7).tolist() == [0, 7]


@pytest.mark.parametrize("scheduler", ["asha", "asha-stopping", "random", "hyperband-async"])
def test_who_never_waits_is_always_busy(scheduler):
    result = simulate(falling(60, 9), scheduler, workers=3, max_epochs=100)
    busy = busy_ns(result.decisions, result.reports, 3, result.end_ns)
    assert busy.tolist() == [result.end_ns] * 3


def test_who_waits_for_a_slow_trial_is_not():
    slow = table(
        [[4, 3], [2, 1], [6, 5]], seconds=[[10, 20], [1, 2], [1, 2]]
    )  # the three of a bracket, one of them slow
    result = simulate(slow, "sh", workers=3, max_trials=3, options={"reduction_factor": 2})
    busy = busy_ns(result.decisions, result.reports, 3, result.end_ns) / 1e9
    assert result.simulated_seconds > 10
    assert max(busy) >= 10
    assert sum(busy) < 0.6 * 3 * result.simulated_seconds
