"""A rung whose trials wait there, and who of them may move up."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from math import isfinite

from simdyhpo.schedulers.rung import Mode, Rung, TrialId


class PromotionRung(Rung):
    """All results at one level, of trials that pause there.

    Adding, promoting and finding the first promotable entry cost the logarithm of the rung's size.
    A promoted entry is put back at the end of `entries`, so it sorts after its equals.

    Attributes:
        eligible: the first promotable entry, if it is at least as good as the cutoff (successive halving).
            Worked out when the rung changes, since it is asked more often than that.
    """

    def __init__(self, level: int, quantile: float, mode: Mode) -> None:
        super().__init__(level, quantile, mode)
        self.eligible: TrialId | None = None
        self._promotable: list[tuple[float, int, TrialId]] = []
        """(key, place of arrival, trial id), as a heap; the first one is never settled."""
        self._settled: set[TrialId] = set()
        """Who moved up, or can't because its curve has ended."""
        self._ordered: list[TrialId] | None = None
        self._found: list[tuple[TrialId, int]] | None = None

    def add(self, trial_id: TrialId, metric: float, complete: bool = False) -> bool:
        """Take in a result, see `Rung.add`.

        That of a curve that ends here (`complete`) counts in the cutoff, but can't be promoted.
        """
        self._ordered = self._found = None
        self.entries[trial_id] = metric
        if not isfinite(metric):
            return False
        key, cutoff_key = self._sign * metric, self._sign * self._quantile.add(metric)
        if complete:
            self._settled.add(trial_id)
        else:
            heappush(self._promotable, (key, len(self.entries), trial_id))
        self._look_again(cutoff_key)
        return key <= cutoff_key

    def promote(self, trial_id: TrialId) -> None:
        """Mark an entry as promoted and put it back behind its equals."""
        settled, heap = self._settled, self._promotable
        assert trial_id not in settled, "an entry is promoted once"
        settled.add(trial_id)
        self.entries[trial_id] = self.entries.pop(trial_id)
        self._ordered = self._found = None
        while heap and heap[0][2] in settled:
            heappop(heap)
        self._look_again(self._sign * self._quantile.value)

    def _look_again(self, cutoff_key: float) -> None:
        self.eligible = None
        if self._promotable and self._quantile.count >= 2:
            key, _, trial_id = self._promotable[0]
            if key <= cutoff_key:
                self.eligible = trial_id

    def first_promotable(self) -> TrialId | None:
        """The best entry that was not promoted; the earliest of equals."""
        return self._promotable[0][2] if self._promotable else None

    def ordered(self) -> list[TrialId]:
        """All trial ids, best first, equals in the order of `entries`; worked out once a change."""
        if self._ordered is None:
            self._ordered = super().ordered()
        return self._ordered

    def promotable(self) -> Sequence[tuple[TrialId, int]]:
        """(trial id, position) of every promotable entry, best first; worked out once a change."""
        if not self._promotable:
            return ()
        if self._found is None:
            self._found = [
                (trial_id, position)
                for position, trial_id in enumerate(self.ordered())
                if trial_id not in self._settled and isfinite(self.entries[trial_id])
            ]
        return self._found
