"""What the runs in a folder are about: each has a folder of marks there while it is under way.

    .under-way-XXXXXXXX/asked   keys of all cells that it asks for, a line each
    .under-way-XXXXXXXX/KEY     that cell is being worked on

A run that was killed leaves its folder behind, and for a day it counts as if it went on.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from simdyhpo.files.whole import written_whole
from simdyhpo.studies.checksums import digest

UNDER_WAY = ".under-way-"
"""What the name of such a folder begins with."""
ABANDONED = 24 * 3600
"""Seconds after which nobody can still be writing a file aside."""

_ASKED = "asked"


def write_asked(marks: Path, keys: Iterable[str]) -> str:
    """Say in a run's folder of marks what it asks for, so that nobody takes that for stale.

    Returns:
        The digest of what it says, for `is_seen`.
    """
    content = "".join(f"{key}\n" for key in dict.fromkeys(keys)).encode("ascii")
    with written_whole(marks / _ASKED) as aside:
        aside.write_bytes(content)
    return digest(content)


def is_seen(marks: Path, asked: str) -> bool:
    """Whether a run's folder of marks is the same here as where the run was begun.

    A folder of that name is not enough: what it asks for must be in it. Once seen, it counts as seen in this
    process.

    Args:
        marks: the folder.
        asked: what `write_asked` returned there.
    """
    if (marks, asked) not in _SEEN:
        try:
            if digest((marks / _ASKED).read_bytes()) != asked:
                return False
        except OSError:
            return False
        _SEEN.add((marks, asked))
    return True


_SEEN: set[tuple[Path, str]] = set()
"""What `is_seen` has found to be so."""


def being_asked(folder: Path, now: float | None = None) -> dict[Path, set[str]]:
    """Keys that the runs under way in a folder of results ask for, by their folders of marks."""
    limit = (time.time() if now is None else now) - ABANDONED  # noqa: TID251 - the age of files
    asked = {}
    for marks in folder.glob(f"{UNDER_WAY}*"):
        with suppress(OSError):  # it ends while we look
            if marks.stat().st_mtime >= limit:
                asked[marks] = set((marks / _ASKED).read_text(encoding="ascii").splitlines())
    return asked
