"""What the demo runs, and running it in several processes."""

from __future__ import annotations

import functools
import itertools
import multiprocessing
import signal
import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

import msgspec
from tqdm import tqdm

from simdyhpo.blackboxes import load_blackbox
from simdyhpo.curves import CurveTable
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs import simulate
from simdyhpo.traces.write import write_run


class Variant(msgspec.Struct, frozen=True):
    """A scheduler with settings."""

    scheduler: str
    options: Mapping[str, Any] = {}


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """Every variant on every table, with every number of workers, for seeds 0 to `seeds - 1`."""

    tables: tuple[str, ...]
    variants: tuple[Variant, ...]
    workers: tuple[int, ...] = (1, 4)
    seeds: int
    max_epochs: int


class Run(msgspec.Struct, frozen=True):
    """One run of a grid."""

    table: str
    variant: Variant
    workers: int
    seed: int
    max_epochs: int

    @property
    def folder(self) -> Path:
        """Where its logs go, below the folder of all runs."""
        label = label_of(self.variant.scheduler, self.variant.options)
        return Path(self.table, f"{label}-w{self.workers}-s{self.seed}")


VARIANTS = (
    Variant("dyhpo", {"probability_sh": 0}),
    Variant("dyhpo", {"probability_sh": 0.25}),
    Variant("asha"),
    Variant("asha-stopping"),
    Variant("random"),
)
FULL = Grid(tables=("lcbench-fashion-mnist", "lcbench-covertype"), variants=VARIANTS, seeds=5, max_epochs=300)
SMALL = Grid(tables=("digits-mlp",), variants=VARIANTS, seeds=1, max_epochs=60)


def label_of(scheduler: str, options: Mapping[str, Any]) -> str:
    """A scheduler's name in folders, tables and figures; DyHPO's says its `probability_sh`."""
    probability = options.get("probability_sh")
    return scheduler if probability is None else f"{scheduler}-p{probability:g}"


def run_grid(grid: Grid, folder: Path, jobs: int) -> None:
    """Simulate all runs of `grid`, each written below `folder` as soon as it ends.

    A bar on stderr counts the runs. Processes are spawned, not forked, and each run is simulated on its own,
    so what is written doesn't depend on `jobs`. An interrupt loses the runs under way, none that has ended.

    Raises:
        OutputError: a run can't be written.
        SimdyhpoError: a process died.
    """
    # Seed by seed: what an interrupt leaves is then complete for some seeds, and the bar moves evenly.
    runs = [
        Run(table, variant, workers, seed, grid.max_epochs)
        for seed, table, workers, variant in itertools.product(
            range(grid.seeds), grid.tables, grid.workers, grid.variants
        )
    ]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(jobs, len(runs)), mp_context=spawn, initializer=_end_when_interrupted
    ) as pool:
        futures = [pool.submit(_simulate, run, folder) for run in runs]
        try:
            # Where nobody watches, a line every few seconds is enough.
            patience = 0.1 if sys.stderr.isatty() else 5.0
            done = as_completed(futures)
            for future in tqdm(done, "Simulating", len(runs), unit="run", ncols=80, mininterval=patience):
                future.result()
        except BrokenProcessPool:
            raise SimdyhpoError(
                "a simulating process died, perhaps for lack of memory; try again with one job"
            ) from None
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _end_when_interrupted() -> None:
    """An interrupt from the keyboard ends the process at once and without a word; the parent has the say."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _simulate(run: Run, folder: Path) -> None:
    """Simulate one run and write it (in a process of the pool)."""
    result = simulate(
        _table(run.table),
        run.variant.scheduler,
        workers=run.workers,
        seed=run.seed,
        max_epochs=run.max_epochs,
        options=run.variant.options,
    )
    write_run(result, folder / run.folder)


@functools.cache
def _table(name: str) -> CurveTable:
    """Each process loads a table once."""
    return load_blackbox(name)
