"""What killed runs left behind in a study's folder."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from simdyhpo.files.whole import PART
from simdyhpo.studies.under_way import ABANDONED, UNDER_WAY


def remove_leftovers(folder: Path, now: float | None = None) -> int:
    """Remove what killed runs left a day ago or earlier; returns how many files and folders.

    Younger ones may belong to a run that is under way.

    Args:
        folder: of all results.
        now: the time, in seconds; the host's by default.
    """
    limit = (time.time() if now is None else now) - ABANDONED  # noqa: TID251 - the age of files
    removed = 0
    for pattern in (f"*/.*{PART}", f".*{PART}", f"{UNDER_WAY}*"):
        for path in folder.glob(pattern):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime >= limit:
                    continue
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink()
                removed += 1
    return removed
