"""What a command line names: stored runs, and a user's own modules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simdyhpo.traces.stored_run import StoredRun


def open_run(place: Path) -> StoredRun:
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
    """Let `module:Class` lie in the current folder, and say so: its code is about to run.

    Installed modules go first. Only commands that run schedulers call this.

    Args:
        names: of schedulers and searchers, or any options.
    """
    from simdyhpo.own_code import find_module, is_own

    here = str(Path.cwd())
    for name in dict.fromkeys(filter(is_own, names)):
        found = find_module(name)
        if found is None and (found := find_module(name, [here])) is not None and here not in sys.path:
            sys.path.append(here)
        # What Python has frozen or built in lies nowhere.
        origin = found.origin if found is not None and found.has_location else None
        if (
            origin
            and Path(origin).absolute().is_relative_to(here)
            and "site-packages" not in Path(origin).parts
        ):
            click.echo(f"note: {name} is code in the current folder, and runs: {origin}", err=True)
