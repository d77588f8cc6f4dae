"""The hindsight bound of a study: what no scheduler could have beaten, and the proof that none did."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.floor import floor
from simdyhpo.analysis.incumbents import Axis
from simdyhpo.analysis.marks import SHARES, counted
from simdyhpo.analysis.measures import NORMALISED, Measure
from simdyhpo.errors import BoundError
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.pace import least_slowdown
from simdyhpo.streams import Streams
from simdyhpo.studies.spec import Study
from simdyhpo.tables.curves import CurveTable

Floats = npt.NDArray[np.float64]
Group = tuple[str, int]
"""Name of a cluster, and number of workers."""

_ROUNDING = 1e-9


def bound_regrets(table: CurveTable, budget: Budget, slowdown: float = 1.0) -> Floats | None:
    """The least regret that hindsight could have reached at each of `SHARES` of the budget.

    Args:
        table: the learning curves.
        budget: of the runs.
        slowdown: what no segment's times fall below; see `simdyhpo.simulation.pace.least_slowdown`.

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
    return counted(floor(table, axis, least_slowdown=slowdown).at(points))


def study_bounds(
    study: Study,
    rows: pd.DataFrame,
    tables: Mapping[str, CurveTable],
    measure: Measure = NORMALISED,
) -> dict[Group, Floats]:
    """The bound at each of `SHARES` of the budget, mean over the tables that have runs, by group of runs.

    It holds for each of the runs: on clusters with speeds or jitter, the fastest pace that any of them can
    have had counts. Where costs are measured or workers are away, runs are only further from it.

    Args:
        study: what was asked.
        rows: what came of it: blackbox, label, workers, seed, cluster, decisions, regret_S (normalised by
            the worst).
        tables: by name; runs on others have no bound.
        measure: of the bounds; no score has any.

    Raises:
        BoundError: a run is better than its bound.
    """
    clusters = {one.name: one.cluster for one in study.clusters}
    bounds: dict[Group, Floats] = {}
    for (cluster, workers), mine in rows[rows["blackbox"].isin(list(tables))].groupby(["cluster", "workers"]):
        slowdown = least_slowdown_of(clusters[cluster], mine)
        found = []
        for blackbox, here in mine.groupby("blackbox"):
            bound = bound_regrets(tables[blackbox], study.budget, slowdown)
            if bound is None:
                return {}
            check_bound(here, bound)
            if measure.score is None:
                found.append(measure.on(tables[blackbox]).from_normalised(bound))
        if found:
            bounds[cluster, int(workers)] = np.mean(found, axis=0)
    return bounds


def least_slowdown_of(cluster: Cluster | msgspec.UnsetType, runs: pd.DataFrame) -> float:
    """The least slowdown of any segment of these runs of one cluster: workers, seed, decisions."""
    if isinstance(cluster, msgspec.UnsetType) or runs.empty:
        return 1.0
    most = runs.groupby(["seed", "workers"])["decisions"].max()
    return min(
        least_slowdown(cluster, Streams(int(seed)), int(workers), int(decisions))
        for (seed, workers), decisions in most.items()
    )


def check_bound(runs: pd.DataFrame, bound: Floats) -> None:
    """See that none of some runs on one table is better than hindsight.

    Raises:
        BoundError: one is; its cell is named.
    """
    for share, least in zip(SHARES, bound.tolist(), strict=True):
        regrets = counted(runs[f"regret_{share:g}"])
        below = np.flatnonzero(regrets < least - _ROUNDING)
        if below.size:
            row = runs.iloc[below[0]]
            names = ("blackbox", "label", "cluster", "workers", "seed")
            cell = ", ".join(f"{name} {row[name]}" for name in names if name in runs)
            raise BoundError(cell, share, float(regrets[below[0]]), least)
