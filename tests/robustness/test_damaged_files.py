"""Damaged runs, cells, golden logs and studies: each reads right, or ends with our own error.

Tables, their manifests and CSV files are in tests/test_fuzz.py. Seeded, so that what fails once fails again.
"""

import shutil
import warnings

import msgspec
import pytest

from simdyhpo import load_blackbox, simulate
from simdyhpo.cli.main import main
from simdyhpo.errors import SimdyhpoError
from simdyhpo.golden.checks import record
from simdyhpo.golden.text import read_golden
from simdyhpo.studies.files import load_study
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.traces.explain import explain
from simdyhpo.traces.read import read_run
from simdyhpo.traces.write import write_run
from tests.test_fuzz import damaged

STUDY = b"""name = "s"
question = "Which?"
minutes = 0.5
blackboxes = ["digits-mlp"]
workers = [1, 4]
seeds = 2
budget = { max_epochs = 9, max_seconds = 1.5 }
sampling = "without-replacement"

[[variants]]
label = "a"
scheduler = "asha"
options = { grace_period = 2 }
grid = { reduction_factor = [2, 3.5] }

[[variants]]
scheduler = "random"
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A run, a golden log and a cell."""
    folder = tmp_path_factory.mktemp("kept")
    result = simulate(load_blackbox("digits-mlp"), "asha", workers=2, max_epochs=12)
    write_run(result, folder / "run")
    record(folder / "golden.jsonl", result)
    text = (
        STUDY.decode().replace("[1, 4]", "[1]").replace("seeds = 2", "seeds = 1").replace("[2, 3.5]", "[2]")
    )
    (folder / "study.toml").write_text(text)
    assert (
        main(["study", "run", str(folder / "study.toml"), "--out", str(folder / "cells"), "--jobs", "1"]) == 0
    )
    return folder


def read_whole(folder):
    """All that can be had from a run's folder."""
    run = read_run(folder)
    return (
        msgspec.json.encode(run.manifest),
        [str(record) for record in run.records()],
        str(msgspec.structs.asdict(run.report_columns())),
        run.wall_seconds,
        explain(run, 3),
        len(run.decisions),
        len(run.reports),
    )


@pytest.mark.parametrize("name", ["manifest.json", "decisions.csv", "reports.csv", "timing.json"])
def test_a_file_of_a_run(kept, tmp_path, name, dice):
    shutil.copytree(kept / "run", tmp_path / "run")
    whole = (tmp_path / "run" / name).read_bytes()
    right = read_whole(tmp_path / "run")
    refused = 0
    for _ in range(120):
        (tmp_path / "run" / name).write_bytes(damaged(whole, dice))
        try:
            found = read_whole(tmp_path / "run")
        except SimdyhpoError:
            refused += 1
        else:
            if name in ("decisions.csv", "reports.csv"):
                assert found == right  # their checksums are in the manifest
    assert refused > 30


def test_a_golden_log(kept, tmp_path, dice):
    whole = (kept / "golden.jsonl").read_bytes()
    right = read_golden(kept / "golden.jsonl")
    refused = 0
    for _ in range(300):
        (tmp_path / "golden.jsonl").write_bytes(damaged(whole, dice))
        try:
            found = read_golden(tmp_path / "golden.jsonl")
        except SimdyhpoError:
            refused += 1
        else:
            assert len(found.records) <= len(right.records) + 5
    assert refused > 100


@pytest.mark.parametrize("name", ["cell.parquet", "decisions.parquet", "reports.parquet", "SHA256SUMS"])
def test_a_cell(kept, tmp_path, name, dice):
    shutil.copytree(kept / "cells", tmp_path / "cells")
    cell = min((tmp_path / "cells" / "cells").iterdir())
    path = cell / name
    whole = path.read_bytes()
    refused = 0
    for _ in range(60):
        path.write_bytes(damaged(whole, dice))
        try:
            run = open_cell(cell)
            explain(run, 0)
            list(run.records())
            run.report_columns()
        except SimdyhpoError:
            refused += 1
    assert refused > 10


def test_a_study(tmp_path, dice):
    path = tmp_path / "study.toml"
    path.write_bytes(STUDY)
    assert len(load_study(path).cells()) == 2 * 2 * 2 + 2 * 2
    refused = read = 0
    for _ in range(600):
        path.write_bytes(damaged(STUDY, dice))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)
                load_study(path)
        except SimdyhpoError as error:
            refused += str(path) in str(error)
        else:
            read += 1
    assert refused + read == 600
    assert refused > 300
