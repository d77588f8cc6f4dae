"""`simdyhpo versus`: from one line to figures, a report and tests; interrupted or grown, it goes on."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from simdyhpo.cli.main import main
from simdyhpo.simulation.named_clusters import find_cluster
from simdyhpo.studies.files import load_study
from simdyhpo.versus.files import FIGURES, FORMATS
from simdyhpo.versus.study import contender

pytestmark = pytest.mark.once  # pandas and matplotlib are asked in tests/versus and tests/drawing

QUICK = ("--blackbox", "digits-mlp", "--seeds", 2, "--max-epochs", 40, "--jobs", 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """What a comparison of two leaves, made once; tests take copies."""
    out = tmp_path_factory.mktemp("made") / "mine"
    assert main(["versus", "asha", "random", *map(str, QUICK), "--out", str(out), "--no-caption"]) == 0
    return out


@pytest.fixture
def mine(made, tmp_path):
    """A copy of it."""
    return Path(shutil.copytree(made, tmp_path / "mine"))


def test_figures_and_report_lie_in_the_folder(command, tmp_path):
    out = tmp_path / "mine"
    said = command("versus", "asha", "asha reduction_factor=2", "random", *QUICK, "--out", out)
    assert said.status == 0, said.err
    assert "6 cells made, 0 were there" in said.out
    for name in (*(f"{stem}.{kind}" for stem in FIGURES for kind in FORMATS), "report.md", "results.csv"):
        assert (out / name).stat().st_size, name
        assert name in said.out
    rows = pd.read_csv(out / "results.csv")
    assert set(rows["label"]) == {"asha", "asha reduction_factor=2", "random"}
    assert "Differences to `asha`" in (out / "report.md").read_text()


def test_many_workers_on_few_configurations_are_told_of_replacement(command, tmp_path):
    words = ("versus", "asha", "random", "--blackbox", "digits-mlp", "--seeds", 1, "--max-epochs", 17000)
    crowd = (*words, "--workers", 400, "--jobs", 1)
    said = command(*crowd, "--out", tmp_path / "once")
    assert "2 of 2 runs ended before their budget" in said.out
    assert "--sampling with-replacement" in said.out
    again = command(*crowd, "--out", tmp_path / "again", "--sampling", "with-replacement")
    assert again.status == 0, again.err
    assert "ended before their budget" not in again.out
    assert load_study(tmp_path / "again" / "study.toml").sampling == "with-replacement"
    wrong = command(*crowd, "--out", tmp_path / "wrong", "--sampling", "replacement")
    assert "did you mean 'with-replacement'" in wrong.err


def test_captions_stand_beside_figures_on_demand(command, mine, tmp_path):
    for stem in FIGURES:
        assert "1 data set" in (mine / f"{stem}.md").read_text()
    drawn = tmp_path / "drawn"
    words = ("study", "report", mine / "study.toml", "--out", mine / "results", "--figures", drawn)
    assert command(*words).status == 0
    assert not list(drawn.glob("*.md"))
    said = command(*words, "--no-caption")
    assert said.status == 0, said.err
    assert all(f"{stem}.md" in said.out for stem in FIGURES)
    assert {path.stem for path in drawn.glob("*.md")} == set(FIGURES)


def test_the_study_behind_it_can_be_run_as_any_other(command, mine):
    study = load_study(mine / "study.toml")
    assert study.name == "mine"
    again = command("study", "run", mine / "study.toml", "--out", mine / "results", "--jobs", 1)
    assert "0 cells made, 4 were there" in again.out


def test_its_folder_is_enough_to_go_on_from(command, mine):
    """Nobody has to know that its results lie in a folder of their own."""
    assert "0 cells made, 4 were there" in command("study", "run", mine / "study.toml", "--jobs", 1).out
    assert "4 of 4" in command("study", "report", mine / "study.toml").out
    page = command("report", mine)
    assert page.status == 0, page.err
    assert (mine / "report.html").exists()
    assert "4 runs in common, 4 of them the same" in command("compare", mine, mine / "results").out


def test_a_further_scheduler_runs_only_what_is_new(command, mine):
    words = (*QUICK, "--out", mine)
    assert "2 cells made, 4 were there" in command("versus", "asha", "random", "sh", *words).out


def test_tables_come_in_one_list_or_in_several(command, tmp_path):
    words = ("--seeds", 1, "--max-epochs", 10, "--jobs", 1, "--out", tmp_path)
    one = command("versus", "asha", "random", "--blackbox", "digits-mlp,lcbench-kc1", *words)
    two = command("versus", "asha", "random", "--blackbox", "digits-mlp", "--blackbox", "lcbench-kc1", *words)
    assert "4 cells made, 0 were there" in one.out
    assert "0 cells made, 4 were there" in two.out


def test_a_contenders_settings_stand_behind_its_name():
    mine = contender("my_module:Greedy eta=3 name=x")
    assert (mine.label, mine.scheduler, mine.options) == (
        "Greedy eta=3 name=x", "my_module:Greedy", {"eta": "3", "name": "x"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["asha"], "at least two"),
        (["asha", "asha"], "comes twice"),
        (["asha", "dihpo"], "dyhpo"),
        (["asha", "dyhpo probability_sh"], "name=value"),
        (["asha", "dyhpo probabilty_sh=0"], "probability_sh"),
        (["asha", "dyhpo probability_sh=2"], "probability_sh"),
        (["asha", " "], "empty"),
    ],
)
def test_mistakes_get_one_line(command, tmp_path, words, hint):
    said = command("versus", *words, *QUICK, "--out", tmp_path / "mine")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert said.err.startswith("error: ")
    assert hint in said.err
    assert not (tmp_path / "mine").exists()


def test_an_unknown_table_gets_the_nearest_name(command, tmp_path):
    said = command("versus", "asha", "random", "--blackbox", "digits-mpl", "--out", tmp_path / "mine")
    assert said.status == 2
    assert "digits-mlp" in said.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["--seeds", 0], "0"), (["--workers", 0], "0"), (["--blackbox", " , "], "no table is named")],
)
def test_numbers_and_tables_that_say_nothing_get_one_line(command, tmp_path, words, hint):
    start = () if "--blackbox" in words else ("--blackbox", "digits-mlp")
    said = command("versus", "asha", "random", *start, *words, "--out", tmp_path / "mine")
    assert (said.status, said.err.count("\n")) == (2, 1)
    assert hint in said.err
    assert "$" not in said.err


def test_workers_of_any_kind(command, tmp_path):
    words = ("versus", "asha", "random", "--blackbox", "digits-mlp", "--seeds", 1, "--max-epochs", 30)
    words = (*words, "--workers", 3, "--jobs", 1)
    (tmp_path / "slow.toml").write_text("start_seconds = 5\n")
    for asked, name in (("flaky", "flaky"), (tmp_path / "slow.toml", "slow")):
        said = command(*words, "--out", tmp_path / name, "--cluster", asked)
        assert said.status == 0, said.err
        (cluster,) = load_study(tmp_path / name / "study.toml").clusters
        assert cluster.name == name
        assert cluster.cluster == find_cluster(str(asked))
    assert "'flaky'" in command(*words, "--out", tmp_path / "x", "--cluster", "flakey").err
