"""Hyperparameters and values that floats can't span are one line of error, not an assertion in a model."""

import numpy as np
import pytest

import simdyhpo
from simdyhpo.cli.main import main
from simdyhpo.errors import TableError
from simdyhpo.files.limits import MAX_VALUE

IMPORT = ["blackbox", "import", "f.csv", "--out", "f.npz", "--value", "loss", "--resource", "epoch"]


def table(values=None, clip=(-1.0, 1.0)):
    count, epochs = 30, 9
    curves = np.linspace(0.1, 0.4, count)[:, None] + 0.5 / np.arange(1, epochs + 1)
    for (row, column), value in (values or {}).items():
        curves[row, column] = value
    columns = {"clip": [clip[i % 2] for i in range(count)], "b": np.arange(count)}
    times = np.tile(np.arange(1.0, epochs + 1), (count, 1))
    return simdyhpo.CurveTable.from_arrays(curves, times, columns, mode="min", name="t")


def test_a_hyperparameter_without_a_range():
    with pytest.raises(
        TableError, match=r"'clip' spans from -1e\+308 to 1e\+308, more than a number can hold"
    ):
        table(clip=(-1e308, 1e308))


@pytest.mark.parametrize("clip", [(-8e307, 8e307), (0.0, 1.7e308), (5e-324, 1e308)])
@pytest.mark.parametrize("scheduler", ["asha", "bohb", "mobster", "freeze-thaw", "optuna-sh"])
def test_one_that_has_is_scaled(scheduler, clip):
    if scheduler == "optuna-sh":
        pytest.importorskip("optuna")
    result = simdyhpo.simulate(table(clip=clip), scheduler, max_epochs=8)
    assert 0 <= result.regret <= 1


@pytest.mark.parametrize("value", [1e101, -1e101, 1e308, -1e308])
def test_a_huge_value_is_refused_with_its_place(value):
    with pytest.raises(
        TableError, match=r"configuration 3 has the value -?1e\+\d+ at resource 5, beyond 1e\+100"
    ):
        table({(3, 4): value})


def test_the_largest_values_give_regrets():
    huge = table({(3, 4): MAX_VALUE, (4, 4): -MAX_VALUE})
    assert (huge.regret(MAX_VALUE), huge.regret(-MAX_VALUE)) == (1, 0)
    for scheduler in ("asha", "bohb", "mobster"):
        assert 0 <= simdyhpo.simulate(huge, scheduler, max_epochs=30).regret <= 1


def test_an_import_names_the_row(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.csv").write_text("lr,epoch,loss\n1,1,0.5\n1,2,1e308\n2,1,inf\n")
    assert main(IMPORT) == 2
    assert "row 2: 'loss' is beyond 1e+100: '1e308'" in capsys.readouterr().err


def test_files_of_older_versions_are_checked_too(tmp_path):
    path = table().save(tmp_path / "t.npz")
    for name, place, value, said in (
        ("values", (3, 4), 1e308, "configuration 3 has the value"),
        ("configurations/clip", 5, np.inf, "configuration 5: 'clip' is inf, and a hyperparameter is finite"),
        ("configurations/clip", 5, -1.7e308, "clip"),
    ):
        parts = dict(np.load(path))
        parts["configurations/clip"][4] = 1e308
        parts[name][place] = value
        np.savez(tmp_path / "old.npz", **parts)
        with pytest.raises(TableError, match=said):
            simdyhpo.CurveTable.load(tmp_path / "old.npz")
