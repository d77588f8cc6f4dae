"""Exports: what is written is what the frames hold, and other tools can read it."""

import csv

import numpy as np
import pandas as pd
import pytest

import simdyhpo
from simdyhpo.cli.main import main
from simdyhpo.versus.export_kinds import EXPORTS
from tests.making import falling

ROWS = {"evaluations", "regret", "function", "algorithm", "dimension", "run", "value", "seconds"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("exported")
    simdyhpo.compare(
        ["asha", "random"],
        blackboxes=["digits-mlp", falling(8, 4)],
        seeds=2,
        out=place,
        max_epochs=12,
        jobs=1,
    )
    return place


@pytest.fixture
def command(capsys):
    def carry_out(*words):
        capsys.readouterr()
        status = main(["study", "export", *(str(word) for word in words)])
        return status, *capsys.readouterr()

    return carry_out


def test_csv(command, folder, tmp_path):
    status, out, err = command(folder, "--to", "csv", "--save", tmp_path / "frames")
    assert (status, err) == (0, "")
    found = simdyhpo.load_study(folder)
    for name in ("cells", "decisions", "reports", "incumbents"):
        frame = getattr(found, name)
        read = pd.read_csv(tmp_path / "frames" / f"{name}.csv", dtype=str)
        assert list(read.columns) == list(frame.columns)
        for column in read.columns:
            if frame[column].dtype.kind in "if":
                np.testing.assert_array_equal(read[column].astype(float), frame[column].astype(float))
            elif column != "options":
                assert read[column].fillna("").tolist() == [*frame[column].astype(object).fillna("").map(str)]
        assert f"{name}.csv: {len(frame):,} rows" in out


@pytest.mark.once
def test_duckdb(command, folder, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    status, _, err = command(folder, "--to", "duckdb", "--save", tmp_path / "s.duckdb")
    assert (status, err) == (0, "")
    found = simdyhpo.load_study(folder)
    with duckdb.connect(str(tmp_path / "s.duckdb"), read_only=True) as database:
        for name in ("cells", "decisions", "reports", "incumbents"):
            assert database.execute(f"select count(*) from {name}").fetchone() == (len(getattr(found, name)),)
        rows = database.execute("select label, avg(regret_1) from cells group by all order by 1").fetchall()
    expected = found.cells.groupby("label")["regret_1"].mean()
    assert rows == [(label, pytest.approx(value)) for label, value in expected.items()]
    assert [path.name for path in tmp_path.iterdir()] == ["s.duckdb"]


def test_autorank(command, folder, tmp_path):
    status, out, err = command(folder, "--to", "autorank", "--save", tmp_path / "deep" / "ranks.csv")
    assert (status, err) == (0, "")
    found = simdyhpo.load_study(folder)
    read = pd.read_csv(tmp_path / "deep" / "ranks.csv", index_col=0, dtype=str).astype(float)
    assert list(read.index) == ["digits-mlp", "small"]
    assert list(read.columns) == ["asha", "random"]
    means = found.cells.groupby(["blackbox", "label"])["regret_1"].mean()
    for box in read.index:
        for method in read.columns:
            assert read.loc[box, method] == pytest.approx(means[box, method], abs=1e-15)
    assert "autorank wants at least 5 tables" in out
    pd.testing.assert_frame_equal(found.matrix(), read, check_names=False)


def test_iohanalyzer(command, folder, tmp_path):
    status, _, err = command(folder, "--to", "iohanalyzer", "--save", tmp_path / "ioh.csv")
    assert (status, err) == (0, "")
    found = simdyhpo.load_study(folder)
    with (tmp_path / "ioh.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == ROWS
    assert len(rows) == len(found.incumbents)
    mine = [row for row in rows if (row["function"], row["algorithm"], row["run"]) == ("small", "asha", "1")]
    incumbents = found.incumbents.query("blackbox == 'small' and label == 'asha' and seed == 1")
    assert [int(row["evaluations"]) for row in mine] == incumbents["epochs"].tolist()
    assert [float(row["regret"]) for row in mine] == incumbents["regret"].tolist()
    assert {row["dimension"] for row in mine} == {"1"}
    regrets = [float(row["regret"]) for row in mine]
    assert regrets == sorted(regrets, reverse=True)


def test_from_a_study_file(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s.toml").write_text(
        'name = "s"\nblackboxes = ["digits-mlp"]\nseeds = 1\nbudget = { max_epochs = 9 }\n'
        '[[variants]]\nscheduler = "asha"\n[[variants]]\nscheduler = "random"\n'
    )
    status, _, err = command("s.toml", "--to", "csv", "--save", "frames")
    assert (status, err.count("\n")) == (2, 1)
    assert "no run of 's' is finished" in err
    assert not (tmp_path / "frames").exists()
    assert main(["study", "run", "s.toml", "--jobs", "1"]) == 0
    assert command("s.toml", "--to", "csv", "--save", "frames")[0] == 0
    assert command("s.toml", "--out", "runs/s", "--to", "autorank", "--save", "a.csv")[0] == 0


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("nowhere", "--to", "csv", "--save", "x"), "nowhere"),
        (("{empty}", "--to", "csv", "--save", "x"), "holds no study's results"),
        (("{folder}", "--to", "xml", "--save", "x"), "'xml' is not one of"),
        (("{folder}", "--to", "csv", "--save", "{empty}"), "exists already, left as it is"),
        (("{folder}", "--to", "autorank", "--save", "{file}/x/y"), "can't be written"),
        (("{folder}", "--name", "none", "--to", "csv", "--save", "x"), "no results of study 'none'"),
        (("{folder}", "--out", "x", "--to", "csv", "--save", "x"), "STUDY is a folder already"),
        (("quick", "--name", "x", "--to", "csv", "--save", "x"), "STUDY is a file"),
    ],
)
def test_mistakes(command, folder, tmp_path, monkeypatch, words, part):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    places = {"empty": tmp_path / "empty", "file": tmp_path / "file", "folder": folder}
    status, out, err = command(*(word.format(**places) for word in words))
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert part in err
    assert not (tmp_path / "x").exists()


def test_every_kind_is_on_the_page():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "studies.md").read_text(encoding="utf-8")
    for name, kind in EXPORTS.items():
        assert f"| `{name}` | {kind.what} |" in page
