"""The tables of a study: found by name, and shared between processes as one memory-mapped copy."""

from __future__ import annotations

import functools
from pathlib import Path

from simdyhpo.errors import UnknownNameError
from simdyhpo.tables.blackboxes import MORE_TABLES, blackbox_files, load_blackbox, table_at
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.mapped import open_mapped, write_mapped


def study_table(name: str, tables: Path | None = None) -> CurveTable:
    """`NAME.npz` in the folder `tables`, or a table that `load_blackbox` finds by name.

    Raises:
        UnknownNameError: there is neither.
        TableError: its file is damaged.
    """
    if tables is not None and (tables / f"{name}.npz").is_file():
        return table_at(tables / f"{name}.npz")
    known = blackbox_files()
    if name in known:
        return load_blackbox(name)
    beside = () if tables is None else [path.stem for path in tables.glob("*.npz")]
    raise UnknownNameError("blackbox", name, {*known, *beside}, MORE_TABLES)


def share_table(table: CurveTable, folder: Path) -> Path:
    """Write a table so that all processes of a study can map it into their memory.

    Always written anew: what `shared_table` opens was made by this version of the code, in this run.

    Returns:
        The file, named after the table's checksum.

    Raises:
        OutputError: the folder can't be written.
    """
    return write_mapped(table, folder / f"{table.checksum[:32]}.table")


@functools.cache
def shared_table(path: Path) -> CurveTable:
    """Open what `share_table` wrote, once in each process."""
    return open_mapped(path)
