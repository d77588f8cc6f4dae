"""Laws that every scheduler of the catalog obeys."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest

from simdyhpo.curves import CurveTable
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.schedulers.levels import OneRungWarning
from simdyhpo.simulation.reports import expand_reports
from simdyhpo.streams import Streams
from tests.conformance.running import NAMES, Listener, fresh, rows, run, what
from tests.making import problem, table

every_scheduler = pytest.mark.parametrize("name", NAMES)
STARTS = {ScheduleDecision.START_DYHPO, ScheduleDecision.START_RANDOM, ScheduleDecision.START_MODEL}


def curves(mode="min", seed=0, configurations=40, resources=9, diverged=0.1):
    """Noisy falling (or rising) curves with ties, uneven epochs and some that diverge for good."""
    draw = Streams(seed).generator("test-curves")
    level, speed = draw.random((2, configurations, 1))
    loss = (
        level
        + np.exp(-speed * np.arange(1, resources + 1))
        + draw.normal(0, 0.05, (configurations, resources))
    )
    loss = loss.round(2)  # ties
    end = np.where(
        draw.random(configurations) < diverged, draw.integers(0, resources, configurations), resources
    )
    loss[np.arange(resources) >= end[:, None]] = math.nan
    seconds = np.cumsum(draw.integers(1, 4, (configurations, resources)), axis=1)
    sign = 1 if mode == "min" else -1
    return table((sign * loss).tolist(), seconds.tolist(), mode=mode)


def starts(engine):
    return [record.configuration for record in engine.log if record.decision in STARTS]


@every_scheduler
def test_equal_seeds_give_equal_runs_and_other_seeds_others(name):
    of = curves()
    first, again, other = (run(name, of, workers=3, seed=s, max_epochs=150) for s in (1, 1, 2))
    assert rows(first) == rows(again)
    assert first.end_ns == again.end_ns
    assert starts(first) != starts(other)


@every_scheduler
@pytest.mark.parametrize("workers", [1, 4])
def test_asking_changes_nothing(name, workers):
    """Neither proposals nor verdicts depend on how often one asks."""
    of = curves()
    once, thrice = (
        run(name, of, workers=workers, max_epochs=150, wrap=lambda s, t=t: Listener(s, t)) for t in (1, 3)
    )
    assert rows(once) == rows(thrice)


@every_scheduler
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_a_fresh_scheduler_that_is_told_the_events_goes_on_alike(name, sampling):
    """So a run can be rebuilt and forked at any decision, without asking a single question before it."""
    of, heard = curves(), []

    def listen(scheduler):
        heard.append(Listener(scheduler))
        return heard[-1]

    run(name, of, workers=3, max_epochs=120, wrap=listen, sampling=sampling)
    (listener,) = heard
    for told, answer in listener.answers[:: max(1, len(listener.answers) // 7)]:
        task = problem(of, sampling=sampling)
        rebuilt = fresh(name, task)
        for event in listener.events[:told]:
            if hasattr(event, "message") and hasattr(event.message, "configuration"):
                task.candidates.take(event.message.configuration)
            rebuilt.tell(event)
        assert what(rebuilt.ask(0)) == what(answer)


@every_scheduler
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_random_starts_are_paired(name, sampling):
    """The k-th random start is the k-th of the order from the stream `candidates`, whoever starts it."""
    of, seed = curves(), 5
    generator = Streams(seed).generator("candidates")
    if sampling == "without-replacement":
        order = generator.permutation(len(of)).tolist()
    else:
        order = generator.integers(len(of), size=4096).tolist()
    started = starts(run(name, of, workers=2, seed=seed, sampling=sampling, max_epochs=150))
    assert len(started) > 5
    assert started == order[: len(started)]


@every_scheduler
def test_what_was_not_reported_can_not_matter(name):
    """Outcomes that lie ahead are changed; no decision is."""
    of, epochs = curves(diverged=0), 100
    before = run(name, of, workers=2, max_epochs=epochs)
    reports = expand_reports(before.log.columns(), of, before.end_ns, epochs)
    values = -10 * of.values
    values[reports.configuration, reports.resource - 1] = reports.value
    changed = CurveTable.from_arrays(
        values, of.elapsed_seconds, of.configurations.frame(), mode=of.mode, name="changed"
    )
    assert rows(run(name, changed, workers=2, max_epochs=epochs)) == rows(before)


@every_scheduler
def test_maximising_mirrors_minimising(name):
    """With a quantile of 1/2. Others round differently at q and at 1 - q, in the reference as in ours."""
    halves = {"grace_period": 1, "reduction_factor": 2}
    options = {"asha": halves, "asha-stopping": halves, "dyhpo": {"probability_sh": 0}}.get(name, {})
    runs = [
        rows(run(name, curves(mode, resources=8), workers=3, options=options, max_epochs=150))
        for mode in ("min", "max")
    ]
    assert runs[0] == runs[1]


@every_scheduler
@pytest.mark.parametrize("workers", [1, 3, 50])
def test_nothing_is_left_at_the_end(name, workers):
    """Without a budget that binds, every configuration starts and the run ends as exhausted."""
    engine = run(name, curves(), workers=workers)
    assert engine.ended_by == "exhausted"
    assert sorted(starts(engine)) == list(range(40))


@every_scheduler
def test_milestones_rise_and_no_trial_runs_twice_at_once(name):
    of = curves()
    engine = run(name, of, workers=5, max_epochs=250)
    reached, free_at = {}, {}
    for record in engine.log:
        assert record.time_ns >= free_at.get(record.trial, 0)
        if record.decision in STARTS:
            assert record.trial not in reached
            assert record.resume_from == 0
        else:
            assert record.resume_from == reached[record.trial]
        if record.decision is ScheduleDecision.STOP:
            continue
        assert record.resume_from < record.milestone <= of.max_resource
        reached[record.trial] = record.milestone
        paid = of.elapsed_ns[record.configuration, record.resume_from - 1] if record.resume_from else 0
        duration = of.elapsed_ns[record.configuration, record.milestone - 1] - paid
        free_at[record.trial] = record.time_ns + duration


@every_scheduler
def test_a_diverged_trial_never_goes_on(name):
    of = curves(diverged=0.5)
    engine = run(name, of, workers=3, max_epochs=200)
    went_on = [r for r in engine.log if r.resume_from and r.decision is not ScheduleDecision.STOP]
    assert all(math.isfinite(of.values[r.configuration, r.resume_from - 1]) for r in went_on)


@every_scheduler
def test_the_summary_counts_every_decision(name):
    heard = []

    def listen(scheduler):
        heard.append(scheduler)
        return scheduler

    engine = run(name, curves(), workers=3, max_epochs=150, wrap=listen)
    assert sum(heard[0].summary().values()) == len(engine.log)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sampling", ["without-replacement", "with-replacement"])
def test_short_curves(name, sampling):
    """Curves end anywhere, at rungs and between them; who ended is never resumed."""
    draw = Streams(1).generator("test-lengths")
    lengths = draw.integers(1, 10, 30)
    lengths[0] = 9
    values = [draw.random(length).round(1).tolist() for length in lengths]
    engine = run(name, table(values), workers=3, sampling=sampling, max_epochs=200)
    assert len(engine.log) >= 30


@every_scheduler
@pytest.mark.parametrize(("configurations", "resources"), [(1, 1), (1, 9), (5, 1), (5, 2)])
def test_the_smallest_tables(name, configurations, resources):
    of = curves(configurations=configurations, resources=resources, diverged=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OneRungWarning)
        engine = run(name, of, workers=2)
    assert engine.ended_by == "exhausted"
    assert sorted(starts(engine)) == list(range(configurations))
