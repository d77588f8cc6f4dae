"""A long table (one row a report: configuration, resource, value, seconds) as a `CurveTable`.

From a pandas frame with `table_from_long`, from a file with `simdyhpo blackbox import`. Whatever can't be
meant is an error that names the row; nothing is guessed, dropped or filled up in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Literal, get_args

import msgspec
import numpy as np

from simdyhpo.errors import OptionError, TableError, exact
from simdyhpo.files.limits import MAX_CELLS
from simdyhpo.hyperparameters.column_checks import Column, Place, check_logarithms
from simdyhpo.hyperparameters.configurations import Configurations
from simdyhpo.importers.long_columns import (
    check_columns,
    configuration_columns,
    identities,
    plain_frame,
    repeat_names,
    resource_numbers,
    row_place,
    seconds_column,
    value_numbers,
)
from simdyhpo.importers.trainings import (
    Floats,
    Ints,
    Reports,
    check_reports,
    check_times,
    choose,
    mean_curves,
    sorted_reports,
    summed_times,
)
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.files import Origin
from simdyhpo.tables.final_scores import Mode
from simdyhpo.units import MAX_SECONDS

if TYPE_CHECKING:
    import pandas as pd

Seconds = Literal["cumulative", "per-step", "per-fit"]
"""What a column of seconds counts from: the start of training, the report before, or that one fit's start."""


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Which columns of a long table say what.

    Attributes:
        value: the metric.
        resource: where along the curve it was reported, e.g. the epoch.
        seconds: the time; None: a unit of resource costs `seconds_per_resource`.
        config: the hyperparameters; empty: all other columns.
        repeat: what tells repeated trainings of one configuration apart, e.g. a seed.
        repeats: which of them make a configuration's curve, see `simdyhpo.importers.trainings.choose`.
        seed: for `repeats="sampled"`.
        seconds_are: see `Seconds`.
        seconds_per_resource: the declared cost where no column says it.
        repair_time: raise times that run backwards instead of refusing them.
    """

    value: str
    resource: str
    seconds: str | None = None
    config: tuple[str, ...] = ()
    repeat: str | None = None
    repeats: str = "mean"
    seed: int = 0
    seconds_are: Seconds = "cumulative"
    seconds_per_resource: float = 1.0
    repair_time: bool = False

    @property
    def roles(self) -> dict[str, str]:
        """Column by role, without the hyperparameters."""
        named = {role: getattr(self, role) for role in ("value", "resource", "seconds", "repeat")}
        return {role: column for role, column in named.items() if column is not None}


class LongImport(msgspec.Struct, frozen=True):
    """A table read from a long one, and sentences for its manifest.

    Attributes:
        table: the table.
        notes: what was done.
        found: what was there, where logs were read.
        left_out: what of it was left out, and why.
    """

    table: CurveTable
    notes: tuple[str, ...]
    found: str = ""
    left_out: tuple[str, ...] = ()


def table_from_long(  # noqa: PLR0913 - the public way in: each part by name
    frame: pd.DataFrame,
    *,
    value: str,
    resource: str,
    mode: Mode,
    name: str,
    seconds: str | None = None,
    config: Sequence[str] = (),
    repeat: str | None = None,
    repeats: str = "mean",
    seed: int = 0,
    seconds_are: Seconds = "cumulative",
    seconds_per_resource: float = 1.0,
    repair_time: bool = False,
    log: Collection[str] = (),
    metric: str | None = None,
    kind: Origin = "unknown",
    source: str = "",
) -> CurveTable:
    """A table from a long pandas frame.

    Configurations are the distinct rows of the columns `config`, in order of appearance. The distinct values
    of `resource` become resources 1..R, in rising order, and the table's labels. Curves may end early.

    Args:
        frame: one row for each report.
        value, resource, seconds, config, repeat: names of columns, see `Layout`.
        mode: "min" or "max".
        name: the table's name.
        repeats, seed, seconds_are, seconds_per_resource, repair_time: see `Layout`.
        log: the hyperparameters on a log scale.
        metric: what the value is called; by default as its column.
        kind, source: see `TableInfo`.

    Raises:
        TableError: a column or a row can't be meant: the text says which, why and what to do.
        UnknownNameError: there is no such repeat.
        OptionError: a setting can't be used.

    Warns:
        TableRepairWarning: times ran backwards and, as asked, were raised.
    """
    layout = Layout(
        value=value,
        resource=resource,
        seconds=seconds,
        config=tuple(config),
        repeat=repeat,
        repeats=repeats,
        seed=seed,
        seconds_are=seconds_are,
        seconds_per_resource=seconds_per_resource,
        repair_time=repair_time,
    )
    return read_long(
        frame, layout, mode=mode, name=name, log=log, metric=metric, kind=kind, source=source
    ).table


def read_long(  # noqa: PLR0913 - each part by name
    frame: pd.DataFrame,
    layout: Layout,
    *,
    mode: Mode,
    name: str,
    log: Collection[str] = (),
    metric: str | None = None,
    kind: Origin = "unknown",
    source: str = "",
    where: str | None = None,
    place: Place = row_place,
) -> LongImport:
    """`table_from_long`, with notes for a manifest.

    Args:
        where: named in errors: a file, say.
        place: what a row is called in errors.
    """
    where = where or f"table {name!r}"
    _check_settings(layout)
    frame = plain_frame(where, frame)
    config = check_columns(where, frame, layout.roles, layout.config)
    labels, resource = np.unique(resource_numbers(where, frame, layout.resource), return_inverse=True)
    seconds = _seconds(where, frame, layout, labels[resource])
    columns = configuration_columns(where, frame, config, place)
    for one in set(log) & set(columns):
        check_logarithms(where, one, columns[one], place)
    rows = identities(columns)
    count = len(rows.first_row)
    repeat, names = _repeats(where, frame, layout)
    values = value_numbers(where, frame, layout.value)
    reports = sorted_reports(rows.of_row, repeat, resource.ravel().astype(np.int64), values, seconds)
    check_reports(where, reports, labels, layout.resource, _advice(layout, config), place)
    reports = _checked_times(where, reports, layout)
    starts = np.flatnonzero(np.r_[True, reports.training[1:] != reports.training[:-1]])
    named = [names[code] for code in repeat[reports.row[starts]]] if names else []
    reports, choice = choose(where, reports, named, layout.repeats, layout.seed)
    width = int(reports.resource.max()) + 1
    if count * width > MAX_CELLS:
        problem = f"{count:,} configurations x {width:,} values of {layout.resource!r} are too many cells"
        raise TableError(where, problem, "leave out curves, or report fewer points of each")
    curves = mean_curves(reports, count, width)
    table = CurveTable.from_arrays(
        curves.value,
        curves.seconds,
        Configurations.from_read(
            {one: Column(column.array[rows.first_row]) for one, column in columns.items()},
            log=log,
            source=where,
        ),
        mode=mode,
        name=name,
        metric=metric or layout.value,
        resource=layout.resource,
        labels=_as_integers(labels[:width]).tolist(),
        kind=kind,
        source=source,
        time="per-fit" if layout.seconds_are == "per-fit" else "cumulative",
    )
    said = [note for column in columns.values() for note in column.notes]
    return LongImport(table, tuple(note for note in (_cost(layout), choice, *curves.notes, *said) if note))


def _check_settings(layout: Layout) -> None:
    if layout.seconds_are not in get_args(Seconds):
        raise OptionError("seconds_are", layout.seconds_are, f"use one of {', '.join(get_args(Seconds))}")
    if not 0 < layout.seconds_per_resource <= MAX_SECONDS:
        raise OptionError("seconds_per_resource", layout.seconds_per_resource, "give seconds above 0")
    if layout.seed < 0:
        raise OptionError("seed", layout.seed, "at least 0")
    if layout.repeat is None and layout.repeats != "mean":
        raise OptionError("repeats", layout.repeats, "name the column of repeats, too")


def _seconds(where: str, frame: pd.DataFrame, layout: Layout, resource: Floats) -> Floats:
    """What the column says, or the declared cost."""
    if layout.seconds is not None:
        return seconds_column(where, frame, layout.seconds)
    cost = layout.seconds_per_resource * resource
    bad = np.flatnonzero((cost < 0) | (cost > MAX_SECONDS))
    if bad.size:
        row = int(bad[0])
        raise TableError(
            where,
            f"row {row + 1}: at {exact(layout.seconds_per_resource)} seconds a unit, {layout.resource} "
            f"{exact(resource[row])} takes {exact(cost[row])} seconds",
            f"name a column of seconds, or another cost; times lie between 0 and {MAX_SECONDS:g}",
        )
    return cost


def _repeats(where: str, frame: pd.DataFrame, layout: Layout) -> tuple[Ints, list[str]]:
    """A number for each row's repeat, and the repeats' names; no names without a column of repeats."""
    import pandas as pd

    if layout.repeat is None:
        return np.zeros(len(frame), dtype=np.int64), []
    codes, names = pd.factorize(repeat_names(where, frame, layout.repeat).astype(object))
    return codes.astype(np.int64), [str(name) for name in names]


def _checked_times(where: str, reports: Reports, layout: Layout) -> Reports:
    if layout.seconds is not None and layout.seconds_are == "per-step":
        return summed_times(reports)
    if not layout.repair_time and layout.seconds_are != "per-fit":
        check_times(where, reports, layout.resource)
    return reports


def _advice(layout: Layout, config: Sequence[str]) -> str:
    if layout.config:
        return "rows are of one configuration if they agree in all hyperparameters"
    said = ", ".join(map(repr, config[:8])) + (", ..." if len(config) > 8 else "")
    return f"name the hyperparameters if {said} are not all of them"


def _as_integers(labels: Floats) -> Floats | Ints:
    if (np.abs(labels) > 2**53).any() or (labels != np.rint(labels)).any():
        return labels
    return labels.astype(np.int64)


def _cost(layout: Layout) -> str:
    if layout.seconds is None:
        return f"No times are given: a unit of {layout.resource} costs {layout.seconds_per_resource:g} s."
    return f"Seconds are the column {layout.seconds!r}, {layout.seconds_are}."
