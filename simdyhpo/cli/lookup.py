"""What a command line names: stored runs, and a user's own modules."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simdyhpo.traces.stored_run import StoredRun

_added: list[str] = []
"""What `find_own_modules` put on Python's path."""


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
        with _without_here():
            installed = find_module(name) is not None
        if installed:
            continue  # wherever its source lies: an editable installation's may lie here
        found = find_module(name) or find_module(name, [here])
        if found is not None and here not in sys.path and "" not in sys.path:
            sys.path.append(here)
            _added.append(here)
        # What Python has frozen or built in lies nowhere.
        origin = found.origin if found is not None and found.has_location else None
        if origin and Path(origin).absolute().is_relative_to(here):
            click.echo(f"note: {name} is code in the current folder, and runs: {origin}", err=True)


@contextmanager
def _without_here() -> Iterator[None]:
    """Python's path without what follows the current folder: `python -m`, a relative PYTHONPATH, `_added`.

    What else leads here was installed so.
    """
    here = Path.cwd()
    relative = [entry for entry in os.environ.get("PYTHONPATH", "").split(os.pathsep) if entry]
    follows = [str(here / entry) for entry in relative if not Path(entry).is_absolute()] + _added
    whole, kept = sys.path, [entry for entry in sys.path if entry]
    if not sys.flags.safe_path and kept[:1] == [str(here)]:
        kept = kept[1:]
    for entry in follows:
        place = os.path.normpath(entry)
        if place in kept:
            kept.remove(place)
    sys.path = kept
    try:
        yield
    finally:
        sys.path = whole
