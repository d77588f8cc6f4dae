"""From decisions to reports."""

from __future__ import annotations

import numpy as np
import pytest

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.reports import expand_reports
from tests.making import table

SECOND = 10**9
CURVES = table([[3, 2, 1], [6, np.nan], [5, 5, 5]], [[1, 2, 3], [1, 3], [0, 0, 2]])
START, PROMOTE, CONTINUE, STOP = (
    int(ScheduleDecision[name]) for name in ("START_RANDOM", "PROMOTE_RUNG", "CONTINUE", "STOP")
)


def expand(rows, end=100, max_epochs=None):
    """Rows: (seconds, worker, trial, configuration, decision, resume_from, milestone)."""
    log = DecisionLog()
    for seconds, *rest in rows:
        log.append((seconds * SECOND, *rest))
    return expand_reports(log.columns(), CURVES, end * SECOND, max_epochs)


def seen(reports):
    columns = (reports.time_ns / SECOND, reports.worker, reports.trial, reports.resource, reports.value)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_no_decisions():
    assert len(expand([])) == 0


def test_every_epoch_of_every_segment():
    reports = expand([(0, 0, 0, 0, START, 0, 1), (5, 0, 0, 0, PROMOTE, 1, 3)])
    assert seen(reports) == [(1, 0, 0, 1, 3), (6, 0, 0, 2, 2), (7, 0, 0, 3, 1)]
    assert reports.configuration.tolist() == [0, 0, 0]
    assert not reports.ignored.any()


def test_a_short_curve_reports_what_it_has():
    reports = expand([(0, 0, 0, 1, START, 0, 3)])
    assert reports.resource.tolist() == [1, 2]
    np.testing.assert_array_equal(reports.value, [6, np.nan])


def test_a_stop_reports_nothing():
    assert len(expand([(0, 0, 0, 0, START, 0, 1), (1, 0, 0, 0, STOP, 1, 1)])) == 1


def test_order_is_time_then_worker_then_the_workers_own():
    reports = expand(
        [
            (1, 1, 0, 0, START, 0, 1),
            (2, 0, 1, 2, START, 0, 1),
            (2, 0, 1, 2, CONTINUE, 1, 2),
            (2, 0, 2, 1, START, 0, 1),
        ]
    )
    assert [(time, worker, trial, r) for time, worker, trial, r, _ in seen(reports)] == [
        (2, 0, 1, 1),
        (2, 0, 1, 2),
        (2, 1, 0, 1),
        (3, 0, 2, 1),
    ]


@pytest.mark.parametrize(("end", "count"), [(0, 0), (1, 1), (2, 2), (3, 3)])
def test_reports_at_the_end_count(end, count):
    assert len(expand([(0, 0, 0, 0, START, 0, 3)], end)) == count


def test_at_most_so_many_epochs():
    rows = [(0, 0, 0, 0, START, 0, 3), (0, 1, 1, 0, START, 0, 3)]
    assert seen(expand(rows, end=2, max_epochs=3)) == [(1, 0, 0, 1, 3), (1, 1, 1, 1, 3), (2, 0, 0, 2, 2)]


def test_reports_beyond_the_counter_never_arrive():
    """A segment that is cut may end later than 64 bits can say."""
    ages = table([[1.0, 2.0]], [[1e9 - 1, 1e9]])
    log = DecisionLog()
    log.append((2**63 - 10**18, 0, 0, 0, START, 0, 2))
    reports = expand_reports(log.columns(), ages, 2**63 - 1, None)
    assert reports.time_ns.tolist() == [
        2**63 - 10**9,
    ]
