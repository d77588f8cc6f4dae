"""Do two rungs rank their trials alike? PASHA's question, and how much difference it puts down to noise."""

from __future__ import annotations

from bisect import bisect
from math import inf

import numpy as np
import numpy.typing as npt

from simdyhpo.schedulers.running_quantile import RunningQuantile

Floats = npt.NDArray[np.float64]


class TwoRankings:
    """The same trials, ranked at the top rung and at the rung below.

    They agree if the trial at each place of the top rung's ranking was, at the rung below, within epsilon of
    the one that held the same place there. Equal values at the top contradict nothing: they are ranked as
    they were below. Which end of the metric is the better one makes no difference.

    A trial that is added moves only the places between its own two, so as long as the rankings agree, few are
    looked at.
    """

    def __init__(self) -> None:
        self._below: list[float] = []
        self._top: list[tuple[float, float]] = []
        """(value at the top, value below), in the top rung's order."""
        self._agreed_within = 0.0
        """The least epsilon with which all places are known to agree."""

    def add(self, below: float, top: float, epsilon: float) -> bool:
        """Take in a trial's two values.

        Args:
            epsilon: differences at the rung below up to this one don't count.

        Returns:
            Whether the rankings agree.
        """
        entry = (top, below)
        places = bisect(self._below, below), bisect(self._top, entry)
        self._below.insert(places[0], below)
        self._top.insert(places[1], entry)
        first, last = min(places), max(places)
        if epsilon < self._agreed_within:
            first, last = 0, len(self._top) - 1
        agree = all(
            abs(self._below[place] - self._top[place][1]) <= epsilon for place in range(first, last + 1)
        )
        self._agreed_within = epsilon if agree else inf
        return agree


def noisy_differences(curves: Floats, curve: Floats) -> Floats:
    """How far apart curves end that cross `curve` back and forth: their order is noise.

    Seen from the end, the order of the two must have been the opposite once and, before that, the same again.

    Args:
        curves: (m, r) values at resources 1 to r; NaN where nothing was observed, but not at the end.
        curve: (r,) another one.
    """
    order = np.sign(curves - curve)
    at_the_end = order[:, -1:]
    same = order == at_the_end
    first_same = np.argmax(same, axis=1)[:, None]
    opposite_later = (order == -at_the_end) & (np.arange(len(curve)) > first_same)
    crossed = opposite_later.any(axis=1) & (at_the_end[:, 0] != 0)
    differences: Floats = np.abs(curves[crossed, -1] - curve[-1])
    return differences


class NoiseLevel:
    """PASHA's epsilon: the 90 % quantile of noisy differences over all pairs of trials in the top rung.

    A new trial costs one pass over the curves of those before it.

    Attributes:
        epsilon: 0 before two curves have crossed back and forth.
    """

    def __init__(self) -> None:
        self.epsilon = 0.0
        self.begin(1)

    def begin(self, resources: int) -> None:
        """A new top rung at `resources`: its pairs count from now on; epsilon stays until there are any."""
        self._curves = np.empty((8, resources))
        self._count = 0
        self._differences = RunningQuantile(0.9)

    def add(self, curve: Floats) -> None:
        """A trial reached the top rung; `curve` holds all that it reported."""
        for difference in noisy_differences(self._curves[: self._count], curve).tolist():
            self.epsilon = self._differences.add(difference)
        if self._count == len(self._curves):
            self._curves = np.concatenate([self._curves, np.empty_like(self._curves)])
        self._curves[self._count] = curve
        self._count += 1
