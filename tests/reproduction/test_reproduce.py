"""From a command to figures and numbers, with a tiny study in place of the shipped ones."""

import runpy
import sys
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from simdyhpo.analysis.incumbents import regret_steps, trajectory
from simdyhpo.cli.measures import given_instead
from simdyhpo.errors import OutputError, SimdyhpoError
from simdyhpo.reproduction import quick, reproduce
from simdyhpo.reproduction.comparisons import swept
from simdyhpo.reproduction.data import FigureData
from simdyhpo.reproduction.registry import FIGURES, chosen
from simdyhpo.reproduction.reproduce import Request
from simdyhpo.runs import spec
from simdyhpo.runs.front_door import simulate
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.named_clusters import PRESETS
from simdyhpo.studies.conductor import run_study
from simdyhpo.studies.files import load_study
from simdyhpo.studies.incumbents import study_runs
from simdyhpo.studies.other_versions import with_other_versions
from simdyhpo.studies.plan import make_plan
from simdyhpo.studies.pool import Pool
from simdyhpo.studies.spec import NamedCluster
from simdyhpo.studies.store import Store
from simdyhpo.tables.curves import CurveTable
from tests.making import falling

TEXT = """
name = "lcbench"
blackboxes = ["other", "mine"]
seeds = 2
budget = { max_epochs = 60 }
[[variants]]
scheduler = "dyhpo"
options = { searcher = "random" }
grid = { probability_sh = [0, 0.25] }
[[variants]]
scheduler = "asha"
[[variants]]
scheduler = "asha-stopping"
[[variants]]
scheduler = "random"
"""


