"""The demo on a tiny grid: its files, its words, and that processes don't matter."""

import csv
import json
import pickle

import pytest

from simdyhpo.demo import compare, run_demo
from simdyhpo.demo.cells import run_cells
from simdyhpo.demo.grid import SMALL, label_of, variant
from simdyhpo.demo.summary import load_runs
from simdyhpo.errors import DecisionError, OptionError, OutputError, TableError, UnknownNameError
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.spec import Study, Variant

GRID = Study(
    name="tiny",
    blackboxes=("digits-mlp",),
    variants=(
        variant("dyhpo", searcher="random", safeguard=False, probability_sh=0.25),
        variant("asha-stopping"),
    ),
    workers=(1, 3),
    seeds=2,
    budget=Budget(max_epochs=40),
)


def run(out, jobs, grid=GRID):
    shown = []
    compare(grid, out, jobs=jobs, show=shown.append, stopwatch=iter([100.0, 104.5]).__next__)
    return "\n".join(shown)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "new" / "folder"
    return out, run(out, jobs=2)


def files(folder):
    """Everything but host seconds, by relative path."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "timing.json"
    }


def test_files(demo):
    out, _ = demo
    assert sorted(path.name for path in out.iterdir()) == [
        "anytime.png",
        "anytime.svg",
        "runs",
        "summary.csv",
        "summary.json",
    ]
    assert sorted(path.name for path in (out / "runs" / "digits-mlp").iterdir()) == [
        f"{label}-w{workers}-s{seed}"
        for label in ("asha-stopping", "dyhpo-p0.25")
        for workers in (1, 3)
        for seed in (0, 1)
    ]


def test_number_of_processes_changes_no_byte(demo, tmp_path):
    run(tmp_path / "alone", jobs=1)
    assert files(tmp_path / "alone") == files(demo[0])


def test_report(demo):
    _, text = demo
    lines = text.splitlines()
    assert lines[0].startswith("Normalised regret after 40 epochs")
    assert "mean over 2 seeds [95 % bootstrap interval of the mean]" in text
    assert any(line.split() == ["digits-mlp", "1", "worker", "3", "workers*"] for line in lines)
    assert "our extension" in text
    shares = next(line for line in lines if "START_DYHPO" in line)
    assert sum(float(part.split()[-2]) for part in shares.split("0.25", 1)[1].split(",")) == pytest.approx(
        100, abs=0.2
    )
    assert "in 4.5 seconds: 8 runs, 320 epochs, 2 processes." in text
    assert max(map(len, lines)) <= 110


def test_summary_says_what_the_logs_say(demo):
    out, _ = demo
    runs = load_runs(out / "runs")
    cells = json.loads((out / "summary.json").read_text())
    assert [(cell["scheduler"], cell["workers"]) for cell in cells] == [
        ("dyhpo-p0.25", 1),
        ("asha-stopping", 1),
        ("dyhpo-p0.25", 3),
        ("asha-stopping", 3),
    ]
    for cell in cells:
        mine = [r for r in runs if (r.scheduler, r.spec.workers) == (cell["scheduler"], cell["workers"])]
        assert cell["seeds"] == [0, 1]
        assert cell["regrets"] == [r.trajectory["regret"].iloc[-1] for r in mine]
        assert cell["regret"] == pytest.approx(sum(cell["regrets"]) / 2)
        assert cell["regret_low"] <= cell["regret"] <= cell["regret_high"]
        assert cell["epochs"] == 80
    rows = list(csv.DictReader((out / "summary.csv").read_text().splitlines()))
    assert [float(row["regret"]) for row in rows] == [cell["regret"] for cell in cells]
    assert [int(row["STOP"]) for row in rows] == [cell["decisions"]["STOP"] for cell in cells]


def test_a_second_demo_overwrites_nothing(demo):
    out, _ = demo
    before = files(out)
    with pytest.raises(OutputError, match="already holds a demo"):
        run_demo(out, small=True, jobs=1, show=print)
    assert files(out) == before


def test_part_of_a_demo_is_left_alone(tmp_path):
    (tmp_path / "summary.csv").write_text("precious")
    with pytest.raises(OutputError, match=r"summary\.csv"):
        run_demo(tmp_path, small=True, jobs=1, show=print)
    assert [path.name for path in tmp_path.iterdir()] == ["summary.csv"]


def test_folder_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("")
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="choose another"):
            run_demo(out, small=True, jobs=1, show=print)


def test_no_processes(tmp_path):
    with pytest.raises(OptionError, match="jobs"):
        run_demo(tmp_path / "out", small=True, jobs=0, show=print)
    assert not (tmp_path / "out").exists()


def test_mistake_inside_a_process_arrives_whole(tmp_path):
    wrong = Study(
        name="wrong",
        blackboxes=("digits-mlp",),
        variants=(Variant("asha", "asha", {"gracious": 1}),),
        seeds=1,
        budget=Budget(max_epochs=5),
    )
    for jobs in (1, 2):
        with pytest.raises(UnknownNameError, match=r"'gracious'.*did you mean 'grace_period'"):
            run_cells(wrong, tmp_path, jobs)


@pytest.mark.parametrize(
    "error",
    [
        DecisionError("Start", 3, "no such configuration"),
        OptionError("workers", 0, "give more"),
        TableError("a.npz", "damaged", "get it again"),
        UnknownNameError("scheduler", "ahsa", ["asha"]),
        OutputError("full"),
    ],
)
def test_errors_survive_pickling(error):
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)


def test_labels():
    assert label_of("asha", {}) == "asha"
    assert label_of("dyhpo", {}) == label_of("dyhpo", {"probability_sh": 0.0, "safeguard": True}) == "dyhpo"
    assert label_of("dyhpo", {"probability_sh": 0.25, "safeguard": False}) == "dyhpo-p0.25"
    assert (
        label_of("dyhpo", {"probability_sh": 0}) == label_of("dyhpo", {"probability_sh": 0.0}) == "dyhpo-p0"
    )


@pytest.mark.slow
def test_small_demo(tmp_path):
    shown = []
    run_demo(tmp_path / "out", small=True, jobs=2, show=shown.append)
    text = "\n".join(shown)
    for title in (
        "DyHPO with safeguard",
        "DyHPO, probability_sh 0.25",
        "ASHA (promotion)",
        "ASHA (stopping)",
        "Random search",
    ):
        assert title in text
    runs = load_runs(tmp_path / "out" / "runs")
    assert len(runs) == len(SMALL.variants) * 2 * SMALL.seeds
    assert all(run.epochs == SMALL.budget.max_epochs for run in runs)
