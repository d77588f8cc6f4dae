"""Run a notebook's code and keep the figures that it draws: `python tools/run_notebook.py NOTEBOOK FOLDER`.

For an installed package alone: it needs what simdyhpo brings, and no Jupyter. Cells run from top to bottom in
one session, in FOLDER; lines with `!` go to the shell. A cell that asks for a plot and draws none is wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl


def code_of(notebook: Path) -> list[str]:
    """The text of each code cell."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def run(cells: list[str], folder: Path) -> list[Path]:
    """Run them in a folder, which becomes the current one; the pictures that were drawn, in order.

    Raises:
        RuntimeError: a cell should have drawn and didn't.
        CalledProcessError: a command failed.
        BaseException: what a cell raises.
    """
    mpl.use("agg")
    from matplotlib import pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    sys.path.insert(0, "")
    session: dict[str, object] = {"__name__": "__main__"}
    pictures = []
    for number, text in enumerate(cells, 1):
        for line in text.splitlines():
            if line.startswith("!"):
                subprocess.run(line[1:], shell=True, check=True)
        code = "\n".join("" if line.startswith("!") else line for line in text.splitlines())
        exec(compile(code, f"cell {number}", "exec"), session)
        drawn = [plt.figure(which) for which in plt.get_fignums()]
        if ".plot(" in code and not any(figure.axes for figure in drawn):
            raise RuntimeError(f"cell {number} drew nothing:\n{text}")
        for figure in drawn:
            pictures.append(Path(f"figure-{len(pictures) + 1}.png").absolute())
            figure.savefig(pictures[-1])
            plt.close(figure)
    return pictures


def main(words: list[str]) -> int:
    """Do what the command line asks for."""
    notebook, folder = map(Path, words)
    for picture in run(code_of(notebook), folder):
        print(picture.name, picture.stat().st_size)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
