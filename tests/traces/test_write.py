"""All of a run or nothing, and never over another."""

import json
import os

import numpy as np
import pytest

from simdyhpo.decisions import Reason
from simdyhpo.errors import OutputError
from simdyhpo.records import DecisionRecord
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.manifest import RUN_FILES, package_version, to_json_line
from simdyhpo.traces.write import check_free, write_run


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_run_is_four_files(results, tmp_path):
    write_run(results["asha"], tmp_path / "new" / "run")
    assert names(tmp_path / "new" / "run") == sorted(RUN_FILES)
    assert names(tmp_path / "new") == ["run"]


def test_decisions_are_the_record_row_by_row(results, stored):
    lines = (stored["dyhpo"].folder / "decisions.csv").read_text().splitlines()
    assert lines[0] == ",".join(DecisionRecord.__struct_fields__)
    assert len(lines) == 1 + len(results["dyhpo"].log)
    for line, record in zip(lines[1:], results["dyhpo"].log, strict=True):
        cells = line.split(",")
        assert cells[5] == record.decision.name
        assert cells[8:13] == [""] * 5
        assert cells[15] == repr(record.coin)


def test_values_that_are_not_finite_are_written(results, stored):
    rows = [line.split(",") for line in (stored["random"].folder / "reports.csv").read_text().splitlines()]
    assert rows[0] == ["time_ns", "worker", "trial", "configuration", "resource", "value", "ignored"]
    values = {(row[3], row[4]): row[5] for row in rows[1:]}
    assert values.get(("3", "3"), "") == ""
    assert values.get(("5", "2"), "inf") == "inf"
    assert {("3", "3"), ("5", "2")} & values.keys(), "the run should reach a diverged value"
    assert {row[6] for row in rows[1:]} == {"False"}


def test_manifest_holds_the_run_and_nothing_of_the_host(results, stored):
    result = results["dyhpo"]
    text = (stored["dyhpo"].folder / "manifest.json").read_text()
    manifest = json.loads(text)
    assert manifest["spec"]["options"]["probability_sh"] == 0.5
    assert manifest["spec"]["blackbox"]["checksum"] == result.spec.blackbox["checksum"]
    assert manifest["counts"] == {"decisions": len(result.log), "epochs": 150, "trials": result.trials}
    assert manifest["schedule"] == result.schedule
    assert manifest["versions"].keys() >= {"python", "simdyhpo", "numpy"}
    for private in ("wall_seconds", os.uname().nodename, str(stored["dyhpo"].folder)):
        assert f'"{private}"' not in text


def test_json_stays_valid_without_a_finite_value(tmp_path):
    nan = float("nan")
    table = CurveTable.from_arrays([[nan, 1.0, 2.0]], [[1.0, 2.0, 3.0]], {"x": [0]}, mode="min", name="late")
    write_run(simulate(table, "random", max_epochs=1), tmp_path / "run")
    manifest = json.loads((tmp_path / "run" / "manifest.json").read_text())
    assert manifest["best_value"] is None
    assert manifest["regret"] is None


@pytest.mark.parametrize("name", RUN_FILES)
def test_a_folder_that_holds_a_run_is_left_alone(results, tmp_path, name):
    (tmp_path / name).write_text("precious")
    with pytest.raises(OutputError, match=r"already holds a run.*choose another"):
        write_run(results["random"], tmp_path)
    assert names(tmp_path) == [name]
    assert (tmp_path / name).read_text() == "precious"


def test_other_files_in_the_folder_stay(results, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    write_run(results["random"], tmp_path)
    assert names(tmp_path) == sorted([*RUN_FILES, "notes.txt"])


def test_a_file_is_no_folder(results, tmp_path):
    (tmp_path / "file").write_text("precious")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="not a folder"):
            write_run(results["random"], folder)
    assert (tmp_path / "file").read_text() == "precious"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused_beforehand(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="no permission"):
        check_free(tmp_path / "run")


def test_a_write_that_fails_leaves_nothing(table, tmp_path):
    result = simulate(table, "random", max_epochs=20)
    result.log.reasons[1] = Reason(score="no number")
    with pytest.raises(ValueError, match="no number"):
        write_run(result, tmp_path / "run")
    assert names(tmp_path) == []


def test_two_writes_give_equal_bytes(results, stored, tmp_path):
    write_run(results["asha"], tmp_path / "again")
    for name in ("decisions.csv", "reports.csv", "manifest.json"):
        assert (tmp_path / "again" / name).read_bytes() == (stored["asha"].folder / name).read_bytes()


def test_json_of_numpys_numbers_and_of_nothing_else():
    told = json.loads(to_json_line([np.int64(3), np.float64(0.1), np.float32("nan"), float("inf")]))
    assert told == [3, 0.1, None, None]
    with pytest.raises(TypeError, match="can't be written as JSON"):
        to_json_line([object()])


def test_what_is_not_installed_has_no_version():
    assert package_version("pytest") == pytest.__version__
    assert package_version("no-package-has-this-name") is None
