"""The tables of a study: found by name, and shared between processes as one memory-mapped copy."""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simdyhpo.errors import OptionError, SimdyhpoError
from simdyhpo.studies.spec import NAME
from simdyhpo.tables.blackboxes import blackbox_files, is_path, load_blackbox, table_at, unknown_blackbox
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.mapped import open_mapped, write_mapped


def study_table(name: str, tables: Path | None = None, file: Path | None = None) -> CurveTable:
    """`NAME.npz` in the folder `tables`, or a table that `load_blackbox` finds by name.

    Args:
        name: of the table.
        tables: a folder of tables.
        file: its own, where it is named by a path; the folder is looked into if it isn't there any more.

    Raises:
        UnknownNameError: there is neither.
        TableError: its file is missing or damaged.
        OptionError: the folder isn't there.
    """
    if tables is not None and not tables.is_dir():
        raise OptionError("tables", str(tables), "there is no such folder")
    if file is not None and (tables is None or file.is_file()):
        return table_at(file)
    if tables is not None and (tables / f"{name}.npz").is_file():
        return table_at(tables / f"{name}.npz")
    known = blackbox_files()
    if name in known:
        return load_blackbox(name)
    beside = () if tables is None else [path.stem for path in tables.glob("*.npz") if path.is_file()]
    raise unknown_blackbox(name, {*known, *beside})


def named_tables(given: Sequence[str], folder: Path | None = None) -> dict[str, Any]:
    """The fields `blackboxes` and `files` of a study whose tables are named as `load_blackbox` takes them.

    Args:
        given: names, or paths of saved tables.
        folder: whom relative paths start from if there is such a file; else it is the current one.

    Raises:
        UnknownNameError: no table can have that name.
        SimdyhpoError: a file's name can't be a table's in results.
    """
    names, files = [], {}
    for one in given:
        if not is_path(one):
            if not re.fullmatch(NAME, one):
                raise unknown_blackbox(one, blackbox_files())
            names.append(one)
            continue
        path = Path(one) if folder is None or not (folder / one).is_file() else folder / one
        if not re.fullmatch(NAME, path.stem):
            raise SimdyhpoError(
                f"{one}: in results a table is named as its file, and {path.stem!r} has more than letters, "
                "digits, '.', '_' and '-': rename it"
            )
        names.append(path.stem)
        files[path.stem] = str(path.absolute())
    return {"blackboxes": names, **({"files": files} if files else {})}


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


def sent_table(name: str, content: bytes) -> CurveTable:
    """Open a file of `share_table` from another machine, once in each process.

    It is mapped from a file, too, so that arrays lie in memory as they do everywhere: sums may depend on it.
    The file has no name any more once it is open, so it goes with this process, whatever ends that.

    Args:
        name: of the file, after the table's checksum.
        content: of the file.

    Raises:
        OSError: the folder for temporary files can't be written.
        ValueError: this is no such file.
    """
    if name not in _SENT:
        with tempfile.TemporaryDirectory(prefix="simdyhpo-", ignore_cleanup_errors=True) as folder:
            path = Path(folder, name)
            path.write_bytes(content)
            _SENT[name] = open_mapped(path)
    return _SENT[name]


_SENT: dict[str, CurveTable] = {}
"""What `sent_table` has opened, by name."""
