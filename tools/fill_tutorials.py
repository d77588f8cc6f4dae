"""The tutorials' pictures and notebooks, made from their pages: `python -m tools.fill_tutorials`.

A page, docs/tutorial-NAME.md, is the source. Its figures are drawn by its own code, and its notebook has the
page's text and code; a notebook's reader draws the figures there. tests/docs/test_tutorials.py holds the two
together.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

import matplotlib as mpl

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("tutorial-*.md"))
_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_PICTURE = re.compile(r"^!\[[^\]]*\]\([^)]*\)\n?", flags=re.MULTILINE)
_ITSELF = re.compile(r"\s*As a\s+notebook:\s+\[[^\]]*\]\([^)]*\)\.")


def notebook_of(page: Path) -> Path:
    """Where a page's notebook lies."""
    return DOCS / "notebooks" / f"{page.stem}.ipynb"


def notebook(page: Path) -> str:
    """A page as the text of a notebook (nbformat 4.5), without outputs."""
    text, cells, begin = page.read_text(encoding="utf-8"), [], 0
    for block in _BLOCK.finditer(text):
        cells.append(("markdown", _words(text[begin : block.start()])))
        begin = block.end()
        if block["language"] == "python":
            cells.append(("code", block["text"]))
        elif block["language"] == "sh":
            cells.append(("code", "".join(f"!{line}\n" for line in block["text"].splitlines())))
    cells.append(("markdown", _words(text[begin:])))
    whole = {
        "cells": [_cell(number, *cell) for number, cell in enumerate(cells) if cell[1].strip()],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _words(text: str) -> str:
    """A page's text where the notebook lies: links lead one folder up; pictures are drawn there."""
    plain = _ITSELF.sub("", _PICTURE.sub("", text))
    return re.sub(r"\]\((?=[\w-]+\.md)", "](../", plain).strip() + "\n"


def _cell(number: int, kind: str, text: str) -> dict[str, object]:
    lines = text.rstrip("\n").splitlines(keepends=True)
    cell: dict[str, object] = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": lines}
    return cell | ({"execution_count": None, "outputs": []} if kind == "code" else {})


def draw(page: Path) -> None:
    """Run a page's Python and keep its figures, in their order."""
    from matplotlib import pyplot as plt

    session: dict[str, object] = {"__name__": "docs"}
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["language"] == "python":
            exec(compile(block["text"], page.name, "exec"), session)
    for place, number in enumerate(plt.get_fignums(), 1):
        path = DOCS / "figures" / f"{page.stem}-{place}.png"
        path.parent.mkdir(exist_ok=True)
        plt.figure(number).savefig(path, dpi=100, metadata={"Software": None})
    plt.close("all")


def main() -> None:
    mpl.use("agg")
    for page in PAGES:
        notebook_of(page).parent.mkdir(exist_ok=True)
        notebook_of(page).write_text(notebook(page), encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            draw(page)
            os.chdir(DOCS)


if __name__ == "__main__":
    main()
