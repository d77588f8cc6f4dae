"""The compact store: what the board keeps of each method's runs, one Parquet file a method and part.

The same cells give the same bytes, under one version of pyarrow. A file says which board it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simdyhpo.board.definition import FILE, MARKS, RESULTS, Board, Part
from simdyhpo.board.marks import Marks
from simdyhpo.errors import BoardVersionError, OutputError, cant_write, one_line, other_format
from simdyhpo.files.bounded import read_bounded
from simdyhpo.files.parquet import bounded_table
from simdyhpo.files.whole import written_whole

_BYTES = 100_000_000
"""The most of a method's file."""
_SAYS = b"simdyhpo.board"
FORMAT = 1
"""Version of the file's layout."""

SCHEMA = pa.schema(
    [
        ("cell", pa.string()),
        ("method", pa.string()),
        ("scheduler", pa.string()),
        ("blackbox", pa.string()),
        ("workers", pa.int64()),
        ("seed", pa.int64()),
        ("behaviour", pa.int64()),
        ("span", pa.float64()),
        ("marks", pa.list_(pa.field("element", pa.float32(), nullable=False), MARKS)),
    ]
)
"""One row a cell: its key, what was asked, the version of the code's behaviour; what a regret of 1 is in the
table's unit; regrets at the marks, normalised by the table's worst."""


class Kept(msgspec.Struct, frozen=True):
    """What is kept of one cell; see `SCHEMA`."""

    cell: str
    method: str
    scheduler: str
    blackbox: str
    workers: int
    seed: int
    behaviour: int
    span: float
    marks: Marks

    def same(self, other: Kept) -> bool:
        """Whether all of it is equal, marks to the last bit."""
        mine, theirs = (
            {**msgspec.structs.asdict(one), "marks": one.marks.tobytes()} for one in (self, other)
        )
        return mine == theirs


class _Says(msgspec.Struct, frozen=True):
    """What a file says of itself."""

    board: Annotated[int, msgspec.Meta(ge=1)]
    part: str
    format: int = 1


def method_file(folder: Path, part: Part, label: str) -> Path:
    """Where a board's folder has a method's results."""
    return folder / RESULTS / part.name / f"{label}.parquet"


def method_files(folder: Path, part: Part) -> dict[str, Path]:
    """The files of all methods that have results, by label."""
    return {path.stem: path for path in sorted((folder / RESULTS / part.name).glob("[!.]*.parquet"))}


def write_kept(path: Path, board: Board, part: Part, cells: Iterable[Kept]) -> None:
    """Write a file of cells, in the order of tables and seeds.

    Raises:
        OutputError: it can't be written.
    """
    places = {name: place for place, name in enumerate(board.tables)}
    rows = sorted(cells, key=lambda one: (places[one.blackbox], one.seed))
    names = [name for name in SCHEMA.names if name != "marks"]
    columns: dict[str, Any] = {name: [getattr(one, name) for one in rows] for name in names}
    flat = np.concatenate([one.marks for one in rows]) if rows else np.empty(0, dtype=np.float32)
    columns["marks"] = pa.FixedSizeListArray.from_arrays(
        pa.array(flat, type=pa.float32()), type=SCHEMA.field("marks").type
    )
    says = msgspec.json.encode(_Says(board.version, part.name, FORMAT))
    table = pa.table(columns, schema=SCHEMA).replace_schema_metadata({_SAYS: says})
    sink = pa.BufferOutputStream()
    # An incumbent stays for long: what repeats is little beside a dictionary's entries.
    pq.write_table(table, sink, compression="zstd", compression_level=19, write_statistics=False)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside:
            aside.write_bytes(sink.getvalue().to_pybytes())
    except OSError as error:
        raise cant_write(path, error) from None


def read_kept(path: Path, board: Board, part: Part, label: str | None = None) -> list[Kept]:
    """The cells in a file.

    Args:
        path: of the file.
        board, part: whose they must be.
        label: the method whose they must be; any one if not given.

    Raises:
        BoardVersionError: they are of another version of the board.
        OutputError: there is no such file, it is damaged, or of another part.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(read_bounded(path, _BYTES)))
        table = bounded_table(file)
        says = msgspec.json.decode((table.schema.metadata or {}).get(_SAYS, b""), type=_Says)
        table.validate(full=True)
        other = not table.schema.remove_metadata().equals(SCHEMA)
    except OSError as error:
        raise OutputError(f"{path}: can't be read ({one_line(error)}); check the path") from None
    except (ValueError, pa.ArrowException, msgspec.MsgspecError) as error:
        raise OutputError(
            f"{path}: no results of a board, or damaged ({one_line(error)}); make them again with `board add`"
        ) from None
    if says.format != FORMAT:
        raise OutputError(f"{path}: {other_format(says.format, FORMAT, 'make it again with `board add`')}")
    if other:
        raise OutputError(f"{path}: damaged (it has other columns); make it again with `board add`")
    if says.board != board.version:
        raise BoardVersionError(str(path), says.board, board.version)
    if says.part != part.name:
        raise OutputError(
            f"{path}: is of the part {says.part!r}, and this is {part.name!r}; give --part {says.part}"
        )
    return _cells(table, path, board, label)


def _cells(table: pa.Table, path: Path, board: Board, label: str | None) -> list[Kept]:
    marks = table["marks"].combine_chunks().flatten().to_numpy(zero_copy_only=False).reshape(-1, MARKS)
    rows = table.drop_columns(["marks"]).to_pylist()
    methods, tables = {row["method"] for row in rows}, {row["blackbox"] for row in rows}
    problem = ""
    if tables - set(board.tables):
        problem = f"tables that aren't in {FILE}: {min(map(str, tables - set(board.tables)))}"
    elif not np.isfinite(marks).all() or any(None in row.values() for row in rows):
        problem = "values that are none"
    elif len(methods) > 1 or (label is not None and methods - {label}):
        problem = f"cells of other methods than {label or 'one'}"
    elif len({(row["blackbox"], row["seed"]) for row in rows}) < len(rows):
        problem = "a cell twice"
    if problem:
        raise OutputError(f"{path}: damaged (it has {problem}); make it again with `board add`")
    return [Kept(**row, marks=mine) for row, mine in zip(rows, marks.astype(np.float32), strict=True)]


class Merged(msgspec.Struct, frozen=True):
    """What adding cells to those that are there gives.

    Attributes:
        cells: what is there then.
        added: how many are new.
        there: how many were there already, the same.
        other: how many were there already, with other marks under the same key; those that were there stay.
        stale: how many that were there are of another key than the board has today, and go.
    """

    cells: list[Kept]
    added: int
    there: int
    other: int
    stale: int


def merged(old: Sequence[Kept], new: Sequence[Kept], keys: Iterable[str]) -> Merged:
    """Put cells beside those that are there; twice is the same as once.

    Args:
        old: what is there.
        new: what comes.
        keys: of all cells that the method has on the board today.
    """
    wanted = set(keys)
    mine = {one.cell: one for one in old if one.cell in wanted}
    fresh = {one.cell: one for one in new if one.cell in wanted}
    both = mine.keys() & fresh.keys()
    there = sum(mine[key].same(fresh[key]) for key in both)
    return Merged(
        [*({**fresh, **mine}).values()],
        len(fresh) - len(both),
        there,
        len(both) - there,
        len(old) - len(mine),
    )
