"""A method's curves over its runs, on one table or on several, and its ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.anytime import MeanSteps, mean_steps
from simdyhpo.analysis.regret_curves import SeedMeans, rank_curves
from simdyhpo.analysis.statistics import bootstrap_nested_mean
from simdyhpo.analysis.steps import Steps

Floats = npt.NDArray[np.float64]


class RunSteps(msgspec.Struct, frozen=True):
    """One run's regret.

    Attributes:
        table: on which one.
        steps: of the incumbent, over an axis.
        none: what it counts as while there is no incumbent.
    """

    table: str
    steps: Steps
    none: float


def method_curve(runs: Sequence[RunSteps]) -> MeanSteps:
    """Mean regret with its 95 % interval: over runs on one table; else over seeds, then over tables.

    Args:
        runs: of one method; at least one of them has an incumbent.
    """
    if len({run.table for run in runs}) == 1:
        return mean_steps([run.steps for run in runs], none=[run.none for run in runs])
    x = np.unique(np.concatenate([run.steps.x for run in runs]))
    values = [_at(run, x) for run in runs]
    return MeanSteps(x, bootstrap_nested_mean(values, [run.table for run in runs]))


def rank_steps(methods: Mapping[str, Sequence[RunSteps]]) -> dict[str, MeanSteps]:
    """Mean ranks over tables by method, 1 the lowest mean over seeds; 95 % intervals over tables.

    Args:
        methods: the runs of each, all on the same tables.
    """
    x = np.unique(np.concatenate([run.steps.x for runs in methods.values() for run in runs]))
    means = table_means(methods, x)
    return {label: MeanSteps(x, interval) for label, interval in rank_curves(means).items()}


def table_means(methods: Mapping[str, Sequence[RunSteps]], x: Floats) -> SeedMeans:
    """(tables, methods, points): each method's mean over seeds on each table, at `x`."""
    tables = list(dict.fromkeys(run.table for runs in methods.values() for run in runs))
    values = [
        [np.mean([_at(run, x) for run in runs if run.table == table], axis=0) for runs in methods.values()]
        for table in tables
    ]
    return SeedMeans(tables, list(methods), np.array(values))


def _at(run: RunSteps, x: Floats) -> Floats:
    found = run.steps.at(x)
    return np.where(np.isnan(found), run.none, found)
