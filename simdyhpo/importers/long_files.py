"""Long tables as files: CSV (also compressed) and Parquet."""

from __future__ import annotations

import csv
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from simdyhpo.errors import TableError, one_line

if TYPE_CHECKING:
    import pandas as pd

_PARQUET = (".parquet", ".pq")


def read_long_file(path: Path) -> pd.DataFrame:
    """The frame in a CSV file (comma-separated, a header on top, UTF-8) or a Parquet file.

    Cells of a CSV stay text: which of them must be numbers is known only later, and then a cell that is none
    can be named as it stands in the file.

    Raises:
        TableError: the file is missing, damaged, or its rows differ in length.
    """
    if not path.is_file():
        raise TableError(str(path), "there is no such file", "check the path")
    try:
        return _parquet(path) if path.suffix.lower() in _PARQUET else _csv(path)
    except (ValueError, OSError, EOFError, OverflowError, MemoryError, csv.Error, zlib.error) as error:
        # pandas' and pyarrow's own errors are ValueErrors, as is text that is no UTF-8
        kind = "Parquet" if path.suffix.lower() in _PARQUET else "CSV"
        problem = f"not a readable {kind} file ({one_line(error)})"
        raise TableError(str(path), problem, "give a CSV file with a header, or a Parquet file") from None


def _csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    frame = pd.read_csv(
        path, header=None, dtype=str, keep_default_na=False, na_filter=False, skip_blank_lines=True
    )
    header = frame.iloc[0].tolist()
    return frame.iloc[1:].set_axis(header, axis=1).reset_index(drop=True)


def _parquet(path: Path) -> pd.DataFrame:
    import pyarrow.parquet

    frame: pd.DataFrame = pyarrow.parquet.read_table(path).to_pandas()
    return frame.reset_index() if frame.index.name is not None else frame
