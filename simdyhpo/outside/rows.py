"""From what an optimiser suggests to a row of the table, and how far apart the two were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simdyhpo.candidates import Candidates
from simdyhpo.hyperparameters.space import Space


class Rows:
    """Suggestions become the nearest configurations that can still start.

    Attributes:
        space: the box around the configurations.
    """

    def __init__(self, candidates: Candidates) -> None:
        self.space = Space(candidates.configurations)
        self._candidates = candidates
        self._count = self._off = 0
        self._sum = self._largest = 0.0

    def nearest(self, values: Mapping[str, Any]) -> tuple[int, float]:
        """The configuration that stands for a suggestion, and its distance, see `Space.nearest`.

        Args:
            values: hyperparameters by name; one that is left out is inactive.
        """
        return self.space.nearest(self.space.point(values), self._candidates.unused())

    def note(self, distance: float) -> None:
        """A suggestion was carried out, so far from where it was made."""
        self._count += 1
        self._off += distance > 0
        self._sum += distance
        self._largest = max(self._largest, distance)

    def diagnostics(self) -> dict[str, int | float]:
        """How many suggestions were carried out, how many were no row, and how far away the rows were."""
        return {
            "suggestions": self._count,
            "suggestions_off_table": self._off,
            "mean_distance": self._sum / self._count if self._count else 0.0,
            "largest_distance": self._largest,
        }
