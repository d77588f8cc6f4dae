"""Smooth random functions of hyperparameters, as ranks, and what is solved on them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from simdyhpo.errors import OptionError
from simdyhpo.streams import Streams

Floats = npt.NDArray[np.float64]

_FEATURES = 200
_HALVINGS = 30
TOLERANCE = 0.05
"""How far an achieved correlation may be from the asked one."""


class RandomFunction:
    """A draw from a Gaussian process over the unit cube with a squared-exponential kernel.

    By random features (Rahimi and Recht 2007): the mean of `_FEATURES` cosines with normal frequencies. The
    draws don't depend on the length scale, so that one function becomes rougher or smoother.
    """

    def __init__(self, streams: Streams, name: str, dimensions: int) -> None:
        generator = streams.generator(name)
        self._frequencies = generator.standard_normal((_FEATURES, dimensions))
        self._phases = generator.random(_FEATURES) * 2 * np.pi
        self._weights = generator.standard_normal(_FEATURES)

    def at(self, points: Floats, length_scale: float) -> Floats:
        """(n,) its values at (n, d) points; the length scale is in edges of the cube."""
        angles = points @ (self._frequencies.T / length_scale) + self._phases
        values: Floats = np.cos(angles) @ self._weights
        return values


def uniform_scores(values: Floats) -> Floats:
    """(n,) ranks as numbers in (0, 1): (rank + 1/2) / n, the lowest first; ties in order of place."""
    ranks = np.empty(len(values))
    ranks[np.argsort(values, kind="stable")] = np.arange(len(values))
    scores: Floats = (ranks + 0.5) / len(values)
    return scores


def normal_scores(values: Floats) -> Floats:
    """(n,) the normal quantiles of `uniform_scores`."""
    from scipy.special import ndtri

    scores: Floats = ndtri(uniform_scores(values))
    return scores


def beside(values: Floats, axis: Floats) -> Floats:
    """(n,) `values` without what they share with `axis`, with mean 0 and deviation 1."""
    centred, line = values - values.mean(), axis - axis.mean()
    rest = centred - (centred @ line) / (line @ line) * line
    scaled: Floats = rest / rest.std()
    return scaled


def turned(start: Floats, other: Floats, angle: float | Floats) -> Floats:
    """`start` turned towards `other` by an angle: cos(angle) start + sin(angle) other."""
    result: Floats = np.cos(angle) * start + np.sin(angle) * other
    return result


def solve(  # noqa: PLR0913 - what is solved, and where
    name: str,
    asked: float,
    measured: Callable[[float], float],
    low: float,
    high: float,
    *,
    tolerance: float = TOLERANCE,
) -> float:
    """The number between two at which what is measured is what was asked, by halving.

    Args:
        name: the parameter's, for errors.
        asked: its value.
        measured: rises or falls with the number, as far as a finite sample lets it.
        low, high: the two ends.
        tolerance: how far from what was asked it may be.

    Raises:
        OptionError: what is asked lies further than that from all that can be had.
    """
    ends = {place: measured(place) for place in (low, high)}
    nearest = min(ends, key=lambda place: abs(ends[place] - asked))
    least, most = sorted(ends.values())
    if least < asked < most:
        rising = ends[low] < ends[high]
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            found = measured(middle)
            if abs(found - asked) < abs(ends[nearest] - asked):
                ends[middle], nearest = found, middle
            low, high = (middle, high) if (found < asked) == rising else (low, middle)
    if not abs(ends[nearest] - asked) <= tolerance:
        raise out_of_reach(name, asked, least, most)
    return nearest


def out_of_reach(name: str, asked: float, least: float, most: float) -> OptionError:
    """What to raise where no table has what is asked."""
    return OptionError(
        name,
        asked,
        f"with the others as they are it can be {least:.3f} to {most:.3f}; ask for that, or change them",
    )
