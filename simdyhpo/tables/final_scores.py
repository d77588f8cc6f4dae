"""Scores that no scheduler sees: what a configuration is worth to who deploys it.

A benchmark may publish more of each configuration than the curve that schedulers optimise: test accuracy at
the end of training, say. A table carries such numbers, and results say the incumbent's regret in each.
"""

from __future__ import annotations

import functools
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

Mode = Literal["min", "max"]
"""Whether a metric is minimised or maximised."""


class FinalScore(msgspec.Struct, frozen=True, dict=True, eq=False):
    """One number for each configuration.

    Attributes:
        name: e.g. `test_balanced_accuracy`.
        mode: whether less or more is better.
        values: (n,) in the score's own unit; NaN where it is not known.
    """

    name: str
    mode: Mode
    values: npt.NDArray[Any]

    @functools.cached_property
    def best(self) -> float:
        """The best of all configurations."""
        return float(self._finite.max() if self.mode == "max" else self._finite.min())

    @functools.cached_property
    def worst(self) -> float:
        """The worst of all configurations."""
        return float(self._finite.min() if self.mode == "max" else self._finite.max())

    @property
    def _finite(self) -> npt.NDArray[Any]:
        finite: npt.NDArray[Any] = self.values[np.isfinite(self.values)]
        return finite
