"""One folder, one study, two environments at once: every cell is of one of them, and whole."""

import os
import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from simdyhpo.cli.main import main
from simdyhpo.studies.parts import PARTS
from simdyhpo.studies.store import Store
from tests.studies.conftest import ROOT
from tests.studies.watching import PATIENCE

pytestmark = pytest.mark.once

TINY = """name = "tiny"
blackboxes = ["digits-mlp"]
seeds = 20
budget = { max_epochs = 20 }
[[variants]]
scheduler = "asha"
grid = { reduction_factor = [2, 3, 4] }
"""
CELLS = 60

ENVIRONMENT = """
import os
import pyarrow.parquet as pq

plain = pq.write_table
pq.write_table = lambda *words, **more: plain(*words, **more | {"compression": os.environ["OTHER"]})
"""
"""Another compression stands for another version of pyarrow: other bytes for the same cell.

As `sitecustomize`, so that it holds in the processes that work on cells, too.
"""


def test_no_cell_is_made_of_the_files_of_two(tmp_path, capfd):
    (tmp_path / "tiny.toml").write_text(TINY)
    words = ["study", "run", str(tmp_path / "tiny.toml"), "--out", str(tmp_path / "mix"), "--jobs", "1"]
    (tmp_path / "sitecustomize.py").write_text(ENVIRONMENT)
    environment = os.environ | {"PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    command = [sys.executable, "-m", "simdyhpo", *words]
    runs = [
        subprocess.Popen(command, env=environment | {"OTHER": compression})
        for compression in ("snappy", "gzip")
    ]
    assert [run.wait(PATIENCE) for run in runs] == [0, 0]
    store = Store(tmp_path / "mix")
    assert len(store.finished()) == CELLS
    assert store.damage(store.finished()) == []
    assert not list(store.folder.glob(".*"))
    codecs = {
        tuple(
            pq.ParquetFile(store.path(key, part)).metadata.row_group(0).column(0).compression
            for part in PARTS
        )
        for key in store.finished()
    }
    assert codecs <= {("SNAPPY",) * 4, ("GZIP",) * 4}
    assert main(["study", "status", *words[2:5], "--verify"]) == 0
    assert "every result is as it was written" in capfd.readouterr().out
