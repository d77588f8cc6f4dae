"""What the scripts in plots/ do: one figure, from the stored cells of its whole study."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from simdyhpo.errors import SimdyhpoError
from simdyhpo.reproduction.registry import FIGURES
from simdyhpo.reproduction.reproduce import Request, reproduce


def draw_figure(name: str, arguments: Sequence[str] | None = None) -> None:
    """Draw a figure, given a folder of cells and a folder for the picture on the command line.

    Exits with one line on stderr if that can't be done.

    Args:
        name: of the figure.
        arguments: CELLS and OUT; those of the process if not given.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 2:
        raise SystemExit("give two folders: that of the study's results, and that of the pictures")
    cells, out = map(Path, given)
    try:
        reproduce(Request(figures={name: FIGURES[name]}, quick=False, cells=cells, out=out), None, print)
    except SimdyhpoError as error:
        raise SystemExit(f"error: {error}") from None
