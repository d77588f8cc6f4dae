"""Wide tables, folders of CSV files, and the rules that all sources share."""

import json
import math

import numpy as np
import pytest

from simdyhpo.cli.main import main
from simdyhpo.files import limits
from simdyhpo.importers.logs import walking
from simdyhpo.importers.logs.hyperparameters import flat, in_name
from simdyhpo.importers.logs.sources import SOURCES

NAN = math.nan


@pytest.fixture
def wide(tmp_path):
    def write(text):
        (tmp_path / "wide.csv").write_text(text)
        return tmp_path / "wide.csv"

    return write


@pytest.fixture
def folder(tmp_path):
    """Files of runs: name by text."""

    def write(**files):
        place = tmp_path / "runs"
        place.mkdir(exist_ok=True)
        for name, text in files.items():
            (place / name).write_text(text)
        return place

    return write


def test_wide(read, wide):
    place = wide("lr,opt,1,2,10\n0.1,adam,0.9,0.5,nan\n0.2,adam,0.8,0.6,\n0.1,sgd,0.7,,\n")
    found = read("wide", place, "--mode", "min", "--log", "lr")
    np.testing.assert_array_equal(found.table.values, [[0.9, 0.5, NAN], [0.8, 0.6, NAN], [0.7, NAN, NAN]])
    assert found.table.lengths.tolist() == [3, 2, 1]
    assert found.table.labels.tolist() == [1, 2, 10]
    assert found.rows[2] == {"lr": 0.1, "opt": "sgd"}
    assert "2 of 3 curves end before step 10, row 3 first at 1" in found.out
    assert "1 of 3 rows ends early in NaN (row 1): taken as diverged" in found.out


def test_long_says_what_was_taken_and_what_was_left_out(read, tmp_path):
    place = tmp_path / "runs.csv"
    place.write_text(
        "run,host,lr,opt,epoch,acc,time\nr0,a,0.1,sgd,1,0.2,5\nr0,a,0.1,sgd,2,nan,5\nr0,a,0.1,sgd,3,inf,5\n"
        "r1,b,0.2,adam,1,0.3,6\nr1,b,0.2,adam,2,0.4,6\n"
    )
    words = ["--value", "acc", "--resource", "epoch", "--mode", "max"]
    found = read("long", place, *words, "--config", "lr", "--config", "opt")
    assert found.out.startswith(
        "found: 5 reports; 2 configurations of 2 hyperparameters: lr, opt; acc at 3 epochs, 1 to 3; "
        "no seconds\n"
        "  left out: 3 columns: run, host, time\n"
    )
    assert "  1 of 2 curves end before epoch 3, the first at 2: nothing is filled in" in found.out
    assert "  2 values of 1 curve are NaN or infinite: diverged.\n" in found.out
    assert "3 columns: run, host, time" in found.manifest["notes"]
    words += ["--seconds", "time", "--seconds-are", "per-step", "--ignore", "run"]
    ignored = read("long", place, *words).out
    assert "3 hyperparameters: host, lr, opt; acc at 3 epochs, 1 to 3; with seconds\n" in ignored
    assert "left out: 1 column: run\n" in ignored


def test_diverged_values_are_counted_whatever_the_source(read, wide):
    said = read("wide", wide("lr,1,2\n0.1,0.9,nan\n0.2,0.8,0.6\n"), "--mode", "min").out
    assert "  1 value of 1 curve is NaN or infinite: diverged.\n" in said


@pytest.mark.parametrize("names", ["epoch_1,epoch_2", "1,2", "step 1,step 2", "Epoch1,Epoch2"])
def test_wide_steps_by_many_names(read, wide, names):
    found = read("wide", wide(f"lr,{names}\n0.1,0.9,0.5\n0.2,0.8,0.6\n"), "--mode", "min")
    np.testing.assert_array_equal(found.table.values, [[0.9, 0.5], [0.8, 0.6]])


def test_wide_metrics(read, refused, wide):
    place = wide("units_1,units_2,val_loss@1,val_loss@2,acc[1],acc[2]\n8,4,0.9,0.5,0,1\n4,4,0.8,0.6,0,1\n")
    assert "3 metrics were logged: acc (2 reports), units (2 reports), val_loss (2 reports)" in refused(
        "wide", place
    )
    found = read("wide", place, "--metric", "val_loss")
    np.testing.assert_array_equal(found.table.values, [[0.9, 0.5], [0.8, 0.6]])
    assert [row["units_1"] for row in found.rows] == [8, 4]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("lr,1,2\n0.1,,0.5\n0.2,1,2\n", ["row 1: '1' is empty"]),
        ("lr,1,2\n0.1,x,0.5\n0.2,1,2\n", ["row 1: '1' is no number: 'x'"]),
        ("lr,a,b\n0.1,1,0.5\n", ["no two columns are steps"]),
        ("1,2\n1,0.5\n", ["no run has hyperparameters"]),
        ("lr,1,2\n0.1,1,0.5\n0.1,2,1\n", ["no hyperparameter differs between the runs (lr)"]),
        ("lr,1,2\n", ["no run with reports was found"]),
    ],
)
def test_wide_mistakes(refused, wide, text, parts):
    said = refused("wide", wide(text), "--mode", "min")
    for part in parts:
        assert part in said


