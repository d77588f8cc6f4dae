"""A simulator that is slow and obvious: one step an epoch, lists instead of heaps, everything recounted.

It shares the schedulers and the table with the real one, and nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import (
    Continue,
    Decided,
    Pause,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Wait,
)
from simdyhpo.protocols import Scheduler
from simdyhpo.simulation.budget import Budget
from simdyhpo.tables.curves import CurveTable

Decision = tuple[int, int, int, int, int, int, int]
"""(time in ns, worker, trial, configuration, decision, resume_from, milestone)"""


@dataclass
class Work:
    """What a worker is doing: a trial on its way to `resource`."""

    number: int
    worker: int
    trial: int
    resume_from: int
    resource: int
    ends_ns: int
    cost_ns: int


class Oracle:
    def __init__(
        self,
        table: CurveTable,
        scheduler: Scheduler,
        candidates: Candidates,
        workers: int,
        budget: Budget,
    ) -> None:
        self.table, self.scheduler, self.candidates = table, scheduler, candidates
        self.workers, self.budget = workers, budget
        self.now_ns = 0
        self.work: list[Work] = []
        self.begun = 0
        self.configurations: list[int] = []
        self.decisions: list[Decision] = []
        self.epochs: list[tuple[int, int, int, int, int, int, float]] = []
        self.draining = False
        self.answer: object = None

    def run(self) -> None:
        """Sets `ended_by`, `end_ns` and `reports`, the latter ordered and cut as the budget asks."""
        while True:
            self._tell_what_ends_now()
            self._ask()
            if self._over():
                self.ended_by, self.end_ns = "budget", self.now_ns
                break
            if any(work.ends_ns == self.now_ns for work in self.work):
                continue
            coming = sorted(time for time, *_ in self.epochs if time > self.now_ns)
            if not coming:
                self._nothing_under_way()
                break
            if self.budget.max_seconds is not None and coming[0] >= self._limit_ns():
                self.ended_by, self.end_ns = "budget", self._limit_ns()
                break
            self.now_ns = coming[0]
            if self._over():
                self.ended_by, self.end_ns = "budget", self.now_ns
                break
        self.reports = [epoch for epoch in sorted(self.epochs) if epoch[0] <= self.end_ns]
        self.reports = self.reports[: self.budget.max_epochs]

    def _limit_ns(self) -> int:
        return round(self.budget.max_seconds * 1_000_000_000)

    def _over(self) -> bool:
        """Seconds are up, or so many epochs have been reported by now."""
        if self.budget.max_seconds is not None and self.now_ns >= self._limit_ns():
            return True
        reported = sum(time <= self.now_ns for time, *_ in self.epochs)
        return self.budget.max_epochs is not None and reported >= self.budget.max_epochs

    def _may_decide(self) -> bool:
        if len(self.decisions) == self.budget.max_decisions:
            self.draining = True
        return not self.draining and not self._over()

    def _nothing_under_way(self) -> None:
        self.end_ns = self.now_ns
        if self.draining:
            self.ended_by = "budget"
        else:
            assert isinstance(self.answer, Wait)
            self.ended_by = "exhausted" if self.answer.exhausted else "deadlock"

    def _tell_what_ends_now(self) -> None:
        """In the order in which the work began."""
        while ending := [work for work in self.work if work.ends_ns == self.now_ns]:
            work = min(ending, key=lambda work: work.number)
            self.work.remove(work)
            trial, resource = work.trial, work.resource
            configuration = self.configurations[trial]
            length = sum(not math.isnan(t) for t in self.table.elapsed_seconds[configuration])
            values = [float(v) for v in self.table.values[configuration, work.resume_from : resource]]
            complete = resource == length
            self.scheduler.tell(Reported(trial, configuration, resource, values, complete, work.cost_ns))
            if complete or not self._may_decide():
                continue
            verdict = self.scheduler.verdict(trial, resource)
            if isinstance(verdict, Continue):
                self._begin(work.worker, trial, resource, verdict.milestone, ScheduleDecision.CONTINUE)
            elif isinstance(verdict, Stop):
                self._log(work.worker, trial, ScheduleDecision.STOP, resource, resource)
            else:
                assert isinstance(verdict, Pause)
                continue
            self.scheduler.tell(Decided(trial, verdict))

    def _ask(self) -> None:
        """The idle worker with the lowest id, then the next, unless something ends at once."""
        while not any(work.ends_ns == self.now_ns for work in self.work):
            busy = {work.worker for work in self.work}
            idle = [worker for worker in range(self.workers) if worker not in busy]
            if not idle or not self._may_decide():
                return
            self.answer = self.scheduler.ask(self.now_ns)
            assert self.scheduler.ask(self.now_ns) == self.answer, "asking must change nothing"
            if isinstance(self.answer, Wait):
                return
            if isinstance(self.answer, Start):
                if len(self.configurations) == self.budget.max_trials:
                    self.draining = True
                    return
                self.candidates.take(self.answer.configuration)
                self.configurations.append(self.answer.configuration)
                trial, resume_from = len(self.configurations) - 1, 0
            else:
                assert isinstance(self.answer, Resume)
                trial, resume_from = self.answer.trial, self.answer.resume_from
            self._begin(idle[0], trial, resume_from, self.answer.milestone, self.answer.decision)
            self.scheduler.tell(Decided(trial, self.answer))

    def _log(self, worker: int, trial: int, decision: int, resume_from: int, milestone: int) -> None:
        configuration = self.configurations[trial]
        self.decisions.append(
            (self.now_ns, worker, trial, configuration, int(decision), resume_from, milestone)
        )

    def _begin(self, worker: int, trial: int, resume_from: int, milestone: int, decision: int) -> None:
        """Each epoch takes its time, one after another."""
        self._log(worker, trial, decision, resume_from, milestone)
        configuration = self.configurations[trial]
        if self.table.per_fit:
            self._begin_fit(worker, trial, resume_from, milestone)
            return
        times = [0, *self.table.elapsed_seconds[configuration]]
        time_ns, resource = self.now_ns, resume_from
        while resource < milestone and resource + 1 < len(times) and not math.isnan(times[resource + 1]):
            time_ns += round((times[resource + 1] - times[resource]) * 1_000_000_000)
            resource += 1
            value = float(self.table.values[configuration, resource - 1])
            self.epochs.append((time_ns, worker, self.begun, resource, trial, configuration, value))
        self.work.append(
            Work(self.begun, worker, trial, resume_from, resource, time_ns, time_ns - self.now_ns)
        )
        self.begun += 1

    def _begin_fit(self, worker: int, trial: int, resume_from: int, milestone: int) -> None:
        """One fit, paid for in full, one report."""
        configuration = self.configurations[trial]
        seconds = self.table.elapsed_seconds[configuration]
        resource = min(milestone, sum(not math.isnan(t) for t in seconds))
        time_ns = self.now_ns + round(float(seconds[resource - 1]) * 1_000_000_000)
        value = float(self.table.values[configuration, resource - 1])
        self.epochs.append((time_ns, worker, self.begun, resource, trial, configuration, value))
        self.work.append(
            Work(self.begun, worker, trial, resource - 1, resource, time_ns, time_ns - self.now_ns)
        )
        self.begun += 1
