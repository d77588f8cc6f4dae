"""What is written of the board, and of a method's standing: a page and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from simdyhpo.board.figures import rank_figure, regret_figure
from simdyhpo.board.page import board_page, standing_page
from simdyhpo.board.ranking import Ranking
from simdyhpo.drawing.canvas import Figure, save_figure
from simdyhpo.errors import cant_write
from simdyhpo.html_report.report import write_report

if TYPE_CHECKING:
    from simdyhpo.board.standing_frames import StandingFrames

PAGE = "board.html"


def write_standing(standing: StandingFrames, folder: Path) -> list[Path]:
    """Write a method's page and, if it is ranked among others, its figures.

    Raises:
        OutputError: the folder can't be written, or has another page of that name.
    """
    found = standing.found
    figures = {}
    if standing.ranked and len(found.labels) > 1:
        figures = {
            "board-ranks": rank_figure(found, standing.label),
            "board-regret": regret_figure(found, standing.shown),
        }
    return _written(folder, standing_page(standing), figures)


def write_board(found: Sequence[Ranking], folder: Path) -> list[Path]:
    """Write a page of the board, and its figures.

    Raises:
        OutputError: see `write_standing`.
    """
    return _written(folder, board_page(found), board_figures(found))


def board_figures(found: Sequence[Ranking]) -> dict[str, Figure]:
    """The figures of each part that ranks several methods, by the name of their files."""
    return {
        f"board-{one.part.name}-{name}": draw(one)
        for one in found
        if len(one.labels) > 1
        for name, draw in (("ranks", rank_figure), ("regret", regret_figure))
    }


def _written(folder: Path, page: str, figures: Mapping[str, Figure]) -> list[Path]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise cant_write(folder, error) from None
    write_report(page, folder / PAGE)
    return [
        folder / PAGE,
        *(path for stem, figure in figures.items() for path in save_figure(figure, folder, stem)),
    ]
