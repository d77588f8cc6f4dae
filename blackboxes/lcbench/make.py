"""Make the three LCBench tables that are shipped: `python blackboxes/lcbench/make.py --date YYYY-MM-DD`.

See README.md beside this file. The curves are those of `simdyhpo blackbox make lcbench`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from simdyhpo.errors import SimdyhpoError
from simdyhpo.importers.shipping import table_manifest, write_blackbox
from simdyhpo.importers.suites import SUITES

TASKS = ("fashion-mnist", "covertype", "christine")
ROOT = Path(__file__).resolve().parents[2]


def make(task: str, data: Path, date: str) -> str:
    """Compute one table and write its folder; returns what to say of it."""
    suite = SUITES["lcbench"]
    made = suite.make(data, task, suite.Options())
    manifest = table_manifest(
        made.table,
        licence=made.licence,
        citation=made.citation,
        made_by="python blackboxes/lcbench/make.py",
        versions=made.versions,
        seeds=made.seeds,
        notes=[f"Made on {date}.", *made.notes],
    )
    folder = ROOT / "blackboxes" / made.table.name
    write_blackbox(made.table, manifest, folder / "table.npz", folder / "manifest.json")
    return f"{made.table.name}: best {made.table.best:.4f}, checksum {manifest.checksum}"


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
        for task in tqdm(tasks, unit="table"):
            print(make(task, arguments.data, arguments.date))
    except SimdyhpoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
