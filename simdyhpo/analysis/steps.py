"""Step functions: what an incumbent or a bound is between the instants at which it changes."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


class Steps(msgspec.Struct, frozen=True):
    """A right-continuous step function: `y[i]` from `x[i]` (included) until `x[i + 1]`.

    Attributes:
        x: (n,) where it changes; never falls. Of equal ones the last counts.
        y: (n,) the values.
    """

    x: Floats
    y: Floats

    def at(self, points: npt.ArrayLike) -> Floats:
        """The values at `points` (any shape): NaN before the first `x`, the last value after the last one."""
        index = np.searchsorted(self.x, points, side="right")
        return np.concatenate(([np.nan], self.y))[index]


def improvements(keys: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """The indices at which `keys` (lower is better, infinite never counts) beat all that came before."""
    before = np.minimum.accumulate(np.concatenate(([np.inf], keys)))[:-1]
    return np.flatnonzero(keys < before)


def lower_is_better(values: npt.NDArray[Any], mode: str) -> Floats:
    """Values as keys of which lower is better; whatever is not finite becomes infinite.

    Args:
        values: the metric, any shape.
        mode: "min" or "max".
    """
    signed = np.asarray(values, dtype=np.float64) * (1.0 if mode == "min" else -1.0)
    return np.where(np.isfinite(signed), signed, np.inf)


def normalised_regret(values: npt.NDArray[Any], best: float, worst: float) -> Floats:
    """(best - value) / (best - worst): 0 for the table's best, 1 for its worst; 0 if they are equal.

    Source: arXiv 2202.09774, section 5.
    """
    span = best - worst
    return (best - np.asarray(values, dtype=np.float64)) / span if span else np.zeros(np.shape(values))
