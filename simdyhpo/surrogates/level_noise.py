"""What values have beside the function that a surrogate predicts: a variance for each level."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_OVERALL_KEPT = 0.97
"""A level that has no error yet counts as the mean of all, the newest first."""


class LevelNoise:
    """Running means of the variance that errors had beyond the predicted one.

    An error e, predicted with variance v, says max(e^2 - v, 0). Levels are resources in groups that double
    (1, 2, 3-4, 5-8, ...), each with a mean of its own.

    Args:
        memory: about so many errors of a level count.
        cut: a larger error counts as one of so many deviations, the noise of its level included; none: each
            counts as it is.
    """

    def __init__(self, memory: int, cut: float | None = None) -> None:
        self._kept = 1 - 1 / memory
        self._cut = cut
        self._levels: dict[int, tuple[float, float]] = {}
        self._overall: float | None = None

    def take(self, resource: int, error: float, variance: float) -> None:
        """One more error, of a value at a resource that was predicted with some variance."""
        level = _level(resource)
        square = error * error
        if self._cut is not None:
            square = min(square, self._cut**2 * (variance + self._noise_of(level)))
        beyond = max(square - variance, 0.0)
        start = variance if self._overall is None else self._overall
        mean, weight = self._levels.get(level, (start, 1.0))
        weight = weight * self._kept
        self._levels[level] = ((mean * weight + beyond) / (weight + 1), weight + 1)
        before = self._overall
        self._overall = beyond if before is None else _OVERALL_KEPT * before + (1 - _OVERALL_KEPT) * beyond

    def at(self, resources: Integers) -> Floats:
        """The variance at each resource, (q,); 0 before the first error."""
        wanted, place = np.unique(resources, return_inverse=True)
        found = [self._noise_of(_level(one)) for one in wanted.tolist()]
        variances: Floats = np.array(found, dtype=np.float64)[place]
        return variances

    def _noise_of(self, level: int) -> float:
        return self._levels.get(level, (self._overall or 0.0, 0.0))[0]


def _level(resource: int) -> int:
    return (resource - 1).bit_length()
