"""What both engines are: a budget, a log, the trials, and how a run ends. The loops are theirs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Literal

from simdyhpo.candidates import Candidates
from simdyhpo.curves import CurveTable
from simdyhpo.decisions import Wait
from simdyhpo.errors import ClockError, Deadlock
from simdyhpo.protocols import Scheduler
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.budget import NEVER, Budget, EpochMeter
from simdyhpo.simulation.messages import check_wait
from simdyhpo.simulation.reports import Reports
from simdyhpo.simulation.trials import Trials
from simdyhpo.units import NANOSECONDS

EndedBy = Literal["budget", "exhausted"]


class Simulation(ABC):
    """One scheduler on one table until a budget ends or nothing is left to do.

    Attributes:
        budget: when it ends.
        log: every decision so far.
        trials: every trial so far.
        now_ns: simulated time, in nanoseconds; it never goes back.
        epochs_begun: the reports of all segments begun so far, those to come included.
        end_ns: after `run`: the simulated time at which the run ended.
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
        self._scheduler = scheduler
        # Reports are counted when their segment begins; from this number on, the end is in sight.
        self._epochs_in_sight = NEVER if budget.max_epochs is None else budget.max_epochs
        self._meter = None if budget.max_epochs is None else EpochMeter(budget.max_epochs)
        # No decision is made beyond this number: segments under way finish, or are cut at the end.
        self._max_decisions = NEVER if budget.max_decisions is None else budget.max_decisions
        # The instant at which seconds or epochs run out, as far as is known.
        self._end = NEVER if budget.max_seconds is None else round(budget.max_seconds * NANOSECONDS)
        self._waiting: Wait | None = None

    @abstractmethod
    def reports_until(self, time_ns: int) -> Reports:
        """The reports that arrived by then and within the budget of epochs."""

    @abstractmethod
    def _run(self) -> EndedBy:
        """The loop."""

    @abstractmethod
    def _times_under_way(self) -> Iterable[tuple[int, Sequence[int]]]:
        """Who reports, and when, of everything under way."""

    def run(self) -> EndedBy:
        """Simulate to the end.

        Raises:
            DecisionError: the scheduler decided what can't be done.
            Deadlock: all workers are idle, nothing is under way, and the scheduler still waits.
            ClockError: simulated time left the range of its counter.
            Exception: whatever the scheduler raises, as it is; `simdyhpo.runs.run_engine` adds a note.
        """
        return self._run()

    def _foresee_the_end(self, worker: int, times: Sequence[int]) -> None:
        """The reports of all segments begun reach the budget of epochs: find the instant of the last one.

        Args:
            worker, times: who reports, and when, of the segment that began just now.
        """
        meter = self._meter
        assert meter is not None
        if meter.end_ns is None:
            meter.foresee(self.epochs_begun, self._times_under_way())
        else:
            meter.add_times(worker, times)
        assert meter.end_ns is not None
        self._end = min(self._end, meter.end_ns)

    def _end_at(self, time_ns: int) -> None:
        if time_ns >= NEVER:
            raise ClockError
        self.end_ns = time_ns

    def _nothing_runs(self) -> EndedBy:
        if self.log.count >= self._max_decisions:
            return "budget"
        assert self._waiting is not None
        check_wait(self._waiting)
        if not self._waiting.exhausted:
            raise Deadlock(self.now_ns / NANOSECONDS, self.trials.paused)
        return "exhausted"
