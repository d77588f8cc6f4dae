"""The quantile of a growing set, kept current at logarithmic cost."""

from __future__ import annotations

import heapq


class RunningQuantile:
    """Linear-interpolation quantile of all numbers added so far.

    For n numbers in ascending order, counted from 1, the quantile at q lies at position (n - 1) * q + 1,
    between its two neighbours. The position never moves down as n grows, so two heaps that meet there
    suffice. (Counting from 1 matters: the sum rounds off errors of q that would otherwise put a cutoff one
    unit in the last place beside the number it should equal.)

    Invariant after `add`: `_low` (a max-heap of negated numbers) holds the floor(position) smallest.

    Attributes:
        count: how many numbers were added.
    """

    def __init__(self, q: float) -> None:
        self._q = q
        self.count = 0
        self._low: list[float] = []
        self._high: list[float] = []

    def add(self, number: float) -> None:
        """Take in a finite number. Cost: logarithmic in how many there are."""
        low, high = self._low, self._high
        if low and number < -low[0]:
            heapq.heappush(low, -number)
        else:
            heapq.heappush(high, number)
        wanted = int(self.count * self._q + 1)  # before counting the new one: (n - 1) q + 1
        self.count += 1
        while len(low) < wanted:
            heapq.heappush(low, -heapq.heappop(high))
        while len(low) > wanted:
            heapq.heappush(high, -heapq.heappop(low))

    def value(self) -> float:
        """The quantile; needs at least one number. Exact where both neighbours are equal."""
        below = -self._low[0]
        position = (self.count - 1) * self._q + 1
        weight = position - int(position)
        if weight == 0 or not self._high or self._high[0] == below:
            return below
        return weight * self._high[0] + (1 - weight) * below
