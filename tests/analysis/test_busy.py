"""How busy workers were, from logs alone: what the ledger says, or not known."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo import ScheduleDecision
from simdyhpo.analysis.busy import ideal_busy
from simdyhpo.runs.front_door import simulate
from tests.making import falling, table
from tests.simulation.test_engine_against_oracle import LIMITS, SCHEDULERS, tables

START, PROMOTE, CONTINUE, STOP = (
    int(ScheduleDecision[name]) for name in ("START_RANDOM", "PROMOTE_RUNG", "CONTINUE", "STOP")
)


def busy(decisions, reports, workers, end_ns, *, cut=True, per_fit=False):
    columns = ["time_ns", "worker", "trial", "decision", "resume_from", "milestone"]
    found = ideal_busy(
        pd.DataFrame(decisions, columns=columns),
        pd.DataFrame(reports, columns=["time_ns", "trial", "resource"]),
        workers=workers,
        end_ns=end_ns,
        cut=cut,
        per_fit=per_fit,
    )
    return [ns if known else None for ns, known in zip(found.ns.tolist(), found.known, strict=True)]


def of(result, **settings):
    logs = result.decisions, result.reports
    return ideal_busy(*logs, workers=result.spec.workers, end_ns=result.end_ns, **settings)


def test_from_a_decision_to_the_last_report_before_the_next():
    decisions = [
        (0, 0, 0, START, 0, 2),
        (0, 1, 1, START, 0, 1),
        (50, 0, 2, START, 0, 1),
        (70, 1, 3, START, 0, 1),
    ]
    reports = [(20, 0, 1), (30, 1, 1), (40, 0, 2), (80, 3, 1), (90, 2, 1)]
    assert busy(decisions, reports, 3, 100) == [40 + 40, 30 + 10, 0]


def test_a_trial_that_never_reported_is_under_way_until_the_end():
    assert busy([(0, 0, 0, START, 0, 9), (0, 1, 1, START, 0, 1)], [(30, 1, 1)], 2, 100) == [100, 30]
    assert busy([(0, 1, 0, START, 0, 1)], [], 2, 7) == [0, 7]


def test_one_that_reported_may_be_under_way_or_over():
    decisions, reports = [(0, 0, 0, START, 0, 9)], [(20, 0, 1)]
    assert busy(decisions, reports, 1, 100) == [None]
    assert busy(decisions, reports, 1, 100, cut=False) == [20]
    assert busy(decisions, reports, 1, 100, per_fit=True) == [20]
    assert busy(decisions, reports, 1, 20) == [20]


def test_epochs_that_take_no_time_belong_to_their_own_segment():
    decisions = [(0, 0, 0, START, 0, 1), (10, 0, 0, PROMOTE, 1, 3), (10, 0, 1, START, 0, 1)]
    reports = [(10, 0, 1), (10, 0, 2), (10, 0, 3), (15, 1, 1)]
    assert busy(decisions, reports, 1, 40) == [15]


def test_a_trial_that_goes_on_keeps_its_worker_until_it_is_stopped():
    decisions = [(0, 0, 0, START, 0, 1), (10, 0, 0, CONTINUE, 1, 3), (30, 0, 0, STOP, 3, 3)]
    assert busy(decisions, [(10, 0, 1), (20, 0, 2), (30, 0, 3)], 1, 50) == [30]


@pytest.mark.parametrize("scheduler", ["asha", "asha-stopping", "random", "hyperband-async"])
def test_who_never_waits_is_always_busy(scheduler):
    result = simulate(falling(60, 9), scheduler, workers=3, max_trials=30)
    assert (of(result, cut=False, per_fit=False).ns == result.accounts.busy).all()


def test_who_waits_for_a_slow_trial_is_not():
    slow = table(
        [[4, 3], [2, 1], [6, 5]], seconds=[[10, 20], [1, 2], [1, 2]]
    )  # the three of a bracket, one of them slow
    result = simulate(slow, "sh", workers=3, max_trials=3, options={"reduction_factor": 2})
    found = of(result, cut=False, per_fit=False).ns / 1e9
    assert max(found) >= 10
    assert sum(found) < 0.6 * 3 * result.simulated_seconds


@pytest.mark.parametrize("name", [name for name in SCHEDULERS if not name.endswith("-whole-curves")])
@settings(max_examples=60, deadline=None)
@given(data=st.data(), workers=st.integers(1, 5), seed=st.integers(0, 3), limits=LIMITS)
def test_what_is_known_is_what_the_ledger_says(name, data, workers, seed, limits):
    curves = data.draw(tables(0, False))
    asked = dict(workers=workers, seed=seed, options=SCHEDULERS[name], **limits)
    result = simulate(curves, name.removesuffix("-linear"), **asked)
    cut = result.ended_by == "budget" and not limits.keys().isdisjoint({"max_seconds", "max_epochs"})
    found = of(result, cut=cut, per_fit=curves.per_fit)
    assert (found.ns[found.known] == result.accounts.busy[found.known]).all()
    assert (found.ns <= result.accounts.busy).all()
    assert cut or found.known.all()
