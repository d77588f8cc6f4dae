"""Anytime performance: the mean of several runs' step functions, exact at every step."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.marks import counted
from simdyhpo.analysis.statistics import MeanInterval, bootstrap_mean
from simdyhpo.analysis.steps import Steps


class MeanSteps(msgspec.Struct, frozen=True):
    """The mean of several step functions, itself a step function.

    Attributes:
        x: (n,) where any of them changes, rising.
        interval: mean and interval on each step, (n,) each.
    """

    x: npt.NDArray[np.float64]
    interval: MeanInterval


def mean_steps(runs: Sequence[Steps], *, confidence: float = 0.95) -> MeanSteps:
    """Mean and bootstrap interval of step functions, one for each run.

    It begins where the first of the runs begins, and ends where the last one ends. A run that has not begun
    counts as regret 1 (`counted`), so that a late start is no advantage; one that ends earlier keeps its
    last value. No grid is laid over the steps, so nothing is rounded.

    Args:
        runs: regrets; at least one of them with a step.
        confidence: see `bootstrap_mean`.
    """
    x = np.unique(np.concatenate([run.x for run in runs]))
    return MeanSteps(x, bootstrap_mean([counted(run.at(x)) for run in runs], confidence=confidence))
