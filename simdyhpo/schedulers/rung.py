"""One rung: its results and its cutoff."""

from __future__ import annotations

from collections.abc import Hashable
from math import inf, isfinite
from typing import Literal

from simdyhpo.decisions import NAN, Compared
from simdyhpo.schedulers.running_quantile import RunningQuantile

Mode = Literal["min", "max"]
TrialId = Hashable


class Rung:
    """All results at one level.

    Adding costs the logarithm of the rung's size.

    Attributes:
        level: the resource.
        quantile: the share of entries that may go on.
        entries: metric by trial id, in the order of arrival.
    """

    def __init__(self, level: int, quantile: float, mode: Mode) -> None:
        self.level = level
        self.quantile = quantile
        self.entries: dict[TrialId, float] = {}
        self._sign = 1.0 if mode == "min" else -1.0
        self._quantile = RunningQuantile(quantile if mode == "min" else 1 - quantile)

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, trial_id: TrialId, metric: float) -> bool:
        """Take in a result. One that is not finite is kept, sorts last and takes no part in anything.

        Returns:
            Whether it is at least as good as the cutoff, itself included: the first finite one always is,
            a diverged one never.
        """
        self.entries[trial_id] = metric
        if not isfinite(metric):
            return False
        return self._sign * metric <= self._sign * self._quantile.add(metric)

    def cutoff(self) -> float | None:
        """The metric that a promotion must match; None with fewer than 2 finite entries."""
        return self._quantile.value if self._quantile.count >= 2 else None

    def compared(self, trial_id: TrialId) -> Compared | None:
        """An entry's metric, and the cutoff; None of a trial that is no entry."""
        if trial_id not in self.entries:
            return None
        cutoff = self.cutoff()
        return Compared(self.entries[trial_id], NAN if cutoff is None else cutoff)

    def ordered(self) -> list[TrialId]:
        """All trial ids, best first, equals in the order of `entries`."""
        return sorted(self.entries, key=self._key)

    def _key(self, trial_id: TrialId) -> float:
        """The metric, negated if maximised, so that lower is better; infinite if not finite."""
        metric = self.entries[trial_id]
        return self._sign * metric if isfinite(metric) else inf
