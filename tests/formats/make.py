"""How the kept files were made, once: `python -m tests.formats.make` refuses to touch those that are there.

For a new format, raise `VERSION`, run it, and add the folder. Never change a folder that was released.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

from simdyhpo import CurveTable, simulate
from simdyhpo.cli.main import main
from simdyhpo.golden.checks import record
from simdyhpo.traces.write import write_run

VERSION = 1
HERE = Path(__file__).parent

ROWS = """lr,kernel,epoch,loss,time
0.1,rbf,1,0.5,1.5
0.1,rbf,2,0.25,3
0.1,rbf,3,0.125,4.5
0.01,linear,1,0.75,1
0.01,linear,2,nan,2
0.001,rbf,1,1,0.5
0.001,rbf,2,0.875,1
0.001,rbf,3,0.75,2
"""

STUDY = """name = "kept"
question = "Can it still be read?"
blackboxes = ["table"]
seeds = 1
budget = { max_epochs = 6 }

[[variants]]
scheduler = "asha"
options = { reduction_factor = 2 }
"""


def make(folder: Path) -> None:
    folder.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        rows = Path(scratch) / "rows.csv"
        rows.write_text(ROWS)
        words = f"blackbox import {rows} --out {folder / 'table.npz'} --value loss --resource epoch"
        assert (
            main(
                [
                    *words.split(),
                    "--seconds",
                    "time",
                    "--log",
                    "lr",
                    "--source",
                    "Written by hand",
                    "--licence",
                    "Apache-2.0",
                ]
            )
            == 0
        )
    table = CurveTable.load(folder / "table.npz")
    options = {"searcher": "random", "probability_sh": 0.5}
    result = simulate(table, "dyhpo", workers=2, max_epochs=6, options=options)
    write_run(result, folder / "run")
    record(folder / "golden.jsonl", result)
    (folder / "study.toml").write_text(STUDY)
    words = f"study run {folder / 'study.toml'} --tables {folder} --out {folder / 'results'} --jobs 1"
    assert main(words.split()) == 0
    for left in ("tables", "failures"):
        for path in (folder / "results" / left).glob("*"):
            path.unlink()
        (folder / "results" / left).rmdir()


if __name__ == "__main__":
    np.seterr(all="raise")
    warnings.simplefilter("error")
    target = HERE / f"format-{VERSION}"
    if target.exists():
        sys.exit(f"{target} is there, and stays as it is")
    make(target)
