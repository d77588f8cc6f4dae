"""Where in a table's space somebody believes the best to be: around one point, with some confidence."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from simdyhpo.hyperparameters.space import Dimension

Floats = npt.NDArray[np.float64]


class Belief:
    """A density around a point; coordinates are independent.

    With confidence c, a number is normal around the point with deviation 1 - c, cut at the ends of the unit
    interval. A category is the point's with probability c, and otherwise any other alike. Whether a number
    that can be inactive is so is such a category of two; where the point's is inactive and this one isn't, it
    is uniform. Where nothing is believed, numbers and categories are uniform.

    Source: Mallik, Bergman, Hvarfner, Stoll, Janowski, Lindauer, Nardi, Hutter (2023), "PriorBand"; the
    deviation is that of the authors' package.
    """

    def __init__(
        self, dimensions: Sequence[Dimension], point: Floats, known: npt.NDArray[np.bool_], confidence: float
    ) -> None:
        """Take a point (d,) as `Space.coordinates` has it, and of which coordinates something is believed."""
        self._dimensions, self._point, self._known = dimensions, point, known
        self._confidence = confidence

    def density(self, at: Floats) -> Floats:
        """The density (q,) at points (q, d)."""
        product: Floats = np.ones(len(at))
        for i, dimension in enumerate(self._dimensions):
            product *= self._one(dimension, i, at[:, i])
        return product

    def sample(self, generator: np.random.Generator) -> Floats:
        """A point (d,)."""
        draws = generator.random((3, len(self._dimensions)))
        drawn = [self._draw(one, i, *draws[:, i].tolist()) for i, one in enumerate(self._dimensions)]
        return np.array(drawn)

    def _one(self, dimension: Dimension, i: int, column: Floats) -> Floats:
        """The density of one coordinate."""
        sure = self._confidence if self._known[i] else None
        if dimension.kind == "categorical":
            return _of_category(column == self._point[i], sure, len(dimension.categories))
        inactive = np.isnan(column)
        result: Floats = np.where(inactive, 1.0, self._normal(i, np.where(inactive, 0.5, column)))
        if dimension.inactive:
            result = result * _of_category(inactive == math.isnan(self._point[i]), sure, 2)
        return result

    def _normal(self, i: int, column: Floats) -> Floats:
        from scipy.special import ndtr  # here, so that listing schedulers stays quick

        centre, spread = float(self._point[i]), 1 - self._confidence
        if not self._known[i] or math.isnan(centre):
            return np.ones_like(column)
        within = float(ndtr((1 - centre) / spread) - ndtr(-centre / spread))
        bell = np.exp(-0.5 * ((column - centre) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
        result: Floats = bell / within
        return result

    def _draw(self, dimension: Dimension, i: int, first: float, second: float, third: float) -> float:
        """One coordinate, from three uniform numbers."""
        from scipy.special import ndtr, ndtri  # as above

        centre, spread = float(self._point[i]), 1 - self._confidence
        if dimension.kind == "categorical":
            return float(self._category(i, len(dimension.categories), first, second))
        if math.isnan(dimension.low):
            return math.nan  # the table has no number there at all
        here = math.isnan(centre)
        if dimension.inactive and (first >= self._confidence if self._known[i] else first < 0.5):
            here = not here
        if here and dimension.inactive:
            return math.nan
        if not self._known[i] or math.isnan(centre):
            return third
        low, high = float(ndtr(-centre / spread)), float(ndtr((1 - centre) / spread))
        return float(np.clip(centre + spread * ndtri(low + third * (high - low)), 0.0, 1.0))

    def _category(self, i: int, count: int, first: float, second: float) -> int:
        if not self._known[i]:
            return min(int(second * count), count - 1)
        own = int(self._point[i])
        if count == 1 or first < self._confidence:
            return own
        other = min(int(second * (count - 1)), count - 2)
        return other + (other >= own)


def _of_category(same: npt.NDArray[np.bool_], sure: float | None, count: int) -> Floats:
    """Of each that is the point's or not: its probability; None: nothing is believed."""
    if sure is None or count == 1:
        return np.full(len(same), 1 / count)
    return np.where(same, sure, (1 - sure) / (count - 1))
