"""Kernel density of points in a table's space: numbers, categories, and numbers that can be inactive."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from simdyhpo.hyperparameters.space import Dimension

Floats = npt.NDArray[np.float64]


class Density:
    """A product-kernel density of n points.

    Along a numeric dimension the kernel is normal. Along one of k categories it is Aitchison and Aitken's
    (1976): 1 - b for the same category, b / (k - 1) for each other one, where b is at most (k - 1) / k, which
    makes no difference between them. A number that can be inactive is a category of two, active and inactive,
    with a normal density in the active one.

    Bandwidths follow the normal reference rule, 1.06 * deviation * n**(-1 / (4 + d)), for categories with the
    deviation of their indices.

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
            if dimension.inactive:
                self.activity[i] = max(min_bandwidth, shrink * float(missing[:, i].std()))

    def __call__(self, at: Floats) -> Floats:
        """The density (q,) at points (q, d)."""
        product = np.ones((len(at), len(self._points)))
        for i, bandwidth in enumerate(self.bandwidths):
            x, centre = at[:, i, None], self._points[None, :, i]
            if self._categorical[i]:
                product *= _same_or_other(x == centre, bandwidth, int(self._counts[i]))
                continue
            normal = np.exp(-0.5 * ((x - centre) / bandwidth) ** 2) / (bandwidth * math.sqrt(2 * math.pi))
            if self.activity[i]:
                inactive, was_inactive = np.isnan(x), np.isnan(centre)
                product *= _same_or_other(inactive == was_inactive, float(self.activity[i]), 2)
                # Numbers of the cube are uniform where the point itself says nothing of them.
                product *= np.where(inactive | was_inactive, 1.0, normal)
            else:
                product *= np.where(np.isnan(normal), 1.0, normal)  # the table has no number there at all
        result: Floats = product.mean(axis=1)
        return result

    def sample(self, count: int, widen: float, generator: np.random.Generator) -> Floats:
        """Points (count, d) around points of the density, in the cube.

        Numbers are drawn from kernels `widen` times as wide. A category, and whether a number is active, is
        drawn anew with the probability b of its bandwidth, from all of them alike, and otherwise stays: as in
        the authors' code, which widens no such kernel.
        """
        from scipy.special import ndtr, ndtri  # here, so that listing schedulers stays quick

        drawn: Floats = self._points[generator.integers(len(self._points), size=count)]
        u, v = generator.random((2, *drawn.shape))
        for i, own in enumerate(self.bandwidths):
            column = drawn[:, i]
            if self._categorical[i]:
                drawn[:, i] = np.where(u[:, i] < own, np.floor(v[:, i] * self._counts[i]), column)
                continue
            bandwidth = widen * own
            low, high = ndtr((0 - column) / bandwidth), ndtr((1 - column) / bandwidth)
            near = np.clip(column + bandwidth * ndtri(low + v[:, i] * (high - low)), 0.0, 1.0)
            if self.activity[i]:
                # Of those drawn anew, half are as before.
                switches = u[:, i] < self.activity[i] / 2
                near = np.where(switches, np.where(np.isnan(column), v[:, i], np.nan), near)
            drawn[:, i] = near
        return drawn


def _same_or_other(same: npt.NDArray[np.bool_], bandwidth: float, categories: int) -> Floats:
    """Aitchison and Aitken's kernel; no wider than where it makes no difference between categories."""
    within = min(bandwidth, (categories - 1) / categories)
    result: Floats = np.where(same, 1 - within, within / max(categories - 1, 1))
    return result
