"""The four parts of a stored cell, and each as Parquet bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from simdyhpo.files.parquet import bounded_table
from simdyhpo.studies.parquet import CELLS, DECISIONS, LATER, REPORTS, TIMING

Part = Literal["cell", "decisions", "reports", "timing"]

PARTS: Mapping[Part, pa.Schema] = {
    "cell": CELLS,
    "decisions": DECISIONS,
    "reports": REPORTS,
    "timing": TIMING,
}
"""The schema of each. Host seconds come last: where they alone are damaged, the results are still right."""
LOGS: Sequence[Part] = ("reports", "decisions")
"""Those whose checksums a cell's manifest has, too."""


def part_file(part: Part) -> str:
    """Name of the file that a part has of its own."""
    return f"{part}.parquet"


def part_bytes(table: pa.Table) -> bytes:
    """A table as a Parquet file: equal tables, equal bytes, under one version of pyarrow."""
    sink = pa.BufferOutputStream()
    # Text repeats, numbers hardly do. Files are too small for statistics to help anyone who searches.
    texts = [field.name for field in table.schema if field.type == pa.string()]
    pq.write_table(
        table,
        sink,
        compression="snappy",
        use_dictionary=texts,
        write_statistics=False,
        store_schema=False,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def part_table(content: bytes, part: Part, columns: Sequence[str] = ()) -> pa.Table:
    """All columns of a part, or those named.

    Raises:
        ValueError: it can't be read, or has other columns than this version knows.
    """
    try:
        table = bounded_table(pq.ParquetFile(pa.BufferReader(content)), columns)
        table.validate(full=True)
    except (OSError, KeyError, pa.ArrowException) as error:
        raise unreadable(error) from None
    return as_part(table, part, columns)


def as_part(table: pa.Table, part: Part, columns: Sequence[str] = ()) -> pa.Table:
    """What was read of a part, with the columns that files of earlier versions lack.

    Raises:
        ValueError: it has other columns than this version knows.
    """
    schema = PARTS[part]
    if columns:
        schema = pa.schema([schema.field(name) for name in columns])
    table = _with_later_columns(table, schema)
    if not table.schema.equals(schema):
        raise ValueError("has other columns than this version writes")
    return table


def unreadable(error: Exception) -> ValueError:
    """That something is no Parquet, in a line."""
    return ValueError(f"can't be read as Parquet ({' '.join(str(error).split())})")


def _with_later_columns(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """A table of an earlier version, with what it lacks."""
    there = set(table.schema.names)
    for place, field in enumerate(schema):
        if field.name in LATER and field.name not in there:
            column = pa.array([LATER[field.name]] * len(table), type=field.type)
            table = table.add_column(place, field, column)
    return table
