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

UNDER_WAY = ".under-way-"
"""What the name of such a folder begins with."""
ABANDONED = 24 * 3600
"""Seconds after which nobody can still be writing a file aside."""

_ASKED = "asked"


def write_asked(marks: Path, keys: Iterable[str]) -> None:
    """Say in a run's folder of marks what it asks for, so that nobody takes that for stale."""
    with written_whole(marks / _ASKED) as aside:
        aside.write_text("".join(f"{key}\n" for key in dict.fromkeys(keys)), encoding="ascii")


def being_asked(folder: Path, now: float | None = None) -> dict[Path, set[str]]:
    """Keys that the runs under way in a folder of results ask for, by their folders of marks."""
    limit = (time.time() if now is None else now) - ABANDONED  # noqa: TID251 - the age of files
    asked = {}
    for marks in folder.glob(f"{UNDER_WAY}*"):
        with suppress(OSError):  # it ends while we look
            if marks.stat().st_mtime >= limit:
                asked[marks] = set((marks / _ASKED).read_text(encoding="ascii").splitlines())
    return asked
