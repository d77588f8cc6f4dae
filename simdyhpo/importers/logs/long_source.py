"""A long table: one row for each report. It needs no runs between; see `simdyhpo.importers.long_table`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from simdyhpo.errors import SimdyhpoError, UnknownNameError, exact
from simdyhpo.importers.directions import direction
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.runs import counted, some
from simdyhpo.importers.logs.told import diverged, short_curves
from simdyhpo.importers.long_columns import plain_frame
from simdyhpo.importers.long_files import read_long_file
from simdyhpo.importers.long_table import Layout, LongImport, read_long


def read_long_source(place: str, asked: Asked) -> LongImport:
    """The table, by the columns that are named.

    Raises:
        SimdyhpoError: the columns of value and resource aren't named.
    """
    value = asked.value or asked.metric
    if value is None or asked.resource is None:
        raise SimdyhpoError(
            f"{place}: which columns are metric and resource? Give --value COL and --resource COL (it "
            "is read as a long table; --from says what else it could be)"
        )
    frame = plain_frame(place, read_long_file(Path(place)))
    for name in asked.ignore:
        if name not in frame.columns:
            raise UnknownNameError("column", name, frame.columns)
    layout = layout_of(asked, value)
    read = read_long(
        frame.drop(columns=list(asked.ignore)),
        layout,
        mode=direction(value, asked.mode),
        name=asked.name,
        log=asked.log,
        metric=asked.metric,
        kind=asked.kind,
        source=asked.source,
        where=place,
    )
    said = (short_curves(read.table), diverged(read.table), *read.notes)
    return msgspec.structs.replace(
        read,
        found=_found(read, len(frame), layout),
        left_out=_left_out(read, list(frame.columns), layout),
        notes=tuple(note for note in said if note),
    )


def _found(read: LongImport, rows: int, layout: Layout) -> str:
    """How much there was, and what each part was taken for."""
    table, names = read.table, list(read.table.configurations.columns)
    ends = (exact(float(table.labels[0])), exact(float(table.labels[-1])))
    return (
        f"{counted(rows, 'report')}; {counted(len(table), 'configuration')} of "
        f"{counted(len(names), 'hyperparameter')}: {some(names, 8)}; {layout.value} at "
        f"{counted(table.max_resource, layout.resource)}, {ends[0]} to {ends[1]}; "
        f"{'no' if layout.seconds is None else 'with'} seconds"
    )


def _left_out(read: LongImport, columns: Sequence[str], layout: Layout) -> tuple[str, ...]:
    """The columns that were taken for nothing."""
    taken = {*layout.roles.values(), *read.table.configurations.columns}
    unused = [name for name in columns if name not in taken]
    if not unused:
        return ()
    return (f"{counted(len(unused), 'column')}: {some(unused, 8)}",)


def layout_of(asked: Asked, value: str) -> Layout:
    """The columns that are named, as a layout."""
    return Layout(
        value=value,
        resource=asked.resource or "",
        seconds=asked.seconds,
        config=asked.config,
        repeat=asked.repeat,
        repeats=asked.repeats,
        seed=asked.seed,
        seconds_are=asked.seconds_are,
        seconds_per_resource=1.0 if asked.seconds_per_resource is None else asked.seconds_per_resource,
        repair_time=asked.repair_time,
    )
