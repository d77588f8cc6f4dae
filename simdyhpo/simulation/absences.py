"""When a worker is away: crashed, pre-empted, not there yet, or gone.

All of it follows from the run's seed, the worker's number and the cluster: what is decided, or who trains
what, never moves a fault.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from simdyhpo.simulation.budget import NEVER
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.streams import Streams, in_blocks
from simdyhpo.units import NANOSECONDS

CRASH, PREEMPTION, ABSENT = range(3)
KINDS = ("crash", "pre-emption", "absent")

Absence = tuple[int, int, int]
"""(begin in ns, end in ns, kind); away at begin, back at end."""

_NONE: Absence = (NEVER, NEVER, ABSENT)


class Absences:
    """One worker's absences, as a cursor that only moves on.

    Attributes:
        begins_ns, ends_ns: the absence at hand: the first that ends after the latest `move_to`.
        passed: those before it.
    """

    def __init__(self, cluster: Cluster, streams: Streams, worker: int) -> None:
        self._coming = _union(
            heapq.merge(
                _crashes(cluster, streams, worker),
                _preemptions(cluster, streams, worker),
                _schedule(cluster, worker),
            )
        )
        self.passed: list[Absence] = []
        self.begins_ns, self.ends_ns, self._kind = next(self._coming, _NONE)

    def move_to(self, now_ns: int) -> None:
        """Leave behind all absences that have ended by now."""
        while self.ends_ns <= now_ns:
            self.passed.append((self.begins_ns, self.ends_ns, self._kind))
            self.begins_ns, self.ends_ns, self._kind = next(self._coming, _NONE)

    def away_until(self, now_ns: int) -> int | None:
        """When the worker is back, if it is away now."""
        if self.ends_ns <= now_ns:
            self.move_to(now_ns)
        return self.ends_ns if self.begins_ns <= now_ns else None

    def until(self, end_ns: int) -> list[Absence]:
        """All absences that began by the end of a run, cut there."""
        self.move_to(end_ns)
        if self.begins_ns > end_ns:
            return self.passed
        return [*self.passed, (self.begins_ns, end_ns, self._kind)]


def _union(absences: Iterator[Absence]) -> Iterator[Absence]:
    """Those that overlap or touch as one, of the kind of the first."""
    begin, end, kind = next(absences, _NONE)
    for coming in absences:
        if coming[0] <= end:
            end = max(end, coming[1])
        else:
            yield begin, end, kind
            begin, end, kind = coming
        if end >= NEVER:
            break
    if begin < NEVER:
        yield begin, end, kind


def _crashes(cluster: Cluster, streams: Streams, worker: int) -> Iterator[Absence]:
    """The k-th gap is the k-th number of the stream `cluster/crash/WORKER`."""
    if not cluster.crashes_per_hour:
        return
    mean_ns = 3600 * NANOSECONDS / cluster.crashes_per_hour
    repair = round(cluster.repair_seconds * NANOSECONDS)
    back = 0
    for gap in in_blocks(streams.generator(f"cluster/crash/{worker}").standard_exponential):
        begin = back + max(1, round(mean_ns * gap))
        back = begin + repair
        yield begin, back, CRASH


def _preemptions(cluster: Cluster, streams: Streams, worker: int) -> Iterator[Absence]:
    """In the k-th window, the k-th number of the stream `cluster/preemption/WORKER` decides."""
    if not cluster.preemption_share:
        return
    every = round(cluster.preemption_every_seconds * NANOSECONDS)
    length = round(cluster.preemption_seconds * NANOSECONDS)
    begin, share = 0, cluster.preemption_share
    for uniform in in_blocks(streams.generator(f"cluster/preemption/{worker}").random):
        begin += every
        if uniform < share:
            yield begin, begin + length, PREEMPTION


def _schedule(cluster: Cluster, worker: int) -> Iterator[Absence]:
    """Before it joins, and after it has left."""
    join, leave = cluster.join_seconds, cluster.leave_seconds
    if join and (joins := join[worker % len(join)]):
        yield 0, round(joins * NANOSECONDS), ABSENT
    if leave and (leaves := leave[worker % len(leave)]):
        yield round(leaves * NANOSECONDS), NEVER, ABSENT
