"""A scheduler that does what a log says, and from where it is let go, what it would do itself."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simdyhpo.decision_kinds import Effect, kinds_that
from simdyhpo.decisions import (
    Continue,
    Decided,
    Event,
    Pause,
    Proposal,
    Reason,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Verdict,
    Wait,
)
from simdyhpo.errors import OutputError
from simdyhpo.protocols import Scheduler
from simdyhpo.records import REASON_FIELDS, DecisionRecord
from simdyhpo.scheduler_defaults import PassThrough

_WAIT = Wait(exhausted=True)
_PAUSE = Pause()
_NO_REASON = msgspec.json.encode(Reason())
_VERDICTS = kinds_that(Effect.CONTINUES, Effect.ENDS)


def is_verdict(record: DecisionRecord) -> bool:
    """Whether it was decided about a running trial at its milestone, and not for an idle worker."""
    return record.decision in _VERDICTS


class Follower(PassThrough):
    """Wraps a fresh scheduler. Its state comes from what it is told, so it needs no question to be rebuilt.

    Draws belong to decisions by their index, so none is shifted by questions that are not put.
    """

    def __init__(
        self, scheduler: Scheduler, log: Sequence[DecisionRecord], *, ask_along: bool = False
    ) -> None:
        """Follow `log`.

        Args:
            scheduler: a fresh one.
            log: the decisions to follow.
            ask_along: put all questions to the scheduler, too, though the log answers them. A scheduler keeps
                its promise without; a model that trains whenever it is asked has other parameters without.
        """
        super().__init__(scheduler)
        self._log = log
        self._ask_along = ask_along
        self._next = 0
        self._free = False

    def let_go(self) -> None:
        """From now on the scheduler decides."""
        self._free = True

    def ask(self, now_ns: int, /) -> Proposal:
        """What the log says; nothing where the next decision comes later.

        Raises:
            OutputError: the next decision should have come before.
        """
        if self._free:
            return self._scheduler.ask(now_ns)
        if self._ask_along:
            self._scheduler.ask(now_ns)
        record = self._due()
        if record is None or record.time_ns > now_ns:
            return _WAIT
        if record.time_ns < now_ns or is_verdict(record):
            raise cannot_follow(record)
        return _proposal(record)

    def verdict(self, trial: int, resource: int, /) -> Verdict:
        """What the log says; pause where it says nothing about this trial here."""
        if self._free:
            return self._scheduler.verdict(trial, resource)
        if self._ask_along:
            self._scheduler.verdict(trial, resource)
        record = self._due()
        if (
            record is None
            or not is_verdict(record)
            or (record.trial, record.resume_from) != (trial, resource)
        ):
            return _PAUSE
        why = _reason(record)
        return Stop(why) if record.decision is ScheduleDecision.STOP else Continue(record.milestone, why)

    def tell(self, event: Event) -> None:
        """Pass it on."""
        self._next += type(event) is Decided
        super().tell(event)

    def _due(self) -> DecisionRecord | None:
        """The next decision of the log; the engine retries by itself, and asks nobody."""
        while self._next < len(self._log) and self._log[self._next].decision is ScheduleDecision.RETRY:
            self._next += 1
        return self._log[self._next] if self._next < len(self._log) else None


def cannot_follow(record: DecisionRecord) -> OutputError:
    """The log and the table contradict each other at this decision."""
    return OutputError(
        f"decision {record.index} of the log can't be carried out where the log has it: "
        "the log was altered, or this version simulates otherwise; make the run again"
    )


def _proposal(record: DecisionRecord) -> Start | Resume:
    """The message that a worker's decision was."""
    why = _reason(record)
    if record.resume_from:
        return Resume(record.trial, record.resume_from, record.milestone, record.decision, why)
    return Start(record.configuration, record.milestone, record.decision, why)


def _reason(record: DecisionRecord) -> Reason | None:
    """Why it was decided so, as far as that was said."""
    why = Reason(**{name: getattr(record, name) for name in REASON_FIELDS})
    return None if msgspec.json.encode(why) == _NO_REASON else why
