"""Run a study's cells in several processes; what is on disk already is not run again."""

from __future__ import annotations

import functools
import multiprocessing
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import msgspec
from tqdm import tqdm

from simdyhpo.blackboxes import blackbox_paths, describe, load_blackbox
from simdyhpo.catalog import SchedulerFactory
from simdyhpo.curves import CurveTable
from simdyhpo.errors import OutputError, SimdyhpoError, UnknownNameError
from simdyhpo.runs import simulate
from simdyhpo.studies.spec import Cell
from simdyhpo.traces.manifest import MANIFEST
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run


def run_cells(cells: Sequence[Cell], folder: Path, jobs: int, tables: Path | None = None) -> int:
    """Simulate the cells that aren't there yet, each written below `folder` as soon as it ends.

    A bar on stderr counts the runs. Processes are spawned, not forked, and each run is simulated on its own,
    so what is written doesn't depend on `jobs`. An interrupt loses the runs under way, none that has ended:
    the next call goes on from there.

    Args:
        cells: what to run.
        folder: of all runs.
        jobs: number of processes.
        tables: a folder of tables `NAME.npz` beside the shipped ones.

    Returns:
        How many runs were made now.

    Raises:
        OutputError: a run can't be written, or a folder holds a run of something else.
        UnknownNameError: there is no such table.
        SimdyhpoError: a process died.
    """
    missing = [cell for cell in cells if not is_there(cell, folder, tables)]
    if not missing:
        return 0
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(jobs, len(missing)), mp_context=spawn, initializer=_end_when_interrupted
    ) as pool:
        futures = [pool.submit(_simulate, cell, folder, tables) for cell in missing]
        try:
            # Where nobody watches, a line every few seconds is enough.
            patience = 0.1 if sys.stderr.isatty() else 5.0
            done = as_completed(futures)
            for future in tqdm(
                done, "Simulating", len(missing), unit="run", ncols=80, mininterval=patience, miniters=1
            ):
                future.result()
        except BrokenProcessPool:
            raise SimdyhpoError(
                "a simulating process died, perhaps for lack of memory; try again with one job"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
    return len(missing)


def is_there(cell: Cell, folder: Path, tables: Path | None) -> bool:
    """Whether the cell was run before.

    Raises:
        OutputError: its folder holds a run of another spec, or of another table of that name.
    """
    place = folder / cell.folder
    if not (place / MANIFEST).exists():
        return False
    found = read_run(place).manifest.spec
    factory = SchedulerFactory(cell.variant.scheduler, cell.variant.options)
    asked = {
        "blackbox": _description(cell.table, tables),
        "scheduler": factory.name,
        "options": msgspec.to_builtins(factory.options),
        "workers": cell.workers,
        "seed": cell.seed,
        "budget": cell.budget,
    }
    for name, value in asked.items():
        if getattr(found, name) != value:
            raise OutputError(
                f"{place}: holds a run with another {name}; give another folder, or remove this run"
            )
    return True


def _end_when_interrupted() -> None:
    """An interrupt from the keyboard ends the process at once and without a word; the parent has the say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _simulate(cell: Cell, folder: Path, tables: Path | None) -> None:
    """Simulate one run and write it (in a process of the pool)."""
    result = simulate(
        _table(cell.table, tables),
        cell.variant.scheduler,
        workers=cell.workers,
        seed=cell.seed,
        options=cell.variant.options,
        **msgspec.structs.asdict(cell.budget),
    )
    write_run(result, folder / cell.folder)


@functools.cache
def _table(name: str, tables: Path | None) -> CurveTable:
    """Each process loads a table once."""
    if name in blackbox_paths():
        return load_blackbox(name)
    if tables is not None and (tables / f"{name}.npz").is_file():
        return CurveTable.load(tables / f"{name}.npz")
    beside = () if tables is None else [path.stem for path in tables.glob("*.npz")]
    raise UnknownNameError("table", name, {*blackbox_paths(), *beside})


@functools.cache
def _description(name: str, tables: Path | None) -> dict[str, object]:
    return describe(_table(name, tables))
