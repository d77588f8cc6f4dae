"""The hindsight bound of a study: what no scheduler could have beaten."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from simdyhpo.analysis.floor import floor
from simdyhpo.analysis.incumbents import Axis
from simdyhpo.analysis.marks import SHARES
from simdyhpo.curves import CurveTable
from simdyhpo.simulation.budget import Budget


def bound_regrets(tables: Iterable[CurveTable], budget: Budget) -> list[float] | None:
    """The least regret that hindsight could have reached at each of `SHARES` of the budget, mean over tables.

    Returns:
        None for a budget without epochs or seconds, whose runs are of different length.
    """
    axis: Axis = "seconds" if budget.max_epochs is None else "epochs"
    end = budget.max_epochs or budget.max_seconds
    if end is None:
        return None
    points = np.array(SHARES) * end
    if axis == "epochs":
        points = np.rint(points)
    regrets = [floor(table, axis).at(points) for table in tables]
    return [float(regret) for regret in np.mean(regrets, axis=0)]
