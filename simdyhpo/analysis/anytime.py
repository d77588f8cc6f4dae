"""Anytime performance: the mean of several runs' step functions, exact at every step."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.marks import NO_INCUMBENT
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


def mean_steps(
    runs: Sequence[Steps], *, confidence: float = 0.95, none: Sequence[float] | None = None
) -> MeanSteps:
    """Mean and bootstrap interval of step functions, one for each run.

    It begins where the first of the runs begins, and ends where the last one ends. A run that has not begun
    counts as regret 1, or what `none` says, so that a late start is no advantage; one that ends earlier
    keeps its last value. No grid is laid over the steps, so nothing is rounded.

    Args:
        runs: regrets; at least one of them with a step.
        confidence: see `bootstrap_mean`.
        none: of each run, what it counts as while it has no incumbent; `NO_INCUMBENT` if not given.
    """
    x = np.unique(np.concatenate([run.x for run in runs]))
    starts = [NO_INCUMBENT] * len(runs) if none is None else none
    found = [_counted(run.at(x), start) for run, start in zip(runs, starts, strict=True)]
    return MeanSteps(x, bootstrap_mean(found, confidence=confidence))


def _counted(regrets: npt.NDArray[np.float64], none: float) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.where(np.isnan(regrets), none, regrets)
    return found
