"""Packed cells are the same cells, in few files, whoever packs and reads at the same time."""

import shutil

import pandas as pd
import pytest

from simdyhpo.errors import OutputError
from simdyhpo.studies import pack_write, packing
from simdyhpo.studies.finished_cells import finished_cells
from simdyhpo.studies.pack_index import is_pack
from simdyhpo.studies.packing import pack_at_rest, pack_cells
from simdyhpo.studies.parts import PARTS
from simdyhpo.studies.places import PACKS
from simdyhpo.studies.store import Store
from simdyhpo.studies.stored_cell import open_cell
from simdyhpo.traces.course import course_of
from simdyhpo.traces.diff import compare
from simdyhpo.traces.in_memory import RunInMemory
from tests.studies.conftest import as_format_1
from tests.studies.packed_cells import all_of, filled, keys, results


@pytest.fixture
def small(monkeypatch):
    """Packs of ten cells, groups of three."""
    monkeypatch.setattr(packing, "MOST_CELLS", 10)
    monkeypatch.setattr(pack_write, "GROUP_CELLS", 3)


def packs_of(folder):
    return sorted(path.name for path in (folder / PACKS).iterdir() if is_pack(path.name))


def rest_of(folder):
    """Names of all that lies there beside packs and empty folders."""
    return sorted(
        path.name
        for path in folder.rglob("*")
        if PACKS not in path.parts[len(folder.parts) :] and not (path.is_dir() and path.name[0] != ".")
    )


def test_packed_cells_are_the_same_cells(tmp_path, small):
    store = filled(tmp_path, 25)
    before, rows, seconds = all_of(store, keys(25)), store.cells(keys(25)), store.seconds(keys(25))
    assert pack_cells(store) == packing.Packed(25, 3, [])
    assert len(packs_of(tmp_path)) == 3
    assert rest_of(tmp_path) == []
    for reader in (store, Store(tmp_path)):
        assert reader.finished() == set(keys(25))
        assert all(reader.has(key) for key in keys(25))
        assert reader.damage(keys(25)) == []
        assert all_of(reader, keys(25)) == before
        wanted = keys(25)[::-1] + keys(3)
        expected = rows.set_index("cell", drop=False).loc[wanted].reset_index(drop=True)
        pd.testing.assert_frame_equal(reader.cells(wanted), expected)
        pd.testing.assert_series_equal(reader.seconds(keys(25)), seconds)
    assert not store.has("f" * 32)
    with pytest.raises(OutputError, match="there is no such cell"):
        store.table("f" * 32, "cell")


def test_a_packed_cell_is_opened_as_one_in_a_folder(tmp_path):
    store = filled(tmp_path, 5)
    pack_cells(store)
    for key, result in zip(keys(4), results(), strict=True):
        assert not store.address(key).exists()
        cell = open_cell(store.address(key))
        assert compare(course_of(cell), course_of(RunInMemory(result))).equal
        assert cell.wall_seconds == result.wall_seconds
        pd.testing.assert_frame_equal(cell.decisions, result.decisions)
        pd.testing.assert_frame_equal(cell.reports, result.reports)
    with pytest.raises(OutputError, match="there is no such cell"):
        open_cell(store.address("f" * 32))


def test_each_part_is_one_dataset_for_others(tmp_path, small):
    duckdb = pytest.importorskip("duckdb")
    store = filled(tmp_path, 25)
    pack_cells(store)
    counts = {"cell": 25, "timing": 25}
    counts["decisions"] = sum(len(store.table(key, "decisions")) for key in keys(25))
    counts["reports"] = sum(len(store.table(key, "reports")) for key in keys(25))
    for part in PARTS:
        paths = sorted((tmp_path / PACKS).glob(f"*/{part}.parquet"))
        assert len(pd.read_parquet(paths)) == counts[part]
        found = duckdb.sql(f"select count(*) from '{tmp_path}/{PACKS}/*/{part}.parquet'").fetchall()
        assert found == [(counts[part],)]


def test_cells_of_format_1_are_packed(tmp_path):
    store = filled(tmp_path / "new", 4)
    old = Store(as_format_1(store.folder, tmp_path / "old"))
    before = all_of(old, keys(4))
    filled(old.folder, 2, first=4)
    assert pack_cells(old).cells == 6
    assert all_of(old, keys(4)) == before == all_of(store, keys(4))
    assert rest_of(old.folder) == []


def test_equal_cells_make_equal_packs(tmp_path, small):
    one = filled(tmp_path / "one", 25)
    shutil.copytree(one.folder, tmp_path / "other")
    pack_cells(one)
    pack_cells(Store(tmp_path / "other"))
    assert packs_of(one.folder) == packs_of(tmp_path / "other")


def test_small_packs_become_larger_ones(tmp_path, small):
    for first in range(0, 12, 2):
        filled(tmp_path, 2, first)
        pack_cells(Store(tmp_path))
        assert len(packs_of(tmp_path)) <= 2
    store = Store(tmp_path)
    assert store.finished() == set(keys(12))
    assert store.damage(keys(12)) == []
    before = packs_of(tmp_path)
    assert pack_cells(store).cells == 0
    assert packs_of(tmp_path) == before


def test_a_large_cell_has_a_group_and_a_pack_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(pack_write, "GROUP_BYTES", 1)
    monkeypatch.setattr(packing, "MOST_BYTES", 1)
    store = filled(tmp_path, 4)
    assert pack_cells(store) == packing.Packed(4, 4, [])
    assert pack_cells(store).cells == 0
    assert store.damage(keys(4)) == []


