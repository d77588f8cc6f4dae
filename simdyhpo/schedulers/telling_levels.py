"""From which level on a look says something: learnt within a run, from how the order of trials lasts."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import inf, isfinite, sqrt

import numpy as np
import numpy.typing as npt

from simdyhpo.schedulers.rung import TrialId

MEMORY = 256
"""So many of a level's latest pairs are compared, so that a decision's cost stays bounded."""


class TellingLevels:
    """Compares what trials reported at a level with what the same trials reported at the next.

    A level tells something if both orders agree: Spearman's rank correlation, as a t statistic, is at least
    `certainty`. At chance they don't, whatever the noise: neither do values that are all equal.

    Args:
        levels: all milestones, rising.
        looks: so many pairs are needed before a level is judged.
        certainty: the least t statistic.
    """

    def __init__(self, levels: Sequence[int], looks: int, certainty: float) -> None:
        self._looks = looks
        self._certainty = certainty
        self._place = {level: place for place, level in enumerate(levels)}
        self._latest: dict[TrialId, tuple[int, float]] = {}
        self._pairs: list[deque[tuple[float, float]]] = [deque(maxlen=MEMORY) for _ in levels[1:]]
        self._statistics: list[float | None] = [None] * len(self._pairs)

    def reach(self, trial_id: TrialId, level: int, metric: float) -> None:
        """Take in what a trial reported at a level; other resources and values not finite tell nothing."""
        place = self._place.get(level)
        if place is None or not isfinite(metric):
            return
        before, value = self._latest.get(trial_id, (-1, metric))
        if before >= 0 and before == place - 1:
            self._pairs[before].append((value, metric))
            self._statistics[before] = None
        self._latest[trial_id] = (place, metric)

    def first(self) -> int:
        """The place of the first level that tells something, or of the one above those not yet judged.

        Trials below it are compared by nothing but chance. If no level tells, it is the last one's.
        """
        for place in range(len(self._pairs)):
            tells = self.tells(place)
            if tells is None:
                return place + 1
            if tells:
                return place
        return len(self._pairs)

    def tells(self, place: int) -> bool | None:
        """Whether the level at `place` tells something; None while that isn't judged, or it is the last."""
        if place >= len(self._pairs):
            return None
        looked_at, wanted = self.judged(place)
        return None if len(self._pairs[place]) < self._looks else looked_at >= wanted

    def judged(self, place: int) -> tuple[float, float]:
        """What the level at `place` was judged by, and what that must reach: its pairs, or the statistic."""
        pairs = len(self._pairs[place])
        return (pairs, self._looks) if pairs < self._looks else (self.statistic(place), self._certainty)

    def statistic(self, place: int) -> float:
        """The t statistic of the level at `place`; 0 where all values are equal, or pairs are too few."""
        known = self._statistics[place]
        if known is None:
            known = self._statistics[place] = _rank_statistic(self._pairs[place])
        return known


def _rank_statistic(pairs: Sequence[tuple[float, float]]) -> float:
    if len(pairs) < 3:
        return 0.0
    before, after = (_centred_ranks(values) for values in np.array(pairs).T)
    spread = sqrt(float(before @ before) * float(after @ after))
    if spread == 0:
        return 0.0
    correlation = float(before @ after) / spread
    left = 1 - correlation * correlation
    return correlation * sqrt((len(pairs) - 2) / left) if left > 0 else inf * correlation


def _centred_ranks(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Ranks, equals sharing their mean one, less their mean; scipy's would take long to load."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks = (last - (counts - 1) / 2)[place]
    centred: npt.NDArray[np.float64] = ranks - ranks.mean()
    return centred
