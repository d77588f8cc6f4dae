"""Files that are whole or not there: written under another name, then renamed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PART = ".part"
"""What names of files that are being written end with; they begin with a dot."""


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """A name beside `path` to write to: its file takes the place of `path` in the end, or goes on an error.

    Any number of processes may write one path at once; each has a name of its own. Errors are passed on.
    """
    aside = path.with_name(f".{path.name}-{secrets.token_hex(8)}{PART}")
    try:
        yield aside
        aside.replace(path)
    except BaseException:
        with suppress(OSError):  # the first error is the one to hear of
            aside.unlink(missing_ok=True)
        raise
