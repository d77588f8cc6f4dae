"""Studies: what a file may say, resuming, and what the report makes of the logs."""

from pathlib import Path

import numpy as np
import pytest

from simdyhpo.cli.main import main
from simdyhpo.errors import BudgetError, OutputError, SimdyhpoError, UnknownNameError
from simdyhpo.studies.report import report
from simdyhpo.studies.results import FLOOR, collect, paired
from simdyhpo.studies.spec import load_study
from simdyhpo.studies.sweep import run_cells
from tests.making import falling

ROOT = Path(__file__).parents[2]
TEXT = """
name = "tiny"
question = "Which one?"
tables = ["digits-mlp", "mine"]
seeds = 2
workers = [1, 2]
budget = { max_epochs = 30 }

[[variants]]
label = "asha"
scheduler = "asha"

[[variants]]
label = "asha-2"
scheduler = "asha"
options = { reduction_factor = 2 }
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tiny.toml"
    path.write_text(TEXT)
    return path


@pytest.fixture
def tables(tmp_path):
    falling(40, 9).save(tmp_path / "tables" / "mine.npz")
    return tmp_path / "tables"


def everything(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "timing.json"
    }


def test_all_of_the_grid_is_run_and_not_run_again(file, tables, tmp_path):
    study = load_study(file)
    cells = study.cells()
    assert len(cells) == 2 * 2 * 2 * 2
    assert run_cells(cells[:5], tmp_path / "runs", 1, tables) == 5
    assert run_cells(cells, tmp_path / "runs", 2, tables) == 11
    assert run_cells(cells, tmp_path / "runs", 1, tables) == 0
    run_cells(cells, tmp_path / "again", 1, tables)
    assert everything(tmp_path / "runs") == everything(tmp_path / "again")


@pytest.mark.parametrize(
    ("change", "part"),
    [
        (("max_epochs = 30", "max_epochs = 31"), "budget"),
        (("reduction_factor = 2", "reduction_factor = 4"), "options"),
        (('scheduler = "asha"\noptions', 'scheduler = "asha-stopping"\noptions'), "scheduler"),
    ],
)
def test_a_folder_of_another_study_is_left_alone(file, tables, tmp_path, change, part):
    run_cells(load_study(file).cells(), tmp_path / "runs", 1, tables)
    before = everything(tmp_path / "runs")
    file.write_text(TEXT.replace(*change))
    with pytest.raises(OutputError, match=f"another {part}"):
        run_cells(load_study(file).cells(), tmp_path / "runs", 1, tables)
    assert everything(tmp_path / "runs") == before


def test_a_table_that_changed_is_noticed(file, tables, tmp_path):
    cells = [cell for cell in load_study(file).cells() if cell.table == "mine"]
    run_cells(cells, tmp_path / "runs", 1, tables)
    falling(41, 9).save(tmp_path / "other" / "mine.npz")
    with pytest.raises(OutputError, match="another blackbox"):
        run_cells(cells, tmp_path / "runs", 1, tmp_path / "other")


def test_an_unknown_table_offers_the_nearest(file, tmp_path):
    file.write_text(TEXT.replace("digits-mlp", "digits-mpl"))
    with pytest.raises(UnknownNameError, match="digits-mlp"):
        run_cells(load_study(file).cells(), tmp_path / "runs", 1)


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        (('label = "asha-2"', 'label = "asha"'), SimdyhpoError, "twice"),
        (('label = "asha-2"', 'label = "../asha"'), SimdyhpoError, "not a study"),
        (("seeds = 2", "seeds = 0"), SimdyhpoError, "not a study"),
        (("seeds = 2", "sedes = 2"), SimdyhpoError, "sedes"),
        (("seeds = 2", "seeds = "), SimdyhpoError, "not a study"),
        (("max_epochs = 30", ""), BudgetError, "no budget"),
        (("reduction_factor = 2", "reduction = 2"), UnknownNameError, "reduction_factor"),
        (('scheduler = "asha"\noptions', 'scheduler = "ahsa"\noptions'), UnknownNameError, "asha"),
    ],
)
def test_mistakes_are_found_before_anything_runs(file, change, error, text):
    file.write_text(TEXT.replace(*change))
    with pytest.raises(error, match=text):
        load_study(file)


def test_report(file, tables, tmp_path):
    study = load_study(file)
    run_cells(study.cells(), tmp_path / "runs", 1, tables)
    rows = collect(study, tmp_path / "runs")
    assert len(rows) == 16
    assert (rows["epochs"] == 30).all()
    assert (rows["regret_0.1"] >= rows["regret_1"]).all()
    assert (rows["area"] >= rows["regret_1"] - 1e-12).all()
    np.testing.assert_allclose(rows["log10_regret"], np.log10(rows["regret_1"].clip(lower=FLOOR)))
    difference = paired(rows, "asha-2", "asha", "regret_1")
    assert difference.size == 8
    means = rows.groupby("label")["regret_1"].mean()
    assert difference.mean() == pytest.approx(means["asha-2"] - means["asha"])
    text = report(study, rows, "asha")
    assert "16 of 16 runs" in text
    assert f"{means['asha']:.4f}" in text
    assert "Which one?" in text


def test_a_part_of_a_study_can_be_reported(file, tables, tmp_path):
    study = load_study(file)
    run_cells(study.cells()[:3], tmp_path / "runs", 1, tables)
    rows = collect(study, tmp_path / "runs")
    assert "3 of 16 runs" in report(study, rows, "asha")
    with pytest.raises(OutputError, match="holds no run"):
        collect(study, tmp_path / "elsewhere")


def test_from_the_shell(file, tables, tmp_path, capfd):
    command = [
        "study",
        "run",
        str(file),
        "--out",
        str(tmp_path / "runs"),
        "--tables",
        str(tables),
        "--jobs",
        "1",
    ]
    assert main(command) == 0
    assert "16 runs made, 0 were there" in capfd.readouterr().out
    assert main(command) == 0
    assert "0 runs made, 16 were there" in capfd.readouterr().out
    saved = tmp_path / "report"
    command = ["study", "report", str(file), "--out", str(tmp_path / "runs"), "--save", str(saved)]
    assert main([*command, "--baseline", "asha-2"]) == 0
    assert capfd.readouterr().out == (saved / "report.md").read_text()
    assert len((saved / "results.csv").read_text().splitlines()) == 17
    assert main([*command, "--baseline", "asha-3"]) == 2
    assert "asha-2" in capfd.readouterr().err


@pytest.mark.parametrize("path", sorted((ROOT / "experiments").glob("*.toml")), ids=lambda path: path.stem)
def test_the_committed_studies_can_be_run(path):
    study = load_study(path)
    assert study.name == path.stem
    assert study.question


def test_import_taskset_makes_tables(tmp_path, capfd):
    assert main(["import", "taskset", str(tmp_path), "--out", str(tmp_path / "tables")]) == 2
    assert "no TaskSet files" in capfd.readouterr().err
