"""Write the board's tables into docs/board.md from the shipped results.

Run it after results were added, tools.fill_pages for docs/findings.md, and plots/board.py for the figures; a
test asks for tables and pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from simdyhpo.analysis.markdown import markdown
from simdyhpo.board.definition import SHIPPED, grid_of, load_board
from simdyhpo.board.field import read_field
from simdyhpo.board.ranking import Ranking, ranking
from simdyhpo.board.results import method_files
from simdyhpo.board.words import head_words, rest_words, table_rows

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "board.md"


def parts() -> list[Ranking]:
    """Every part of the shipped board that has results."""
    board = load_board()
    return [
        ranking(board, part, grid_of(board), read_field(board, part))
        for part in board.parts
        if method_files(SHIPPED, part)
    ]


def filled(page: str) -> str:
    """The page with its tables renewed."""
    block = "\n".join(
        ["<!-- board: tables -->", *(line for found in parts() for line in _lines(found)), "<!-- end -->"]
    )
    return re.sub(r"<!-- board: tables -->\n.*?<!-- end -->", lambda _: block, page, flags=re.DOTALL)


def _lines(found: Ranking) -> Iterator[str]:
    words = head_words(found)
    yield f"{words[0].upper()}{words[1:]}."
    yield ""
    head, rows = table_rows(found)
    yield from markdown([head, *rows])
    yield ""
    for line in rest_words(found):
        yield f"{line[0].upper()}{line[1:]}."
        yield ""


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
