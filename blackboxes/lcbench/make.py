"""Make the three LCBench tables from YAHPO's surrogate: `python blackboxes/lcbench/make.py`.

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import functools
import hashlib
import sys
from pathlib import Path

from tqdm import tqdm

from simdyhpo.errors import SimdyhpoError
from simdyhpo.importers.shipping import library_versions, repairs_go_to_the_manifest, write_blackbox
from simdyhpo.importers.yahpo import lcbench_table

TASKS = {"fashion-mnist": "189908", "covertype": "7593", "christine": "168908"}
CONFIGURATIONS = 2000
SEED = 0
CITATION = (
    "Pfisterer, Schneider, Moosbauer, Binder and Bischl (2022): YAHPO Gym - An Efficient "
    "Multi-Objective Multi-Fidelity Benchmark for Hyperparameter Optimization, AutoML Conference. "
    "Zimmer, Lindauer and Hutter (2021): Auto-PyTorch - Multi-Fidelity MetaLearning for Efficient and "
    "Robust AutoDL, IEEE TPAMI 43(9), 3079-3090."
)
KNOWN_MODELS = {
    "b45c0d85ae39abf8820c8bea5ac82f415763afcbaf3b725e36af452b09cb6dcd": (
        "1.0.2 (slds-lmu/yahpo_data, commit efdab9072f63bd680396cd4b78b927c4a0caaad3)"
    ),
}
"""Which release of YAHPO's data a model file belongs to, by its SHA-256."""

ROOT = Path(__file__).resolve().parents[2]


def make(task: str, data: Path, date: str) -> None:
    """Compute one table and write its folder."""
    name = f"lcbench-{task}"
    progress = functools.partial(tqdm, desc=name, unit="curve")
    with repairs_go_to_the_manifest():
        table = lcbench_table(
            data, TASKS[task], name=name, configurations=CONFIGURATIONS, seed=SEED, progress=progress
        )
    model = hashlib.sha256((data / "lcbench" / "model.onnx").read_bytes()).hexdigest()
    manifest = write_blackbox(
        ROOT / "blackboxes" / name,
        table,
        licence="Apache-2.0",
        citation=CITATION,
        made_by="python blackboxes/lcbench/make.py",
        versions=library_versions("numpy", "onnxruntime", "ConfigSpace", "yahpo_gym")
        | {"yahpo_data": KNOWN_MODELS.get(model, "unknown"), "lcbench/model.onnx sha256": model},
        seeds={"configurations": SEED},
        notes=[
            f"Made on {date}.",
            "Surrogate predictions, not measurements.",
            "Resources 1..51 are the surrogate's epochs 2..52: its epoch 1 is the untrained network.",
            "Seconds count from the surrogate's zero, start-up included.",
            (
                f"{table.time_repairs} of {table.values.size} predicted times ran backwards; the file "
                "holds them as predicted, and loading raises them to the time before."
            ),
        ],
    )
    print(
        f"{name}: best {table.best:.4f}, worst {table.worst:.4f}, "
        f"{table.time_repairs} times repaired, checksum {manifest.checksum}"
    )


def main() -> int:
    """Make the tables that were asked for, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tasks", nargs="*", help=f"of {', '.join(TASKS)}; all by default")
    parser.add_argument(
        "--data",
        type=Path,
        default=ROOT.parent / "shared" / "data" / "yahpo",
        help="folder of YAHPO's data; by default ../shared/data/yahpo, beside the checkout",
    )
    parser.add_argument("--date", required=True, help="goes into the manifests, as YYYY-MM-DD")
    arguments = parser.parse_args()
    tasks = arguments.tasks or list(TASKS)
    if unknown := sorted(set(tasks) - set(TASKS)):
        parser.error(f"unknown task {unknown[0]!r}; known are {', '.join(TASKS)}")
    try:
        for task in tasks:
            make(task, arguments.data, arguments.date)
    except SimdyhpoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
