"""`simdyhpo.compare` and `load_study`: frames, tests, plots, report; own classes and tables; mistakes."""

import msgspec
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

import simdyhpo
from simdyhpo.analysis.measures import Measure
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import OutputError, SimdyhpoError
from simdyhpo.schedulers.random_search import RandomSearch
from simdyhpo.studies.store import Store
from simdyhpo.versus import files
from tests.making import falling, table

QUICK = {"max_epochs": 12, "jobs": 1}
OWN = falling(8, 4)


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return simdyhpo.compare(
        ["asha", "random", "asha reduction_factor=2"],
        blackboxes=["digits-mlp", OWN],
        seeds=[0, 3],
        out=tmp_path_factory.mktemp("compared"),
        **QUICK,
    )


def test_cells_have_the_labels_that_were_given(found):
    cells = found.cells
    assert len(cells) == 3 * 2 * 2
    assert set(cells["label"]) == {"asha", "random", "asha reduction_factor=2"}
    assert set(cells["blackbox"]) == {"digits-mlp", "small"}
    assert set(cells["seed"]) == {0, 3}
    assert (cells["epochs"] == 12).all()


def test_a_cell_is_the_run_that_simulate_makes(found):
    run = simdyhpo.simulate(OWN, "asha", seed=3, max_epochs=12)
    mine = {"blackbox": "small", "label": "asha", "seed": 3}

    def only(frame):
        return frame[np.logical_and.reduce([frame[name] == value for name, value in mine.items()])]

    assert only(found.cells)["regret_1"].item() == pytest.approx(run.regret)
    decisions = only(found.decisions)
    names = [ScheduleDecision(kind).name for kind in run.decisions["decision"]]
    assert decisions["decision"].tolist() == names
    assert isinstance(decisions["decision"].dtype, pd.CategoricalDtype)
    for frame, theirs in ((found.reports, run.reports), (found.incumbents, run.trajectory)):
        ours = only(frame)[list(theirs.columns)].reset_index(drop=True)
        pd.testing.assert_frame_equal(ours, theirs)


def test_what_tests_say_is_about_pairs(found):
    tests = found.tests()
    assert tests["label"].tolist() == ["random", "asha reduction_factor=2"]
    assert (tests["pairs"] == 4).all()
    assert (tests["p_least_holm"].dropna() > 0.05).all()  # four pairs can show nothing
    assert found.tests("random")["label"].tolist() == ["asha", "asha reduction_factor=2"]


def test_the_summary_begins_with_the_lowest_regret(found):
    summary = found.summary
    assert summary["regret"].is_monotonic_increasing
    mine = found.cells[found.cells["label"] == "random"]
    expected = mine.groupby("blackbox")["regret_1"].mean().mean()
    assert summary.set_index("method").loc["random", "regret"] == pytest.approx(expected)
    assert summary["mean_rank"].sum() == pytest.approx(1 + 2 + 3)


@pytest.mark.parametrize("kind", ["anytime", "ranks", "critical_difference", "decisions"])
def test_plots(found, kind):
    axes = Figure().subplots()
    assert found.plot(kind, ax=axes) is axes
    assert axes.has_data()


def test_a_measure_that_needs_tables_finds_each_once(found):
    measure = Measure(reference="quantile:0.5")
    axes = found.plot(measure=measure, ax=Figure().subplots())
    assert axes.get_ylabel().split() == measure.label().split()
    (first, *others) = found.methods["asha"]
    assert all(run.table is first.table for run in others if run.blackbox == first.blackbox)


