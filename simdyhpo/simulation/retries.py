"""Interrupted segments: who takes them up again, and how often that was tried."""

from __future__ import annotations

from collections import deque

from simdyhpo.simulation.absences import Absences
from simdyhpo.simulation.budget import NEVER
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.courses import Segment


class Retries:
    """Segments to be done again: each for any worker, or for its own when that is back.

    Attributes:
        for_anyone: those for any worker, the one that has waited longest first.
        by_worker: those that wait for their own, which is away.
        back: workers that are back, and have a segment of their own to do again.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._limit = cluster.retries
        self._on_the_same = cluster.retry_on == "same"
        self.for_anyone: deque[Segment] = deque()
        self.back: deque[int] = deque()
        self.by_worker: dict[int, Segment] = {}
        self._spent: dict[int, tuple[int, int]] = {}
        """By trial whose segment was interrupted: how often, and what those attempts have trained."""

    def __bool__(self) -> bool:
        return bool(self.for_anyone or self.by_worker)

    def gives_up(self, trial: int, trained_ns: int) -> bool:
        """Count an interruption, and the training until then; whether it was one too many for the trial."""
        attempts, trained = self._spent.get(trial, (0, 0))
        if attempts == self._limit:
            self.settle(trial)
            return True
        self._spent[trial] = attempts + 1, trained + trained_ns
        return False

    def add(self, segment: Segment, absences: Absences, now_ns: int) -> int | None:
        """Keep an interrupted segment; if for its own worker, when that is back, else None."""
        if self._on_the_same:
            back = absences.away_until(now_ns)
            if back is not None and back < NEVER:
                self.by_worker[segment.worker] = segment
                return back
        self.for_anyone.append(segment)
        return None

    def is_back(self, worker: int) -> bool:
        """A worker is there again; whether a segment waits for it."""
        waits = worker in self.by_worker
        if waits:
            self.back.append(worker)
        return waits

    def next_own(self) -> Segment:
        """The segment of the worker that came back first of those in `back`."""
        return self.by_worker.pop(self.back.popleft())

    def settle(self, trial: int) -> int:
        """A trial's segment is over: what interrupted attempts spent on it, in nanoseconds of training."""
        return self._spent.pop(trial, (0, 0))[1]
