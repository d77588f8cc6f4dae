"""Files that a user or a stranger names, read with a bound: a device or an endless file takes no memory."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from simdyhpo.errors import OutputError


def read_bounded(path: Path, most: int) -> bytes:
    """The content of a regular file.

    Args:
        path: of the file.
        most: bytes that it may have.

    Raises:
        OutputError: it is a device, a pipe or the like, or larger.
        OSError: it can't be read for another reason.
    """
    check_regular(path)
    with path.open("rb") as file:
        content = file.read(most + 1)  # what the size says of a file can be wrong, as below /proc
    if len(content) > most:
        raise OutputError(
            f"{path}: larger than {most / 1e6:,.0f} MB, which no such file needs; check the path"
        )
    return content


def check_regular(path: Path) -> None:
    """Nobody opens a pipe or a device, which may have no end or no writer.

    Raises:
        OutputError: it is one.
        OSError: there is no such file, or it can't be seen.
    """
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise OutputError(f"{path}: is no regular file but a device or pipe; write it to a file first")


def read_bounded_text(path: Path, most: int) -> str:
    """As `read_bounded`, as text.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
        OutputError, OSError: see there.
    """
    return read_bounded(path, most).decode("utf-8")


def file_checksum(path: Path) -> str:
    """SHA-256 of a regular file, read piece by piece.

    Raises:
        OutputError: it is a device, a pipe or the like.
        OSError: it can't be read for another reason.
    """
    check_regular(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
