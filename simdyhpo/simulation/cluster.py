"""The workers: who is idle, and what each one runs."""

from __future__ import annotations

import heapq
from collections.abc import Iterable

import msgspec


class Segment(msgspec.Struct, gc=False):
    """One uninterrupted piece of training: from resource `resume_from` to `milestone` or the curve's end.

    Attributes:
        start_ns: simulated time at which it began.
        end: the resource it will reach: the milestone, or the length of a shorter curve.
    """

    trial: int
    configuration: int
    resume_from: int
    milestone: int
    end: int
    start_ns: int


class Cluster:
    """n workers with ids 0..n-1. Idle ones are handed out lowest id first.

    The cost of taking and releasing a worker grows with the logarithm of the number of idle ones.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._idle = list(range(workers))
        self._running: dict[int, Segment] = {}

    @property
    def running(self) -> int:
        """Number of busy workers."""
        return len(self._running)

    def first_idle(self) -> int | None:
        """The idle worker with the lowest id."""
        return self._idle[0] if self._idle else None

    def occupy(self, segment: Segment) -> int:
        """Give `segment` to the first idle worker and return its id."""
        worker = heapq.heappop(self._idle)
        self._running[worker] = segment
        return worker

    def continues(self, worker: int, segment: Segment) -> None:
        """The busy `worker` goes on with `segment`."""
        self._running[worker] = segment

    def segment(self, worker: int) -> Segment:
        """What `worker` runs."""
        return self._running[worker]

    def running_segments(self) -> Iterable[tuple[int, Segment]]:
        """(worker, segment) of every busy worker."""
        return self._running.items()

    def release(self, worker: int) -> None:
        """`worker` becomes idle."""
        del self._running[worker]
        heapq.heappush(self._idle, worker)
