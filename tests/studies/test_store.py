"""What is stored of a cell, that others can read it, and that nothing half-written counts."""

import errno
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

import simdyhpo
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OptionError, OutputError
from simdyhpo.files.bounded import read_bounded
from simdyhpo.studies.checksums import SUMS, sums_of
from simdyhpo.studies.damage import DamagedCell, DamagedResults
from simdyhpo.studies.finished_cells import finished_cells
from simdyhpo.studies.leftovers import remove_leftovers
from simdyhpo.studies.parts import PARTS, part_file
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.studies.under_way import UNDER_WAY
from simdyhpo.traces.course import course_of
from simdyhpo.traces.diff import compare
from simdyhpo.traces.explain import explain
from simdyhpo.traces.in_memory import RunInMemory
from tests.making import falling
from tests.studies.conftest import as_format_1, stored

KEYS = ("a" * 32, "b" * 32)


@pytest.fixture(scope="module")
def results():
    table = simdyhpo.load_blackbox("digits-mlp")
    dyhpo = {"searcher": "random", "probability_sh": 0.5}
    return [
        simdyhpo.simulate(table, "dyhpo", workers=2, max_epochs=40, options=dyhpo),
        simdyhpo.simulate(falling(30, 9), "asha-stopping", seed=1, max_seconds=50),
    ]


@pytest.fixture
def store(tmp_path, results):
    store = Store(tmp_path / "results")
    store.open()
    for key, result in zip(KEYS, results, strict=True):
        store.write(key, result)
    return store


def test_a_cell_says_what_the_run_said(store, results):
    rows = store.cells(KEYS).set_index("cell")
    for key, result in zip(KEYS, results, strict=True):
        row = rows.loc[key]
        assert row["regret_1"] == result.regret
        assert (row["epochs"], row["decisions"]) == (result.epochs, len(result.log))
        assert sum(row[kind.name] for kind in ScheduleDecision) == len(result.log)
        assert row["workers"] == result.spec.workers
        cell = open_cell(store.path(key))
        pd.testing.assert_frame_equal(cell.decisions, result.decisions)
        pd.testing.assert_frame_equal(cell.reports, result.reports)
        assert [repr(record) for record in cell.records()] == [repr(record) for record in result.log]
        assert cell.wall_seconds == result.wall_seconds
        assert compare(course_of(cell), course_of(RunInMemory(result))).equal
        assert explain(cell, 3).startswith("Decision 3: ")
        with pytest.raises(OptionError, match="decisions are 0 to"):
            cell.record(len(result.log))


def test_marks_are_those_of_the_trajectory(results, store):
    result, row = results[0], store.cells(KEYS[:1]).iloc[0]
    best = np.minimum.accumulate([result._table.regret(value) for value in result.report_columns.value])
    assert row["area"] == pytest.approx(best.mean())
    assert [row[f"regret_{share}"] for share in ("0.1", "0.3", "0.5", "1")] == pytest.approx(
        best[[3, 11, 19, 39]].tolist()
    )
    assert row["log10_regret"] == pytest.approx(np.log10(max(best[-1], 1e-4)))


def test_each_dataset_is_read_as_one_by_pandas_pyarrow_and_duckdb(store, results):
    duckdb = pytest.importorskip("duckdb")
    counts = {
        "cell": 2,
        "decisions": sum(len(r.log) for r in results),
        "reports": sum(r.epochs for r in results),
    }
    (store.folder / ".x-0123.part").mkdir()
    for name, count in counts.items():
        paths = sorted((store.folder / "cells").glob(f"*/{name}.parquet"))
        assert len(pd.read_parquet(paths)) == count
        assert pyarrow.dataset.dataset(list(map(str, paths))).count_rows() == count
        files = f"{store.folder}/cells/*/{name}.parquet"
        found = duckdb.sql(f"select count(*), count(distinct cell) from '{files}'").fetchall()
        assert found == [(count, 2)]


def test_equal_runs_give_equal_bytes(store, results, tmp_path):
    again = Store(tmp_path / "again")
    again.open()
    for key, result in reversed(list(zip(KEYS, results, strict=True))):
        again.write(key, result)
    assert stored(again.folder) == stored(store.folder)