def test_few_cells_stay_folders_and_many_become_packs(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "AT_REST", 8)
    store = filled(tmp_path, 7)
    assert pack_at_rest(store).cells == 0
    assert len(store.loose()) == 7
    filled(tmp_path, 1, first=7)
    assert pack_at_rest(store).cells == 8
    assert store.loose() == {}


def test_a_cell_that_lies_in_two_places_counts_once_and_is_tidied(tmp_path, small):
    store = filled(tmp_path, 12)
    shutil.copytree(tmp_path / "cells", tmp_path / "kept")
    pack_cells(store)
    shutil.rmtree(tmp_path / "cells")
    (tmp_path / "kept").rename(tmp_path / "cells")
    store = Store(tmp_path)
    assert len(store.cells(keys(12))) == 12
    assert store.damage(keys(12)) == []
    assert pack_at_rest(store).cells == 0
    assert store.loose() == {}
    assert store.finished() == set(keys(12))


def test_of_two_packs_with_the_same_cells_what_counts_no_more_goes(tmp_path, small):
    """Two packed at the same time, in another order, say."""
    store = filled(tmp_path, 9)
    shutil.copytree(tmp_path, tmp_path / "other")
    pack_cells(store)
    other = Store(tmp_path / "other")
    other.remove(keys(1)[0])
    pack_cells(other)
    (name,) = packs_of(other.folder)
    (tmp_path / "other" / PACKS / name).rename(tmp_path / PACKS / name)
    store = Store(tmp_path)
    assert len(packs_of(tmp_path)) == 2
    assert len(store.cells(keys(9))) == 9
    pack_cells(store)
    assert Store(tmp_path).finished() == set(keys(9))
    assert sum(len(store.packs.alive(name)) for name in store.packs.names()) == 9


def test_a_reader_finds_cells_that_are_packed_under_its_eyes(tmp_path, small, monkeypatch):
    """They go after it has seen where they lie, and before it reads them."""
    reader = filled(tmp_path, 12)
    before = all_of(reader, keys(12))
    moved = []

    def move(method):
        def instead(self, key, *words):
            if not moved:
                moved.append(key)
                pack_cells(Store(tmp_path))
            return method(self, key, *words)

        return instead

    kind = type(reader._cells)
    monkeypatch.setattr(kind, "contents", move(kind.contents))
    reader.check(keys(1)[0])
    assert moved
    assert reader.finished() == set(keys(12))
    assert all_of(reader, keys(12)) == before
    filled(tmp_path, 1, first=12)
    pack_cells(Store(tmp_path))  # the pack that the reader knows is part of another one now
    fresh = Store(tmp_path)
    assert all_of(reader, keys(12)) == before == all_of(fresh, keys(12))
    assert reader.damage(keys(12)) == []


def test_removed_cells_are_gone_and_can_be_made_again(tmp_path, small):
    store = filled(tmp_path, 12)
    pack_cells(store)
    store.remove_all(keys(3))
    assert store.finished() == set(keys(12)) - set(keys(3)) == Store(tmp_path).finished()
    assert not store.has(keys(1)[0])
    store.write(keys(1)[0], results()[0])
    assert Store(tmp_path).finished() == set(keys(12)) - set(keys(3)[1:])
    pack_cells(store)
    assert store.loose() == {}
    assert store.finished() == set(keys(12)) - set(keys(3)[1:])
    assert all_of(store, keys(1)) == all_of(Store(tmp_path), keys(1))
    store.remove_all(keys(12))
    assert store.finished() == set()
    pack_cells(store)
    assert rest_of(tmp_path) == []
    assert list((tmp_path / PACKS).iterdir()) == []


def test_what_is_packed_is_not_written_again(tmp_path):
    store = filled(tmp_path, 3)
    pack_cells(store)
    store.write(keys(1)[0], results()[1])
    assert store.loose() == {}


def test_damaged_cells_are_not_packed(tmp_path):
    store = filled(tmp_path, 4)
    store.path(keys(1)[0], "reports").write_bytes(b"")
    packed = pack_cells(store)
    assert (packed.cells, [one.key for one in packed.damaged]) == (3, keys(1))
    assert list(store.loose()) == keys(1)
    assert [one.key for one in store.set_damaged_aside(keys(4))] == keys(1)


def test_a_full_disk_loses_nothing(tmp_path, small, monkeypatch):
    store = filled(tmp_path, 12)
    before = all_of(store, keys(12))
    done = []

    def failing(path, content):
        if len(done) == 9:
            raise OSError(28, "No space left on device")
        done.append(path)
        path.write_bytes(content)

    monkeypatch.setattr(pack_write, "write_synced", failing)
    with pytest.raises(OutputError, match="No space left on device"):
        pack_cells(store)
    assert len(packs_of(tmp_path)) == 1
    assert not list(tmp_path.glob(".*"))
    assert all_of(Store(tmp_path), keys(12)) == before
    monkeypatch.undo()
    pack_cells(store)
    assert store.loose() == {}


def test_readers_leave_out_no_packed_cell(tmp_path):
    store = filled(tmp_path, 6)
    before = finished_cells(store)
    pack_cells(store)
    after = finished_cells(Store(tmp_path))
    pd.testing.assert_frame_equal(after.rows, before.rows)
    pd.testing.assert_series_equal(after.seconds, before.seconds)
