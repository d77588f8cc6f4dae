"""Which idle worker is served next: first come, first served, and by id those that came together."""

from __future__ import annotations

from heapq import heappop, heappush


class Requests:
    """Idle workers that want something to do. Every change costs the logarithm of their number.

    Who was told to wait asks again when something has happened, together with all others that waited.

    Attributes:
        waiting: whether the scheduler's last word was to wait, and nothing has happened since.
    """

    def __init__(self, workers: int) -> None:
        self.waiting = False
        self._woken_ns = 0
        self._asking = [(0, worker) for worker in range(workers)]
        self._parked: list[int] = []

    def add(self, now_ns: int, worker: int) -> None:
        """A worker has become idle."""
        if self.waiting:
            heappush(self._parked, worker)
        else:
            heappush(self._asking, (now_ns, worker))

    def park(self) -> None:
        """The scheduler said to wait: that is the answer for all."""
        self.waiting = True
        for _, worker in self._asking:
            heappush(self._parked, worker)
        self._asking.clear()

    def wake(self, now_ns: int) -> None:
        """Something has happened: those that waited ask again."""
        if self.waiting:
            self.waiting = False
            self._woken_ns = now_ns

    def pop(self) -> int | None:
        """The next worker; those that wait come first, since they were there before."""
        parked, asking = self._parked, self._asking
        if parked and not (asking and asking[0] < (self._woken_ns, parked[0])):
            return heappop(parked)
        return heappop(asking)[1] if asking else None
