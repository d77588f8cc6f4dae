"""What the scripts in plots/ do: one figure, from the stored cells of its whole study."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from simdyhpo.errors import SimdyhpoError
from simdyhpo.reproduction.registry import FIGURES
from simdyhpo.reproduction.reproduce import Request, reproduce

_NO_CAPTION = "--no-caption"


def draw_figure(name: str, arguments: Sequence[str] | None = None) -> None:
    """Draw a figure, given a folder of cells and a folder for the picture on the command line.

    With --no-caption, too, its small print stands beside it, in NAME.md. Exits with one line on stderr if
    that can't be done.

    Args:
        name: of the figure.
        arguments: CELLS, OUT and maybe --no-caption; those of the process if not given.
    """
    folders, captions = asked(sys.argv[1:] if arguments is None else arguments)
    if len(folders) != 2:
        raise SystemExit("give two folders: that of the study's results, and that of the pictures")
    cells, out = folders
    request = Request(figures={name: FIGURES[name]}, quick=False, cells=cells, out=out, captions=captions)
    try:
        reproduce(request, None, print)
    except SimdyhpoError as error:
        raise SystemExit(f"error: {error}") from None


def asked(arguments: Sequence[str]) -> tuple[list[Path], bool]:
    """The folders that a script was given, and whether its figure has its caption inside."""
    return [Path(one) for one in arguments if one != _NO_CAPTION], _NO_CAPTION not in arguments
