"""Whatever costs what and whatever fails: time adds up, and no work is lost or counted twice."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.segment_log import CUT, FINISHED, INTERRUPTED
from simdyhpo.simulation.trials import COMPLETE, FAILED, PAUSED, RUNNING, STOPPED
from tests.making import table
from tests.simulation.clusters import clusters, on_cluster
from tests.simulation.test_engine_against_oracle import LIMITS, SCHEDULERS, tables

pytestmark = pytest.mark.once

ENDED = {"exhausted", "budget"}
NEVER_RESUME = {"asha-stopping", "random"}
"""So that they train as many epochs without checkpoints."""


@pytest.mark.parametrize("name", [name for name in SCHEDULERS if not name.endswith("-whole-curves")])
@settings(max_examples=40, deadline=None)
@given(data=st.data(), workers=st.integers(1, 5), seed=st.integers(0, 3), limits=LIMITS)
def test_an_ideal_cluster_gives_the_plain_engines_bytes(name, data, workers, seed, limits):
    sampling = data.draw(st.sampled_from(["without-replacement", "with-replacement"]))
    curves = data.draw(tables(int(sampling == "with-replacement"), False))
    asked = dict(workers=workers, seed=seed, options=SCHEDULERS[name], sampling=sampling, **limits)
    plain = simulate(curves, name.removesuffix("-linear"), **asked)
    ours = on_cluster(curves, name.removesuffix("-linear"), Cluster(), **asked)
    assert (plain.ended_by, plain.end_ns, plain.trials) == (ours.ended_by, ours.end_ns, ours.trials)
    for one, other in ((plain.log.columns(), ours.log.columns()), *_columns(plain, ours)):
        for column in one:
            np.testing.assert_array_equal(one[column], other[column], err_msg=column)


@pytest.mark.parametrize("name", ["asha", "asha-stopping", "hyperband", "greedy", "random"])
@pytest.mark.parametrize("seconds", [[0, 0], [1, 1], [0, 1]])
@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_a_budget_that_ends_with_an_epoch_of_no_time(name, seconds, epochs):
    """Its end is foreseen at an instant at which nothing else is to come."""
    curves = table([[1.0, 2.0]], [seconds])
    cluster = Cluster(checkpoints=name not in NEVER_RESUME, retries=0)
    plain = simulate(curves, name, max_epochs=epochs, options=SCHEDULERS[name])
    ours = on_cluster(curves, name, cluster, max_epochs=epochs, options=SCHEDULERS[name])
    assert (plain.ended_by, plain.end_ns, list(plain.log)) == (ours.ended_by, ours.end_ns, list(ours.log))


def _columns(plain, ours):
    for what in ("report_columns", "segments", "accounts"):
        one, other = getattr(plain, what), getattr(ours, what)
        pair = [{name: getattr(x, name) for name in x.__struct_fields__} for x in (one, other)]
        if what == "segments":  # those that end together, or are cut, come in another order
            pair = [{name: x[name][np.argsort(x["decision"])] for name in x} for x in pair]
        yield tuple(pair)


@pytest.mark.parametrize("name", ["asha", "asha-stopping", "hyperband", "greedy", "dyhpo", "random"])
@settings(max_examples=60, deadline=None)
@given(data=st.data(), workers=st.integers(1, 5), seed=st.integers(0, 3), limits=LIMITS, cluster=clusters())
def test_nothing_is_lost_or_counted_twice(name, data, workers, seed, limits, cluster):
    curves = data.draw(tables(0, False))
    asked = dict(workers=workers, seed=seed, options=SCHEDULERS[name], **limits)
    ran = on_cluster(curves, name, cluster, **asked)
    assert ran.ended_by in ENDED
    check_workers(ran)
    check_trials(ran, curves, cluster)
    check_reports(ran, curves, limits)
    again = on_cluster(curves, name, cluster, **asked)
    assert list(again.log) == list(ran.log) or repr(list(again.log)) == repr(list(ran.log))


def check_workers(ran):
    """Each does one thing at a time and nothing while it is away; its accounts are those of its segments."""
    segments, accounts = ran.segments, ran.accounts
    total = sum(getattr(accounts, name) for name in accounts.__struct_fields__)
    assert (total == ran.end_ns).all()
    for worker in range(ran.spec.workers):
        mine = np.flatnonzero(segments.worker == worker)
        mine = mine[np.argsort(segments.given_ns[mine], kind="stable")]
        spans = list(zip(segments.given_ns[mine], segments.released_ns[mine], strict=True))
        away = [(begin, end) for begin, end, _ in ran.absences[worker] if end > begin]
        free = 0
        for begin, end in sorted(spans + away):
            assert free <= begin <= end
            free = end
        assert accounts.busy[worker] == segments.busy_ns[mine].sum()
        assert accounts.lost[worker] == segments.lost_ns[mine].sum()
        assert accounts.absent[worker] == sum(end - begin for begin, end in away)
        overhead = (segments.released_ns - segments.given_ns - segments.busy_ns - segments.lost_ns)[mine]
        assert (overhead >= 0).all()
        assert accounts.overhead[worker] == overhead.sum()


def check_trials(ran, curves, cluster):
    """Each ends in a known way, ran in one place at a time, and every epoch it kept was trained once."""
    segments = ran.segments
    states = ran._on_cluster.trials.states
    at_speed = not (cluster.speeds or cluster.jitter or cluster.straggler_share)
    assert set(states) <= {RUNNING, PAUSED, STOPPED, COMPLETE, FAILED}
    assert ran.failed_trials == states.count(FAILED)
    for trial, state in enumerate(states):
        mine = np.flatnonzero(segments.trial == trial)
        mine = mine[np.argsort(segments.decision[mine])]
        assert (segments.given_ns[mine][1:] >= segments.over_ns[mine][:-1]).all()
        outcomes = segments.outcome[mine]
        assert (outcomes[:-1] != CUT).all()
        if state in (PAUSED, STOPPED, COMPLETE):
            assert outcomes[-1] == FINISHED
            reached = segments.reached[mine[-1]]
            if at_speed and not curves.per_fit:
                assert (
                    segments.busy_ns[mine].sum()
                    == curves.elapsed_ns[segments.configuration[mine[-1]], reached - 1]
                )
        if state == FAILED:
            assert (outcomes[-cluster.retries - 1 :] == INTERRUPTED).all()


def check_reports(ran, curves, limits):
    reports, log = ran.report_columns, ran.log.columns()
    assert (np.diff(reports.time_ns) >= 0).all()
    assert (np.diff(log["time_ns"]) >= 0).all()
    assert (reports.time_ns <= ran.end_ns).all()
    heard = defaultdict(int)
    for row in range(len(reports)):
        trial, resource = reports.trial[row], reports.resource[row]
        if reports.ignored[row]:
            assert resource <= heard[trial]
        elif not curves.per_fit:
            assert resource == heard[trial] + 1
        heard[trial] = max(heard[trial], resource)
    np.testing.assert_array_equal(reports.value, curves.values[reports.configuration, reports.resource - 1])
    if "max_epochs" in limits:
        assert len(reports) <= limits["max_epochs"]
    if "max_decisions" in limits:
        assert len(ran.log) <= limits["max_decisions"]
    retried = log["decision"] == int(ScheduleDecision.RETRY)
    assert retried.sum() <= (ran.segments.outcome == INTERRUPTED).sum()
