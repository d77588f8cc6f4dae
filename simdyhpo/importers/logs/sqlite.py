"""SQLite files of others, read and never written."""

from __future__ import annotations

import sqlite3
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simdyhpo.errors import TableError, one_line

_MAGIC = b"SQLite format 3\0"


def is_sqlite(path: Path) -> bool:
    """Whether a file says that it is one."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that can't write; what goes wrong while it is used is one error.

    Raises:
        TableError: the file can't be read, is cut or damaged.
    """
    address = f"file:{urllib.parse.quote(str(path.absolute()))}?mode=ro"
    try:
        connection = sqlite3.connect(address, uri=True)
        try:
            yield connection
        finally:
            connection.close()
    except sqlite3.Error as error:
        problem = f"is no whole SQLite file ({one_line(error)})"
        raise TableError(str(path), problem, "get it again, or make a backup of it with sqlite3") from None


def tables_in(path: Path) -> set[str]:
    """The names of its tables.

    Raises:
        TableError: see `read_only`.
    """
    with read_only(path) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
