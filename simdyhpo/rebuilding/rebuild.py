"""A run's state at one decision, rebuilt by a fresh engine and a fresh scheduler that follow its log."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec

from simdyhpo.blame import blaming
from simdyhpo.decision_kinds import MEANINGS
from simdyhpo.decisions import Compared, Proposal, ScheduleDecision, Verdict
from simdyhpo.errors import DecisionError, OptionError
from simdyhpo.protocols import Comparing, Scheduler
from simdyhpo.rebuilding.again import factory_of
from simdyhpo.rebuilding.follower import Follower, cannot_follow, is_verdict
from simdyhpo.records import DecisionRecord
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.result import AnyEngine
from simdyhpo.runs.spec import RunSpec
from simdyhpo.simulation.messages import checked_proposal, checked_verdict
from simdyhpo.tables.curves import CurveTable


class Rebuilt(msgspec.Struct, frozen=True):
    """An engine that stands where a decision is due, and its scheduler.

    Attributes:
        engine: with its log and trials; the run's decision is `due`.
        scheduler: told all that had happened.
        table: what is replayed.
        record: the decision that the run took here.
        name: of the scheduler.
    """

    engine: AnyEngine
    scheduler: Scheduler
    table: CurveTable
    record: DecisionRecord
    name: str

    def proposal(self) -> Proposal | Verdict:
        """What the scheduler itself would decide."""
        return own_decision(self.scheduler, self.record, self.name)

    def compared(self) -> Compared | None:
        """What a rule went by, where one decided and the log or its scheduler can say so."""
        record, scheduler = self.record, self.scheduler
        if not MEANINGS[record.decision].by_rule:
            return None
        if not math.isnan(record.score):
            return Compared(record.score, record.runner_up)
        if not isinstance(scheduler, Comparing):
            return None
        with blaming(f"scheduler {self.name!r} raised it at decision {record.index}"):
            return scheduler.compared(record.trial, record.resume_from)


def own_decision(scheduler: Scheduler, record: DecisionRecord, name: str) -> Proposal | Verdict:
    """What a scheduler itself would decide where the run took the decision `record`.

    Args:
        scheduler: told all that had happened.
        record: of the run's log.
        name: of the scheduler, for what it raises.

    Raises:
        DecisionError: it is no decision.
    """
    with blaming(f"scheduler {name!r} raised it at decision {record.index}"):
        if is_verdict(record):
            return checked_verdict(scheduler.verdict(record.trial, record.resume_from), record.trial)
        return checked_proposal(scheduler.ask(record.time_ns))


def check_decision(log: Sequence[DecisionRecord], index: int) -> None:
    """Raise an `OptionError` unless the run has such a decision."""
    if not 0 <= index < len(log):
        has = f"this run's decisions are 0 to {len(log) - 1}" if log else "this run made no decision"
        raise OptionError("until", index, has)
    if log[index].decision is ScheduleDecision.RETRY:
        raise OptionError("until", index, "that is a retry, which no scheduler decides; take one beside it")


def rebuild(
    spec: RunSpec, log: Sequence[DecisionRecord], table: CurveTable, index: int, *, ask_along: bool = False
) -> Rebuilt:
    """The state in which decision `index` of a run is due.

    Args:
        spec, log: of the run.
        table: the run's table.
        index: which decision.
        ask_along: see `Follower`.

    Raises:
        OptionError: the run has no such decision.
        OutputError: the log can't be followed.
        SimdyhpoError: see `factory_of`.
    """
    run, _ = followed(spec, log, table, index, ask_along=ask_along)
    return Rebuilt(run.engine, run.scheduler, table, log[index], spec.scheduler)


def followed(
    spec: RunSpec, log: Sequence[DecisionRecord], table: CurveTable, index: int, *, ask_along: bool
) -> tuple[Run, Follower]:
    """A run that has followed `log` until decision `index` is due, and who made it follow.

    Errors are as for `rebuild`.
    """
    check_decision(log, index)
    run = Run(spec, factory_of(spec), table)
    follower = Follower(run.scheduler, log, ask_along=ask_along)
    run.engine.decider = follower
    try:
        due = run.until(index)
    except DecisionError:
        raise cannot_follow(log[len(run.engine.log)]) from None
    if not due:
        raise cannot_follow(log[min(len(run.engine.log), index)])
    _check_followed(run, log[:index])
    return run, follower


def _check_followed(run: Run, log: Sequence[DecisionRecord]) -> None:
    """Raise an `OutputError` unless the engine logged the decisions as the log has them."""
    for ours, theirs in zip(run.engine.log, log, strict=True):
        if ours.row != theirs.row:
            raise cannot_follow(theirs)
