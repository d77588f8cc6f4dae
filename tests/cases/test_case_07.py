"""A word for nothing makes a number inactive; other text among numbers is named with its row."""

import numpy as np
import pytest

from simdyhpo.cli.main import main
from simdyhpo.tables.curves import CurveTable


@pytest.fixture
def imported(tmp_path, monkeypatch, capsys):
    """The exit status, what was said, and the column `mom`, for one word in its second row."""
    monkeypatch.chdir(tmp_path)

    def go(word, *more):
        (tmp_path / "m.csv").write_text(
            f"opt,mom,epoch,loss\nsgd,0.9,1,0.3\nadam,{word},1,0.4\nsgd,0.7,1,0.5\n"
        )
        words = "blackbox import m.csv --out m.npz --value loss --resource epoch"
        status = main([*words.split(), *more])
        said = capsys.readouterr()
        column = CurveTable.load("m.npz").configurations.columns["mom"] if status == 0 else None
        return status, said.out + said.err, column

    return go


@pytest.mark.parametrize("word", ["", "nan", "NaN", "None", "NA", "null", "NULL", "N/A", "<NA>", " None "])
def test_inactive(imported, word):
    status, said, column = imported(word)
    assert status == 0
    np.testing.assert_array_equal(column, [0.9, np.nan, 0.7])
    noted = f"'mom' is inactive where it says {word.strip()!r}, as in row 2" in said
    assert noted == (word.lower() not in ("", "nan"))
    assert main(["blackbox", "check", "m.npz"]) == 0


@pytest.mark.parametrize(
    ("word", "note"),
    [
        ('"0,5"', "'mom' is kept as text: row 2 holds '0,5', with a comma where numbers have a point"),
        ("auto", "'mom' is kept as text: row 2 holds 'auto'"),
        ("0.5s", "'mom' is kept as text: row 2 holds '0.5s'"),
    ],
)
def test_text(imported, word, note):
    status, said, column = imported(word)
    assert (status, column.tolist()) == (0, ["0.9", word.strip('"'), "0.7"])
    assert note in said


def test_the_row_is_named_where_logarithms_are_wanted(imported):
    status, said, _ = imported("auto", "--log", "mom")
    assert status == 2
    assert "'mom' is kept as text: row 2 holds 'auto'" in said
    status, said, _ = imported("-1", "--log", "mom")
    assert status == 2
    assert "row 2: 'mom' is -1.0, which has no logarithm" in said


def test_infinite_is_not_inactive(imported):
    status, said, _ = imported("inf")
    assert status == 2
    assert "row 2: 'mom' is 'inf', and a hyperparameter is finite" in said
