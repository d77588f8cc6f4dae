"""What is in a table: shape, values, times, and how early ranks foretell the last one."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.far_worst import FarWorst, far_worst
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS

_STAGES = (0.0, 0.1, 0.25, 0.5, 0.75)
"""At which shares of the largest resource ranks are compared with the last."""


class Spread(msgspec.Struct, frozen=True):
    """Smallest, median and largest of some numbers."""

    min: float
    median: float
    max: float


class Column(msgspec.Struct, frozen=True):
    """One hyperparameter.

    Attributes:
        name, kind, log: see `simdyhpo.hyperparameters.configurations.Hyperparameter`.
        lower, upper: of its active values; None for categories.
        distinct: how many values it takes, inactive ones left out.
        inactive: in how many configurations it is NaN.
    """

    name: str
    kind: str
    log: bool
    lower: float | None
    upper: float | None
    distinct: int
    inactive: int


class RankCorrelation(msgspec.Struct, frozen=True):
    """Spearman's rank correlation of values at a resource with those at the last.

    Attributes:
        resource: 1..R.
        label: what that is called on axes.
        curves: how many have a finite value at both.
        rho: None where it is not defined (fewer than three curves, or all values equal).
    """

    resource: int
    label: float
    curves: int
    rho: float | None


class ScoreRange(msgspec.Struct, frozen=True):
    """One final score; see `simdyhpo.tables.final_scores`."""

    name: str
    mode: str
    best: float
    worst: float


class TableReport(msgspec.Struct, frozen=True, kw_only=True):
    """What `simdyhpo blackbox check` says of a table.

    Attributes:
        name, kind, time, seconds, metric, mode, resource, source, checksum: see `TableInfo`, `CurveTable`.
        configurations, resources: n and R.
        first_label, last_label: what resources 1 and R are called.
        hyperparameters: the columns of configurations.
        best, worst: of all finite values.
        far_worst: the worst value, if it lies far outside the rest.
        final: finite values at the ends of the curves; None if there is none.
        non_finite: how many existing cells hold no finite value.
        non_finite_share: of all existing cells.
        time_repairs: how many times ran backwards and were raised.
        duplicates: configurations that equal an earlier one.
        ragged: curves that end before R.
        lengths: of the curves, in resources.
        seconds_per_curve: from the start of each curve to its end.
        seconds_per_resource: from each report of a curve to the next, the first from the start.
        instant_steps: how many of these took no time.
        ranks: how well early values order the configurations.
        scores: the final scores, best and worst of each.
        memory_bytes_per_curve: of the arrays of values and times.
    """

    name: str
    kind: str
    time: str
    seconds: str
    metric: str
    mode: str
    resource: str
    source: str
    checksum: str
    configurations: int
    resources: int
    first_label: float
    last_label: float
    hyperparameters: list[Column]
    best: float
    worst: float
    far_worst: FarWorst | None
    final: Spread | None
    non_finite: int
    non_finite_share: float
    time_repairs: int
    duplicates: int
    ragged: int
    lengths: Spread
    seconds_per_curve: Spread
    seconds_per_resource: Spread
    instant_steps: int
    ranks: list[RankCorrelation]
    scores: list[ScoreRange]
    memory_bytes_per_curve: float


def table_report(table: CurveTable) -> TableReport:
    """Look through a whole table."""
    ends = table.lengths - 1
    rows = np.arange(len(table))
    last = table.values[rows, ends].astype(np.float64)
    exists = np.arange(table.max_resource)[None, :] < table.lengths[:, None]
    steps = np.diff(table.elapsed_ns, axis=1, prepend=0)[exists] / NANOSECONDS
    finite = last[np.isfinite(last)]
    arrays = (table.values, table.elapsed_seconds, table.elapsed_ns, table.lengths)
    info = table.info
    return TableReport(
        name=info.name,
        kind=info.kind,
        time=info.time,
        seconds=info.seconds,
        metric=info.metric,
        mode=info.mode,
        resource=info.resource,
        source=info.source,
        checksum=table.checksum,
        configurations=len(table),
        resources=table.max_resource,
        first_label=float(table.labels[0]),
        last_label=float(table.labels[-1]),
        hyperparameters=_columns(table),
        best=table.best,
        worst=table.worst,
        far_worst=far_worst(table),
        final=_spread(finite) if finite.size else None,
        non_finite=table.non_finite,
        non_finite_share=table.non_finite / int(table.lengths.sum()),
        time_repairs=table.time_repairs,
        duplicates=table.configurations.duplicates,
        ragged=int((table.lengths < table.max_resource).sum()),
        lengths=_spread(table.lengths),
        seconds_per_curve=_spread(table.elapsed_ns[rows, ends] / NANOSECONDS),
        seconds_per_resource=_spread(steps),
        instant_steps=int((steps == 0).sum()),
        ranks=_ranks(table, exists),
        scores=[ScoreRange(one.name, one.mode, one.best, one.worst) for one in table.scores.values()],
        memory_bytes_per_curve=sum(array.nbytes for array in arrays) / len(table),
    )


def _spread(numbers: npt.NDArray[Any]) -> Spread:
    return Spread(float(numbers.min()), float(np.median(numbers)), float(numbers.max()))


def _columns(table: CurveTable) -> list[Column]:
    found = []
    for one in table.configurations.hyperparameters:
        column = table.configurations.columns[one.name]
        if one.kind == "categorical":
            found.append(Column(one.name, one.kind, one.log, None, None, len(np.unique(column)), 0))
            continue
        active = column[np.isfinite(column)]
        lower, upper = (float(active.min()), float(active.max())) if active.size else (None, None)
        inactive = len(column) - active.size
        found.append(Column(one.name, one.kind, one.log, lower, upper, len(np.unique(active)), inactive))
    return found


def _ranks(table: CurveTable, exists: npt.NDArray[np.bool_]) -> list[RankCorrelation]:
    """At a few resources, each once, the last left out."""
    resources = dict.fromkeys(max(1, round(stage * table.max_resource)) for stage in _STAGES)
    usable = np.isfinite(table.values) & exists
    last = table.values[:, -1]
    found = []
    for resource in (one for one in resources if one < table.max_resource):
        both = usable[:, resource - 1] & usable[:, -1]
        rho = _spearman(table.values[both, resource - 1], last[both])
        found.append(RankCorrelation(resource, float(table.labels[resource - 1]), int(both.sum()), rho))
    return found


def _spearman(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> float | None:
    from scipy.stats import rankdata

    if len(left) < 3 or left.min() == left.max() or right.min() == right.max():
        return None
    return float(np.corrcoef(rankdata(left), rankdata(right))[0, 1])
