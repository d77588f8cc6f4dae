"""From observed values to what a surrogate learns from, and back."""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_REACH = 3.0
"""How many interquartile ranges above the upper quartile a value may lie before it is pulled in."""


class Scaling(msgspec.Struct, frozen=True):
    """An affine map to targets of mean 0 and deviation 1, after values above `ceiling` were pulled in to it.

    A curve that diverges can reach values many orders of magnitude above all others; without the ceiling
    such a value would leave no room for the differences that matter.
    """

    centre: float = 0.0
    scale: float = 1.0
    ceiling: float = float("inf")

    @classmethod
    def of(cls, values: Floats) -> Scaling:
        """The map for (m,) finite values, lower is better; constant ones are only shifted."""
        lower, upper = np.quantile(values, (0.25, 0.75))
        ceiling = upper + _REACH * (upper - lower) if upper > lower else float(values.max())
        inside = np.minimum(values, ceiling)
        deviation = float(inside.std())
        return cls(float(inside.mean()), deviation if deviation > 1e-12 else 1.0, float(ceiling))

    def apply(self, values: Floats) -> Floats:
        """Values to targets; NaN stays NaN."""
        targets: Floats = (np.minimum(values, self.ceiling) - self.centre) / self.scale
        return targets


class UnitRange(msgspec.Struct, frozen=True):
    """An affine map to [0, 1] where higher is better: 0 is the worst value observed, 1 an ideal.

    Nothing is known of the table's best value, and no metric's bounds are given. So the ideal lies beyond
    the best observed value by a share of the observed range, from the best to the worst after values far on
    the bad side were pulled in. Where all values are equal, the range counts as 1.
    """

    ideal: float
    worst: float

    @classmethod
    def of(cls, values: Floats, headroom: float) -> UnitRange:
        """The map for (m,) finite values, lower is better."""
        best, worst = float(values.min()), min(Scaling.of(values).ceiling, float(values.max()))
        width = worst - best if worst > best else 1.0
        return cls(best - headroom * width, best + width)

    def apply(self, values: Floats) -> Floats:
        """Values to [0, 1]; what lies outside is pulled in."""
        mapped: Floats = np.clip((self.worst - values) / (self.worst - self.ideal), 0.0, 1.0)
        return mapped

    def undo(self, mapped: Floats) -> Floats:
        """From [0, 1] back to values."""
        values: Floats = self.worst - mapped * (self.worst - self.ideal)
        return values