@pytest.mark.parametrize("fails_at", range(6))
def test_a_cell_is_whole_or_not_there(results, tmp_path, monkeypatch, fails_at):
    """Five files are written, and the folder is renamed: each fails in its turn."""
    store = Store(tmp_path / "results")
    store.open()
    done = []

    def failing(method):
        def instead(self, *words):
            if len(done) == fails_at:
                raise OSError(errno.ENOSPC, "No space left on device")
            done.append(self)
            return method(self, *words)

        return instead

    monkeypatch.setattr(Path, "write_bytes", failing(Path.write_bytes))
    monkeypatch.setattr(Path, "rename", failing(Path.rename))
    with pytest.raises(OutputError, match=r"No space left on device.*make room"):
        store.write(KEYS[0], results[0])
    assert len(done) == fails_at
    assert store.finished() == set()
    assert not list(store.folder.rglob(".*"))
    monkeypatch.undo()
    store.write(KEYS[0], results[0])
    assert store.finished() == {KEYS[0]}
    store.check(KEYS[0])


def test_a_cell_is_never_replaced(store, results):
    """Not by an equal one of another environment, nor by another run under its key."""
    place = store.path(KEYS[0]).parent
    before = {path: path.read_bytes() for path in place.iterdir()}
    store.write(KEYS[0], results[1])
    assert {path: path.read_bytes() for path in place.iterdir()} == before
    assert not list(store.folder.glob(".*"))


def test_a_user_can_check_the_checksums(store):
    place = store.path(KEYS[0]).parent
    said = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=place, capture_output=True, text=True)  # noqa: PLW1510
    assert said.returncode == 0
    assert said.stdout.count("OK") == len(PARTS)
    store.path(KEYS[0], "timing").write_bytes(b"")
    said = subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=place, capture_output=True, text=True)  # noqa: PLW1510
    assert "timing.parquet: FAILED" in said.stdout


HARMS = {
    "gone": lambda path, whole: path.unlink(),
    "empty": lambda path, whole: path.write_bytes(b""),
    "text": lambda path, whole: path.write_text("no Parquet"),
    "cut": lambda path, whole: path.write_bytes(whole[: len(whole) // 2]),
    "longer": lambda path, whole: path.write_bytes(whole + b"\0"),
    "altered": lambda path, whole: path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:]),
    "a folder": lambda path, whole: (path.unlink(), path.mkdir()),
}
FILES = [*(part_file(part) for part in PARTS), SUMS]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", HARMS)
def test_damage_is_said_set_aside_and_made_anew(store, results, name, harm):
    path = store.path(KEYS[0]).parent / name
    HARMS[harm](path, path.read_bytes())
    (damaged,) = store.damage(KEYS)
    assert damaged.key == KEYS[0]
    assert damaged.path.parent == path.parent
    assert f"{path.parent}" in str(damaged)
    assert "study run" in str(damaged)
    if name not in (SUMS, "timing.parquet"):
        with pytest.raises(DamagedCell, match=re.escape(str(path))):
            read_all(store, KEYS[0])
    with pytest.warns(DamagedResults, match="1 stored cell is damaged"):
        usable = finished_cells(store, KEYS).stored["cell"].tolist()
    assert usable == [key for key in KEYS if key != KEYS[0] or name == "timing.parquet" or damaged.usable]
    assert len(store.cells(usable)) == len(usable)
    known = store.seconds(KEYS).notna().tolist()
    assert known[1]
    assert not (known[0] and name == "timing.parquet")
    before = sorted(one.name for one in path.parent.iterdir())
    assert [one.key for one in store.set_damaged_aside(KEYS)] == [KEYS[0]]
    assert store.finished() == {KEYS[1]}
    assert store.set_aside() == [f"{KEYS[0]}-1"]
    assert sorted(one.name for one in (store.folder / "damaged" / f"{KEYS[0]}-1").iterdir()) == before
    store.write(KEYS[0], results[0])
    assert store.damage(KEYS) == []
    assert store.set_damaged_aside(KEYS) == []


def read_all(store, key):
    cell = open_cell(store.path(key))
    return cell.decisions, cell.reports, list(cell.records()), cell.report_columns()


