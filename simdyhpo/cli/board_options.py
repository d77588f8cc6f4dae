"""What the commands on boards share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from simdyhpo.board.definition import Board, Part

PART = click.option(
    "--part", metavar="NAME", help="One part of the board alone: one-worker or eight-workers."
)
BOARD = click.option(
    "--board",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Another board: a folder with its board.toml and results.",
)


def the_board(folder: Path | None) -> tuple[Board, Path]:
    """The board in a folder, or the shipped one; and its folder."""
    from simdyhpo.board.definition import SHIPPED, load_board

    place = folder or SHIPPED
    return load_board(place), place


def parts_of(board: Board, folder: Path, name: str | None) -> list[Part]:
    """The part that was asked for; else those that have results, or the first if none has."""
    from simdyhpo.board.results import method_files

    if name is not None:
        return [board.part(name)]
    return [part for part in board.parts if method_files(folder, part)] or [board.part()]
