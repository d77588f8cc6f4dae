"""Different configurations stay different, or the import says which rows it can't tell apart."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo.cli.main import main
from simdyhpo.tables.blackboxes import read_manifest
from simdyhpo.tables.curves import CurveTable

HEADER = "arch,trial,epoch,loss\n"
CSV = {
    "uint64": "12345678901234567890,0,1,0.9\n12345678901234567891,1,1,0.1\n5,2,1,0.5\n",
    "int64-one-empty": "9007199254740993,0,1,0.9\n9007199254740992,1,1,0.1\n,2,1,0.5\n",
    "int64-one-float": "9007199254740993,0,1,0.9\n9007199254740992,1,1,0.1\n5.0,2,1,0.5\n",
    "leading-zeros": "007,0,1,0.9\n7,1,1,0.1\n8,2,1,0.5\n",
    "zero-exponent": "0e123,0,1,0.9\n0,1,1,0.1\n8,2,1,0.5\n",
}
TRIALS = {"trial": [0, 1, 2], "epoch": 1, "loss": [0.9, 0.1, 0.5]}
PARQUET = {
    "uint64": ({"arch": np.array([2**64 - 1, 2**64 - 2, 5], dtype=np.uint64)}, "18446744073709551615"),
    "int64-null": ({"arch": pd.array([2**53 + 1, 2**53, None], dtype="Int64")}, "9007199254740993"),
    "float-lists": ({"arch": [[0.123456789], [0.123456788], [0.5]]}, "holds a"),
}


def imported(file):
    words = f"blackbox import {file} --out t.npz --value loss --resource epoch --repeat trial"
    return main(words.split())


@pytest.mark.parametrize("kind", CSV)
def test_three_configurations_of_text(kind, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows.csv").write_text(HEADER + CSV[kind])
    assert imported("rows.csv") == 0
    table = CurveTable.load("t.npz")
    assert table.values.tolist() == [[0.9], [0.1], [0.5]]
    written = [line.split(",")[0] for line in CSV[kind].splitlines()]
    assert table.configurations.columns["arch"].tolist() == written
    note = f"'arch' is kept as text: row 1 holds {written[0]!r}"
    assert note in capsys.readouterr().out
    assert note in read_manifest(tmp_path / "t.json").notes


@pytest.mark.parametrize("kind", PARQUET)
def test_numbers_that_can_not_be_kept_are_refused(kind, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    columns, said = PARQUET[kind]
    pd.DataFrame({**columns, **TRIALS}).to_parquet("rows.parquet", index=False)
    assert imported("rows.parquet") == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    for part in ("rows.parquet", "'arch'", "row 1", said):
        assert part in error
    assert not (tmp_path / "t.npz").exists()
