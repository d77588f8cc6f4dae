"""Anytime performance: the mean of several runs' step functions, exact at every step."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

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

    It begins where the last of the runs begins, and ends where the last one ends; a run that ends earlier
    keeps its last value. No grid is laid over the steps, so nothing is rounded.

    Args:
        runs: at least one, each with at least one step.
        confidence: see `bootstrap_mean`.
    """
    x = np.unique(np.concatenate([run.x for run in runs]))
    x = x[x >= max(run.x[0] for run in runs)]
    return MeanSteps(x, bootstrap_mean([run.at(x) for run in runs], confidence=confidence))
