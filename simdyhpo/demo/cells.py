"""Run the demo's cells, each into a folder of its own with logs to read."""

from __future__ import annotations

import contextlib
import functools
import sys
from collections import deque
from pathlib import Path

import msgspec

from simdyhpo.bars import Bar
from simdyhpo.errors import ModelLibraryError, SimdyhpoError
from simdyhpo.processes import settle_in
from simdyhpo.runs.front_door import simulate
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.spec import Cell, Study
from simdyhpo.studies.tables import study_table
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.write import write_run


def run_cells(study: Study, folder: Path, jobs: int) -> ModelLibraryError | None:
    """Simulate all cells, each written below `folder` as soon as it ends, with a bar on stderr.

    Returns:
        why those whose schedulers have a model were left out; None if they weren't.

    Raises:
        SimdyhpoError: a run failed or can't be written, or a process died.
    """
    pool, cells = Pool("loky", jobs), study.cells()
    left_out = None
    work = functools.partial(_simulate, folder=folder.absolute())
    patience = 0.1 if sys.stderr.isatty() else 5.0
    with (
        Bar(desc="Simulating", total=len(cells), unit="run", ncols=80, mininterval=patience) as bar,
        contextlib.closing(pool.work_through(work, deque(cells))) as all_ended,
    ):
        for ended in all_ended:
            if ended.died:
                raise SimdyhpoError(
                    "a simulating process died, perhaps for lack of memory; try again with --jobs 1"
                )
            if isinstance(ended.error, ModelLibraryError):
                left_out = ended.error
            elif ended.error is not None:
                raise ended.error
            bar.update(1)
    return left_out


def cell_folder(cell: Cell) -> Path:
    """Where its logs go, below the folder of all runs."""
    return Path(cell.blackbox, f"{cell.variant.label}-w{cell.workers}-s{cell.seed}")


def _simulate(cell: Cell, folder: Path) -> None:
    """Simulate one run and write it (in a process of the pool)."""
    settle_in()
    result = simulate(
        _table(cell.blackbox),
        cell.variant.scheduler,
        workers=cell.workers,
        seed=cell.seed,
        options=cell.variant.options,
        **msgspec.structs.asdict(cell.budget),
    )
    write_run(result, folder / cell_folder(cell))


@functools.cache
def _table(name: str) -> CurveTable:
    """Each process loads a table once."""
    return study_table(name)
