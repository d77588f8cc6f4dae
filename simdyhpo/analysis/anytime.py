"""Anytime performance: the mean of several runs' step functions, exact at every step."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.marks import NO_INCUMBENT
from simdyhpo.analysis.statistics import MeanInterval, bootstrap_mean
from simdyhpo.analysis.steps import Steps

_MANY = 1_000
"""More runs than that have so many steps that no picture shows all of them."""
_VALUES, _FEWEST = 4_000_000, 100
"""Runs times places at which a mean of many runs is worked out; and at least so many places."""


class MeanSteps(msgspec.Struct, frozen=True):
    """The mean of several step functions, itself a step function.

    Attributes:
        x: (n,) where any of them changes, rising.
        interval: mean and interval on each step, (n,) each.
    """

    x: npt.NDArray[np.float64]
    interval: MeanInterval


def mean_steps(runs: Sequence[Steps], *, none: Sequence[float] | None = None) -> MeanSteps:
    """Mean and bootstrap interval of step functions, one for each run.

    It begins where the first of the runs begins, and ends where the last one ends. A run that has not begun
    counts as regret 1, or what `none` says, so that a late start is no advantage; one that ends earlier
    keeps its last value. No grid is laid over the steps, so nothing is rounded. Of very many runs (more than
    1,000) it is worked out at fewer of their steps, evenly spread from the first to the last, where it is
    exact.

    Args:
        runs: regrets; at least one of them with a step.
        none: of each run, what it counts as while it has no incumbent; `NO_INCUMBENT` if not given.
    """
    x = _thinned(np.unique(np.concatenate([run.x for run in runs])), len(runs))
    starts = [NO_INCUMBENT] * len(runs) if none is None else none
    found = [_counted(run.at(x), start) for run, start in zip(runs, starts, strict=True)]
    return MeanSteps(x, bootstrap_mean(found))


def _thinned(x: npt.NDArray[np.float64], runs: int) -> npt.NDArray[np.float64]:
    """As many of the places as can be worked out for so many runs in seconds and half a GB."""
    most = max(_VALUES // runs, _FEWEST)
    if runs <= _MANY or len(x) <= most:
        return x
    return x[np.linspace(0, len(x) - 1, most).round().astype(np.intp)]


def _counted(regrets: npt.NDArray[np.float64], none: float) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = np.where(np.isnan(regrets), none, regrets)
    return found