def test_a_folder_of_files(read, refused, folder):
    place = folder(**{
        "lr=0.1,units=32.csv": "step,loss,time,note\n1,0.9,2,a\n2,0.5,4,b\n2,0.4,5,c\n",
        "lr=0.3,units=64.csv": "step,loss,time,note\n1,1e200,1,a\n2,inf,2,b\n",
        "second.csv": "step,loss,time\n1,0.7,3\n",
        "second.json": '{"lr": 0.2, "units": null}',
        "empty.csv": "step,loss,time\n",
        "nothing.csv": "step,loss,time\n1,1,1\n",
        "readme.txt": "hello",
    })  # fmt: skip
    found = read("csv-folder", place, "--metric", "loss", "--seconds", "time")
    np.testing.assert_array_equal(found.table.values, [[0.9, 0.4], [math.inf, math.inf], [0.7, NAN]])
    assert found.table.elapsed_ns[0].tolist() == [2 * 10**9, 5 * 10**9]
    np.testing.assert_array_equal(found.table.configurations.columns["units"], [32, 64, NAN])
    for part in (
        "1 file without a row of numbers (empty.csv)", "1 run with no hyperparameters (nothing)",
        "1 report at a step that was reported again: the last counts", "1 value beyond 1e100 count",
    ):  # fmt: skip
        assert part in found.out
    assert "row 1: 'note' is no number: 'a'" in refused(
        "csv-folder", place, "--metric", "note", "--mode", "min"
    )
    assert "unknown metric 'los': did you mean 'loss'?" in refused("csv-folder", place, "--metric", "los")


def test_rows_are_counted_where_nothing_else_counts(read, folder):
    place = folder(**{"lr=1.csv": "loss\n3\n2\n", "lr=2.csv": "loss\n2\n1\n"})
    found = read("csv-folder", place)
    assert found.table.labels.tolist() == [1, 2]
    assert "No column counts by its name: rows do, from 1." in found.out


def test_runs_that_report_at_different_places(read, refused, folder):
    place = folder(**{
        "lr=1.csv": "step,epoch,loss\n10,1,3\n20,2,2\n30,3,1\n",
        "lr=2.csv": "step,epoch,loss\n5,1,3\n10,2,2\n15,3,1\n",
    })  # fmt: skip
    found = read("csv-folder", place, "--metric", "loss")  # the epoch is looked for first
    assert found.table.info.resource == "epoch"
    said = refused("csv-folder", place, "--metric", "loss", "--resource", "step")
    assert "runs report at different places: 'lr=2' has step 5, 'lr=1' goes on to 10 without it" in said
    assert "say --resource epoch or --resource count" in said
    found = read("csv-folder", place, "--metric", "loss", "--resource", "count")
    np.testing.assert_array_equal(found.table.values, [[3, 2, 1], [3, 2, 1]])


def test_repeats(read, refused, folder):
    rows = "step,loss\n1,{0}\n2,{0}\n"
    place = folder(**{
        f"lr={rate},seed={seed}.csv": rows.format(rate * seed) for rate in (1, 2) for seed in (1, 3)
    })  # fmt: skip
    every = read("csv-folder", place)
    assert len(every.table) == 4
    mean = read("csv-folder", place, "--repeat", "seed")
    np.testing.assert_array_equal(mean.table.values, [[2, 2], [4, 4]])
    assert "means over repeats: 4 trainings of 2 configurations" in mean.out
    np.testing.assert_array_equal(
        read("csv-folder", place, "--ignore", "seed").table.values, mean.table.values
    )
    one = read("csv-folder", place, "--repeat", "seed", "--repeats", "3")
    np.testing.assert_array_equal(one.table.values, [[3, 3], [6, 6]])
    assert "unknown hyperparameter 'sed'" in refused("csv-folder", place, "--repeat", "sed")
    folder(**{"again lr=1,seed=1.json": "{}"})
    (place / "more.csv").write_text(rows.format(9))
    (place / "more.json").write_text('{"lr": 1, "seed": 1}')
    said = refused("csv-folder", place, "--repeat", "seed")
    assert "run 'lr=1,seed=1' and run 'more' both report step 1 of one configuration" in said


