"""What both engines are: a budget, a log, the trials, where one can stop, and how a run ends.

The turns of the loop are theirs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Generic, Literal, TypeVar

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import Continue, Proposal, Resume, Start, Stop, Verdict, Wait
from simdyhpo.errors import ClockError, Deadlock
from simdyhpo.protocols import Scheduler
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.budget import NEVER, Budget, EpochMeter
from simdyhpo.simulation.messages import check_wait
from simdyhpo.simulation.reports import Reports
from simdyhpo.simulation.trials import Trials
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS

EndedBy = Literal["budget", "exhausted"]

NO_NUMBER = -1
"""In place of a number of decisions: there are never so many. They come one by one, so `==` finds a limit."""

End = TypeVar("End")
"""What an engine keeps of a segment that has reached its end."""


class Simulation(ABC, Generic[End]):
    """One scheduler on one table until a budget ends or nothing is left to do.

    Attributes:
        decider: who decides: the scheduler, or somebody who stands before it and was put here in its place.
        budget: when it ends.
        log: every decision so far.
        trials: every trial so far.
        now_ns: simulated time, in nanoseconds; it never goes back.
        epochs_begun: the reports of all segments begun so far, those to come included.
        due: after `until`: the scheduler's answer, which `step` or `run` carries out; another one may be put
            in its place.
        ended_by: what ended the run; None as long as it goes on.
        end_ns: the simulated time at which it ended.
    """

    def __init__(
        self, table: CurveTable, scheduler: Scheduler, candidates: Candidates, budget: Budget
    ) -> None:
        self.budget = budget
        self.log = DecisionLog()
        self.trials = Trials(candidates, table.max_resource)
        self.now_ns = self.end_ns = 0
        self.epochs_begun = 0
        self._table = table
        self.decider = scheduler
        # Reports are counted when their segment begins; from this number on, the end is in sight.
        self._epochs_in_sight = NEVER if budget.max_epochs is None else budget.max_epochs
        self._meter = None if budget.max_epochs is None else EpochMeter(budget.max_epochs)
        # With so many decisions there are no more: segments under way finish, or are cut at the end.
        self._max_decisions = NO_NUMBER if budget.max_decisions is None else budget.max_decisions
        # The instant at which seconds or epochs run out, as far as is known, and whether that is now.
        self._end = NEVER if budget.max_seconds is None else round(budget.max_seconds * NANOSECONDS)
        self._out_of_time = False
        self._waiting: Wait | None = None
        self.due: Proposal | Verdict | None = None
        # Whose verdict is due, if it is one.
        self._judged: End | None = None
        self.ended_by: EndedBy | None = None
        # Where `until` stops: no answer to this number is carried out.
        self._stop_at = NO_NUMBER
        # Whether all is told and decided that belongs to this instant.
        self._instant_over = False

    @abstractmethod
    def reports_until(self, time_ns: int) -> Reports:
        """The reports that arrived by then and within the budget of epochs."""

    @abstractmethod
    def step(self) -> bool:
        """One turn of the loop: on to the next instant, all that ends then is told, and idle workers ask.

        The first turn is that of time 0. Where `until` has stopped within an instant, the turn is what is
        left of it. Errors are as for `run`.

        Returns:
            Whether the run goes on; `ended_by` says why it doesn't.
        """

    @abstractmethod
    def _judge(self, segment: End, verdict: object) -> None:
        """Carry out what the scheduler says of a trial at its milestone."""

    @abstractmethod
    def _times_under_way(self) -> Iterable[Sequence[int]]:
        """When each segment under way reports."""

    def run(self) -> EndedBy:
        """Simulate to the end.

        Raises:
            DecisionError: the scheduler decided what can't be done.
            Deadlock: all workers are idle, nothing is under way, and the scheduler still waits.
            ClockError: simulated time left the range of its counter.
            Exception: whatever the scheduler raises, as it is; `simdyhpo.runs.front_door.Run` adds a note.
        """
        self._to_the_end()
        assert self.ended_by is not None
        return self.ended_by

    def _to_the_end(self) -> None:
        while self.step():
            pass

    def until(self, decision: int) -> bool:
        """Simulate until the scheduler has given an answer that makes a decision, which is `due` then.

        Nothing is carried out yet, and stopping changes nothing: `step`, `run` or another `until` go on from
        here. Errors are as for `run`.

        Args:
            decision: its number.

        Returns:
            Whether it is due. It isn't if the run ends before, or if it is a retry, which nobody decides.

        Raises:
            ValueError: it was made already.
        """
        if decision < self.log.count:
            raise ValueError(f"decision {decision} was made already: {self.log.count} are")
        if self.due is None or decision > self.log.count:
            self._stop_at = decision
            while self.step() and self.due is None:
                pass
            self._stop_at = NO_NUMBER
        return self.due is not None

    def _stops(self, answer: object) -> bool:
        """Stop if an answer is a decision; asked only where `until` wants to."""
        if type(answer) is Start:
            if len(self.trials) == self.budget.max_trials:
                return False
        elif not isinstance(answer, Resume | Continue | Stop):
            return False
        self.due, self._instant_over = answer, False
        return True

    def _foresee_the_end(self, times: Sequence[int]) -> None:
        """The reports of all segments begun reach the budget of epochs: find the instant of the last one.

        Args:
            times: when the segment that began just now reports.
        """
        meter = self._meter
        assert meter is not None
        if meter.end_ns is None:
            meter.foresee(self.epochs_begun, self._times_under_way())
        else:
            meter.add_times(times)
        assert meter.end_ns is not None
        self._end = min(self._end, meter.end_ns)
        self._out_of_time = self._end <= self.now_ns

    def _go_on(self) -> None:
        """From within an instant. A verdict that is due is carried out here, a proposal where workers ask."""
        self._instant_over = True
        segment, self._judged = self._judged, None
        if segment is not None:
            self._judge(segment, self._take_due())

    def _take_due(self) -> Proposal | Verdict | None:
        """What was due, to be carried out now."""
        due, self.due = self.due, None
        return due

    def _ends(self, time_ns: int, *, idle: bool = False) -> bool:
        """The run ends: out of its budget, or since nothing is under way. Always False, as `step` says."""
        if time_ns >= NEVER:
            raise ClockError
        self.end_ns = time_ns
        self.ended_by = self._why_idle() if idle else "budget"
        return False

    def _why_idle(self) -> EndedBy:
        if self.log.count == self._max_decisions:
            return "budget"
        assert self._waiting is not None
        check_wait(self._waiting)
        if not self._waiting.exhausted:
            raise Deadlock(self.now_ns / NANOSECONDS, self.trials.paused)
        return "exhausted"
