"""What a command line names: stored runs, and a user's own modules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simdyhpo.studies.stored_cell import StoredCell
    from simdyhpo.traces.read import StoredRun


def open_run(place: Path) -> StoredRun | StoredCell:
    """A run's folder, or a cell of a study's results.

    Raises:
        OutputError: there is no run, or it is damaged.
    """
    from simdyhpo.studies.places import is_cell

    if is_cell(place):
        from simdyhpo.studies.stored_cell import open_cell

        return open_cell(place)
    from simdyhpo.traces.read import read_run

    return read_run(place)


def find_own_modules(*names: str) -> None:
    """Let `module:Class` lie beside a user's data; installed modules go first.

    Args:
        names: of schedulers, or options; the folder is looked at only if one of them has a `module:Class`.
    """
    if any(":" in name for name in names) and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
