"""How much lies below a number, in a growing set of weighted numbers."""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate
from operator import itemgetter

_KEY = itemgetter(0)


class OrderedSums:
    """Amounts by key, and their sum below any key.

    They are kept in sorted runs, each with its running sums. A run that has grown to the size of the one
    before is merged with it, so that the number of runs is at most the logarithm of that of the amounts.
    Adding costs that logarithm, on average over many; asking costs its square.

    Attributes:
        total: the sum of all amounts.
    """

    def __init__(self) -> None:
        self.total = 0
        self._runs: list[tuple[list[float], list[int], list[int]]] = []
        """(keys, their amounts, sums of the first 0, 1, ... amounts), the longest first."""

    def add(self, key: float, amount: int) -> None:
        """Take in an amount at a key, which isn't NaN."""
        self.total += amount
        keys, amounts = [key], [amount]
        while self._runs and len(self._runs[-1][0]) <= len(keys):
            before, theirs, _ = self._runs.pop()
            merged = sorted(zip(before + keys, theirs + amounts, strict=True), key=_KEY)
            keys, amounts = [one for one, _ in merged], [one for _, one in merged]
        self._runs.append((keys, amounts, [*accumulate(amounts, initial=0)]))

    def below(self, key: float) -> int:
        """The sum of the amounts whose keys are less than `key`."""
        return sum(sums[bisect_left(keys, key)] for keys, _, sums in self._runs)
