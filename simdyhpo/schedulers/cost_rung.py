"""A rung that promotes its best trials up to a share of what all of them have cost."""

from __future__ import annotations

from fractions import Fraction
from heapq import heappop, heappush
from math import isfinite

from simdyhpo.decisions import Compared
from simdyhpo.schedulers.ordered_sums import OrderedSums


class CostRung:
    """All results at one level, with what each trial has cost so far.

    Sorted best first, with C(k) the cost of the first k of n entries, the first k may move up for which
    C(k) <= share * C(n). Equal entries keep the order of arrival, so that those of them that moved up count
    in C(k). All is worked out in whole nanoseconds. Entries that are not finite take no part.

    Attributes:
        level: the resource.
        eligible: the best trial that hasn't moved up, if it may.
    """

    def __init__(self, level: int, share: Fraction, sign: float) -> None:
        self.level = level
        self.eligible: int | None = None
        self._numerator, self._denominator = share.as_integer_ratio()
        self._sign = sign
        self._costs = OrderedSums()
        self._promotable: list[tuple[float, int, int, int]] = []
        """(key, place of arrival, trial, cost), as a heap; the first one hasn't moved up."""
        self._promoted: set[int] = set()
        self._arrived = 0

    def add(self, trial: int, metric: float, cost_ns: int, complete: bool) -> None:
        """Take in a result.

        Args:
            trial: who.
            metric: its value at this level.
            cost_ns: what it has cost so far.
            complete: its curve ends here: it counts, but can't move up.
        """
        if not isfinite(metric):
            return
        key = self._sign * metric
        self._arrived += 1
        self._costs.add((key, self._arrived), cost_ns)
        if not complete:
            heappush(self._promotable, (key, self._arrived, trial, cost_ns))
        self._look_again()

    def promote(self, trial: int) -> None:
        """A trial moved up, whoever decided so."""
        self._promoted.add(trial)
        while self._promotable and self._promotable[0][2] in self._promoted:
            heappop(self._promotable)
        self._look_again()

    def compared(self, trial: int) -> Compared | None:
        """What the best that hasn't moved up and all better ones have cost, as a share of all; and `share`.

        None of any other trial.
        """
        if not self._promotable or self._promotable[0][2] != trial or not self._costs.total:
            return None
        key, arrived, _, cost = self._promotable[0]
        cost += self._costs.below((key, arrived))
        return Compared(cost / self._costs.total, self._numerator / self._denominator)

    def _look_again(self) -> None:
        self.eligible = None
        if self._promotable:
            key, arrived, trial, cost = self._promotable[0]
            cost += self._costs.below((key, arrived))
            if cost * self._denominator <= self._costs.total * self._numerator:
                self.eligible = trial
