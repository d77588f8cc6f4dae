"""Make TaskSet's twelve tables: `python blackboxes/taskset/make.py --date YYYY-MM-DD`.

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from simdyhpo.errors import SimdyhpoError
from simdyhpo.importers.shipping import table_manifest, write_blackbox
from simdyhpo.importers.suites import SUITES
from simdyhpo.tables.blackboxes import files_in

ROOT = Path(__file__).resolve().parents[2]


def make(task: str, data: Path, date: str) -> str:
    """Make one table, as `simdyhpo blackbox make taskset` does; returns what to say of it."""
    suite = SUITES["taskset"]
    made = suite.make(data, task, suite.Options())
    manifest = table_manifest(
        made.table,
        licence=made.licence,
        citation=made.citation,
        made_by="python blackboxes/taskset/make.py",
        versions=made.versions,
        seeds=made.seeds,
        notes=[f"Made on {date}.", *made.notes],
        dropped=made.dropped,
    )
    files = files_in(ROOT / "blackboxes" / "taskset" / "tables", made.table.name)
    write_blackbox(made.table, manifest, files.table, files.manifest, pack=True)
    return f"{made.table.name}: {len(made.table)} curves, {files.table.stat().st_size} bytes"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    default = ROOT.parent / "shared" / "data" / "taskset"
    parser.add_argument("--data", type=Path, default=default, help="the folder of published files")
    parser.add_argument("--date", required=True, help="goes into the manifests, as YYYY-MM-DD")
    asked = parser.parse_args(arguments)
    try:
        for task in tqdm(SUITES["taskset"].tasks(asked.data), unit="table"):
            tqdm.write(make(task, asked.data, asked.date))
    except SimdyhpoError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
