"""Parquet files of others, read with a bound: a small one can unpack to all of the memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simdyhpo.files.limits import MAX_LONG_CELLS, MAX_TEXT_BYTES

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import parquet

_BATCH_ROWS = 4096


def bounded_table(
    file: parquet.ParquetFile, columns: Sequence[str] = (), row_groups: Sequence[int] | None = None
) -> pa.Table:
    """The table in an opened file: all columns, or those named; all row groups, or those numbered.

    Raises:
        KeyError: a column named is not there.
        ValueError: it has too many cells, or unpacks to too much.
        pyarrow.ArrowException, OSError: it is damaged.
    """
    import pyarrow as pa

    missing = [name for name in columns if name not in file.schema_arrow.names]
    if missing:
        raise KeyError(missing[0])
    schema = file.schema_arrow
    if columns:
        schema = pa.schema([field for field in schema if field.name in columns])
    metadata = file.metadata
    rows = (
        metadata.num_rows
        if row_groups is None
        else sum(metadata.row_group(number).num_rows for number in row_groups)
    )
    cells = rows * len(schema)
    if cells > MAX_LONG_CELLS:
        raise ValueError(
            f"its {cells:,} cells are more than {MAX_LONG_CELLS:,}: leave out columns, or split it up"
        )
    batches, size = [], 0
    # On one thread: most files are small, and a process that ends while others start may be aborted.
    for batch in file.iter_batches(
        _BATCH_ROWS, row_groups=row_groups, columns=list(columns) or None, use_threads=False
    ):
        batches.append(batch)
        size += batch.nbytes
        if size > MAX_TEXT_BYTES:
            raise ValueError(
                f"it unpacks to more than {MAX_TEXT_BYTES:,} bytes: leave out columns, or split it up"
            )
    return pa.Table.from_batches(batches, schema=batches[0].schema if batches else schema)
