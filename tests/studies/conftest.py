"""A small study, its tables, and a way to run commands in processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from simdyhpo.studies.parts import part_bytes, part_file
from simdyhpo.studies.store import Store
from tests.making import falling
from tests.studies.watching import MARK, PATIENCE, none_left, until

ROOT = Path(__file__).parents[2]
TEXT = """
name = "tiny"
question = "Which one?"
blackboxes = ["digits-mlp", "mine"]
seeds = 2
workers = [1, 2]
budget = { max_epochs = 30 }

[[variants]]
label = "asha"
scheduler = "asha"

[[variants]]
scheduler = "asha"
grid = { reduction_factor = [2, 4] }
"""
CELLS = 2 * 2 * 2 * 3


@pytest.fixture(autouse=True)
def mark(request, monkeypatch):
    """All processes of a test carry it, and after the test there are none."""
    mark = f"{os.getpid()} {request.node.nodeid}"
    monkeypatch.setenv(MARK, mark)
    yield mark
    none_left(mark)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def tables(tmp_path):
    falling(40, 9).save(tmp_path / "tables" / "mine.npz")
    return tmp_path / "tables"


def stored(folder):
    """Everything that a store keeps, but for host seconds: bytes by the path that a part has loose."""
    store = Store(folder)
    return {
        Path("cells", key, part_file(part)): part_bytes(store.table(key, part))
        for key in store.in_order(store.finished())
        for part in ("cell", "decisions", "reports")
    }


def as_format_1(folder, into):
    """A copy of a store as version 0.1.0 wrote it: four files of each cell in four folders."""
    shutil.copytree(folder, into, ignore=shutil.ignore_patterns("cells"))
    names = {"cell": "cells", "decisions": "decisions", "reports": "reports", "timing": "timing"}
    for part, name in names.items():
        (into / name).mkdir()
        for path in (folder / "cells").glob(f"*/{part}.parquet"):
            shutil.copy(path, into / name / f"{path.parent.name}.parquet")
    return into


def start(*words, **settings):
    """A command in a process (and a group) of its own, where the tests' own modules can be imported."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | settings
    return subprocess.Popen(
        [sys.executable, "-m", "simdyhpo", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        start_new_session=True,
        preexec_fn=_hear_interrupts,  # noqa: PLW1509 - it sets one flag and takes no lock
    )


def _hear_interrupts():
    """As from a terminal, even where the tests themselves were started in the background of a shell."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def shell(*words, expect=0, **settings):
    """Run a command to its end: what it wrote to stdout and stderr."""
    process = start(*words, **settings)
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == expect, err
    return out, err


def wait_for_cells(folder, count):
    """Until a running study has finished some cells."""
    until(lambda: len(Store(folder).finished()) >= count)
