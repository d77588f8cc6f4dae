"""`simdyhpo study`: a file to begin with, a file to copy from, figures of what was run."""

import json
import re

import msgspec
import numpy as np
import pytest

import simdyhpo
from simdyhpo.drawing.canvas import save_figure
from simdyhpo.simulation.budget import Budget
from simdyhpo.studies.files import VariantGrid, find_study, load_study
from simdyhpo.studies.spec import Study
from simdyhpo.studies.template import TEMPLATE
from simdyhpo.versus import files


def test_a_file_to_begin_with_is_a_study(command, tmp_path):
    path = tmp_path / "new" / "my first.toml"
    assert command("study", "init", path).status == 0
    study = load_study(path)
    assert (study.name, len(study.variants)) == ("my-first", 3)
    again = command("study", "init", path)
    assert (again.status, again.err.count("\n")) == (2, 1)
    assert "exists" in again.err
    assert "end in .toml" in command("study", "init", tmp_path / "mine").err


def test_it_names_every_key_and_what_is_commented_out_is_right(tmp_path):
    keys = {field.name for kind in (Study, VariantGrid, Budget) for field in msgspec.structs.fields(kind)}
    assert {key for key in keys - {"files"} if not re.search(rf"\b{key}\b", TEMPLATE)} == set()
    uncommented = re.sub(r"(?m)^# (\w+ = )", r"\1", TEMPLATE.format(file="x.toml", name="x"))
    (tmp_path / "x.toml").write_text(uncommented.replace("options = { reduction_factor = 3 }", ""))
    study = load_study(tmp_path / "x.toml")
    assert (study.sampling, len(study.clusters), len(study.variants)) == ("with-replacement", 2, 4)


def test_a_shipped_study_is_printed_as_it_is(command):
    assert command("study", "show", "quick").out == find_study("quick").read_text()
    said = command("study", "show", "Quick-")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "'quick'" in said.err


def test_figures_of_a_study(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "FIGURES", {"regret-epochs": files.FIGURES["regret-epochs"]})
    simdyhpo.compare(["asha", "random"], "digits-mlp", seeds=1, max_epochs=20, jobs=1, out="out").save(
        "saved"
    )
    words = ("study", "report", "saved/study.toml", "--out", "out/results")
    said = command(*words, "--figures", "figures", "--baseline", "random")
    assert said.status == 0, said.err
    assert "Differences to `random`" in said.out
    for kind in files.FORMATS:
        assert f"figures/regret-epochs.{kind}" in said.out
        assert (tmp_path / "figures" / f"regret-epochs.{kind}").stat().st_size
    assert "its own figure" in command(*words, "--figures", "f", "--sweep", "x").err


def test_a_study_on_two_clusters_has_figures_of_each(command, tmp_path, monkeypatch):
    """A mean over clusters is of none, and planned runs are those of one cluster."""
    drawn = {}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "FORMATS", ("svg",))
    for stem, draw in list(files.FIGURES.items()):

        def kept(data, stem=stem, draw=draw):
            drawn[stem, data.cluster] = data
            return draw(data)

        monkeypatch.setitem(files.FIGURES, stem, kept)
    (tmp_path / "two.toml").write_text(
        'name = "two"\nblackboxes = ["digits-mlp"]\nseeds = 2\nbudget = { max_epochs = 20 }\n'
        'clusters = ["ideal", "flaky"]\n[[variants]]\nscheduler = "asha"\n'
        '[[variants]]\nscheduler = "random"\n'
    )
    assert command("study", "run", "two.toml", "--jobs", 1).status == 0
    said = command("study", "report", "two.toml", "--figures", "figures")
    assert said.status == 0, said.err
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert names == {f"{stem}-{cluster}.svg" for stem, cluster in drawn}
    assert {cluster for _, cluster in drawn} == {"ideal", "flaky"}
    for (_, cluster), data in drawn.items():
        assert set(data.runs["cluster"]) == {cluster}
        assert len(data.runs) == data.all_workers.planned == 4
        assert "not counted" not in data.caption()


