"""`simdyhpo trace calibration`: text, JSON, a figure, and one line where there is nothing to measure."""

import json

import pytest

from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.write import write_run


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calibration") / "run"
    options = {"steps": 2, "candidates": 20}
    write_run(simulate(load_blackbox("digits-mlp"), "dyhpo", max_epochs=40, options=options), folder)
    return folder


def test_text_and_json_agree(command, folder):
    lines = command("trace", "calibration", folder).out.splitlines()
    told = json.loads(command("trace", "calibration", folder, "--json").out, parse_constant=pytest.fail)
    whole = told["all"]
    assert lines[0] == f"{whole['predictions']} predictions, {whole['measured']} measured."
    row = next(line.split() for line in lines if line.startswith("all "))
    assert row[1:3] == [str(whole["measured"]), f"{whole['rms']:.3g}"]
    assert sum(one["measured"] for one in told["kinds"].values()) == whole["measured"]
    assert sum(one["measured"] for one in told["resources"].values()) == whole["measured"]


def test_figure(command, folder, tmp_path):
    path = tmp_path / "calibration.svg"
    assert command("trace", "calibration", folder, "--figure", path).out.endswith(f"drawn to {path}\n")
    assert path.read_text().startswith("<?xml")
    again = command("trace", "calibration", folder, "--figure", path)
    assert (again.status, again.err.count("\n")) == (2, 1)


def test_json_stays_json_beside_a_figure(command, folder, tmp_path):
    said = command("trace", "calibration", folder, "--json", "--figure", tmp_path / "c.png")
    assert json.loads(said.out)["all"]["measured"]
    assert "drawn to" in said.err


def test_nothing_to_measure_is_one_line(command, tmp_path):
    write_run(simulate(load_blackbox("digits-mlp"), "asha", max_epochs=20), tmp_path / "run")
    said = command("trace", "calibration", tmp_path / "run")
    assert (said.status, said.out) == (2, "")
    assert said.err.strip().endswith(
        "asha: its log holds no predictions; only a scheduler with a model makes some"
    )
    assert said.err.count("\n") == 1
