"""A small file can't fill the memory: what it holds is looked at before it is unpacked."""

import os

import numpy as np
import pytest

from simdyhpo.errors import SimdyhpoError, TableError
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.files import stored_checksum


@pytest.fixture
def parts(tmp_path):
    table = CurveTable.from_arrays(
        [[0.5, 0.25]], [[1, 2]], {"lr": [1]}, mode="min", name="t", scores={"test": ("max", [0.5])}
    )
    return dict(np.load(table.save(tmp_path / "t.npz")))


def load(parts, path):
    np.savez_compressed(path, **parts)
    return CurveTable.load(path)


def test_as_saved(parts, tmp_path):
    assert load(parts, tmp_path / "same.npz").best == 0.25


@pytest.mark.parametrize("name", ["extra", "configurations/other", "scores/other"])
def test_unknown_members_are_refused_unread(parts, tmp_path, name, monkeypatch):
    parts[name] = np.zeros(10)
    with pytest.raises(TableError, match=f"it holds '{name}', which no such table has"):
        load(parts, tmp_path / "more.npz")


def test_large_members_are_refused_unread(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("simdyhpo.tables.members.MAX_TABLE_BYTES", 50_000)
    parts["configurations/lr"] = np.zeros(7_000)
    with pytest.raises(TableError, match="unpacks to more than 50,000 bytes"):
        load(parts, tmp_path / "large.npz")


def test_a_large_header(parts, tmp_path, monkeypatch):
    monkeypatch.setattr("simdyhpo.tables.members.MAX_HEADER_BYTES", 100)
    np.savez_compressed(tmp_path / "long.npz", **parts)
    for read in (CurveTable.load, stored_checksum):
        with pytest.raises(TableError, match="its header is longer than 100 bytes"):
            read(tmp_path / "long.npz")


def test_a_bare_array_is_not_read(tmp_path):
    np.save(tmp_path / "bare.npy", np.zeros(10))
    with pytest.raises(TableError, match="no archive of arrays"):
        CurveTable.load(tmp_path / "bare.npy")


@pytest.mark.parametrize("read", [CurveTable.load, stored_checksum])
def test_nobody_opens_a_pipe(read, tmp_path):
    """Who opens one that nobody writes to waits for good."""
    os.mkfifo(tmp_path / "t.npz")
    with pytest.raises(SimdyhpoError, match="no regular file but a device or pipe"):
        read(tmp_path / "t.npz")
