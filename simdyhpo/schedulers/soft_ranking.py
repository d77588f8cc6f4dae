"""Do two rungs rank their trials alike? PASHA's question, and how much difference it puts down to noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simdyhpo.schedulers.running_quantile import RunningQuantile

Floats = npt.NDArray[np.float64]


def ranked_alike(below: Floats, top: Floats, epsilon: float) -> bool:
    """Whether the ranking at the top rung agrees with that at the rung below, but for differences of epsilon.

    The trial at each place of the top rung's ranking must have been within epsilon of the one that held the
    same place below. Equal values at the top contradict nothing: they are ranked as they were below.

    Args:
        below, top: (m,) values of the same m trials at both rungs, in either direction.
        epsilon: the largest difference at the rung below that doesn't count.
    """
    as_at_the_top = below[np.lexsort((below, top))]
    return bool(np.all(np.abs(np.sort(below) - as_at_the_top) <= epsilon))


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
