"""Make the tables of measured LCBench: `python blackboxes/lcbench/make.py --date YYYY-MM-DD`.

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from simdyhpo.errors import SimdyhpoError
from simdyhpo.importers.lcbench import (
    EPOCHS,
    MeasuredTask,
    measured_seconds,
    measured_table,
    measured_tasks,
    read_measured,
)
from simdyhpo.importers.scenarios import SCENARIOS
from simdyhpo.importers.shipping import library_versions, table_manifest, write_blackbox
from simdyhpo.importers.yahpo import Surrogate
from simdyhpo.tables.blackboxes import files_in
from simdyhpo.tables.files import Seconds

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"
CITATION = (
    "Zimmer, Lindauer and Hutter (2021): Auto-PyTorch - Multi-Fidelity MetaLearning for Efficient and Robust "
    "AutoDL, IEEE TPAMI 43(9), 3079-3090."
)
YAHPO = (
    "Pfisterer, Schneider, Moosbauer, Binder and Bischl (2022): YAHPO Gym - An Efficient Multi-Objective "
    "Multi-Fidelity Benchmark for Hyperparameter Optimization, AutoML Conference."
)
SURROGATE = SCENARIOS["lcbench"]


def seconds_of(
    task: MeasuredTask, data: Path, stem: str, yahpo: Path
) -> tuple[npt.NDArray[Any], Seconds, tuple[str, ...]]:
    """(n, EPOCHS) seconds, where they come from, and what to say of them."""
    measured = measured_seconds(data, stem)
    if measured is not None:
        return measured.astype(np.float32), "measured", ("Seconds are measured.",)
    epochs = np.arange(1, EPOCHS + 1, dtype=np.float64)
    if str(task.openml_task) not in SURROGATE.tasks:
        nominal = np.broadcast_to(epochs, task.losses.shape)
        return nominal, "nominal", ("No seconds are known: every epoch counts as one.",)
    surrogate = Surrogate(yahpo, "lcbench", str(task.openml_task))
    (predicted,) = surrogate.curves(task.columns(), SURROGATE.grid, (SURROGATE.seconds,))
    notes = (
        (
            "Seconds are predicted by YAHPO Gym's surrogate: those of the whole training, in equal parts for "
            "its epochs, as the one task with measured seconds has them."
        ),
    )
    return predicted[:, -1:].astype(np.float64) / EPOCHS * epochs, "predicted", notes


def make(name: str, stem: str, data: Path, yahpo: Path, date: str) -> str:
    """Make one table and its manifest; returns what to say of it."""
    task = read_measured(data, stem)
    elapsed, seconds, notes = seconds_of(task, data, stem, yahpo)
    table = measured_table(task, name, elapsed, seconds)
    manifest = table_manifest(
        table,
        licence="Apache-2.0",
        citation=CITATION + (f" Seconds: {YAHPO}" if seconds == "predicted" else ""),
        made_by="python blackboxes/lcbench/make.py",
        versions=library_versions("numpy", "onnxruntime"),
        seeds={},
        notes=[
            f"Made on {date}.",
            "Resources 1..51 are epochs: the published point 0, the network before training, is left out.",
            "Values are held in single precision, as they were logged.",
            *notes,
        ],
    )
    files = files_in(ROOT / "blackboxes" / "lcbench" / "tables", name)
    write_blackbox(table, manifest, files.table, files.manifest, pack=True)
    return f"{name}: {len(table)} x {table.max_resource}, {files.table.stat().st_size} bytes"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the tables that were asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tables", nargs="*", help="names; all by default")
    parser.add_argument("--data", type=Path, default=SHARED / "lcbench", help="holds curves/ and final/")
    parser.add_argument("--yahpo", type=Path, default=SHARED / "yahpo", help="holds YAHPO's lcbench/")
    parser.add_argument("--date", required=True, help="goes into the manifests, as YYYY-MM-DD")
    asked = parser.parse_args(arguments)
    try:
        tasks = measured_tasks(asked.data)
        if unknown := sorted(set(asked.tables) - set(tasks)):
            parser.error(f"unknown table {unknown[0]!r}; known are {', '.join(tasks)}")
        for name in tqdm(asked.tables or tasks, unit="table"):
            tqdm.write(make(name, tasks[name], asked.data, asked.yahpo, asked.date))
    except SimdyhpoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
