"""What a cell of a study costs beside its simulation, and that memory stays flat, in studies of tiny cells.

`python -m benchmarks.study_cells SEEDS` runs one such study in a process of its own and prints JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from joblib.externals.loky import get_reusable_executor

from benchmarks.figures import Figure, yes
from benchmarks.memory import peak_bytes
from benchmarks.report import Section
from benchmarks.sizes import Sizes
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import VariantGrid
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.spec import Study
from simdyhpo.studies.store import Store

JOBS = 2
A_SEED = 20
"""Cells of each seed."""
MOST_MILLISECONDS = 10


def section(sizes: Sizes) -> Section:
    """Studies of several sizes."""
    report = Section(
        f"Studies: cells of 20 epochs, {JOBS} processes",
        (
            "cells",
            "s",
            "ms a cell beside its simulation (10)",
            "peak of the parent, MB",
            "of a worker, MB",
            "met",
        ),
        note=f"Wall time, start and planning included; beside its simulation: wall time x {JOBS} processes, "
        "less the simulations' own, over the cells. A cell is ASHA on digits-mlp.",
    )
    for seeds in sizes.study_seeds:
        runs = [_measured(seeds) for _ in range(sizes.repeats)]
        by_name = {name: Figure.of([run[name] for run in runs]) for name in runs[0]}
        report.rows.append(
            (
                f"{A_SEED * seeds:,}",
                *(str(by_name[name]) for name in ("seconds", "overhead_ms", "parent_mb", "worker_mb")),
                yes(by_name["overhead_ms"].median <= MOST_MILLISECONDS),
            )
        )
    return report


def tiny_study(seeds: int) -> Study:
    """Cells that are simulated in less than a millisecond."""
    variants = VariantGrid(scheduler="asha", grid={"reduction_factor": [2, 3, 4, 5, 6]}).variants()
    return Study(
        name="tiny",
        blackboxes=["digits-mlp"],
        variants=variants,
        workers=[1, 2, 3, 4],
        seeds=seeds,
        budget=Budget(max_epochs=20),
    )


def main() -> None:
    seeds = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        plan, store = make_plan(tiny_study(seeds)), Store(Path(folder))
        run_study(plan, store, Pool("loky", JOBS))
        wall = time.perf_counter() - started
        get_reusable_executor().shutdown(wait=True)  # only ended processes are accounted for
        worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        peaks = {
            "parent_mb": peak_bytes() / 1e6,
            "worker_mb": worker / (1e6 if sys.platform == "darwin" else 1e3),
        }
        simulated = float(store.seconds(plan.keys).sum())
    overhead = 1000 * (JOBS * wall - simulated) / (A_SEED * seeds)
    print(json.dumps({"seconds": wall, "overhead_ms": overhead} | peaks))


def _measured(seeds: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.study_cells", str(seeds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


if __name__ == "__main__":
    main()