def test_a_page_compares_with_whom_one_names(command, tmp_path):
    found = simdyhpo.compare(["asha", "random"], "digits-mlp", seeds=2, max_epochs=20, jobs=1, out=tmp_path)
    place = found.store.folder
    assert command("report", place, "--baseline", "random").status == 0
    page = (place / "report.html").read_text()
    assert "Paired differences to random" in page
    assert "Paired differences to asha" not in page
    said = command("report", place, "--baseline", "rondom")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "'random'" in said.err
    command(
        "run", "--blackbox", "digits-mlp", "--scheduler", "asha", "--max-epochs", 9, "--out", tmp_path / "run"
    )
    assert "compared with nobody" in command("report", tmp_path / "run", "--baseline", "asha").err


@pytest.mark.parametrize(("sampling", "hints"), [("without-replacement", True), ("with-replacement", False)])
def test_many_workers_on_few_configurations_get_a_hint(command, tmp_path, sampling, hints):
    words = ("--blackbox", "digits-mlp", "--scheduler", "asha", "--workers", 500, "--max-epochs", 20_000)
    said = command("run", *words, "--sampling", sampling, "--out", tmp_path / "run")
    assert ("all 320 configurations were started; --sampling with-replacement" in said.out) == hints


@pytest.mark.parametrize(("workers", "epochs", "idle"), [(1000, 800, True), (4, 90, False)])
def test_idle_workers_get_a_hint_though_the_budget_ended_the_run(command, tmp_path, workers, epochs, idle):
    words = ("--blackbox", "digits-mlp", "--scheduler", "asha", "--workers", workers, "--max-epochs", epochs)
    said = command("run", *words, "--out", tmp_path / "run").out
    (line,) = [line for line in said.splitlines() if "ended by" in line]
    assert line.strip().startswith("ended by    budget")
    assert ("workers were idle" in line and "all 320 configurations were started" in line) == idle
    assert ("--sampling with-replacement" in line) == idle


