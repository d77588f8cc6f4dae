"""The floor: the least regret that hindsight could have reached. A bound, not a scheduler."""

from __future__ import annotations

import numpy as np

from simdyhpo.analysis.incumbents import Axis
from simdyhpo.analysis.steps import Steps, improvements, lower_is_better, normalised_regret
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS


def floor(table: CurveTable, axis: Axis, *, least_slowdown: float = 1.0) -> Steps:
    """The least regret that any run on `table` can have, as a step function that never rises.

    Who knew the table would train the right configuration from the start. So by time t the best value is the
    best over all (configuration, resource) whose elapsed time on the fastest worker is at most t; after e
    epochs it is the best over resources up to e (if each resource is a fit of its own: over all, and time is
    that of the one fit). More workers don't change either bound: a curve is trained
    on one worker at a time, one epoch after the other.

    Args:
        table: the learning curves.
        axis: "epochs" or "seconds" (simulated).
        least_slowdown: what no segment's times fall below, as a multiple of the table's: of the
            fastest worker and of the luckiest jitter.
    """
    resources = np.arange(1, table.max_resource + 1)
    exists = resources <= table.lengths[:, None]
    keys = np.where(exists, lower_is_better(table.values, table.mode), np.inf)
    if axis == "epochs" and table.per_fit:
        row, column = np.unravel_index(keys.argmin(), keys.shape)
        keys, values, x = keys[row, [column]], table.values[row, [column]], np.ones(1)
    elif axis == "epochs":
        column_best = keys.argmin(axis=0)
        keys = keys[column_best, resources - 1]
        values = table.values[column_best, resources - 1]
        x = resources.astype(np.float64)
    else:
        times = np.diff(table.elapsed_ns, axis=1, prepend=0) if table.per_fit else table.elapsed_ns
        order = np.lexsort((keys.ravel(), times.ravel()))
        keys, values = keys.ravel()[order], table.values.ravel()[order]
        x = times.ravel()[order] / NANOSECONDS
        if least_slowdown != 1:  # then each epoch is rounded to a nanosecond
            x = np.maximum(x * least_slowdown - table.max_resource / NANOSECONDS, 0)
    improved = improvements(keys)
    return Steps(x[improved], normalised_regret(values[improved], table.best, table.worst))