def scored(name, count):
    """Curves with a final score that goes with them, but for one configuration."""
    of = falling(count, 9)
    accuracies = np.linspace(0.9, 0.5, count)
    accuracies[0] = 0.7
    return CurveTable.from_arrays(
        of.values, of.elapsed_seconds, of.configurations, mode="min", name=name, metric="loss",
        scores={"validation_balanced_accuracy": ("max", accuracies)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A plan, its tables and its store with all cells: 20 of them."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "lcbench.toml").write_text(TEXT)
    for name, count in (("mine", 40), ("other", 60)):
        scored(name, count).save(folder / "tables" / f"{name}.npz")
    plan = make_plan(load_study(folder / "lcbench.toml"), folder / "tables")
    store = Store(folder / "cells" / "lcbench")
    run_study(plan, store, Pool("loky", 1))
    return plan, store, folder


@pytest.fixture
def in_its_place(small, monkeypatch):
    """The small study answers to the name of the shipped one."""
    plan, store, folder = small
    monkeypatch.setattr(reproduce, "find_study", lambda name: folder / f"{name}.toml")
    return plan, store, folder


def asked(name, cells, out, folder):
    return Request(
        figures=chosen(name), quick=False, cells=cells, out=out, tables=folder / "tables", formats=("svg",)
    )


def test_frames_say_what_the_runs_said(small):
    plan, store, _ = small
    read = study_runs(plan, store)
    assert len(read.runs) == len(plan.cells) == 20
    for row in read.runs.iloc[[0, 7, 19]].itertuples():
        cell = plan.cells[row.run].cell
        table = plan.tables[cell.blackbox]
        result = simulate(
            table, cell.variant.scheduler, seed=cell.seed, options=cell.variant.options, max_epochs=60
        )
        expected = trajectory(result.reports, table.mode, table.best, table.worst)
        mine = read.incumbents[read.incumbents["run"] == row.run]
        points = list(range(1, 61))
        assert (
            regret_steps(mine, "epochs").at(points).tolist()
            == regret_steps(expected, "epochs").at(points).tolist()
        )
        assert row.regret == result.regret
        assert row.seconds == pytest.approx(expected["seconds"].iloc[-1])
        late = (mine["total_seconds"] - mine["seconds"]).to_numpy()
        assert (late > 0).all()
        assert (late <= row.host_seconds + 1e-9).all()
        assert (pd.Series(late).diff().dropna() >= -1e-12).all()


def test_missing_cells_leave_no_survivors(small):
    plan, store, _ = small
    lost = [
        p.key
        for p in plan.cells
        if (p.cell.variant.label, p.cell.blackbox, p.cell.seed) == ("asha", "mine", 1)
    ]
    read = study_runs(plan, store)
    thinned = type(read)(read.runs[~read.runs["cell"].isin(lost)], read.incumbents, read.results)
    data = FigureData(plan, store, thinned)
    assert len(data.runs) == 15
    assert set(data.runs.groupby("label").size()) == {3}
    assert "5 of 20 planned runs are not counted" in data.caption()
    assert "1 to 2 seeds" in data.caption()


def test_every_figure_of_a_study_and_its_numbers(in_its_place, tmp_path):
    plan, store, folder = in_its_place
    request = asked("lcbench", store.folder, tmp_path / "out", folder)
    lines = []
    written = reproduce.reproduce(request, None, lines.append)
    assert lines == [str(path) for path in written]
    names = {path.name for path in written}
    assert names == {
        "lcbench-numbers.csv",
        "lcbench-numbers.md",
        "lcbench-beside.csv",
        "lcbench-datasets.csv",
        *(f"{name}.svg" for name in chosen("lcbench")),
    }
    assert all(path.stat().st_size > 100 for path in written)
    numbers = pd.read_csv(tmp_path / "out" / "lcbench-numbers.csv").set_index("label")
    stored = store.cells(plan.keys)
    for label, scheduler in (("asha", "asha"), ("asha-stopping", "asha-stopping")):
        mine = stored[stored["scheduler"] == scheduler]
        assert numbers.loc[label, "regret_1"] == pytest.approx(
            mine.groupby("blackbox")["regret_1"].mean().mean()
        )
        assert numbers.loc[label, "area"] == pytest.approx(mine.groupby("blackbox")["area"].mean().mean())
    assert numbers["rank_1"].sum() == pytest.approx(15)
    assert numbers.loc["asha", "reached"] <= 60
    page = (tmp_path / "out" / "lcbench-numbers.md").read_text()
    assert "## Beside the paper" in page
    assert page.count("can't be held against them") == 1, "only cross-entropy isn't the paper's own metric"
    assert "| Dragonfly | - / 0.0880 |" in page
    assert "nan" not in page
    beside = pd.read_csv(tmp_path / "out" / "lcbench-beside.csv").set_index(["comparison", "name", "at"])
    dyhpo = beside.loc[("time", "dyhpo-p0", 1.0)]
    assert dyhpo["ratio"] == pytest.approx(dyhpo["ours"] / 0.019)
    assert np.isnan(beside.loc[("epochs", "dyhpo-p0", 100.0)]["ours"]), "60 epochs are trained"


def test_missing_cells_are_made_once(in_its_place, tmp_path):
    made = []
    request = asked("lcbench-cd", tmp_path / "cells", tmp_path, in_its_place[2])

    def make(plan, store):
        made.append(store.folder)
        run_study(plan, store, Pool("loky", 1))

    for _ in range(2):
        reproduce.reproduce(request, make, str)
    assert made == [tmp_path / "cells" / "lcbench"]


def test_a_figure_in_another_measure(small):
    plan, store, _ = small
    data = FigureData(plan, store, study_runs(plan, store))
    spec = FIGURES["lcbench-epochs"]
    labels = [
        {" ".join(axes.get_ylabel().split()) for axes in spec.draw(data, instead).axes}
        for instead in ({}, {"unit": "normalised"}, {"score": "validation_balanced_accuracy"})
    ]
    for seen, expected in zip(
        labels,
        ("absolute regret, loss", "normalised regret", "absolute regret, validation balanced accuracy"),
        strict=True,
    ):
        assert any(label.startswith(expected) for label in seen), seen


def test_a_score_that_no_table_has_is_said_before_anything_is_run(in_its_place, tmp_path):
    request = asked("lcbench-epochs", tmp_path / "cells", tmp_path, in_its_place[2])
    request = msgspec.structs.replace(request, instead={"score": "test_accuracy"})
    with pytest.raises(SimdyhpoError, match="test_accuracy"):
        reproduce.reproduce(request, lambda *_: pytest.fail("nothing may be run"), str)


def test_who_names_a_reference_wants_regret_normalised_by_it():
    assert given_instead(None, None, "chance") == {"reference": "chance", "unit": "normalised"}
    assert given_instead("accuracy", "absolute", None) == {"score": "accuracy", "unit": "absolute"}
    with pytest.raises(SimdyhpoError, match="unknown unit of regret 'percent'"):
        given_instead(None, "percent", None)


def test_results_of_another_version_will_do_if_asked(in_its_place, tmp_path, monkeypatch):
    plan, store, folder = in_its_place
    monkeypatch.setattr(spec, "BEHAVIOUR", 10_000)
    changed = make_plan(plan.study, folder / "tables")
    assert not set(changed.keys) & store.finished()
    adopted = with_other_versions(changed, store)
    assert adopted.keys == plan.keys
    flaky = NamedCluster("flaky", PRESETS["flaky"].canonical())
    elsewhere = msgspec.structs.replace(plan.study, clusters=(flaky,))
    on_cluster = make_plan(elsewhere, folder / "tables")
    assert with_other_versions(on_cluster, store).keys == on_cluster.keys
    other_budget = msgspec.structs.replace(plan.study, budget=Budget(max_epochs=61))
    asked_else = make_plan(other_budget, folder / "tables")
    assert with_other_versions(asked_else, store).keys == asked_else.keys
    request = asked("lcbench-cd", store.folder, tmp_path, folder)
    with pytest.raises(OutputError, match="holds no result"):
        reproduce.reproduce(request, None, str)
    reproduce.reproduce(msgspec.structs.replace(request, any_version=True), None, str)
    page = (tmp_path / "lcbench-numbers.md").read_text()
    assert "20 runs were made by another version of the simulator." in page


def test_one_store_is_no_home_of_several_studies(small, tmp_path):
    request = Request(figures=FIGURES, quick=False, cells=small[1].folder, out=tmp_path)
    with pytest.raises(OutputError, match="holds the results of one study"):
        reproduce.reproduce(request, None, str)


def test_quick_from_the_command_line(command, tmp_path, monkeypatch):
    tiny = quick.Quick(("digits-mlp",), 1, 12)
    monkeypatch.setitem(quick.QUICK, "workers", quick.Quick(("digits-mlp",), 1, 12, (1, 2)))
    monkeypatch.setitem(quick.QUICK, "lcbench", tiny)
    said = command("reproduce", "workers", "--quick", "--out", tmp_path, "--jobs", 1, "--formats", "svg")
    assert said.status == 0, said.err
    assert (tmp_path / "workers.svg").stat().st_size > 1000
    assert said.out.splitlines()[-1] == str(tmp_path / "workers.svg")
    assert "QUICK VERSION" in (tmp_path / "workers-numbers.md").read_text()
    assert "seeds 1 instead of 5, epochs 12 instead of 1000" in (tmp_path / "workers-numbers.md").read_text()
    assert (tmp_path / "cells" / "workers" / "cells").is_dir()


def test_bad_input_is_one_line(command, tmp_path):
    for words, text in (
        (["nonsense"], "unknown figure 'nonsense'"),
        (["workers", "--formats", "gif"], "choose from png, svg, pdf"),
        (["workers", "--no-run", "--out", tmp_path], "holds no result of study 'workers'"),
    ):
        said = command("reproduce", *words)
        assert said.status == 2
        assert text in said.err
        assert len(said.err.splitlines()) == 1


def test_list_names_all(command):
    for words in (["reproduce"], ["reproduce", "list"]):
        out = command(*words).out
        assert all(name in out for name in FIGURES)


def test_script(in_its_place, tmp_path, monkeypatch):
    _, store, folder = in_its_place
    monkeypatch.setenv("SIMDYHPO_TABLES", str(folder / "tables"))
    for name in ("mine", "other"):
        (folder / "tables" / f"{name}.json").write_text("{}")
    script = Path(__file__).parents[2] / "plots" / "lcbench_heatmap.py"
    monkeypatch.setattr(sys, "argv", [str(script), str(store.folder), str(tmp_path)])
    runpy.run_path(str(script))
    assert (tmp_path / "lcbench-heatmap.png").is_file()
    monkeypatch.setattr(sys, "argv", [str(script)])
    with pytest.raises(SystemExit, match="give two folders"):
        runpy.run_path(str(script))


def test_a_swept_option_beside_its_rival(small):
    plan, store, _ = small
    data = FigureData(plan, store, study_runs(plan, store))
    figure = swept(data)
    left, right = figure.axes[:2]
    for axes in (left, right):
        assert {"0", "0.25"} <= {tick.get_text() for tick in axes.get_xticklabels()}
    notes = " ".join(text.get_text() for text in figure.findobj(Text))
    assert "1 worker; each run trains 60 epochs." in " ".join(notes.split())
    assert "Dashed: ASHA" in notes


def test_a_study_that_sweeps_nothing_is_refused(small):
    plan, store, _ = small
    study = msgspec.structs.replace(plan.study, variants=plan.study.variants[1:])
    data = FigureData(type(plan)(study, plan.cells, plan.tables), store, study_runs(plan, store))
    with pytest.raises(SimdyhpoError, match="no two variants"):
        swept(data)
