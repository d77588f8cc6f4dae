"""One rung: its entries in order, its cutoff, and who may move up."""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable, Iterator
from typing import Literal

import msgspec

from simdyhpo.schedulers.running_quantile import RunningQuantile

Mode = Literal["min", "max"]
TrialId = Hashable


class Entry(msgspec.Struct, gc=False):
    """A trial's result at a rung.

    Attributes:
        key: the metric, negated if maximised, so that lower is better; infinite if not finite.
        order: place among equals; a promoted entry is put back, so it lands after its equals.
        promoted: it moved up, or its curve has ended, so that it never can.
    """

    metric: float
    key: float
    order: int
    promoted: bool = False


class Rung:
    """All results at one level.

    Adding, promoting and finding the first promotable entry cost the logarithm of the rung's size.

    Attributes:
        level: the resource.
        quantile: the share of entries that may move up.
        entries: by trial id, in the order of arrival.
    """

    def __init__(self, level: int, quantile: float, mode: Mode) -> None:
        self.level = level
        self.quantile = quantile
        self.entries: dict[TrialId, Entry] = {}
        self._sign = 1.0 if mode == "min" else -1.0
        self._quantile = RunningQuantile(quantile if mode == "min" else 1 - quantile)
        self._promotable: list[tuple[float, int, TrialId]] = []
        self._next_order = 0
        self._ordered: list[TrialId] | None = None

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, trial_id: TrialId, metric: float, *, complete: bool = False) -> None:
        """Take in a result. One that is not finite is kept, sorts last and takes no part in anything.

        That of a curve that ends here (`complete`) counts in the cutoff, but can't be promoted.
        """
        finite = math.isfinite(metric)
        key = self._sign * metric if finite else math.inf
        self.entries[trial_id] = Entry(metric, key, self._next_order, complete)
        if finite:
            if not complete:
                heapq.heappush(self._promotable, (key, self._next_order, trial_id))
            self._quantile.add(metric)
        self._next_order += 1
        self._ordered = None

    def promote(self, trial_id: TrialId) -> None:
        """Mark an entry as promoted and put it back behind its equals."""
        entry = self.entries[trial_id]
        assert not entry.promoted, "an entry is promoted once"
        entry.promoted = True
        entry.order = self._next_order
        self._next_order += 1
        self._ordered = None
        heap = self._promotable
        while heap and self.entries[heap[0][2]].promoted:
            heapq.heappop(heap)

    def first_promotable(self) -> TrialId | None:
        """The best entry that was not promoted; the earliest of equals."""
        return self._promotable[0][2] if self._promotable else None

    def cutoff(self) -> float | None:
        """The metric that a promotion must match; None with fewer than 2 finite entries."""
        return self._quantile.value() if self._quantile.count >= 2 else None

    def eligible(self) -> TrialId | None:
        """The first promotable entry, if it is at least as good as the cutoff (successive halving)."""
        if not self._promotable or self._quantile.count < 2:
            return None
        key, _, trial_id = self._promotable[0]
        return trial_id if key <= self._sign * self._quantile.value() else None

    def at_least_cutoff(self, metric: float) -> bool:
        """Whether a result, already added, may go on (stopping): the first one may, a diverged one never."""
        if not math.isfinite(metric):
            return False
        return self._quantile.count < 2 or self._sign * metric <= self._sign * self._quantile.value()

    def ordered(self) -> list[TrialId]:
        """All trial ids, best first."""
        if self._ordered is None:
            entries = self.entries
            self._ordered = sorted(entries, key=lambda t: (entries[t].key, entries[t].order))
        return self._ordered

    def promotable(self) -> Iterator[tuple[TrialId, int]]:
        """(trial id, position in the rung) of every promotable entry, best first."""
        if not self._promotable:
            return
        for position, trial_id in enumerate(self.ordered()):
            entry = self.entries[trial_id]
            if not entry.promoted and entry.key != math.inf:
                yield trial_id, position
