"""Thousands of damaged tables, manifests and CSV files: each loads right or ends with our own error.

Seeded, so that what fails once fails again.
"""

from __future__ import annotations

import io
import json
import warnings
import zipfile

import msgspec
import numpy as np
import pytest

from simdyhpo.analysis.table_report import table_report
from simdyhpo.errors import SimdyhpoError
from simdyhpo.importers.long_files import read_long_file
from simdyhpo.importers.long_table import table_from_long
from simdyhpo.streams import Streams
from simdyhpo.tables.blackboxes import blackbox_manifest, read_manifest
from simdyhpo.tables.curves import CurveTable, TableRepairWarning

NAN = float("nan")


@pytest.fixture
def dice():
    return Streams(0).generator("fuzz")


@pytest.fixture
def table():
    return CurveTable.from_arrays(
        [[0.5, 0.25, NAN], [0.75, np.inf, 0.125], [0.1, 0.2, 0.3]],
        [[1.0, 2.5, NAN], [0.5, 0.5, 4.0], [1, 2, 3]],
        {"rate": [0.1, NAN, 0.3], "layers": [3, 4, 5], "optimizer": ["adam", "sgd", "sgd"]},
        mode="max",
        name="saved",
        log=["rate"],
        labels=[0.25, 0.5, 1.0],
    )


def damaged(raw, dice):
    """Bytes with flips, a cut, a piece moved, a piece repeated, or noise."""
    data = bytearray(raw)
    place, other = (int(dice.integers(len(data))) for _ in range(2))
    length = int(dice.integers(1, 40))
    match dice.integers(6):
        case 0:
            for _ in range(dice.integers(1, 6)):
                data[dice.integers(len(data))] ^= 1 << dice.integers(8)
        case 1:
            del data[place:]
        case 2:
            del data[place : place + length]
        case 3:
            data[place:place] = data[other : other + length]
        case 4:
            data[place : place + length] = dice.bytes(length)
        case _:
            data[place] = dice.choice(list(b"0129-+.eE,\n\"'{}[]\x00\xff"))
    return bytes(data)


def loads_right_or_refuses(load, *arguments):
    """Whether it loaded; any error that isn't ours fails the test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TableRepairWarning)
        try:
            return load(*arguments)
        except SimdyhpoError as error:
            text = str(error)
    assert "\n" not in text
    assert len(text) < 1000
    return None


def test_damaged_table_files(tmp_path, table, dice):
    path = table.save(tmp_path / "table.npz")
    raw, loaded = path.read_bytes(), 0
    for _ in range(1500):
        path.write_bytes(damaged(raw, dice))
        result = loads_right_or_refuses(CurveTable.load, path)
        if result is not None:
            loaded += 1
            assert result.checksum == table.checksum
    assert loaded < 300


def odd_array(array, dice):
    """An array that no saved table has in that place, or one that only looks right."""
    match dice.integers(10):
        case 0:
            return np.zeros((0, 3))
        case 1:
            return array[..., None]
        case 2:
            return array.astype(str)
        case 3:
            return array.astype(complex) if array.dtype.kind in "fiu" else array[:1]
        case 4:
            return np.array(7.5)
        case 5:
            return array[::-1]
        case 6:
            return array.astype(np.float16) if array.dtype.kind == "f" else array.astype("S4")
        case 7:
            return np.full(array.shape, np.datetime64("2020-01-01"))
        case 8:
            changed = array.copy()
            if changed.size and changed.dtype.kind in "fiu":
                odd = dice.choice([-1.0, 0.0, 1e300, np.nan, np.inf, -np.inf, 7.0])
                with np.errstate(invalid="ignore", over="ignore"):
                    changed.flat[dice.integers(changed.size)] = np.array(odd).astype(changed.dtype)
            return changed
        case _:
            return np.zeros(array.shape, dtype=[("a", "i4"), ("b", "f8")])


def odd_json(value, dice):
    """A JSON value with one part replaced by something unexpected."""
    if isinstance(value, dict) and value and dice.random() < 0.8:
        key = str(dice.choice(list(value)))
        if dice.random() < 0.2:
            return {name: part for name, part in value.items() if name != key}
        return value | {key: odd_json(value[key], dice)}
    if isinstance(value, list) and value and dice.random() < 0.8:
        place = int(dice.integers(len(value)))
        return [odd_json(part, dice) if i == place else part for i, part in enumerate(value)]
    odd = (None, -1, 0, 1e308, 2**70, "", "max", "categorical", [], {}, True, [[1]], "x" * 50, "\ud7ff\x00")
    return odd[dice.integers(len(odd))]


def test_swapped_and_edited_members(tmp_path, table, dice):
    """Archives that are whole, but whose parts are not what they should be."""
    path = table.save(tmp_path / "table.npz")
    with np.load(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    header = json.loads(arrays["header"].tobytes())
    for _ in range(1000):
        changed = dict(arrays)
        names = list(changed)
        left, right = (str(dice.choice(names)) for _ in range(2))
        match dice.integers(4):
            case 0:
                changed[left], changed[right] = changed[right], changed[left]
            case 1:
                del changed[left]
            case 2:
                changed[left] = odd_array(changed[left], dice)
            case _:
                changed["header"] = np.frombuffer(json.dumps(odd_json(header, dice)).encode(), dtype=np.uint8)
        np.savez(path, **changed)
        result = loads_right_or_refuses(CurveTable.load, path)
        if result is not None:
            assert result.checksum == header["checksum"]
            loads_right_or_refuses(table_report, result)


def test_a_member_that_claims_to_be_huge(tmp_path, table):
    """A header of an array may state any shape; nothing of that size is ever touched."""
    path = table.save(tmp_path / "table.npz")
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    for shape in ((10**15, 3), (2**62, 2**62), (10**9, 3), (-5, 3)):
        stated = io.BytesIO()
        np.lib.format.write_array_header_1_0(stated, {"descr": "<f8", "fortran_order": False, "shape": shape})
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, stated.getvalue() if name == "values.npy" else content)
        assert loads_right_or_refuses(CurveTable.load, path) is None


def test_damaged_manifests(tmp_path, dice):
    path = tmp_path / "manifest.json"
    content = json.loads(msgspec.json.encode(blackbox_manifest("digits-mlp")))
    for _ in range(400):
        path.write_bytes(json.dumps(odd_json(content, dice)).encode())
        loads_right_or_refuses(read_manifest, path)
        path.write_bytes(damaged(json.dumps(content).encode(), dice))
        loads_right_or_refuses(read_manifest, path)


CSV = """lr,opt,epoch,loss,time
0.1,adam,1,0.9,1.5
0.1,adam,2,0.5,3.0
0.1,adam,3,nan,4.5
0.01,none,1,0.8,1.0
0.01,none,2,inf,2.0
0.1,sgd,1,0.7,2.0
"""


def test_damaged_csv_files(tmp_path, dice):
    path = tmp_path / "runs.csv"
    names = {"value": "loss", "resource": "epoch", "seconds": "time", "mode": "min", "name": "mine"}

    def load():
        return table_from_long(read_long_file(path), **names)

    loaded = 0
    for _ in range(700):
        text = CSV.encode()
        for _ in range(dice.integers(1, 3)):
            text = damaged(text, dice) if text else text
        path.write_bytes(text)
        result = loads_right_or_refuses(load)
        if result is not None:
            loaded += 1
            assert (np.diff(result.elapsed_ns, axis=1) >= 0).all()
            assert result.values.size < 1000
    assert loaded > 20
