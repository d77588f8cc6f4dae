"""Decisions whose fields aren't what they promise: an error that names the field, in both engines."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simdyhpo.decisions import (
    Continue,
    Decided,
    Pause,
    Reason,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Wait,
)
from simdyhpo.errors import DecisionError, SimdyhpoError
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.messages import PROMOTIONS, STARTS
from simdyhpo.traces.explain import explain
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run
from tests.making import falling

RANDOM, RUNG = ScheduleDecision.START_RANDOM, ScheduleDecision.PROMOTE_RUNG
CLUSTERS = ["ideal", {"start_seconds": 1.0}]


class ReprFails:
    def __repr__(self):
        raise RuntimeError("no")


WRONG_NUMBERS = [
    1.0,
    1.5,
    math.nan,
    None,
    "1",
    b"1",
    True,
    np.float32(1),
    np.bool_(True),
    [1],
    1j,
    ReprFails(),
]
WRONG_KINDS = [*WRONG_NUMBERS, -1, 99, 10**30, ScheduleDecision.STOP, ScheduleDecision.RETRY, "START_RANDOM"]
OUT_OF_RANGE = [-1, 0, 99, 10**30]


def run(table, cluster, *, start=None, resume=None, verdict=None, then=None):
    """One trial to resource 1, judged by `verdict`, resumed by `resume`, with these messages."""

    class Says:
        Options = None

        @staticmethod
        def parse_options(options):
            return {}

        def __init__(self, problem, options):
            self.heard = []

        def ask(self, now_ns):
            decided = [one for one in self.heard if isinstance(one, Decided)]
            if not decided:
                return Start(3, 1, RANDOM) if start is None else start
            return (
                (Wait(exhausted=True) if resume is None else resume)
                if len(decided) == 1
                else Wait(exhausted=True)
            )

        def verdict(self, trial, resource):
            return Pause() if verdict is None or resource > 1 else verdict

        def tell(self, event):
            self.heard.append(event)

        def summary(self):
            return {}

        def diagnostics(self):
            return {}

    return simulate(table, Says, max_decisions=5, cluster=cluster)


@pytest.fixture(scope="module")
def table():
    return falling(6, 9)


def cases():
    for value in WRONG_NUMBERS:
        yield "configuration", {"start": Start(value, 1, RANDOM)}
        yield "milestone", {"start": Start(3, value, RANDOM)}
        yield "trial", {"resume": Resume(value, 1, 3, RUNG)}
        yield "resume_from", {"resume": Resume(0, value, 3, RUNG)}
        yield "milestone", {"resume": Resume(0, 1, value, RUNG)}
        yield "milestone", {"verdict": Continue(value)}
        if not isinstance(value, float | np.floating):
            yield "score", {"start": Start(3, 1, RANDOM, Reason(score=value))}
            yield "score", {"verdict": Stop(Reason(score=value))}
        yield "new_scored", {"start": Start(3, 1, RANDOM, Reason(new_scored=value))}
        yield "new_scored", {"verdict": Continue(3, Reason(new_scored=value))}
        if value is not None:
            yield "reason", {"start": Start(3, 1, RANDOM, value)}
            yield "reason", {"resume": Resume(0, 1, 3, RUNG, value)}
            yield "reason", {"verdict": Continue(3, value)}
            yield "reason", {"verdict": Stop(value)}
            yield "runner_up_kind", {"start": Start(3, 1, RANDOM, Reason(runner_up_kind=value))}
    for value in WRONG_KINDS:
        yield "decision", {"start": Start(3, 1, value)}
        yield "decision", {"resume": Resume(0, 1, 3, value)}
    for kind in ScheduleDecision:
        if kind not in STARTS:
            yield "decision", {"start": Start(3, 1, kind)}
        if kind not in PROMOTIONS:
            yield "decision", {"resume": Resume(0, 1, 3, kind)}
    for value in OUT_OF_RANGE:
        yield "", {"start": Start(3, value, RANDOM)}
        if value:
            yield "", {"start": Start(value, 1, RANDOM)}
            yield "", {"resume": Resume(value, 1, 3, RUNG)}
        yield "", {"resume": Resume(0, value, 3, RUNG)}
        yield "", {"resume": Resume(0, 1, value, RUNG)}
        yield "", {"verdict": Continue(value)}
    yield "new_scored", {"start": Start(3, 1, RANDOM, Reason(new_scored=-1))}
    yield "new_scored", {"start": Start(3, 1, RANDOM, Reason(new_scored=2**63))}
    yield "score", {"start": Start(3, 1, RANDOM, Reason(score=10**400))}
    yield "exhausted", {"start": Wait(exhausted="no")}
    for answer in (None, 3, "start", Start, Pause(), ReprFails()):
        yield "Start, Resume or Wait", {"start": answer if answer is not None else 0}
    for answer in (3, "stop", Stop, Wait(), ReprFails()):
        yield "Pause, Continue or Stop", {"verdict": answer}


@pytest.mark.parametrize("cluster", CLUSTERS, ids=["ideal", "costly"])
@pytest.mark.parametrize(
    ("field", "says"), list(cases()), ids=lambda one: one if isinstance(one, str) else ""
)
def test_wrong_ones_are_named(table, cluster, field, says):
    with pytest.raises(DecisionError) as caught:
        run(table, cluster, **says)
    assert field in caught.value.problem
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


@pytest.mark.parametrize("cluster", CLUSTERS, ids=["ideal", "costly"])
@pytest.mark.parametrize("number", [np.int8, np.uint8, np.int32, np.uint64, np.int64])
def test_whole_numbers_of_numpy_are_as_good(table, cluster, number):
    plain = run(table, cluster, start=Start(3, 1, RANDOM), resume=Resume(0, 1, 4, RUNG))
    kind, promoted = int(RANDOM), number(RUNG)
    other = run(
        table,
        cluster,
        start=Start(number(3), number(1), kind),
        resume=Resume(number(0), number(1), number(4), promoted),
    )
    assert repr(list(other.log)) == repr(list(plain.log))
    assert len(plain.log) == 2
    on = run(table, cluster, verdict=Continue(number(4)))
    assert [record.milestone for record in on.log] == [1, 4]


def test_reasons_of_numpy_are_as_good(table):
    reason = Reason(score=np.float32(0.5), new_scored=np.int64(3), coin=1, runner_up_kind="new")
    (record,) = run(table, "ideal", start=Start(3, 1, RANDOM, reason)).log
    assert (record.score, record.new_scored, record.coin) == (0.5, 3, 1.0)
    assert [type(value) for value in (record.score, record.new_scored, record.coin)] == [float, int, float]


def test_a_float_that_is_whole_gets_advice(table):
    with pytest.raises(SimdyhpoError, match=r"milestone is 1\.0 \(float\): give a whole number, int\(1\.0\)"):
        run(table, "ideal", start=Start(3, 1.0, RANDOM))


def test_a_message_without_end_is_cut(table):
    with pytest.raises(DecisionError) as caught:
        run(table, "ideal", start=Start(3, "1" * 10**6, RANDOM))
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize("cluster", CLUSTERS, ids=["ideal", "costly"])
@pytest.mark.parametrize("verdict", [Stop, lambda why: Continue(3, why)], ids=["stop", "continue"])
def test_a_verdict_carries_its_reason_into_the_log_and_the_explanation(table, cluster, verdict, tmp_path):
    why = Reason(score=np.float32(0.5), runner_up=0.25)
    result = run(table, cluster, verdict=verdict(why))
    assert (result.log[1].score, result.log[1].runner_up) == (0.5, 0.25)
    write_run(result, tmp_path / "run")
    assert "held it against 0.25" in explain(read_run(tmp_path / "run"), 1)
    assert math.isnan(run(table, cluster, verdict=verdict(None)).log[1].score)
