"""A long table: one row for each report. It needs no runs between; see `simdyhpo.importers.long_table`."""

from __future__ import annotations

from pathlib import Path

from simdyhpo.errors import SimdyhpoError, UnknownNameError
from simdyhpo.importers.directions import direction
from simdyhpo.importers.logs.asked import Asked
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
    return read_long(
        frame.drop(columns=list(asked.ignore)),
        layout_of(asked, value),
        mode=direction(value, asked.mode),
        name=asked.name,
        log=asked.log,
        metric=asked.metric,
        kind=asked.kind,
        source=asked.source,
        where=place,
    )


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
