"""Large tables are checked once, and then mapped from a cache."""

import subprocess
import sys

import numpy as np
import pytest

from simdyhpo.errors import OutputError, TableError
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables import mapped as mapped_tables
from simdyhpo.tables.blackboxes import describe, load_blackbox
from simdyhpo.tables.mapped import load_table, open_mapped, write_mapped
from tests.making import falling


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A cache of its own, for tables of any size."""
    monkeypatch.setenv("SIMDYHPO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(mapped_tables, "LARGE", 1)
    return tmp_path / "cache" / "tables"


@pytest.fixture
def file(tmp_path):
    return falling(40, 9).save(tmp_path / "mine.npz")


def is_mapped(table):
    """Whether the values lie in a mapped file: some base of theirs does."""
    part = table.values
    while isinstance(part, np.ndarray | memoryview) and not isinstance(part, np.memmap):
        part = part.obj if isinstance(part, memoryview) else part.base
    return isinstance(part, np.memmap)


def test_the_second_time_it_is_mapped_and_the_same(cache, file):
    first, second = load_table(file), load_table(file)
    assert (is_mapped(first), is_mapped(second)) == (False, True)
    assert len(list(cache.iterdir())) == 1
    assert describe(second) == describe(first)
    np.testing.assert_array_equal(second.values, first.values)
    logs = [simulate(table, "asha", max_epochs=60).log.columns() for table in (first, second)]
    assert all((logs[0][name] == logs[1][name]).all() for name in logs[0])
    with pytest.raises(ValueError, match="read-only"):
        second.values[0, 0] = 1


def test_a_file_that_changed_is_checked_anew(cache, file):
    load_table(file)
    falling(41, 9).save(file)
    assert len(load_table(file)) == 41
    file.write_bytes(file.read_bytes()[:100])
    with pytest.raises(TableError, match="damaged"):
        load_table(file)
    file.unlink()
    with pytest.raises(TableError, match="no such file"):
        load_table(file)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"no table",
        lambda _: b"\x80\x04.",
        lambda raw: raw[:-1],
        lambda raw: raw[:40],
        lambda raw: raw + b"0",
    ],
)
def test_a_copy_that_cannot_be_read_is_made_again(cache, file, damage):
    load_table(file)
    (copy,) = cache.iterdir()
    copy.write_bytes(damage(copy.read_bytes()))
    assert len(load_table(file)) == 40
    assert is_mapped(load_table(file))


def test_small_tables_need_no_cache(tmp_path, monkeypatch, file):
    monkeypatch.setenv("SIMDYHPO_CACHE", str(tmp_path / "cache"))
    assert not is_mapped(load_table(file))
    assert not is_mapped(load_table(file))
    assert not (tmp_path / "cache").exists()


def test_shipped_tables_of_some_size_are_mapped(tmp_path, monkeypatch):
    monkeypatch.setenv("SIMDYHPO_CACHE", str(tmp_path / "cache"))
    first, second = (load_blackbox("lcbench-covertype") for _ in range(2))
    assert (is_mapped(first), is_mapped(second)) == (False, True)
    for name, score in first.scores.items():
        np.testing.assert_array_equal(second.scores[name].values, score.values)
    assert first.info == second.info
    for array in (second.values, second.elapsed_ns, second.scores["test_accuracy"].values):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_opening_imports_nothing_that_takes_long(tmp_path):
    """A fresh process that opens a table shall not wait for a library: that took longer than checking it."""
    path = write_mapped(load_blackbox("lcbench-covertype"), tmp_path / "one.table")
    code = (
        "import sys\nfrom pathlib import Path\nfrom simdyhpo.tables.mapped import open_mapped\n"
        f"open_mapped(Path({str(path)!r}))\n"
        "print([name for name in ('joblib', 'pandas', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_works_without_a_cache(tmp_path, monkeypatch, file):
    monkeypatch.setattr(mapped_tables, "LARGE", 1)
    monkeypatch.setenv("SIMDYHPO_CACHE", "")
    assert not is_mapped(load_table(file))
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SIMDYHPO_CACHE", str(tmp_path / "file"))
    assert not is_mapped(load_table(file))
    assert not is_mapped(load_table(file))


def test_what_is_written_is_whole(tmp_path):
    table = falling(10, 4)
    path = write_mapped(table, tmp_path / "new" / "one.table")
    assert [one.name for one in path.parent.iterdir()] == ["one.table"]
    assert open_mapped(path).checksum == table.checksum
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="choose another"):
        write_mapped(table, tmp_path / "file" / "one.table")
