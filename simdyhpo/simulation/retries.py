"""Interrupted jobs: who takes them up again, and how often that was tried."""

from __future__ import annotations

from collections import deque

from simdyhpo.simulation.absences import Absences
from simdyhpo.simulation.budget import NEVER
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.jobs import Job


class Retries:
    """Jobs to be done again: each for any worker, or for its own when that is back."""

    def __init__(self, cluster: Cluster) -> None:
        self._limit = cluster.retries
        self._on_the_same = cluster.retry_on == "same"
        self._for_anyone: deque[Job] = deque()
        self._by_worker: dict[int, Job] = {}
        self._back: deque[int] = deque()
        """Workers that are back, and have a job to do again."""
        self._attempts: dict[int, int] = {}
        """By trial: how often its segment was interrupted."""
        self._trained_ns: dict[int, int] = {}
        """By trial: what interrupted jobs have spent on its segment."""

    def __bool__(self) -> bool:
        return bool(self._for_anyone or self._by_worker)

    def gives_up(self, job: Job, now_ns: int) -> bool:
        """Count an interruption; whether it was one too many for the trial."""
        trial = job.trial
        self._trained_ns[trial] = self._trained_ns.get(trial, 0) + sum(job.trained_ns(now_ns))
        self._attempts[trial] = self._attempts.get(trial, 0) + 1
        if self._attempts[trial] <= self._limit:
            return False
        self.settle(trial)
        return True

    def add(self, job: Job, absences: Absences, now_ns: int) -> int | None:
        """Keep an interrupted job; if for its own worker, when that is back, else None."""
        back = absences.away_until(now_ns)
        if self._on_the_same and back is not None and back < NEVER:
            self._by_worker[job.worker] = job
            return back
        self._for_anyone.append(job)
        return None

    def is_back(self, worker: int) -> bool:
        """A worker is there again; whether a job waits for it."""
        waits = worker in self._by_worker
        if waits:
            self._back.append(worker)
        return waits

    def next_own(self) -> Job | None:
        """The job of the next worker that is back."""
        return self._by_worker.pop(self._back.popleft()) if self._back else None

    @property
    def for_anyone(self) -> bool:
        """Whether a job waits for any idle worker."""
        return bool(self._for_anyone)

    def next_for_anyone(self) -> Job:
        """The one that has waited longest."""
        return self._for_anyone.popleft()

    def settle(self, trial: int) -> int:
        """A trial's segment is over: what interrupted jobs spent on it, in nanoseconds of training."""
        self._attempts.pop(trial, None)
        return self._trained_ns.pop(trial, 0)
