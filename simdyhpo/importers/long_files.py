"""Long tables as files: CSV (also packed) and Parquet."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

from simdyhpo.errors import TableError, one_line
from simdyhpo.files.limits import MAX_COLUMNS, MAX_LINE_BYTES
from simdyhpo.files.parquet import bounded_table
from simdyhpo.importers.unpacking import unpacked_file

if TYPE_CHECKING:
    import pandas as pd

_PARQUET = (".parquet", ".pq")
_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_REMEDY = "give a CSV file with a header, or a Parquet file"


def read_long_file(path: Path) -> pd.DataFrame:
    """The frame in a CSV file (comma-separated, a header on top, UTF-8) or a Parquet file.

    Cells of a CSV stay text: which of them must be numbers is known only later, and then a cell that is none
    can be named as it stands in the file.

    Raises:
        TableError: the file is missing, damaged, too large, or its rows differ in length.
    """
    if not path.is_file():
        raise TableError(str(path), "there is no such file", "check the path")
    return _parquet(path) if path.suffix.lower() in _PARQUET else _csv(path)


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    with unpacked_file(path) as file:
        _check_first_lines(path, file)
        try:
            frame = pd.read_csv(
                file, header=None, dtype=str, keep_default_na=False, na_filter=False, skip_blank_lines=True
            )
        except (ValueError, OverflowError, MemoryError, csv.Error) as error:
            # pandas' own errors are ValueErrors, as is text that is no UTF-8
            raise TableError(str(path), f"not a readable CSV file ({one_line(error)})", _REMEDY) from None
    header = frame.iloc[0].tolist()
    return frame.iloc[1:].set_axis(header, axis=1).reset_index(drop=True).fillna("")


def _check_first_lines(path: Path, file: io.BufferedReader) -> None:
    """Say what a file is, where it is no CSV with a header, and leave it unread.

    Raises:
        TableError: other separators, a comment on top, or a line without end.
    """
    start = file.peek(MAX_LINE_BYTES)[:MAX_LINE_BYTES]
    lines = start.decode("utf-8", errors="replace").lstrip("\ufeff").splitlines()
    first, second = (*lines, "", "")[:2]
    if (len(lines) < 2 and len(start) >= MAX_LINE_BYTES) or first.count(",") > MAX_COLUMNS:
        problem = f"its first line names more than {MAX_COLUMNS:,} columns, or is no line"
        raise TableError(str(path), problem, _REMEDY)
    for separator, name in _SEPARATORS.items():
        if "," not in first and first.count(separator) and not first.startswith("#"):
            problem = f"it seems to be separated by {name}: its first line is {first[:60]!r}"
            raise TableError(str(path), problem, "write it with commas, and numbers with a decimal point")
    if first.startswith("#") and first.count(",") != second.count(","):
        problem = f"its first line is a comment, {first[:60]!r}"
        raise TableError(str(path), problem, "leave it out: the columns' names come first")


def _parquet(path: Path) -> pd.DataFrame:
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            table = bounded_table(file)
        frame: pd.DataFrame = table.to_pandas()
    except (
        ValueError,
        OSError,
        EOFError,
        OverflowError,
        MemoryError,
        NotImplementedError,
        KeyError,
    ) as error:
        # pyarrow's own errors are among these
        raise TableError(str(path), f"not a readable Parquet file ({one_line(error)})", _REMEDY) from None
    return frame
