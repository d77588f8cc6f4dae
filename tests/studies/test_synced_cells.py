"""What survives a power cut is on the disk before it counts: the files, then their folder, then its name."""

import os
from pathlib import Path

import pytest

from simdyhpo.cli.main import main
from simdyhpo.studies.checksums import SUMS
from simdyhpo.studies.files import load_study
from simdyhpo.studies.packing import pack_cells
from simdyhpo.studies.parts import PARTS, part_file
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.sending import send_back
from simdyhpo.studies.sent_cells import keep_sent
from simdyhpo.studies.store import Store
from simdyhpo.studies.tables import share_table
from simdyhpo.studies.tasks import Outcome, Task
from simdyhpo.studies.under_way import write_asked
from simdyhpo.studies.worker import Place, keep_or_send
from tests.studies.conftest import CELLS
from tests.studies.packed_cells import filled, keys, results

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not Path("/proc/self/fd").is_dir(), reason="what is forced to the disk isn't told here"
    ),
]


@pytest.fixture
def steps(monkeypatch):
    """What is forced to the disk and renamed, in that order, by name."""
    found, sync, rename = [], os.fsync, Path.rename

    def syncing(handle):
        found.append(("sync", Path(f"/proc/self/fd/{handle}").readlink().name))
        sync(handle)

    def renaming(self, to):
        found.append(("rename", Path(to).name))
        return rename(self, to)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(Path, "rename", renaming)
    return found


def check(steps, files, name, folder):
    """Each of the files, the folder aside, the rename, the folder that has the new name now."""
    at = steps.index(("rename", name))
    before = [what for step, what in steps[:at] if step == "sync"]
    assert sorted(before[-len(files) - 1 : -1]) == sorted(files)
    assert before[-1].endswith(".part")
    assert steps[at + 1] == ("sync", folder)


def test_a_cell_is_on_the_disk_before_it_counts(tmp_path, steps):
    store = filled(tmp_path, 1)
    assert not [step for step in steps if step[0] == "sync"]  # not unless it is asked for
    store.write(keys(1, 1)[0], results()[1], sync=True)
    check(steps, [*map(part_file, PARTS), SUMS], keys(1, 1)[0], "cells")
    assert store.damage(keys(2)) == []


def test_a_pack_is_on_the_disk_before_its_cells_go(tmp_path, steps):
    store = filled(tmp_path, 3)
    steps.clear()
    pack_cells(store)
    (name,) = store.packs.names()
    check(steps, [*map(part_file, PARTS), "index.json", "index.copy.json"], name, "packs")


def test_a_worker_does_it_when_asked(file, tables, tmp_path, steps):
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    store.open()
    one = plan.cells[0]
    table = share_table(plan.tables[one.cell.blackbox], store.folder / "tables")
    task = Task(key=one.key, spec=one.spec, options=one.cell.variant.options, table=table)
    asked = write_asked(store.folder, [one.key])
    place = Place(folder=store.folder, marks=store.folder, asked=asked, sync=True)
    assert keep_or_send(task, place=place).failure is None
    check(steps, [*map(part_file, PARTS), SUMS], one.key, "cells")


def test_what_a_worker_sends_back_is_forced_to_the_disk_here(file, tables, tmp_path, steps):
    plan, store = make_plan(load_study(file), tables), Store(tmp_path / "results")
    store.open()
    one = plan.cells[0]
    table = share_table(plan.tables[one.cell.blackbox], store.folder / "tables")
    task = Task(key=one.key, spec=one.spec, options=one.cell.variant.options, table=table)
    outcome = send_back(task, table.read_bytes())
    assert not steps
    assert keep_sent(outcome, store, sync=True) == Outcome(one.key)
    check(steps, [*map(part_file, PARTS), SUMS], one.key, "cells")


def test_a_run_takes_the_switch(file, tables, tmp_path, capfd):
    where = ["--out", str(tmp_path / "results"), "--tables", str(tables)]
    assert main(["study", "run", str(file), *where, "--jobs", "1", "--sync"]) == 0
    assert f"{CELLS} cells made" in capfd.readouterr().out
