"""What a run's state is where a decision is due."""

from __future__ import annotations

import msgspec
import numpy as np

from simdyhpo.analysis.steps import improvements, lower_is_better
from simdyhpo.decisions import Compared
from simdyhpo.rebuilding.proposals import agrees, in_words
from simdyhpo.rebuilding.rebuild import Rebuilt
from simdyhpo.records import DecisionRecord
from simdyhpo.simulation.reports import Reports
from simdyhpo.simulation.trials import COMPLETE, PAUSED, RUNNING, STOPPED
from simdyhpo.traces.diff import level_entries


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """A trial on a worker.

    Attributes:
        trial, configuration, worker: who.
        resume_from, milestone: its segment.
    """

    trial: int
    configuration: int
    worker: int
    resume_from: int
    milestone: int


class Paused(msgspec.Struct, frozen=True, kw_only=True):
    """A trial that waits.

    Attributes:
        trial, configuration: who.
        resource, value: where it stands, and its value there.
    """

    trial: int
    configuration: int
    resource: int
    value: float


class Incumbent(msgspec.Struct, frozen=True, kw_only=True):
    """The best value reported.

    Attributes:
        configuration, resource, value: what, where and how good.
        regret: normalised.
    """

    configuration: int
    resource: int
    value: float
    regret: float


class RunState(msgspec.Struct, frozen=True, kw_only=True):
    """All that had happened when decision `next` was due.

    Attributes:
        next: the decision that the run took.
        agrees: whether the rebuilt scheduler would take it, too.
        proposal: what it would decide, in words.
        compared: what a rule went by, where one decided and the log or the scheduler can say so.
        epochs: reports that had come in.
        rungs: entries by level.
        running: by worker.
        paused: by trial.
        stopped, complete: how many trials had ended.
        incumbent: None before the first finite report.
    """

    next: DecisionRecord
    agrees: bool
    proposal: str
    compared: Compared | None
    epochs: int
    rungs: dict[int, int]
    running: list[Running]
    paused: list[Paused]
    stopped: int
    complete: int
    incumbent: Incumbent | None


def state_of(rebuilt: Rebuilt) -> RunState:
    """Describe a rebuilt run; its scheduler is asked once what it would decide."""
    engine, record = rebuilt.engine, rebuilt.record
    reports = engine.reports_until(record.time_ns)
    trials, last = engine.trials, {one.trial: one for one in engine.log}
    states = list(enumerate(trials.states))
    proposal = rebuilt.proposal()
    return RunState(
        next=record,
        agrees=agrees(proposal, record),
        proposal=in_words(proposal),
        compared=rebuilt.compared(),
        epochs=len(reports),
        rungs=level_entries(engine.log, reports),
        running=sorted(
            (_running(last[trial]) for trial, state in states if state == RUNNING), key=lambda one: one.worker
        ),
        paused=[_paused(rebuilt, trial) for trial, state in states if state == PAUSED],
        stopped=trials.states.count(STOPPED),
        complete=trials.states.count(COMPLETE),
        incumbent=_incumbent(rebuilt, reports),
    )


def _running(record: DecisionRecord) -> Running:
    return Running(
        trial=record.trial,
        configuration=record.configuration,
        worker=record.worker,
        resume_from=record.resume_from,
        milestone=record.milestone,
    )


def _paused(rebuilt: Rebuilt, trial: int) -> Paused:
    configuration = rebuilt.engine.trials.configurations[trial]
    resource = rebuilt.engine.trials.resources[trial]
    return Paused(
        trial=trial,
        configuration=configuration,
        resource=resource,
        value=float(rebuilt.table.values[configuration, resource - 1]),
    )


def _incumbent(rebuilt: Rebuilt, reports: Reports) -> Incumbent | None:
    table = rebuilt.table
    improved = improvements(lower_is_better(reports.value, table.mode))
    if not improved.size:
        return None
    row = int(improved[-1])
    value = float(np.asarray(reports.value)[row])
    return Incumbent(
        configuration=int(reports.configuration[row]),
        resource=int(reports.resource[row]),
        value=value,
        regret=table.regret(value),
    )
