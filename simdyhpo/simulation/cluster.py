"""The workers: who is idle, and what each one runs."""

from __future__ import annotations

import heapq

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

    Attributes:
        workers: n.
        idle: ids of the idle workers, as a heap.
        running: what each busy worker runs.
    """

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.idle = list(range(workers))
        self.running: dict[int, Segment] = {}

    def take(self) -> int:
        """The id of the first idle worker, which is idle no longer: give it something to run."""
        return heapq.heappop(self.idle)

    def release(self, worker: int) -> None:
        """`worker` becomes idle."""
        del self.running[worker]
        heapq.heappush(self.idle, worker)
