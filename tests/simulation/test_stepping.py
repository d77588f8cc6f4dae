"""A simulation can be stopped anywhere, looked at, and go on as if nothing had happened."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Continue, Pause, Resume, ScheduleDecision, Start, Stop
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.spec import run_spec
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.tables.blackboxes import describe
from tests.making import falling
from tests.simulation.clusters import clusters
from tests.simulation.scripted import ScriptedScheduler, engine, start
from tests.simulation.test_engine_against_oracle import LIMITS, SCHEDULERS, tables

pytestmark = pytest.mark.once

RETRYING = Cluster(preemption_every_seconds=2.5, preemption_seconds=1, preemption_share=1)


@st.composite
def runs(draw):
    """A way to make the same run again and again, not yet begun."""
    name = draw(st.sampled_from(["asha", "asha-stopping", "hyperband", "greedy", "dyhpo", "random"]))
    cluster = draw(st.one_of(st.none(), st.just(Cluster()), clusters()))
    curves = draw(tables(0, False))
    factory = SchedulerFactory(name, SCHEDULERS[name])
    parts = (draw(st.integers(1, 4)), draw(st.integers(0, 3)), "without-replacement", Budget(**draw(LIMITS)))
    spec = run_spec(describe(curves), factory, *parts)
    if cluster is not None:
        spec = msgspec.structs.replace(spec, cluster=cluster)
    return lambda: Run(spec, factory, curves)


def what_came(run):
    engine = run.engine
    reports = engine.reports_until(engine.end_ns)
    columns = [*engine.log.columns().values(), reports.time_ns, reports.trial, reports.resource]
    return engine.ended_by, engine.end_ns, bytes(engine.trials.states), [c.tolist() for c in columns]


@settings(max_examples=150, deadline=None)
@given(fresh=runs(), every=st.integers(1, 5))
def test_stopping_changes_nothing(fresh, every):
    whole, stepped, stopped = fresh(), fresh(), fresh()
    whole.simulate()
    while stepped.engine.step():
        assert stepped.engine.ended_by is None
    assert what_came(stepped) == what_came(whole)

    log = list(whole.engine.log)
    for index in range(0, len(log), every):
        record = log[index]
        if len(stopped.engine.log) > index:
            continue  # retries came in between
        if not stopped.until(index):
            assert record.decision.name == "RETRY"
            break
        assert (len(stopped.engine.log), stopped.engine.now_ns) == (index, record.time_ns)
        assert stopped.until(index), "stopping twice at one place is stopping once"
        assert decides(stopped.engine.due, record)
    stopped.simulate()
    assert what_came(stopped) == what_came(whole)


def decides(due, record):
    """Whether an answer is what was logged."""
    match due:
        case Start():
            return (due.configuration, due.milestone) == (record.configuration, record.milestone)
        case Resume():
            return (due.trial, due.resume_from, due.milestone) == (
                record.trial, record.resume_from, record.milestone
            )  # fmt: skip
        case Continue():
            return (record.decision.name, record.milestone) == ("CONTINUE", due.milestone)
        case _:
            return record.decision.name == "STOP"


@pytest.mark.parametrize(("cluster", "instead", "kinds"), [
    (cluster, instead, kinds)
    for cluster in (None, Cluster())
    for instead, kinds in (
        (Stop(), ["START_RANDOM", "STOP", "START_RANDOM", "CONTINUE"]),
        (Pause(), ["START_RANDOM", "START_RANDOM", "CONTINUE"]),
        (Continue(3), ["START_RANDOM", "CONTINUE", "START_RANDOM", "CONTINUE"]),
    )
])  # fmt: skip
def test_another_verdict_in_the_place_of_the_one_that_is_due(cluster, instead, kinds):
    script = ScriptedScheduler([start(0, 1), start(1, 1)], verdict=lambda *_: Continue(3))
    run = engine(falling(2, 3), script, cluster=cluster)
    assert run.until(1)
    assert run.due == Continue(3)
    run.due = instead
    run.run()
    assert [record.decision.name for record in run.log] == kinds


@pytest.mark.parametrize("cluster", [None, Cluster()], ids=["plain", "cluster"])
def test_a_start_in_the_place_of_what_is_due_does_not_pass_the_budget_of_trials(cluster):
    resume = Resume(0, 1, 3, ScheduleDecision.PROMOTE_RUNG)
    run = engine(falling(3, 5), ScriptedScheduler([start(0, 1), resume]), cluster=cluster, max_trials=1)
    assert run.until(1)
    assert run.due == resume
    run.due = start(1, 1)
    assert run.run() == "budget"
    assert (len(run.trials), run.log.count) == (1, 1)


def test_what_is_never_due():
    script = ScriptedScheduler([start(0, 4), start(1, 1)])
    run = engine(falling(2, 4), script, cluster=RETRYING)
    assert not run.until(1), "a retry is nobody's decision"
    assert [record.decision.name for record in run.log][:2] == ["START_RANDOM", "RETRY"]
    assert run.ended_by == "exhausted"
    with pytest.raises(ValueError, match="decision 1 was made already"):
        run.until(1)
    assert not run.until(99)


@pytest.mark.parametrize("cluster", [None, Cluster()])
def test_the_start_that_the_budget_forbids_is_not_due(cluster):
    run = engine(falling(3, 1), ScriptedScheduler([start(0, 1), start(1, 1)]), max_trials=1, cluster=cluster)
    assert run.until(0)
    assert not run.until(1)
    assert (run.ended_by, len(run.log)) == ("budget", 1)
