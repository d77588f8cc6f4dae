"""A packed file that is damaged, cut, mislabelled or made to burst is one line and exit status 2."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from simdyhpo.cli.main import main
from simdyhpo.tables.curves import CurveTable

PLAIN = b"lr,epoch,loss,time\n0.1,1,0.9,1\n0.1,2,0.8,2\n"
IMPORT = "--out t.npz --value loss --resource epoch --seconds time"


def zipped(*contents):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, content in enumerate(contents):
            archive.writestr(f"rows{i}.csv", content)
    return out.getvalue()


def tarred(*contents, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for i, content in enumerate(contents):
            one = tarfile.TarInfo(f"rows{i}.csv")
            one.size = len(content)
            archive.addfile(one, io.BytesIO(content))
    return out.getvalue()


def zstandard(content):
    import pyarrow as pa

    out = pa.BufferOutputStream()
    with pa.CompressedOutputStream(out, "zstd") as stream:
        stream.write(content)
    return out.getvalue().to_pybytes()


PACKED = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard,
    "zip": zipped,
    "tar": tarred,
    "tar.gz": lambda content: tarred(content, mode="w:gz"),
    "tar.bz2": lambda content: tarred(content, mode="w:bz2"),
    "tar.xz": lambda content: tarred(content, mode="w:xz"),
}


@pytest.fixture
def imported(tmp_path, monkeypatch, capsys):
    """The exit status and the one line of error, of a file's bytes."""
    monkeypatch.chdir(tmp_path)

    def go(name, content):
        (tmp_path / name).write_bytes(content)
        status = main(f"blackbox import {name} {IMPORT}".split())
        error = capsys.readouterr().err
        assert error.count("\n") == (status != 0)
        assert status == 0 or name in error
        return status, error

    return go


@pytest.mark.parametrize("suffix", PACKED)
def test_read(imported, suffix):
    assert imported(f"rows.csv.{suffix}", PACKED[suffix](PLAIN)) == (0, "")
    assert CurveTable.load("t.npz").values.tolist() == [[0.9, 0.8]]


@pytest.mark.parametrize("suffix", PACKED)
def test_damaged_anywhere(imported, suffix):
    """Cut or flipped, it is never a traceback; what a checksum covers is noticed."""
    rows = b"lr,epoch,loss,time\n" + b"".join(b"%d.%d,1,0.5,1\n" % (i, i * 7919 % 1009) for i in range(3000))
    whole = PACKED[suffix](rows)
    assert imported(f"rows.csv.{suffix}", PLAIN)[0] == 2
    assert imported(f"rows.csv.{suffix}", b"")[0] == 2
    for place in (1, 5, 30, len(whole) // 2):
        assert imported(f"rows.csv.{suffix}", whole[:place])[0] == 2
        flipped = bytearray(whole)
        flipped[place] ^= 0x55
        imported(f"rows.csv.{suffix}", bytes(flipped))
        for file in ("t.npz", "t.json"):
            Path(file).unlink(missing_ok=True)


def test_a_bad_checksum_in_a_zip(imported):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("rows.csv", PLAIN)
    assert "Bad CRC" in imported("rows.csv.zip", out.getvalue().replace(b"0.9", b"0.1", 1))[1]


def test_an_encrypted_zip(imported):
    content = bytearray(zipped(PLAIN))
    content[6] |= 1  # in the file's own header, and in the list at the end
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "encrypted" in imported("rows.csv.zip", bytes(content))[1]


@pytest.mark.parametrize(("suffix", "pack"), [("zip", zipped), ("tar", tarred)])
def test_one_file_is_wanted(imported, suffix, pack):
    assert "no file" in imported(f"rows.csv.{suffix}", pack())[1]
    assert "several files" in imported(f"rows.csv.{suffix}", pack(PLAIN, PLAIN))[1]


@pytest.mark.parametrize("suffix", PACKED)
def test_what_bursts_is_given_up(imported, suffix, monkeypatch):
    monkeypatch.setattr("simdyhpo.importers.unpacking.SMALL_BYTES", 2_000_000)
    monkeypatch.setattr("simdyhpo.importers.unpacking.MAX_TEXT_BYTES", 3_000_000)
    bomb = PACKED[suffix](PLAIN + b"0.1,3,0.7,3\n" * 500_000)
    status, error = imported(f"rows.csv.{suffix}", bomb)
    assert status == 2
    assert "unpacks to more than" in error


def test_a_plain_file_has_a_limit_too(imported, monkeypatch):
    monkeypatch.setattr("simdyhpo.importers.unpacking.MAX_TEXT_BYTES", 3_000_000)
    assert "too large" in imported("rows.csv", PLAIN + b"0.1,3,0.7,3\n" * 500_000)[1]


def test_a_line_without_end(imported):
    assert "columns" in imported("rows.csv", b"a" * 2_000_000)[1]
    assert "10,000 columns" in imported("rows.csv", b"a," * 20_000 + b"a\n1\n")[1]


def test_parquet_that_bursts(imported, monkeypatch):
    import pandas as pd

    monkeypatch.setattr("simdyhpo.files.parquet.MAX_LONG_CELLS", 1000)
    out = io.BytesIO()
    pd.DataFrame({"lr": [1.0] * 600, "epoch": 1, "loss": 0.5, "time": 1}).to_parquet(out)
    assert "2,400 cells are more than 1,000" in imported("rows.parquet", out.getvalue())[1]
    monkeypatch.setattr("simdyhpo.files.parquet.MAX_LONG_CELLS", 10_000)
    monkeypatch.setattr("simdyhpo.files.parquet.MAX_TEXT_BYTES", 1000)
    assert "unpacks to more than 1,000 bytes" in imported("rows.parquet", out.getvalue())[1]
