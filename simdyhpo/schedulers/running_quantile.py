"""The quantile of a growing set, kept current at logarithmic cost."""

from __future__ import annotations

import math
from heapq import heappop, heappush, heappushpop


class RunningQuantile:
    """Linear-interpolation quantile of all numbers added so far.

    For n numbers in ascending order, counted from 1, the quantile at q lies at position (n - 1) * q + 1,
    between its two neighbours. The position never moves down as n grows, so two heaps that meet there
    suffice. (Counting from 1 matters: the sum rounds off errors of q that would otherwise put a cutoff one
    unit in the last place beside the number it should equal.)

    Invariant after `add`: `_low` (a max-heap of negated numbers) holds the floor(position) smallest.

    Attributes:
        count: how many numbers were added.
        value: the quantile, exact where both neighbours are equal; NaN before the first number.
    """

    def __init__(self, q: float) -> None:
        self._q = q
        self.count = 0
        self.value = math.nan
        self._low: list[float] = []
        self._high: list[float] = []

    def add(self, number: float) -> float:
        """Take in a finite number and return the quantile. Cost: logarithmic in how many there are."""
        low, high = self._low, self._high
        position = self.count * self._q + 1  # before counting the new one: (n - 1) q + 1
        self.count += 1
        kept, rank = len(low), int(position)
        # The number passes through the heap that keeps its size; what that gives up goes to the other.
        if rank <= kept:
            heappush(high, -heappushpop(low, -number))
        else:
            heappush(low, -heappushpop(high, number))
            kept += 1
            while rank > kept:  # a q just below 1 can round up by two places
                heappush(low, -heappop(high))
                kept += 1
        below, weight = -low[0], position - kept
        if weight and high[0] != below:
            self.value = weight * high[0] + (1 - weight) * below
        else:
            self.value = below
        return self.value