def test_how_sure_a_study_is(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    simdyhpo.compare(
        ["asha", "random"], ["digits-mlp", "lcbench-adult"], seeds=3, max_epochs=40, jobs=1, out="out"
    ).save("saved")
    words = ("study", "power", "saved/study.toml", "--out", "out/results", "--baseline", "random")
    said = command(*words, "--seeds", "1,3", "--data-sets", "2")
    assert said.status == 0, said.err
    assert said.out.count("| asha | 6 |") == 2
    assert "| 2 x 1 seed | 2 x 3 seeds |" in said.out
    found = msgspec.json.decode(command(*words, "--seeds", "1,3", "--data-sets", "2", "--json").out)
    once, thrice = found["rows"]
    assert (once["label"], once["seeds"], thrice["seeds"]) == ("asha", 1, 3)
    assert once["difference"] == thrice["difference"] < 0
    assert once["smallest"] >= thrice["smallest"] > 0
    assert once["smallest"] / thrice["smallest"] == pytest.approx(
        np.sqrt(
            (once["between"] ** 2 + once["within"] ** 2) / (once["between"] ** 2 + once["within"] ** 2 / 3)
        )
    )
    for wrong, names in (
        (("--baseline", "rondom"), "'random'"),
        (("--seeds", "3,x"), "whole numbers"),
        (("--data-sets", "0"), "whole numbers"),
    ):
        answer = command(*words, *wrong)
        assert answer.status == 2
        assert names in answer.err


def test_a_folder_of_results_stands_for_its_study(command, tmp_path, monkeypatch):
    """As `versus` leaves it, with the study's file, and the results alone, which say what was asked."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "FIGURES", {})
    simdyhpo.compare(["asha", "random"], "digits-mlp", seeds=2, max_epochs=9, jobs=1, out="duel").save("duel")
    by_file = command("study", "report", "duel/study.toml")
    assert by_file.status == 0, by_file.err
    for folder in ("duel", "duel/", "duel/results", tmp_path / "duel"):
        assert command("study", "report", folder).out == by_file.out
        assert "4 of 4 cells done" in command("study", "status", folder).out
        assert command("study", "show", folder).out == (tmp_path / "duel" / "study.toml").read_text()
    assert "4 were there" in command("study", "run", "duel/results", "--jobs", "1").out
    (tmp_path / "none").mkdir()
    said = command("study", "report", "none")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "give a study's file or name" in said.err
    (tmp_path / "duel/results/plans/other.json").write_bytes(b"{}")
    assert (
        "(comparison, other); give the file or name of one, and --out"
        in command("study", "report", "duel/results").err
    )
    assert "the folder of its results" in command("study", "report", "dual").err


def test_results_in_the_folder_of_their_study_are_found(command, tmp_path, monkeypatch):
    monkeypatch.setattr(files, "FIGURES", {})
    simdyhpo.compare(["asha", "random"], "digits-mlp", seeds=1, max_epochs=9, jobs=1, out=tmp_path).save(
        tmp_path / "results"
    )
    assert "2 of 2 cells done" in command("study", "status", tmp_path / "results" / "study.toml").out


def test_a_report_says_the_same_to_programs(command, tmp_path, monkeypatch):
    """Every number of the JSON is that of the table, and so is when a target was reached."""
    monkeypatch.setattr(files, "FIGURES", {})
    simdyhpo.compare(["asha", "random", "asha reduction_factor=3"], "digits-mlp", seeds=3, max_epochs=30,
                     jobs=1, out=tmp_path).save(tmp_path)  # fmt: skip
    cells = simdyhpo.load_study(tmp_path).cells
    target = float(cells[cells["label"] == "asha"]["regret_1"].median())
    words = ("study", "report", tmp_path, "--target", target)
    text, found = command(*words), json.loads(command(*words, "--json").out)
    assert text.status == 0, text.err
    (group,) = found["groups"]
    assert (found["done"], found["baseline"], group["workers"]) == (9, "asha", 1)
    first = group["measured"][0]
    mean = first["final"]["digits-mlp"]["random"]
    assert f"| random | {mean['mean']:.4f} [{mean['low']:.4f}, {mean['high']:.4f}]" in text.out
    assert list(first["over_budget"][0]["regrets"]) == ["0.1", "0.3", "0.5", "1"]
    other, same = group["differences"]
    assert (other["variant"], same["verdict"], same["least_p"]) == ("random", "identical in every run", None)
    rows = simdyhpo.load_study(tmp_path).incumbents
    for one in group["reached"]:
        mine = rows[rows["label"] == one["variant"]]
        firsts = mine[mine["regret"] <= target].groupby("seed")["epochs"].first()
        every = [*firsts, *[np.inf] * (3 - len(firsts))]
        assert (one["runs"], one["reached"]) == (3, len(firsts))
        assert (np.inf if one["epochs"] is None else one["epochs"]) == np.median(every)
        said = "never" if one["epochs"] is None else f"{one['epochs']:,.0f}"
        assert f"| {one['variant']} | {one['reached']} of 3 runs | {said} |" in text.out
    assert group["reached"][0]["epochs"] is not None
    never = command(*words[:-1], "0").out
    assert "Until a normalised regret of 0, 1 worker" in never
    assert never.count("| 0 of 3 runs | never | never |") == 3
    assert "has no --json" in command(*words, "--json", "--sweep", "x", "--save", tmp_path / "s").err


def test_figures_take_the_order_of_the_command_and_the_size_of_a_page(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(files, "FIGURES", {"regret-epochs": files.FIGURES["regret-epochs"]})
    names = ["random", "sh", "asha"]
    simdyhpo.compare(names, "digits-mlp", seeds=1, max_epochs=20, jobs=1, out="out").save("saved")
    drawn = []
    monkeypatch.setattr(files, "save_figure", lambda figure, *args, **how: drawn.append(figure) or
                        save_figure(figure, *args, **how))  # fmt: skip
    words = ("study", "report", "out", "--figures", "figures")
    assert command(*words).status == 0
    assert command(*words, "--size", "3.4x2.9").status == 0
    for figure in drawn:
        (legend,) = figure.legends
        assert [text.get_text().partition(",")[0] for text in legend.get_texts()][:3] == names
    usual, small = drawn
    assert tuple(small.get_size_inches()) == (3.4, 2.9)
    assert tuple(usual.get_size_inches()) != (3.4, 2.9)
    box = small.legends[0].get_window_extent()
    assert 0 <= box.x0 < box.x1 <= small.bbox.width
    said = command(*words, "--size", "wide")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert "WIDTHxHEIGHT" in said.err