def test_the_report_is_that_of_the_command(found, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FIGURES", {"regret-epochs": files.FIGURES["regret-epochs"]})
    monkeypatch.setattr(files, "FORMATS", ["svg"])
    assert "Differences to `asha`" in found.report()
    assert "Differences to `random`" in found.report("random")
    assert {path.name for path in found.save(tmp_path / "saved")} > {"report.md", "regret-epochs.svg"}


def test_what_was_run_is_opened_again_and_gone_on_with(found):
    again = simdyhpo.load_study(found.store.folder.parent)
    pd.testing.assert_frame_equal(again.cells, found.cells)
    assert again.labels == found.labels
    assert again.methods.keys() == found.methods.keys()
    assert "12 of 12 runs" in repr(again)
    before = set(found.store.finished())
    more = simdyhpo.compare(
        ["asha", "sh"], ["digits-mlp", OWN], seeds=[0, 3], out=found.store.folder.parent, **QUICK
    )
    assert len(more.store.finished() - before) == 4
    assert len(more.cells) == 8


class Mine(RandomSearch):
    """A class that no other process could import."""

    class Options(msgspec.Struct, frozen=True, kw_only=True):
        twice: bool = False


def test_classes_run_here_and_labels_are_ours():
    class Local(Mine):
        pass

    found = simdyhpo.compare(
        {"first": Mine, "second": (Local, {"twice": True}), "third": ("asha", {"reduction_factor": 2})},
        OWN,
        seeds=2,
        **QUICK,
    )
    assert found.labels == ["first", "second", "third"]
    cells = found.cells.set_index(["label", "seed"])
    pd.testing.assert_series_equal(
        cells.loc["first", "regret_1"], cells.loc["second", "regret_1"], check_names=False
    )
    folder = found.store.folder
    assert folder.exists()
    del found
    assert not folder.exists()


def test_a_run_counts_only_where_all_methods_have_it(tmp_path):
    simdyhpo.compare(["asha", "random"], OWN, seeds=1, out=tmp_path, **QUICK)
    some = simdyhpo.compare(["asha", "random"], OWN, seeds=2, out=tmp_path, **QUICK)
    rows = some.cells
    some.store.remove(rows[(rows["label"] == "asha") & (rows["seed"] == 1)]["cell"].item())
    left = simdyhpo.load_study(tmp_path)
    assert len(left.cells) == 3
    assert [len(runs) for runs in left.methods.values()] == [1, 1]
    assert left.summary["runs"].tolist() == [1, 1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((["asha"], OWN), "at least two"),
        (("asha", OWN), "a list"),
        (([3, "asha"], OWN), "names, classes"),
        ((["asha", "rondom"], OWN), "'random'"),
        ((["asha", "random"], "digits"), "'digits-mlp'"),
        ((["asha", "random"], []), "no table"),
        ((["asha", ("asha", {"reduction": 2})], OWN), "'reduction_factor'"),
        ((["asha", "asha"], OWN), "comes twice"),
        ((["asha", "random"], table([[1.0, 2.0]], name="a/b")), "a/b"),
    ],
)
def test_mistakes_get_a_line_and_leave_nothing(arguments, said, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(SimdyhpoError, match=said):
        simdyhpo.compare(*arguments, seeds=1, **QUICK)
    assert not list(tmp_path.iterdir())


def test_unknown_names_get_the_nearest(found):
    for ask in (lambda: found.tests("ahsa"), lambda: found.report("ahsa")):
        with pytest.raises(SimdyhpoError, match="'asha'"):
            ask()
    with pytest.raises(SimdyhpoError, match="'ranks'"):
        found.plot("rank")
    with pytest.raises(SimdyhpoError, match="'regret_1'"):
        found.tests(column="regret")


def test_a_folder_without_a_study(tmp_path, found):
    with pytest.raises(OutputError, match="no study's results"):
        simdyhpo.load_study(tmp_path)
    with pytest.raises(OutputError, match="comparison"):
        simdyhpo.load_study(found.store.folder, "another")


def test_what_a_notebook_shows(found, tmp_path):
    shown = found._repr_html_()
    assert shown.count("<tr>") == 4
    assert f"{found.summary['regret'][0]:.4f}" in shown
    assert "data:image/svg+xml" in shown
    assert "12 of 12 runs; lowest mean normalised regret" in repr(found)
    empty = simdyhpo.Comparison(Store(tmp_path), found._stored)
    assert repr(empty) == "<Comparison comparison: 3 methods on 2 tables, 0 of 12 runs>"
    assert "0 of 12 runs" in empty._repr_html_()
