"""The space that a table's configurations lie in, for methods that suggest points of their own.

A replay knows the outcomes of a table's rows alone: a suggested point stands for the nearest row left.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.hyperparameters.configurations import Configurations, Hyperparameter, Kind

Floats = npt.NDArray[np.float64]


class Dimension(msgspec.Struct, frozen=True):
    """One axis of the space.

    Attributes:
        name: of the hyperparameter.
        kind: "numeric" or "categorical".
        log: whether it is scaled by its logarithm.
        whole: whether its values are whole numbers.
        low, high: smallest and largest finite value in the table; NaN for categories and where there is none.
        categories: the table's, sorted; empty for numbers.
        inactive: whether it can be inactive, as NaN is.
    """

    name: str
    kind: Kind
    log: bool
    whole: bool
    low: float
    high: float
    categories: tuple[str, ...]
    inactive: bool

    def coordinate(self, value: object) -> float:
        """Where `value` lies: in [0, 1] for a number in range, the category's index; NaN for inactive.

        Numbers out of range are taken to its end. An unknown category is nowhere in the table: -1.
        """
        if self.kind == "categorical":
            return float(self.categories.index(str(value))) if str(value) in self.categories else -1.0
        number = math.nan if value is None else float(value)  # type: ignore[arg-type] # a number, by its kind
        if math.isnan(number) or math.isnan(self.low):
            return math.nan
        number = min(max(number, self.low), self.high)
        low, high = self.low, self.high
        if self.log:
            number, low, high = math.log(number), math.log(low), math.log(high)
        return (number - low) / (high - low) if high > low else 0.0


class Space:
    """The box around a table's configurations, and the rows in it.

    Attributes:
        dimensions: one for each hyperparameter, in the table's order.
        coordinates: (n, d), each configuration's point: see `Dimension.coordinate`.
    """

    def __init__(self, configurations: Configurations) -> None:
        columns = [(h, configurations.columns[h.name]) for h in configurations.hyperparameters]
        self.dimensions = tuple(_dimension(hyperparameter, column) for hyperparameter, column in columns)
        self.coordinates: Floats = np.empty((len(configurations), len(columns)))
        for i, (dimension, (_, column)) in enumerate(zip(self.dimensions, columns, strict=True)):
            self.coordinates[:, i] = _coordinates(dimension, column)
        self._categorical = np.array([d.kind == "categorical" for d in self.dimensions], dtype=bool)

    def point(self, values: Mapping[str, Any]) -> Floats:
        """The point, shape (d,), of hyperparameters by name; one that is left out is inactive."""
        return np.array([d.coordinate(values.get(d.name)) for d in self.dimensions], dtype=np.float64)

    def nearest(self, point: Floats, allowed: npt.NDArray[np.int64]) -> tuple[int, float]:
        """The allowed configuration that is nearest to a point, and its distance.

        The distance is Euclidean over the coordinates; two unequal categories are 1 apart, as are a number
        and an inactive one. Ties go to the lowest id.

        Args:
            point: (d,), as `point` gives it.
            allowed: (m,) ids, ascending, at least one.
        """
        rows = self.coordinates[allowed]
        apart = np.where(self._categorical, rows != point, rows - point)
        inactive, none = np.isnan(rows), np.isnan(point)
        apart = np.where(inactive | none, np.where(inactive & none, 0.0, 1.0), apart)
        squares = np.einsum("ij,ij->i", apart, apart)
        best = int(np.argmin(squares))
        return int(allowed[best]), math.sqrt(float(squares[best]))


def _dimension(hyperparameter: Hyperparameter, column: npt.NDArray[Any]) -> Dimension:
    name, kind, log = hyperparameter.name, hyperparameter.kind, hyperparameter.log
    if kind == "categorical":
        categories = tuple(np.unique(column).tolist())
        return Dimension(name, kind, log, False, math.nan, math.nan, categories, False)
    finite = column[np.isfinite(column)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (math.nan, math.nan)
    whole = column.dtype.kind in "iu"
    return Dimension(name, kind, log, whole, low, high, (), len(finite) < len(column))


def _coordinates(dimension: Dimension, column: npt.NDArray[Any]) -> Floats:
    if dimension.kind == "categorical":
        return np.searchsorted(np.array(dimension.categories), column).astype(np.float64)
    return np.array([dimension.coordinate(value) for value in column.tolist()], dtype=np.float64)
