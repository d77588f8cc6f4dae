"""A table's hyperparameters as numbers in [0, 1), for optimisers that know no other kind."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.hyperparameters.space import Dimension, Space

Floats = npt.NDArray[np.float64]


class UnitCube:
    """A cube with one axis for each hyperparameter, and one more for each that can be inactive.

    On the latter, the upper half means that it is active. On that of a categorical one, each category has an
    interval of the same length.

    Attributes:
        axes: how many.
    """

    def __init__(self, space: Space) -> None:
        self._dimensions = space.dimensions
        self._switched = [d for d in space.dimensions if d.inactive]
        self.axes = len(self._dimensions) + len(self._switched)

    def values(self, vector: Floats) -> dict[str, Any]:
        """Hyperparameters by name, without the inactive ones, at a point, shape (axes,)."""
        values = {d.name: value_at(d, float(x)) for d, x in zip(self._dimensions, vector, strict=False)}
        switches = vector[len(self._dimensions) :]
        inactive = {d.name for d, x in zip(self._switched, switches, strict=True) if x < 0.5}
        return {name: value for name, value in values.items() if name not in inactive}

    def vector(self, row: Mapping[str, Any]) -> Floats:
        """The point, shape (axes,), of a row: hyperparameters by name, NaN where inactive."""
        coordinates = [d.coordinate(row[d.name]) for d in self._dimensions]
        active = {d.name: not math.isnan(x) for d, x in zip(self._dimensions, coordinates, strict=True)}
        axes = [
            (x + 0.5) / len(d.categories) if d.categories else (x if active[d.name] else 0.5)
            for d, x in zip(self._dimensions, coordinates, strict=True)
        ]
        return np.array([*axes, *(0.75 if active[d.name] else 0.25 for d in self._switched)])


def value_at(dimension: Dimension, x: float) -> Any:  # noqa: ANN401 - number or text
    """What lies at x, in [0, 1], of a hyperparameter's axis; each category has an interval there."""
    if dimension.categories:
        count = len(dimension.categories)
        return dimension.categories[min(int(x * count), count - 1)]
    low, high = dimension.low, dimension.high
    if dimension.log:
        low, high = math.log(low), math.log(high)
    number = low + x * (high - low)
    if dimension.log:
        number = math.exp(number)
    return round(number) if dimension.whole else number
