"""The event queue: what happens next, and when."""

from __future__ import annotations

import heapq

EventKey = tuple[int, int, int, int]
"""(time in ns, priority, sequence, worker); the sequence number is unique, so the worker never decides."""

SEGMENT_END = 0
"""Priority of a segment's end. Lower comes first at equal times."""


class Clock:
    """A heap of future events, popped in order of (time, priority, sequence).

    Invariants: time never goes back; events pushed with equal time and priority pop in the order in which
    they were pushed.

    Attributes:
        now_ns: simulated time, in nanoseconds: that of the last popped event.
        events: what is to come, as a heap: the first is the next. Only looked at from outside.
    """

    def __init__(self) -> None:
        self.now_ns = 0
        self.events: list[EventKey] = []
        self._sequence = 0

    def schedule(self, time_ns: int, worker: int, priority: int = SEGMENT_END) -> None:
        """Something will happen on `worker` at `time_ns`, which must not lie in the past."""
        assert time_ns >= self.now_ns, "time would go back"
        heapq.heappush(self.events, (time_ns, priority, self._sequence, worker))
        self._sequence += 1

    def pop(self) -> int:
        """Advance to the next event and return its worker."""
        time_ns, _, _, worker = heapq.heappop(self.events)
        self.now_ns = time_ns
        return worker
