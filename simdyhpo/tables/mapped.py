"""Tables as files that processes map into their memory: checked once, then opened in a millisecond."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
from pathlib import Path

import numpy as np

from simdyhpo.errors import OutputError, cant_write
from simdyhpo.files.whole import written_whole
from simdyhpo.hyperparameters import configurations
from simdyhpo.tables import curves
from simdyhpo.tables.curves import CurveTable

LARGE = 100_000
"""Bytes on disk from which on a table is cached: smaller ones load in a few milliseconds."""

_MARK = b"simdyhpo table\n\0"
_ALIGNED = 64
"""Arrays begin at multiples of so many bytes, as numpy likes them."""

CACHE_VARIABLE = "SIMDYHPO_CACHE"
"""The environment variable that names another folder for the cache; empty: no cache."""


def write_mapped(table: CurveTable, path: Path) -> Path:
    """Write a checked table, with all that it works out once, to be opened by `open_mapped`.

    The file: a mark; how many parts there are, and the length of each; the parts, each aligned. The first is
    the pickled table without its arrays (protocol 5), the others are these.

    Raises:
        OutputError: the folder can't be written.
    """
    # What these work out is kept in the table, and so in the file.
    _ = table.checksum, table.best, table.worst, table.non_finite, table.configurations.duplicates
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(table, protocol=5, buffer_callback=buffers.append)
    parts = [memoryview(pickled), *(buffer.raw() for buffer in buffers)]
    lengths = np.array([len(parts), *(part.nbytes for part in parts)], dtype="<i8")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as aside, aside.open("wb") as file:
            file.write(_MARK + lengths.tobytes())
            for part in parts:
                file.write(bytes(-file.tell() % _ALIGNED))
                file.write(part)
    except OSError as error:
        raise cant_write(path.parent, error) from None
    return path


def open_mapped(path: Path) -> CurveTable:
    """Open what `write_mapped` wrote; the large arrays stay in the file. Only for files of one's own.

    Raises:
        ValueError: the file is cut short, or none of that kind.
    """
    whole = np.memmap(path, mode="r")
    start = len(_MARK)
    if whole[:start].tobytes() != _MARK:
        raise ValueError(f"{path} is no mapped table")
    count = int(whole[start : start + 8].view("<i8")[0])
    at = start + 8 * (1 + count)
    parts = []
    for length in whole[start + 8 : at].view("<i8").tolist():
        at += -at % _ALIGNED
        parts.append(whole[at : at + length])
        at += length
    if at != len(whole):
        raise ValueError(f"{path} is cut short")
    table: CurveTable = pickle.loads(parts[0].data, buffers=parts[1:])
    return table


def load_table(path: Path) -> CurveTable:
    """`CurveTable.load`; a large table is unpacked and checked once, and then mapped from a cache.

    The cached copy belongs to the file's place, size and time of change and to the versions that can read
    it: a file that changed is read and checked anew. Without a cache that can be written, it always is.

    Raises:
        TableError: the file is missing, damaged, truncated or altered.
    """
    cached = _cached(path)
    if cached is None:
        return CurveTable.load(path)
    # Damaged bytes may raise anything: a copy that can't be read (cut short by a full disk) is made again.
    with contextlib.suppress(Exception):
        return open_mapped(cached)
    table = CurveTable.load(path)
    with contextlib.suppress(OutputError):
        write_mapped(table, cached)
    return table


def _cached(path: Path) -> Path | None:
    """Where the copy of a large table lies, or would; None for small ones, or without a cache."""
    try:
        stat = path.stat()
    except OSError:
        return None  # who loads it says what is wrong
    folder = os.environ.get(CACHE_VARIABLE)
    if stat.st_size < LARGE or folder == "":
        return None
    if folder is None:
        import platformdirs

        folder = platformdirs.user_cache_dir("simdyhpo")
    # What can read a copy is the code that wrote it: of tables, of configurations, of numpy.
    code = [Path(str(module.__file__)).stat().st_mtime_ns for module in (curves, configurations)]
    key = (str(path.resolve()), stat.st_size, stat.st_mtime_ns, code, np.__version__)
    return Path(folder) / "tables" / f"{hashlib.sha256(repr(key).encode()).hexdigest()[:32]}.table"
