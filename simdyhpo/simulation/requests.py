"""Which idle worker is served next: first come, first served, and by id those that came together."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

from simdyhpo.simulation.absences import Absences
from simdyhpo.simulation.budget import NEVER
from simdyhpo.simulation.events import BACK, Event


class Requests:
    """Idle workers that want something to do. Every change costs the logarithm of their number.

    Who was told to wait asks again when something has happened, together with all others that waited. Who is
    away when its turn comes asks again when it is back.

    Attributes:
        waiting: whether the scheduler's last word was to wait, and nothing has happened since.
        asking: (since when in ns, worker), as a heap.
        parked: workers that were told to wait, as a heap; after that they come first.
    """

    def __init__(self, absences: Sequence[Absences], events: list[Event]) -> None:
        self.waiting = False
        self.asking = [(0, worker) for worker in range(len(absences))]
        self.parked: list[int] = []
        self._woken_ns = 0
        self._absences = absences
        self._events = events

    def add(self, now_ns: int, worker: int) -> None:
        """A worker has become idle."""
        if self.waiting:
            heappush(self.parked, worker)
        else:
            heappush(self.asking, (now_ns, worker))

    def park(self) -> None:
        """The scheduler said to wait: that is the answer for all."""
        self.waiting = True
        for _, worker in self.asking:
            heappush(self.parked, worker)
        self.asking.clear()

    def wake(self, now_ns: int) -> None:
        """Something has happened: those that waited ask again."""
        if self.waiting:
            self.waiting = False
            self._woken_ns = now_ns

    def next_one(self, now_ns: int) -> int | None:
        """The next worker that is there; those that wait come first, since they were there before."""
        parked, asking = self.parked, self.asking
        while parked or asking:
            if parked and not (asking and asking[0] < (self._woken_ns, parked[0])):
                worker = heappop(parked)
            else:
                worker = heappop(asking)[1]
            back = self._absences[worker].away_until(now_ns)
            if back is None:
                return worker
            self.comes_back(worker, back)
        return None

    def comes_back(self, worker: int, back_ns: int) -> None:
        """A worker is away until then."""
        if back_ns < NEVER:
            heappush(self._events, (back_ns, BACK, worker, worker))
