"""`simdyhpo run`: a run from the shell equals one from Python."""

import json
import math

import pandas as pd
import pytest

from simdyhpo.analysis.measures import ABSOLUTE
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable
from simdyhpo.traces.read import read_run


def test_json_is_one_object_that_equals_the_run(command, tmp_path):
    out = tmp_path / "run"
    said = command(
        *("run", "--blackbox", "digits-mlp", "--scheduler", "asha", "--option", "reduction_factor=4"),
        *("--workers", 4, "--seed", 3, "--max-epochs", 200, "--out", out, "--json"),
    )
    assert (said.status, said.err) == (0, "")
    assert said.out.count("\n") == 1
    shown = json.loads(said.out)
    table = load_blackbox("digits-mlp")
    result = simulate(table, "asha", workers=4, seed=3, max_epochs=200, options={"reduction_factor": 4})
    assert shown.pop("wall_seconds") > 0
    assert shown == {
        "scheduler": "asha",
        "blackbox": "digits-mlp",
        "workers": 4,
        "seed": 3,
        "ended_by": "budget",
        "decisions": len(result.decisions),
        "epochs": 200,
        "trials": result.trials,
        "simulated_seconds": result.simulated_seconds,
        "best_value": result.best_value,
        "regret": result.regret,
        "absolute_regret": result.regret_in(ABSOLUTE),
        "reference": "worst",
        "incumbent": result.incumbent,
        "scores": {},
        "schedule": result.schedule,
        "diagnostics": {},
        "out": str(out),
    }
    pd.testing.assert_frame_equal(read_run(out).decisions, result.decisions)


def test_text_names_what_counts(command, tmp_path):
    said = command(
        "run",
        "--blackbox",
        "digits-mlp",
        "--scheduler",
        "random",
        "--max-trials",
        2,
        "--out",
        tmp_path / "run",
    )
    assert (said.status, said.err) == (0, "")
    for part in (
        "random on digits-mlp, 1 worker, seed 0",
        "budget",
        "trials 2",
        "regret",
        str(tmp_path / "run"),
    ):
        assert part in said.out


def test_other_budgets_and_sampling(command, tmp_path):
    said = command(
        *(
            "run",
            "--blackbox",
            "digits-mlp",
            "--scheduler",
            "random",
            "--max-decisions",
            500,
            "--workers",
            40,
        ),
        *("--max-seconds", 1e5, "--sampling", "with-replacement", "--out", tmp_path / "run", "--json"),
    )
    shown = json.loads(said.out)
    assert (shown["ended_by"], shown["decisions"], shown["trials"]) == ("budget", 500, 500)


def test_a_table_of_ones_own_by_path(command, tmp_path):
    nan = float("nan")
    table = CurveTable.from_arrays(
        [[nan, 1.0, 2.0]], [[1.0, 2.0, 3.0]], {"x": [0]}, mode="min", name="mine"
    ).save(tmp_path / "mine.npz")
    said = command(
        *("run", "--blackbox", table, "--scheduler", "random", "--max-epochs", 1, "--out", tmp_path / "run"),
        "--json",
    )
    shown = json.loads(said.out, parse_constant=pytest.fail)
    assert (shown["blackbox"], shown["best_value"], shown["regret"]) == ("mine", None, None)
    assert (shown["absolute_regret"], shown["incumbent"], shown["scores"]) == (None, None, {})
    assert math.isclose(shown["simulated_seconds"], 1.0)


def test_a_scheduler_of_ones_own_from_the_working_directory(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my_own_scheduler.py").write_text(
        "from simdyhpo.schedulers.random_search import RandomSearch\nclass Mine(RandomSearch): pass\n"
    )
    said = command(
        *("run", "--blackbox", "digits-mlp", "--scheduler", "my_own_scheduler:Mine", "--max-epochs", 9),
        *("--out", "run", "--json"),
    )
    assert json.loads(said.out)["scheduler"] == "my_own_scheduler:Mine"


def test_warnings_are_one_line_each(command, tmp_path):
    said = command(
        *("run", "--blackbox", "digits-mlp", "--scheduler", "asha", "--option", "grace_period=70"),
        *("--max-epochs", 9, "--out", tmp_path / "run", "--json"),
    )
    assert said.status == 0
    assert json.loads(said.out)["epochs"] == 9
    assert said.err.startswith("warning: ")
    assert said.err.count("\n") == 1


RUN = ("run", "--blackbox", "lcbench-car", "--scheduler", "asha", "--max-epochs", 120)


def test_scores_by_hand_from_the_logs(command, tmp_path):
    """The incumbent is looked up in the run's own files, its scores in the table's arrays."""
    said = command(*RUN, "--out", tmp_path / "run", "--json", "--reference", "chance")
    shown, table = json.loads(said.out), load_blackbox("lcbench-car")
    reports = pd.read_csv(tmp_path / "run" / "reports.csv")
    held = int(reports["configuration"][reports["value"].idxmin()])
    assert shown["incumbent"] == held
    assert shown["absolute_regret"] == pytest.approx(reports["value"].min() - table.values.min())
    assert shown["regret"] == pytest.approx(shown["absolute_regret"] / (math.log(4) - table.values.min()))
    for name, score in table.scores.items():
        mine, best = float(score.values[held]), float(score.values.max())
        if score.mode == "min":
            best = float(score.values.min())
        assert shown["scores"][name]["value"] == mine
        assert shown["scores"][name]["absolute"] == pytest.approx(abs(best - mine))
    balanced = shown["scores"]["test_balanced_accuracy"]
    best = float(table.scores["test_balanced_accuracy"].values.max())
    assert balanced["normalised"] == pytest.approx(balanced["absolute"] / (best - 1 / 4))
    assert shown["scores"]["test_accuracy"]["normalised"] is None, "its chance isn't known"


def test_text_has_both_units_and_the_asked_score_alone(command, tmp_path):
    said = command(*RUN, "--out", tmp_path / "run", "--score", "test_balanced_accuracy")
    for part in ("normalised regret", "absolute", "test_balanced_accuracy"):
        assert part in said.out
    assert "test_accuracy" not in said.out


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--score", "test_balanced_acuracy"), "did you mean 'test_balanced_accuracy'"),
        (("--score", "test_accuracy", "--reference", "chance"), "isn't known of lcbench-car"),
        (("--reference", "wurst"), "did you mean 'worst'"),
        (("--blackbox", "digits-mlp", "--score", "test_accuracy"), "no final scores are known of digits-mlp"),
    ],
)
def test_a_measure_that_cant_be_had_is_one_line_before_the_run(command, tmp_path, options, part):
    said = command(*RUN, *options, "--out", tmp_path / "run")
    assert said.status != 0
    assert part in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "run").exists()
