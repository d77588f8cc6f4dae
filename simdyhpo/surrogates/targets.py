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
