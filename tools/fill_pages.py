"""Renew stored numbers, figures and pages from the cells of the paper's studies, in one command:

    python -m tools.fill_pages --cells FOLDER [--without VARIANT]

FOLDER has a folder for each study (lcbench, taskset, taskset-untrained, yahpo-lcbench); those that are there
are taken. Without --cells, pages are filled from what experiments/results/ and the board hold; a test asks
for that.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from simdyhpo.cli.main import main as simdyhpo
from simdyhpo.errors import SimdyhpoError
from simdyhpo.reproduction.registry import FIGURES
from simdyhpo.reproduction.reproduce import Request, reproduce
from tools.exact_numbers import exact_numbers
from tools.page_blocks import BLOCKS
from tools.stored_results import EXACT, RESULTS, ROOT

PAGES = tuple(
    ROOT / name
    for name in (
        "README.md",
        "docs/index.md",
        "docs/findings.md",
        "docs/reproduction.md",
        "docs/searchers.md",
        "docs/default-searcher.md",
        "docs/laboratory.md",
    )
)
FIGURES_FOLDER = ROOT / "plots" / "figures"
STUDIES = ("lcbench", "taskset", "taskset-untrained", "yahpo-lcbench")
HALVES = ("tuning-half", "confirming-half")
"""Studies without figures: their report, and a row for each cell."""
BASELINE = "asha"


def filled(page: str) -> str:
    """A page with each of its blocks renewed.

    Raises:
        KeyError: a marker names no block.
    """
    return re.sub(
        r"<!-- from results: ([a-z-]+) -->\n.*?<!-- end -->",
        lambda found: "\n".join([f"<!-- from results: {found[1]} -->", *BLOCKS[found[1]](), "<!-- end -->"]),
        page,
        flags=re.DOTALL,
    )


def renew(study: str, cells: Path, tables: Path | None, without: Sequence[str]) -> None:
    """Figures of a study into plots/figures, its numbers and report into experiments/results/STUDY."""
    figures = {name: spec for name, spec in FIGURES.items() if spec.study == study}
    request = Request(
        figures=figures,
        quick=False,
        cells=cells,
        out=FIGURES_FOLDER,
        tables=tables,
        formats=("png",),
        without=tuple(without),
    )
    into = RESULTS / study
    into.mkdir(parents=True, exist_ok=True)
    for path in reproduce(request, None, print):
        if path.suffix in (".csv", ".md"):
            path.replace(into / path.name.removeprefix(f"{study}-"))
    report(study, cells, BASELINE, [] if tables is None else ["--tables", str(tables)])


def report(study: str, cells: Path, baseline: str, more: Sequence[str] = ()) -> None:
    """A study's report and results into experiments/results/STUDY."""
    into = str(RESULTS / study)
    simdyhpo(["study", "report", study, "--out", str(cells), "--baseline", baseline, "--save", into, *more])


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cells", type=Path, help="folder with a folder of results for each study")
    parser.add_argument("--tables", type=Path, help="folder of tables that were made on demand")
    parser.add_argument("--without", action="append", default=[], help="a variant to leave out")
    asked = parser.parse_args(arguments)
    try:
        if asked.cells is not None:
            exact_numbers().to_csv(RESULTS / EXACT, index=False, lineterminator="\n")
            for study in STUDIES:
                if (asked.cells / study / "cells").is_dir():
                    renew(study, asked.cells / study, asked.tables, asked.without)
            for study in HALVES:
                if (asked.cells / study / "cells").is_dir():
                    report(study, asked.cells / study, "dyhpo")
    except SimdyhpoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for page in PAGES:
        page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