def test_an_empty_folder_is_a_damaged_cell(store, results):
    place = store.path(KEYS[0]).parent
    for path in place.iterdir():
        path.unlink()
    assert KEYS[0] in store.finished()
    assert [one.key for one in store.damage(KEYS)] == [KEYS[0]]
    store.write(KEYS[0], results[0])  # a folder that holds nothing can be replaced
    assert store.damage(KEYS) == []


def test_what_is_set_aside_again_gets_another_name(store, results):
    for number in (1, 2):
        store.path(KEYS[0], "reports").write_bytes(b"")
        store.set_damaged_aside(KEYS)
        assert store.set_aside() == [f"{KEYS[0]}-{one}" for one in range(1, number + 1)]
        store.write(KEYS[0], results[0])


def test_the_parts_of_two_cells_are_no_cell(store):
    """As when files are copied by hand, their checksums with them."""
    one, other = (store.path(key).parent for key in KEYS)
    shutil.copytree(one, store.folder / "cells" / ("c" * 32))
    (damaged,) = store.damage(["c" * 32])
    assert f"is of another cell ({KEYS[0]})" in str(damaged)
    shutil.copy(other / "reports.parquet", one)
    contents = {name: (one / name).read_bytes() for name in FILES if name != SUMS}
    (one / SUMS).write_bytes(sums_of(contents))
    (damaged,) = store.damage(KEYS)
    assert "reports.parquet: is not the one that its manifest names" in str(damaged)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_without_rows_does_not_vanish(store, part):
    """Whole by its checksum, but nothing is in it."""
    place = store.path(KEYS[0]).parent
    pq.write_table(
        pq.read_table(place / f"{part}.parquet")[:0], place / f"{part}.parquet", store_schema=False
    )
    contents = {name: (place / name).read_bytes() for name in FILES if name != SUMS}
    (place / SUMS).write_bytes(sums_of(contents))
    assert [one.key for one in store.damage(KEYS)] == [KEYS[0]]


def test_failures_are_kept_until_success(store, results):
    store.write_failure("c" * 32, "because")
    assert store.failed() == {"c" * 32}
    store.write("c" * 32, results[1])
    assert store.failed() == set()
    assert not list((store.folder / "failures").iterdir())


def test_a_removed_cell_is_gone(store):
    store.remove(KEYS[0])
    assert store.finished() == {KEYS[1]}
    assert [path for path in store.folder.rglob("*") if KEYS[0] in path.name] == []


def test_leftovers_go_when_they_are_old(store):
    part = store.folder / "failures" / ".x-0123.part"
    part.write_text("half")
    aside = store.folder / f".{KEYS[0]}-0123.part"
    aside.mkdir()
    (aside / "cell.parquet").write_text("half")
    marks = store.folder / f"{UNDER_WAY}abc"
    marks.mkdir()
    (marks / KEYS[0]).touch()
    now = part.stat().st_mtime
    assert remove_leftovers(store.folder, now + 3600) == 0
    assert store.finished() == set(KEYS)
    assert remove_leftovers(store.folder, now + 2 * 24 * 3600) == 3
    assert not part.exists()
    assert not aside.exists()
    assert not marks.exists()


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="choose another"):
        Store(tmp_path / "file" / "below").open()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="choose another"):
        Store(tmp_path / "locked" / "results").open()


def test_cells_from_before_a_kind_of_decision_was_added(store, tmp_path):
    """Kinds are appended, so older cells lack the last ones: none of those occurred."""
    before = store.cells(KEYS)
    old = Store(as_format_1(store.folder, tmp_path / "old"))
    path = old.path(KEYS[0])
    stored_table = pq.read_table(path)
    pq.write_table(stored_table.drop_columns(["PROMOTE_MODEL"]), path, store_schema=False)
    pd.testing.assert_frame_equal(old.cells(KEYS), before)
    pq.write_table(stored_table.drop_columns(["PROMOTE_RUNG"]), path, store_schema=False)
    with pytest.raises(OutputError, match="has other columns"):
        old.cells(KEYS)


def test_a_check_reads_each_file_of_a_cell_once(store, monkeypatch):
    read = []

    def counting(path, most):
        read.append(path.name)
        return read_bounded(path, most)

    monkeypatch.setattr("simdyhpo.studies.cell_folders.read_bounded", counting)
    store.check(KEYS[0])
    assert sorted(read) == sorted(FILES)
