"""What is stored of a cell, that others can read it, and that nothing half-written counts."""

import errno
import os

import numpy as np
import pandas as pd
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

import simdyhpo
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OptionError, OutputError
from simdyhpo.studies import store as module
from simdyhpo.studies.store import DATASETS, UNDER_WAY, Store
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.traces.course import course_of, stored_course
from simdyhpo.traces.diff import compare
from simdyhpo.traces.explain import explain
from tests.making import falling
from tests.studies.conftest import stored

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
        cell = open_cell(store.path("cells", key))
        pd.testing.assert_frame_equal(cell.decisions, result.decisions)
        pd.testing.assert_frame_equal(cell.reports, result.reports)
        assert [repr(record) for record in cell.records()] == [repr(record) for record in result.log]
        assert cell.wall_seconds == result.wall_seconds
        assert compare(stored_course(cell), course_of(result, {})).equal
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
        "cells": 2,
        "decisions": sum(len(r.log) for r in results),
        "reports": sum(r.epochs for r in results),
    }
    for name, count in counts.items():
        folder = store.folder / name
        assert len(pd.read_parquet(folder)) == count
        assert pyarrow.dataset.dataset(folder).count_rows() == count
        found = duckdb.sql(f"select count(*), count(distinct cell) from '{folder}/*.parquet'").fetchall()
        assert found == [(count, 2)]


def test_equal_runs_give_equal_bytes(store, results, tmp_path):
    again = Store(tmp_path / "again")
    again.open()
    for key, result in reversed(list(zip(KEYS, results, strict=True))):
        again.write(key, result)
    assert stored(again.folder) == stored(store.folder)


@pytest.mark.parametrize("fails_at", range(len(DATASETS)))
def test_a_cell_is_whole_or_not_there(results, tmp_path, monkeypatch, fails_at):
    store = Store(tmp_path / "results")
    store.open()
    written = []

    def replace(self, target):
        if len(written) == fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(target)
        self.rename(target)

    monkeypatch.setattr(module.Path, "replace", replace)
    with pytest.raises(OutputError, match=r"No space left on device.*make room"):
        store.write(KEYS[0], results[0])
    assert store.finished() == set()
    assert not list(store.folder.glob("*/.*"))
    monkeypatch.undo()
    store.write(KEYS[0], results[0])
    assert store.finished() == {KEYS[0]}


@pytest.mark.parametrize("dataset", ["cells", "decisions", "reports"])
@pytest.mark.parametrize("harm", ["cut", "altered", "gone", "text"])
def test_damage_is_noticed(store, dataset, harm):
    path = store.path(dataset, KEYS[0])
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "text":
        path.write_text("no Parquet")
    elif harm == "cut":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(content[:40] + bytes([content[40] ^ 255]) + content[41:])
    if dataset == "cells" and harm == "altered":
        return  # one flipped byte in the sign itself may go unseen: no sum is kept of it

    def read():
        return getattr(open_cell(store.path("cells", KEYS[0])), dataset)

    with pytest.raises(OutputError, match=str(path)):
        read()


def test_failures_are_kept_until_success(store, results):
    store.write_failure("c" * 32, "because")
    assert store.failed() == {"c" * 32}
    store.write("c" * 32, results[1])
    assert store.failed() == set()
    assert not list((store.folder / "failures").iterdir())


def test_a_removed_cell_is_gone(store):
    store.remove(KEYS[0])
    assert store.finished() == {KEYS[1]}
    assert [path for path in store.folder.rglob("*.parquet") if KEYS[0] in path.name] == []


def test_leftovers_go_when_they_are_old(store):
    part = store.folder / "cells" / ".x-0123.part"
    part.write_text("half")
    marks = store.folder / f"{UNDER_WAY}abc"
    marks.mkdir()
    (marks / KEYS[0]).touch()
    now = part.stat().st_mtime
    assert store.remove_leftovers(now + 3600) == 0
    assert store.finished() == set(KEYS)
    assert store.remove_leftovers(now + 2 * 24 * 3600) == 2
    assert not part.exists()
    assert not marks.exists()


def test_a_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="choose another folder"):
        Store(tmp_path / "file" / "below").open()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    with pytest.raises(OutputError, match="choose another folder"):
        Store(tmp_path / "locked" / "results").open()


def test_cells_from_before_a_kind_of_decision_was_added(store):
    """Kinds are appended, so older cells lack the last ones: none of those occurred."""
    before = store.cells(KEYS)
    path = store.path("cells", KEYS[0])
    stored_table = pq.read_table(path)
    pq.write_table(stored_table.drop_columns(["PROMOTE_MODEL"]), path, store_schema=False)
    pd.testing.assert_frame_equal(store.cells(KEYS), before)
    pq.write_table(stored_table.drop_columns(["PROMOTE_RUNG"]), path, store_schema=False)
    with pytest.raises(OutputError, match="has other columns"):
        store.cells(KEYS)
