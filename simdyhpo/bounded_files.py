"""Files that a user or a stranger names, read with a bound: a device or an endless file takes no memory."""

from __future__ import annotations

import stat
from pathlib import Path

from simdyhpo.errors import OutputError

SETTINGS_BYTES = 16_000_000
"""Of a file that a person writes, such as a study, and of a manifest."""
PLAN_BYTES = 400_000_000
"""Of a study's stored plan: a hundred bytes for each of millions of cells."""
LOG_BYTES = 4_000_000_000
"""Of a file that holds a run's decisions or reports."""


def read_bounded(path: Path, most: int) -> bytes:
    """The content of a regular file.

    Args:
        path: of the file.
        most: bytes that it may have.

    Raises:
        OutputError: it is a device, a pipe or the like, or larger.
        OSError: it can't be read for another reason.
    """
    if not stat.S_ISREG(path.stat().st_mode) and not path.is_dir():
        raise OutputError(f"{path}: is no regular file but a device or pipe; write it to a file first")
    with path.open("rb") as file:
        content = file.read(most + 1)  # what the size says of a file can be wrong, as below /proc
    if len(content) > most:
        raise OutputError(
            f"{path}: larger than {most / 1e6:,.0f} MB, which no such file needs; check the path"
        )
    return content


def read_bounded_text(path: Path, most: int) -> str:
    """As `read_bounded`, as text.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
        OutputError, OSError: see there.
    """
    return read_bounded(path, most).decode("utf-8")
