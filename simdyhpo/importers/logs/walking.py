"""Which files a folder of logs has: in one order everywhere, and never a whole disk."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from simdyhpo.errors import TableError, one_line
from simdyhpo.files.limits import LOG_DEPTH, LOG_FILES


def files_below(folder: Path, wanted: Callable[[str], bool]) -> list[Path]:
    """The files in a folder and those below it whose names are wanted, numbers in names by their size.

    Links to folders are not followed.

    Raises:
        TableError: it is no folder, can't be read, or has too many files, or too deep ones.
    """
    if not folder.is_dir():
        raise TableError(str(folder), "there is no such folder", "check the path")
    found, seen, depth = [], 0, len(folder.parts)

    def fail(error: OSError) -> NoReturn:
        raise TableError(str(folder), f"can't be read ({one_line(error)})", "check its permissions")

    for place, folders, names in os.walk(folder, onerror=fail):
        seen += len(names)
        if seen > LOG_FILES or len(Path(place).parts) - depth > LOG_DEPTH:
            problem = f"holds more than {LOG_FILES:,} files, or folders more than {LOG_DEPTH} deep"
            raise TableError(str(folder), problem, "give the folder that holds the runs alone")
        folders.sort()
        found += [Path(place, name) for name in names if wanted(name)]
    return sorted(found, key=natural)


def natural(path: Path | str) -> list[tuple[int, int, str]]:
    """What to sort by so that `version_2` comes before `version_10`."""
    parts = re.split(r"([0-9]+)", str(path))
    return [(int(part), len(part), part) if i % 2 else (0, 0, part) for i, part in enumerate(parts)]


def name_below(path: Path, folder: Path) -> str:
    """What a run is called whose files lie in `path`: the way there from the folder that was given."""
    below = path.relative_to(folder).as_posix()
    return folder.resolve().name if below == "." else below
