"""The tables of a study: found by name, and shared between processes as one memory-mapped copy."""

from __future__ import annotations

import functools
import secrets
from pathlib import Path

import joblib

from simdyhpo.blackboxes import MORE_TABLES, blackbox_files, describe, load_blackbox
from simdyhpo.curves import CurveTable
from simdyhpo.errors import OutputError, UnknownNameError


def study_table(name: str, tables: Path | None = None) -> CurveTable:
    """`NAME.npz` in the folder `tables`, or a table that `load_blackbox` finds by name.

    Raises:
        UnknownNameError: there is neither.
        TableError: its file is damaged.
    """
    if tables is not None and (tables / f"{name}.npz").is_file():
        return CurveTable.load(tables / f"{name}.npz")
    known = blackbox_files()
    if name in known:
        return load_blackbox(name)
    beside = () if tables is None else [path.stem for path in tables.glob("*.npz")]
    raise UnknownNameError("blackbox", name, {*known, *beside}, MORE_TABLES)


def share_table(table: CurveTable, folder: Path) -> Path:
    """Write a checked table so that any number of processes can map it into their memory.

    Always written anew: what `shared_table` opens was made by this version of the code, in this run.

    Returns:
        The file, named after the table's checksum.

    Raises:
        OutputError: the folder can't be written.
    """
    describe(table)  # what it works out once (checksum, best, worst) is kept in the table, and so in the file
    path = folder / f"{table.checksum[:32]}.table"
    aside = folder / f".{path.stem}-{secrets.token_hex(8)}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        joblib.dump(table, aside)
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        reason = error.strerror or error
        raise OutputError(
            f"{folder}: can't be written ({reason}); make room or choose another folder"
        ) from None
    return path


@functools.cache
def shared_table(path: Path) -> CurveTable:
    """Open what `share_table` wrote, once in each process; the large arrays stay in the file."""
    table: CurveTable = joblib.load(path, mmap_mode="r")
    return table
