"""Who packs is killed at any step: nothing is lost, nothing is there twice, and the next one tidies up.

A step is whatever changes the folder: a file opened to be written, a name that comes, changes or goes. So
that every moment can be met, the process counts them itself and ends itself with SIGKILL before one of them.
"""

import os
import shutil
import signal
import subprocess
import sys

import numpy as np
import pytest

from simdyhpo.studies import packing
from simdyhpo.studies.leftovers import remove_leftovers
from simdyhpo.studies.packing import pack_cells
from simdyhpo.studies.store import Store
from simdyhpo.studies.under_way import ABANDONED
from tests.studies.conftest import ROOT
from tests.studies.packed_cells import all_of, filled, keys
from tests.studies.watching import MOMENTS, PATIENCE

pytestmark = pytest.mark.once

CELLS = 24

PACKER = """
import os, signal, sys
from pathlib import Path
from simdyhpo.studies import pack_write, packing
from simdyhpo.studies.store import Store

packing.MOST_CELLS, pack_write.GROUP_CELLS = 8, 3
folder, last, steps = sys.argv[1], int(sys.argv[2]), 0

def count(event, words):
    global steps
    changes = event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir") or (
        event == "open" and isinstance(words[2], int) and words[2] & (os.O_WRONLY | os.O_RDWR)
    )
    if changes and not str(words[0]).startswith("/proc"):
        steps += 1
        if steps == last:
            os.kill(os.getpid(), signal.SIGKILL)

store = Store(Path(folder))
sys.addaudithook(count)
packing.pack_cells(store)
print(steps)
"""


def pack_until(folder, step):
    """Pack in a process that is killed before this step."""
    return subprocess.run(
        [sys.executable, "-c", PACKER, str(folder), str(step)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """Loose cells, and a small pack that will be part of a larger one."""
    store = filled(tmp_path_factory.mktemp("before") / "results", 3)
    pack_cells(store)
    return filled(store.folder, CELLS - 3, first=3)


def test_whoever_packs_may_be_killed_at_any_step(before, tmp_path, monkeypatch):
    right = all_of(before, keys(CELLS))
    shutil.copytree(before.folder, tmp_path / "whole")
    said = pack_until(tmp_path / "whole", -1)
    assert said.returncode == 0, said.stderr
    steps = int(said.stdout)
    assert steps > 5 * CELLS
    monkeypatch.setattr(packing, "MOST_CELLS", 8)
    for step in np.linspace(1, steps, 4 * MOMENTS, dtype=int).tolist():
        folder = tmp_path / str(step)
        shutil.copytree(before.folder, folder)
        assert pack_until(folder, step).returncode == -signal.SIGKILL
        store = Store(folder)
        assert store.finished() == set(keys(CELLS)), step
        assert len(store.cells(keys(CELLS))) == CELLS
        assert all_of(store, keys(CELLS)) == right
        pack_cells(store)
        store = Store(folder)
        assert store.loose() == {}
        assert sum(len(store.packs.alive(name)) for name in store.packs.names()) == CELLS
        assert store.damage(keys(CELLS)) == []
        assert all_of(store, keys(CELLS)) == right
        remove_leftovers(folder, folder.stat().st_mtime + 2 * ABANDONED)
        assert not list(folder.rglob(".*"))
        shutil.rmtree(folder)


def test_who_packs_is_killed_again_and_again(before, tmp_path):
    """Never more than some steps at a time, in one folder; each begins with what the last one left."""
    right = all_of(before, keys(CELLS))
    folder = tmp_path / "results"
    shutil.copytree(before.folder, folder)
    for step in range(40, 40 + 3 * MOMENTS):
        ended = pack_until(folder, step).returncode
        assert all_of(Store(folder), keys(CELLS)) == right
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    pack_cells(Store(folder))
    assert Store(folder).loose() == {}
    assert Store(folder).damage(keys(CELLS)) == []
    assert all_of(Store(folder), keys(CELLS)) == right


def test_many_pack_one_folder_at_once(before, tmp_path):
    right = all_of(before, keys(CELLS))
    folder = tmp_path / "results"
    shutil.copytree(before.folder, folder)
    command = [sys.executable, "-c", PACKER, str(folder), "-1"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    at_once = [subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) for _ in range(4)]
    while any(process.poll() is None for process in at_once):
        assert all_of(Store(folder), keys(CELLS)) == right
    assert [process.wait(PATIENCE) for process in at_once] == [0] * 4
    store = Store(folder)
    assert store.finished() == set(keys(CELLS))
    assert store.damage(keys(CELLS)) == []
    pack_cells(store)
    assert all_of(Store(folder), keys(CELLS)) == right
    assert Store(folder).loose() == {}
