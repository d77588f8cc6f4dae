"""What lies where below a folder of results."""

from __future__ import annotations

from pathlib import Path

from simdyhpo.studies.checksums import SUMS
from simdyhpo.traces.manifest import RUN_FILES

CELLS, PACKS, FAILURES, DAMAGED, PLANS = "cells", "packs", "failures", "damaged", "plans"
"""Results; many of them together; why others failed; what was set aside; what was asked."""

RESULTS, STUDY = "results", "study.toml"
"""In the folder of a comparison: where its results lie, beside figures and report, and the study's file."""


def is_results(folder: Path) -> bool:
    """Whether a folder is laid out like that of a study's results."""
    return any((folder / name).is_dir() for name in (CELLS, PACKS, FAILURES, DAMAGED, PLANS))


def results_in(folder: Path) -> Path:
    """The folder of results that a folder means: `results` in what `versus` or `sweep` wrote, else itself."""
    inside = folder / RESULTS
    return inside if not is_results(folder) and is_results(inside) else folder


def is_cell(place: Path) -> bool:
    """Whether a path means a study's cell: its folder, a file of it, or one of version 0.1.0."""
    if place.suffix == ".parquet" or (place / SUMS).exists():
        return True
    holds_run = any((place / name).exists() for name in RUN_FILES)
    return place.absolute().parent.name == CELLS and not holds_run
