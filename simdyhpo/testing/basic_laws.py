"""Laws of what may be decided at all, and of how a run ends."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from itertools import product
from typing import TypeVar

import numpy as np

from simdyhpo.candidates import Sampling
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.scheduler_counts import counts_of
from simdyhpo.schedulers.levels import OneRungWarning
from simdyhpo.tables.curves import CurveTable
from simdyhpo.testing.audit import CONFIGURATIONS, MILESTONES, ONE_WORKER, Violation
from simdyhpo.testing.broken import LawBroken
from simdyhpo.testing.subject import STARTS, Found, Subject, SubjectRun
from simdyhpo.testing.tables import at_once, changed, noisy, short_curves, small_table

First = TypeVar("First")
Second = TypeVar("Second")
Third = TypeVar("Third")

SAMPLINGS: tuple[Sampling, Sampling] = ("without-replacement", "with-replacement")


def every_two_meet(
    firsts: Sequence[First], seconds: Sequence[Second], pair: tuple[Third, Third]
) -> Iterator[tuple[First, Second, Third]]:
    """Half of all combinations: any two that could meet do, which is enough for most faults."""
    for (i, first), (j, second) in product(enumerate(firsts), enumerate(seconds)):
        yield first, second, pair[(i + j) % 2]


def one_worker(subject: Subject) -> None:
    """Only a paused trial is resumed, so that no trial ever runs on two workers."""
    _audit(subject, ONE_WORKER)


def milestones(subject: Subject) -> None:
    """A trial runs from where it stands to a milestone beyond, at most to the largest resource."""
    _audit(subject, MILESTONES)


def configurations(subject: Subject) -> None:
    """Only configurations of the table start, and without replacement each of them once."""
    _audit(subject, CONFIGURATIONS)


def _audit(subject: Subject, law: str) -> None:
    """Look for violations of one law; laws that are checked together share the runs."""
    if subject.found is None:
        subject.found = list(_violations(subject))
    for found in subject.found:
        if found.law == law:
            raise subject.broken(found.table, 0, found.message)


def _violations(subject: Subject) -> Iterator[Found]:
    """The first violation of each run, by what is proposed and by what the log says was carried out."""
    tables = (noisy(), noisy("max"), at_once(), short_curves(), noisy(time="per-fit"))
    for table, workers, sampling in every_two_meet(tables, (1, 5, 50), SAMPLINGS):
        try:
            ran = subject.run(table, workers=workers, sampling=sampling, max_epochs=250, audited=True)
            if not table.per_fit:
                _check_log(ran, table)
        except Violation as violation:
            yield Found(violation.law, table, f"with {workers} workers, {violation}")
        except LawBroken:
            continue  # it failed otherwise: that is another law's matter


def _check_log(ran: SubjectRun, table: CurveTable) -> None:
    """Work out from the log when each trial was free again, and compare.

    Raises:
        Violation: a decision can't have been carried out.
    """
    reached: dict[int, int] = {}
    free_at: dict[int, int] = {}
    for index, (now, _, trial, configuration, decision, stands, milestone) in enumerate(ran.rows):
        if now < free_at.get(trial, 0):
            raise Violation(ONE_WORKER, f"decision {index} is about trial {trial}, which still runs")
        if decision in STARTS:
            if trial in reached:
                raise Violation(ONE_WORKER, f"decision {index} starts trial {trial} a second time")
            if stands:
                raise Violation(MILESTONES, f"decision {index} starts a trial at resource {stands}")
        elif stands != reached[trial]:
            raise Violation(
                MILESTONES, f"decision {index} finds trial {trial} at a resource it never reached"
            )
        if decision == ScheduleDecision.STOP:
            continue
        if not stands < milestone <= table.max_resource:
            raise Violation(MILESTONES, f"decision {index} runs from {stands} to {milestone}")
        elapsed = table.elapsed_ns[configuration]
        end = min(milestone, int(table.lengths[configuration]))
        reached[trial] = end
        free_at[trial] = now + int(elapsed[end - 1]) - (int(elapsed[stands - 1]) if stands else 0)


def exhaustion(subject: Subject) -> None:
    """Without a budget that binds, the run ends because the scheduler says that nothing is left."""
    for table, workers in _whole_runs(subject, diverged=0):
        _run_out(subject, table, workers)


def all_start(subject: Subject) -> None:
    """Without a budget that binds, every configuration starts.

    Leave it out for schedulers whose settings limit how many do.
    """
    for table, workers in _whole_runs(subject, diverged=0.1):
        ran = _run_out(subject, table, workers)
        if sorted(ran.starts) != list(range(len(table))):
            raise subject.broken(
                table, 0, f"with {workers} workers, {len(set(ran.starts))} of {len(table)} start"
            )


def _whole_runs(subject: Subject, diverged: float) -> Iterator[tuple[CurveTable, int]]:
    tables = (noisy(diverged=diverged), short_curves(), noisy(diverged=diverged, time="per-fit"))
    yield from product(tables, (1, 3, 50))
    for configurations_, resources in ((1, 1), (1, 9), (5, 1), (5, 2)):
        small = noisy(configurations=configurations_, resources=resources, diverged=0)
        if subject.has_room(small):
            yield small, 2


def _run_out(subject: Subject, table: CurveTable, workers: int) -> SubjectRun:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OneRungWarning)  # the smallest tables have no room for rungs
        ran = subject.run(table, workers=workers)
    if ran.ended_by != "exhausted":
        raise subject.broken(table, 0, f"with {workers} workers, it goes on for ever")
    return ran


def workers(subject: Subject) -> None:
    """One worker is enough, and 1,000 are not too many, whether or not there is work for all."""
    many = noisy(configurations=1200, resources=3, diverged=0)
    for table, number in ((noisy(), 1), (noisy(), 1000), (at_once(), 1000), (many, 1000)):
        if not _run_out(subject, table, number).rows:
            raise subject.broken(table, 0, f"with {number} workers, nothing is decided")


def counts(subject: Subject) -> None:
    """What it says of itself at the end can be stored and read again: whole numbers, or numbers, by name."""
    for table, epochs in product((noisy(), all_but_one_diverge()), (1, 100)):
        scheduler = subject.run(table, workers=2, max_epochs=epochs).engine.decider
        try:
            counts_of(type(scheduler).__name__, scheduler)
        except Exception as error:
            raise subject.broken(table, 0, str(error)) from error


def non_finite(subject: Subject) -> None:
    """Values that are NaN or infinite are survived, and a trial whose last value is one never goes on."""
    for table, number in product((noisy(diverged=0.5), infinite(), all_but_one_diverge()), (1, 3)):
        ran = _run_out(subject, table, number)
        for index, (_, _, trial, configuration, decision, stands, _) in enumerate(ran.rows):
            if stands and decision != ScheduleDecision.STOP:
                value = table.values[configuration, stands - 1]
                if not np.isfinite(value):
                    raise subject.broken(
                        table, 0, f"decision {index} continues trial {trial} after it reported {value}"
                    )


def infinite() -> CurveTable:
    """Half of the configurations report infinities of both signs from some resource on."""
    table = noisy(diverged=0.5)
    values = table.values.astype(float)
    infinities = np.where(np.arange(values.size) % 2, np.inf, -np.inf).reshape(values.shape)
    return changed(table, np.where(np.isnan(values), infinities, values))


def all_but_one_diverge() -> CurveTable:
    """A single configuration reports a number."""
    values = np.full((12, 9), np.nan)
    values[3] = 0.5
    return small_table(values, np.tile(np.arange(1.0, 10), (12, 1)), "all-but-one-diverge")
