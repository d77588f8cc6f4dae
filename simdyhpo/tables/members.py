"""The arrays of a table's file, looked at before they are unpacked: a small file can hold a huge one."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simdyhpo.files.bounded import check_regular
from simdyhpo.files.limits import MAX_HEADER_BYTES, MAX_TABLE_BYTES

_ZIP = b"PK\x03\x04"
_HEADER = "header"


@contextlib.contextmanager
def opened(path: Path) -> Iterator[np.lib.npyio.NpzFile]:
    """A file's archive of arrays. Opened here: numpy leaves a file open that is no archive.

    Raises:
        TypeError: it is none.
        OutputError: it is a device or a pipe.
    """
    check_regular(path)
    with path.open("rb") as file:
        if file.read(len(_ZIP)) != _ZIP:
            raise TypeError("it is no archive of arrays")
        file.seek(0)
        with np.load(file, allow_pickle=False) as archive:
            yield archive


def header_bytes(archive: np.lib.npyio.NpzFile) -> bytes:
    """What the file says of itself.

    Raises:
        TypeError: that is too long.
    """
    if _size(archive, _HEADER) > MAX_HEADER_BYTES:
        raise TypeError(f"its header is longer than {MAX_HEADER_BYTES:,} bytes")
    found: bytes = archive[_HEADER].tobytes()
    return found


def check_members(archive: np.lib.npyio.NpzFile, names: Sequence[str]) -> None:
    """An archive holds these arrays and no others, and they fit into memory.

    Raises:
        KeyError: one is missing.
        TypeError: there are others, or they are too large.
    """
    unknown = sorted(set(archive.files) - {_HEADER, *names})
    if unknown:
        raise TypeError(f"it holds {unknown[0]!r}, which no such table has")
    check_size(archive, names)


def check_size(archive: np.lib.npyio.NpzFile, names: Sequence[str]) -> None:
    """These arrays of an archive fit into memory.

    Raises:
        KeyError: one is missing.
        TypeError: they don't.
    """
    if sum(_size(archive, name) for name in names) > MAX_TABLE_BYTES:
        raise TypeError(f"it unpacks to more than {MAX_TABLE_BYTES:,} bytes")


def _size(archive: np.lib.npyio.NpzFile, name: str) -> int:
    """Bytes of an array, as its own first bytes say: so much memory is taken for it."""
    form: Any = np.lib.format
    with archive.zip.open(f"{name}.npy") as member:
        version = form.read_magic(member)
        read = {(1, 0): form.read_array_header_1_0, (2, 0): form.read_array_header_2_0}
        if version not in read:
            raise TypeError(f"{name} is written in an unknown way")
        shape, _, dtype = read[version](member)
    return int(math.prod(shape) * dtype.itemsize)
