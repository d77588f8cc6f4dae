"""Interrupted segments: who takes them up again, and how often that was tried."""

from __future__ import annotations

from collections import deque

from simdyhpo.simulation.absences import Absences
from simdyhpo.simulation.budget import NEVER
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.segments import Segment


class Retries:
    """Segments to be done again: each for any worker, or for its own when that is back."""

    def __init__(self, cluster: Cluster) -> None:
        self._limit = cluster.retries
        self._on_the_same = cluster.retry_on == "same"
        self._for_anyone: deque[Segment] = deque()
        self._by_worker: dict[int, Segment] = {}
        self._back: deque[int] = deque()
        """Workers that are back, and have a segment to do again."""
        self._attempts: dict[int, int] = {}
        """By trial: how often its segment was interrupted."""
        self._trained_ns: dict[int, int] = {}
        """By trial: what its interrupted attempts have spent."""

    def __bool__(self) -> bool:
        return bool(self._for_anyone or self._by_worker)

    def gives_up(self, trial: int, trained_ns: int) -> bool:
        """Count an interruption, and the training until then; whether it was one too many for the trial."""
        self._trained_ns[trial] = self._trained_ns.get(trial, 0) + trained_ns
        self._attempts[trial] = self._attempts.get(trial, 0) + 1
        if self._attempts[trial] <= self._limit:
            return False
        self.settle(trial)
        return True

    def add(self, segment: Segment, absences: Absences, now_ns: int) -> int | None:
        """Keep an interrupted segment; if for its own worker, when that is back, else None."""
        back = absences.away_until(now_ns)
        if self._on_the_same and back is not None and back < NEVER:
            self._by_worker[segment.worker] = segment
            return back
        self._for_anyone.append(segment)
        return None

    def is_back(self, worker: int) -> bool:
        """A worker is there again; whether a segment waits for it."""
        waits = worker in self._by_worker
        if waits:
            self._back.append(worker)
        return waits

    def next_own(self) -> Segment | None:
        """The segment of the next worker that is back."""
        return self._by_worker.pop(self._back.popleft()) if self._back else None

    @property
    def for_anyone(self) -> bool:
        """Whether a segment waits for any idle worker."""
        return bool(self._for_anyone)

    def next_for_anyone(self) -> Segment:
        """The one that has waited longest."""
        return self._for_anyone.popleft()

    def settle(self, trial: int) -> int:
        """A trial's segment is over: what interrupted attempts spent on it, in nanoseconds of training."""
        self._attempts.pop(trial, None)
        return self._trained_ns.pop(trial, 0)
