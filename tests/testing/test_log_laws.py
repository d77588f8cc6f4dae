"""What a log says was carried out is judged by itself, whatever was proposed."""

import pytest

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.testing.audit import MILESTONES, ONE_WORKER, Violation
from simdyhpo.testing.basic_laws import _check_log
from simdyhpo.testing.subject import SubjectRun
from tests.making import falling

START, PROMOTE, STOP = (
    ScheduleDecision.START_RANDOM,
    ScheduleDecision.PROMOTE_RUNG,
    ScheduleDecision.STOP,
)
TABLE = falling(4, 9)
ONE, TWO = (int(TABLE.elapsed_ns[2][resources - 1]) for resources in (1, 2))
"""When a trial of configuration 2 that started at 0 has one resource, and two."""


def check(*rows):
    """Rows are: time_ns, worker, trial, configuration, decision, resume_from, milestone."""
    _check_log(SubjectRun(list(rows), "budget", None), TABLE)


def test_a_sound_log():
    check(
        (0, 0, 0, 2, START, 0, 1),
        (ONE, 0, 0, 2, PROMOTE, 1, 2),
        (TWO, 0, 0, 2, STOP, 2, 2),
    )


@pytest.mark.parametrize(
    ("law", "says", "row"),
    [
        (ONE_WORKER, "still runs", (ONE - 1, 1, 0, 2, PROMOTE, 1, 2)),
        (ONE_WORKER, "a second time", (ONE, 0, 0, 2, START, 0, 1)),
        (MILESTONES, "starts a trial at resource 1", (0, 1, 1, 3, START, 1, 2)),
        (MILESTONES, "never reached", (ONE, 0, 0, 2, PROMOTE, 2, 3)),
        (MILESTONES, "from 1 to 1", (ONE, 0, 0, 2, PROMOTE, 1, 1)),
        (MILESTONES, "from 0 to 10", (0, 1, 1, 3, START, 0, 10)),
    ],
)
def test_what_can_not_have_been_carried_out(law, says, row):
    with pytest.raises(Violation, match=f"decision 1 .*{says}") as caught:
        check((0, 0, 0, 2, START, 0, 1), row)
    assert caught.value.law == law
