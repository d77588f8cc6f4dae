"""How much lies below a place, in a growing set of weighted places."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from operator import itemgetter

_KEY = itemgetter(0)

Place = tuple[float, int]
"""A number, which isn't NaN, and who of equal ones comes first."""


class OrderedSums:
    """Amounts by place, and their sum below any place.

    They are kept in sorted runs, each with its running sums. A run that has grown to the size of the one
    before is merged with it, so that the number of runs is at most the logarithm of that of the amounts.
    Adding costs that logarithm, on average over many; asking costs its square.

    Attributes:
        total: the sum of all amounts.
    """

    def __init__(self) -> None:
        self.total = 0
        self._runs: list[tuple[list[Place], list[int], list[int]]] = []
        """(places, their amounts, sums of the first 0, 1, ... amounts), the longest first."""

    def add(self, place: Place, amount: int) -> None:
        """Take in an amount."""
        self.total += amount
        places, amounts = [place], [amount]
        while self._runs and len(self._runs[-1][0]) <= len(places):
            before, theirs, _ = self._runs.pop()
            merged = sorted(zip(before + places, theirs + amounts, strict=True), key=_KEY)
            places, amounts = [one for one, _ in merged], [one for _, one in merged]
        self._runs.append((places, amounts, [*accumulate(amounts, initial=0)]))

    def below(self, place: Place) -> int:
        """The sum of the amounts that come before `place`."""
        return sum(sums[bisect_left(places, place)] for places, _, sums in self._runs)
