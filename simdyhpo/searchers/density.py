"""Kernel density of points in a table's space: numbers, categories, and numbers that can be inactive."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from simdyhpo.space import Dimension

Floats = npt.NDArray[np.float64]


class Density:
    """A product-kernel density of n points.

    Along a numeric dimension the kernel is normal. Along one of k categories it is Aitchison and Aitken's
    (1976): 1 - b for the same category, b / (k - 1) for each other one. A number that can be inactive is a
    category of two, active and inactive, with a normal density in the active one.

    Bandwidths follow the normal reference rule, 1.06 * deviation * n**(-1 / (4 + d)), for categories with the
    deviation of their indices, and at most (k - 1) / k, where the kernel is uniform.

    Source: Falkner, Klein, Hutter (2018), section 3.2, and the density estimator that they use.

    Attributes:
        bandwidths: (d,) of numbers and categories.
        activity: (d,) bandwidths of activity; 0 where a dimension can't be inactive.
    """

    def __init__(self, dimensions: Sequence[Dimension], points: Floats, min_bandwidth: float) -> None:
        """Take (n, d) points as `Space.coordinates` has them, n at least 1."""
        self._points = points
        n, d = points.shape
        shrink = 1.06 * n ** (-1 / (4 + d))
        self._counts = np.array([len(dimension.categories) for dimension in dimensions])
        self._categorical = np.array([dimension.kind == "categorical" for dimension in dimensions], bool)
        missing = np.isnan(points)
        self.bandwidths: Floats = np.full(d, min_bandwidth)
        self.activity: Floats = np.zeros(d)
        for i, dimension in enumerate(dimensions):
            known = points[~missing[:, i], i]
            if known.size:
                self.bandwidths[i] = max(min_bandwidth, shrink * float(known.std()))
            if self._categorical[i]:
                self.bandwidths[i] = min(self.bandwidths[i], _uniform(len(dimension.categories)))
            elif dimension.inactive:
                self.activity[i] = min(0.5, max(min_bandwidth, shrink * float(missing[:, i].std())))

    def __call__(self, at: Floats) -> Floats:
        """The density (q,) at points (q, d)."""
        product = np.ones((len(at), len(self._points)))
        for i, bandwidth in enumerate(self.bandwidths):
            x, centre = at[:, i, None], self._points[None, :, i]
            if self._categorical[i]:
                others = max(self._counts[i] - 1, 1)
                product *= np.where(x == centre, 1 - bandwidth, bandwidth / others)
                continue
            normal = np.exp(-0.5 * ((x - centre) / bandwidth) ** 2) / (bandwidth * math.sqrt(2 * math.pi))
            if self.activity[i]:
                inactive, was_inactive = np.isnan(x), np.isnan(centre)
                same = np.where(inactive, 1.0, normal) * (1 - self.activity[i])
                # Numbers of the cube are uniform where the point itself says nothing of them.
                product *= np.where(inactive == was_inactive, same, self.activity[i])
            else:
                product *= np.where(np.isnan(normal), 1.0, normal)  # the table has no number there at all
        result: Floats = product.mean(axis=1)
        return result

    def sample(self, count: int, widen: float, generator: np.random.Generator) -> Floats:
        """Points (count, d) around points of the density, from kernels `widen` times as wide, in the cube."""
        from scipy.special import ndtr, ndtri  # here, so that listing schedulers stays quick

        drawn: Floats = self._points[generator.integers(len(self._points), size=count)]
        u, v = generator.random((2, *drawn.shape))
        for i, bandwidth in enumerate(widen * self.bandwidths):
            column = drawn[:, i]
            if self._categorical[i]:
                k = int(self._counts[i])
                moves = u[:, i] < min(bandwidth, _uniform(k))
                other = np.floor(v[:, i] * max(k - 1, 1))
                drawn[:, i] = np.where(moves, other + (other >= column) if k > 1 else column, column)
                continue
            low, high = ndtr((0 - column) / bandwidth), ndtr((1 - column) / bandwidth)
            near = np.clip(column + bandwidth * ndtri(low + v[:, i] * (high - low)), 0.0, 1.0)
            if self.activity[i]:
                switches = u[:, i] < min(0.5, widen * self.activity[i])
                near = np.where(switches, np.where(np.isnan(column), v[:, i], np.nan), near)
            drawn[:, i] = near
        return drawn


def _uniform(categories: int) -> float:
    """The bandwidth at which Aitchison and Aitken's kernel makes no difference between categories."""
    return (categories - 1) / categories
