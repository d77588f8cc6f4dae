"""Optimisers that hand out jobs, a configuration and a resource each, as schedulers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Mapping
from math import isfinite
from typing import Any

import msgspec

from simdyhpo.decisions import (
    Decided,
    Failed,
    Proposal,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Wait,
)
from simdyhpo.outside.rows import Rows
from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.units import NANOSECONDS


class Job(msgspec.Struct, frozen=True):
    """What an optimiser wants to know.

    Attributes:
        of: its name for a configuration; equal ones mean the same.
        resource: up to which that one is to be trained.
        own: the job as the optimiser gave it.
    """

    of: Hashable
    resource: int
    own: Any


class _Trial(msgspec.Struct):
    """One of our trials, as jobs need it."""

    configuration: int
    values: dict[int, float] = {}
    stands: int = 0
    runs: bool = True
    ended: bool = False


class JobScheduler(Defaults, ABC):
    """Carries out an optimiser's jobs, which know no workers.

    A configuration that is new becomes a row of the table, trained to the job's resource. When the optimiser
    asks again for one that it knows, with more resource, the trial goes on; a job whose outcome is known is
    answered at once. When it has no more jobs, what is left starts at random, to the largest resource.
    """

    def __init__(self, problem: Problem) -> None:
        self._candidates = problem.candidates
        self._rows = Rows(problem.candidates)
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._max_resource = problem.max_resource
        self._told: list[Decided | Reported | Failed] = []
        self._counts: Counter[ScheduleDecision] = Counter()
        self._begin()

    @abstractmethod
    def _restart(self) -> None:
        """Make the optimiser anew, as it was before anything happened."""

    @abstractmethod
    def _draw(self) -> Job | None:
        """The optimiser's next job; None if it has no more."""

    @abstractmethod
    def _place(self, job: Job) -> tuple[int, float]:
        """The row that a new configuration becomes, one that can start, and its distance."""

    @abstractmethod
    def _answer(self, job: Job, configuration: int, cost: float | None, seconds: float) -> None:
        """Tell the optimiser what came of a job.

        Args:
            job: of its own.
            configuration: the row that was run.
            cost: lower is better; None where the trial diverged or failed.
            seconds: of training, simulated.
        """

    def _begin(self) -> None:
        self._restart()
        self._trials: list[_Trial] = []
        self._jobs: dict[int, Job] = {}
        """What each running trial is for."""
        self._became: dict[Hashable, int] = {}
        """By the optimiser's name for a configuration: the trial that it became."""
        self._open: Job | None = None
        """The job that the optimiser gave when it was asked, until it is carried out."""
        self._suggested: tuple[int, float] | None = None

    def ask(self, _now_ns: int, /) -> Proposal:
        """Carry out the optimiser's next job."""
        configuration = self._candidates.next_random()
        if self._open is None:
            self._open = self._next_job()
        job = self._open
        trial = None if job is None else self._paused(job)
        if job is not None and trial is not None:
            return Resume(trial, self._trials[trial].stands, job.resource, ScheduleDecision.PROMOTE_RUNG)
        if configuration is None:
            return Wait(exhausted=True)
        if job is None:
            return Start(configuration, self._max_resource, ScheduleDecision.START_RANDOM)
        if self._suggested is None:
            self._suggested = self._place(job)
        return Start(self._suggested[0], job.resource, ScheduleDecision.START_MODEL)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the optimiser up to date.

        If it has given a job and then something else happens first, it is made anew and told all again,
        unasked: what it was asked must not matter.
        """
        if not isinstance(event, Decided) and self._open is not None:
            self._begin()
            for earlier in self._told:
                self._hear(earlier)
        self._told.append(event)
        if isinstance(event, Decided):
            self._count(event.message)
        self._hear(event)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and of both kinds of starts."""
        return {
            "promoted_by_rung": self._counts[ScheduleDecision.PROMOTE_RUNG],
            "started_by_model": self._counts[ScheduleDecision.START_MODEL],
            "started_at_random": self._counts[ScheduleDecision.START_RANDOM],
        }

    def diagnostics(self) -> Mapping[str, int | float]:
        """How far from the table the suggestions were."""
        return self._rows.diagnostics()

    def _count(self, message: object) -> None:
        if isinstance(message, Start | Resume):
            self._counts[message.decision] += 1
        if isinstance(message, Start) and self._suggested is not None:
            configuration, distance = self._suggested
            if configuration == message.configuration:
                self._rows.note(distance)

    def _hear(self, event: Decided | Reported | Failed) -> None:
        if isinstance(event, Reported):
            self._report(event)
            return
        if isinstance(event, Failed):
            self._fail(event.trial)
            return
        job = self._next_job() if self._open is None else self._open
        self._open = self._suggested = None
        if isinstance(event.message, Start):
            self._trials.append(_Trial(event.message.configuration))
        self._trials[event.trial].runs = True
        if job is not None:
            self._jobs[event.trial] = job
            self._became[job.of] = event.trial

    def _report(self, event: Reported) -> None:
        trial = self._trials[event.trial]
        first = event.resource - len(event.values) + 1
        trial.values.update(enumerate(event.values, first))
        trial.stands, trial.runs = event.resource, False
        trial.ended = event.complete or not isfinite(event.values[-1])
        if event.trial in self._jobs:
            self._settle(self._jobs.pop(event.trial), trial, event.cost_ns)

    def _fail(self, number: int) -> None:
        """A trial is lost: its job has the worst outcome, as that of one that diverged."""
        trial = self._trials[number]
        trial.runs, trial.ended = False, True
        if number in self._jobs:
            self._answer(self._jobs.pop(number), trial.configuration, None, 0.0)

    def _next_job(self) -> Job | None:
        """The next job that takes training; those whose outcome is known are answered at once."""
        while (job := self._draw()) is not None:
            trial = self._became.get(job.of)
            if trial is None or self._trials[trial].runs or self._paused(job) is not None:
                break
            self._settle(job, self._trials[trial], 0)
        return job

    def _paused(self, job: Job) -> int | None:
        """The paused trial that a job continues, if it does."""
        number = self._became.get(job.of)
        if number is None:
            return None
        trial = self._trials[number]
        return None if trial.runs or trial.ended or trial.stands >= job.resource else number

    def _settle(self, job: Job, trial: _Trial, cost_ns: int) -> None:
        """Answer with the row that was run, and its value at the job's resource or where its curve ended."""
        cost = None
        if trial.values:  # or else it failed before it reported anything
            reached = max(r for r in trial.values if r <= max(job.resource, min(trial.values)))
            value = trial.values[reached]
            cost = self._sign * value if isfinite(value) else None
        self._answer(job, trial.configuration, cost, cost_ns / NANOSECONDS)