def test_times(read, refused, folder):
    place = folder(**{"lr=1.csv": "step,loss,t\n1,3,5\n2,2,4\n", "lr=2.csv": "step,loss,t\n1,3,1\n2,2,2\n"})
    words = ("csv-folder", place, "--metric", "loss", "--seconds", "t")
    said = refused(*words)
    assert "run 'lr=1', step 2: time falls from 5 to 4 seconds" in said
    assert "--repair-time raises such times" in said
    assert "--seconds-per-resource 1" in said
    assert read(*words, "--repair-time").table.time_repairs == 1
    assert read(*words, "--seconds-are", "per-step").table.elapsed_ns[0].tolist() == [5 * 10**9, 9 * 10**9]
    fixed = read("csv-folder", place, "--metric", "loss", "--seconds-per-resource", "2.5")
    assert fixed.table.elapsed_ns[0].tolist() == [25 * 10**8, 5 * 10**9]
    assert "As asked: a unit of step costs 2.5 s." in fixed.out
    assert "unknown metric 'time'" in refused("csv-folder", place, "--metric", "loss", "--seconds", "time")
    assert "seconds above 0" in refused(
        "csv-folder", place, "--metric", "loss", "--seconds-per-resource", "0"
    )
    (place / "lr=2.csv").write_text("step,loss,t\n1,3,-1\n2,2,2\n")
    assert "run 'lr=2', step 1: its time is -1 seconds" in refused(*words, "--repair-time")


def test_text_that_is_another_in_each_run_is_noted(read, folder):
    files = {f"{i}.csv": f"step,loss\n1,{i}\n" for i in range(6)}
    beside = {f"{i}.json": json.dumps({"lr": i, "out": f"runs/{i}x", "opt": "ab"[i % 2]}) for i in range(6)}
    found = read("csv-folder", folder(**files, **beside))
    assert "'out' is another text in each run: --ignore it" in found.out
    assert "'opt' is another" not in found.out
    kept = read("csv-folder", folder(), "--config", "lr", "--config", "opt")
    assert list(kept.table.configurations.columns) == ["lr", "opt"]


@pytest.mark.parametrize(
    ("settings", "parts"),
    [
        ('{"lr": Infinity}', ["run 'a'", "'lr'", "a hyperparameter is finite"]),
        ('{"lr": 1', ["a.json: can't be read"]),
        ("[1]", ["a.json: holds no settings by name"]),
        ('{"lr": ' + "[" * 5000 + "]" * 5000 + "}", ["a.json: can't be read"]),
    ],
)
def test_settings_that_can_not_be_meant(refused, folder, settings, parts):
    place = folder(**{"a.csv": "step,loss\n1,1\n", "lr=1.csv": "step,loss\n1,1\n", "a.json": settings})
    said = refused("csv-folder", place)
    for part in parts:
        assert part in said


def test_names_that_nobody_can_read(refused, folder):
    place = folder(**{"lr=0.1_units=32.csv": "step,loss\n1,1\n"})
    said = refused("csv-folder", place)
    assert "nobody can tell where hyperparameters begin and end in 'lr=0.1_units=32'" in said
    assert in_name(place, "lr=0.1; units=3") == {"lr": "0.1", "units": "3"}
    assert in_name(place, "run 7") == {}


def test_settings_become_flat():
    given = {"a": {"b": {"c": 1}}, "list": [1, {"x": 2}], "none": None, "nan": NAN, 3: True}
    assert flat("x", given) == {"a.b.c": 1, "list": '[1, {"x": 2}]', "none": None, "nan": None, "3": True}


def test_a_whole_disk_is_refused(refused, folder, monkeypatch):
    monkeypatch.setattr(walking, "LOG_FILES", 3)
    place = folder(**{f"lr={i}.csv": "step,loss\n1,1\n" for i in range(5)})
    assert "give the folder that holds the runs alone" in refused("csv-folder", place)
    assert limits.LOG_FILES > 1000


def test_one_number_in_two_writings_is_one_configuration(read, folder):
    place = folder(**{f"lr={rate}.csv": "step,loss\n1,1\n" for rate in ("0.1", "1e-1", "2")})
    found = read("csv-folder", place)
    assert len(found.table) == 2
    assert "'lr' writes one number in two ways: '0.1' (run 'lr=0.1')" in found.out


def test_a_long_table_is_what_is_read_without_a_source(tmp_path, capsys, refused):
    (tmp_path / "long.csv").write_text("lr,seed,epoch,loss\n1,1,1,3\n1,1,2,2\n2,1,1,2\n")
    assert "Give --value COL and --resource COL" in refused("long", tmp_path / "long.csv")
    line = f"blackbox import {tmp_path}/long.csv --out {tmp_path}/t.npz --metric loss --resource epoch"
    assert main([*line.split(), "--ignore", "seed"]) == 0
    assert "2 curves of up to 2 resources" in capsys.readouterr().out
    assert "unknown column 'sed'" in refused(
        "long", tmp_path / "long.csv", "--value", "loss", "--resource", "epoch", "--ignore", "sed"
    )


def test_every_source_can_be_loaded():
    for source in SOURCES.values():
        assert callable(source.load())
