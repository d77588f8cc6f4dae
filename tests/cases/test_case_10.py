"""Files that are nearly what is wanted: the error says what they are and what to do."""

import pandas as pd
import pytest

from simdyhpo.cli.main import main
from simdyhpo.tables.curves import CurveTable


@pytest.fixture
def imported(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def go(name, text=None, *words):
        if text is not None:
            (tmp_path / name).write_text(text)
        import_ = f"blackbox import {name} --out t.npz --value loss --resource epoch"
        return main([*import_.split(), *words]), capsys.readouterr().err

    return go


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            "lr;epoch;loss\n0,1;1;0,9\n0,1;2;0,8\n",
            ["separated by semicolons", "'lr;epoch;loss'"],
        ),
        ("lr\tepoch\tloss\n0.1\t1\t.9\n", ["separated by tabs"]),
        ("lr|epoch|loss\n0.1|1|.9\n", ["separated by bars"]),
        ("# made by me\nlr,epoch,loss\n0.1,1,.9\n", ["a comment, '# made by me'", "leave it out"]),
        ('lr,epoch,loss\n0.1,1,"0,9"\n', ["row 1: 'loss' is no number: '0,9'", "decimal point, no comma"]),
    ],
)
def test_text_files(imported, text, parts):
    status, error = imported("rows.csv", text)
    assert (status, error.count("\n")) == (2, 1)
    for part in ("rows.csv", *parts):
        assert part in error


def test_a_name_may_begin_with_a_hash(imported):
    assert imported("rows.csv", "#lr,epoch,loss\n0.1,1,.9\n") == (0, "")
    assert list(CurveTable.load("t.npz").configurations.columns) == ["#lr"]


def test_a_column_of_bytes_is_named(imported):
    pd.DataFrame({"arch": [b"\xff\x00", b"\xff\x01"], "epoch": 1, "loss": [0.1, 0.2]}).to_parquet("b.parquet")
    status, error = imported("b.parquet")
    assert status == 2
    assert "row 1: 'arch' holds bytes" in error
    pd.DataFrame({"arch": [1, 2], "epoch": 1, "loss": [b"\xff\x00", b"\xff\x01"]}).to_parquet("c.parquet")
    status, error = imported("c.parquet")
    assert status == 2
    assert "row 1: 'loss' is no number" in error


@pytest.mark.parametrize("index", [["a", "epoch"], ["a"], ["epoch", "a"]])
def test_levels_of_an_index_are_columns(imported, index):
    frame = pd.DataFrame({"a": [1, 2], "epoch": 1, "loss": [0.1, 0.2]}).set_index(index)
    frame.to_parquet("m.parquet")
    assert imported("m.parquet") == (0, "")
    assert CurveTable.load("t.npz").configurations.columns["a"].tolist() == [1, 2]
