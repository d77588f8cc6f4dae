"""One scheduler: what it does, takes, and where its rungs lie."""

import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.catalog.factory import scheduler_class
from simdyhpo.scheduler_defaults import Defaults
from simdyhpo.schedulers.greedy import GreedyOptions


def table(out):
    """The rows below the last heading, as words."""
    return [line.split() for line in out.split("rungs for ")[1].splitlines()[1:]]


def test_the_table_of_the_hyperband_paper(command):
    said = command("scheduler", "show", "hyperband", "--max-resource", 81, "--option", "sizes=table")
    assert said.status == 0
    rows = table(said.out)
    assert rows[0] == ["bracket", "new", "trials", "resource", "trials", "go", "on"]
    shown = [(row[0], int(row[-3]), int(row[-2]), row[-1]) for row in rows[1:]]
    assert shown[:5] == [
        ("0", 1, 81, "27"),
        ("0", 3, 27, "9"),
        ("0", 9, 9, "3"),
        ("0", 27, 3, "1"),
        ("0", 81, 1, "ends"),
    ]
    assert shown[-3:] == [("3", 27, 6, "2"), ("3", 81, 2, "ends"), ("4", 81, 5, "ends")]


def test_quantiles_and_shares(command):
    said = command("scheduler", "show", "hyperband-async", "--max-resource", 9, "--option", "brackets=2")
    assert table(said.out)[1:] == [
        ["0", "66.7%", "1", "any", "33.3%"],
        ["0", "66.7%", "3", "any", "33.3%"],
        ["0", "66.7%", "9", "any", "ends"],
        ["1", "33.3%", "3", "any", "33.3%"],
        ["1", "33.3%", "9", "any", "ends"],
    ]


def test_values_that_are_given_stand_beside_the_defaults(command):
    plain = command("scheduler", "show", "asha").out
    assert "here" not in plain
    given = command("scheduler", "show", "asha", "--option", "reduction_factor=4").out
    (line,) = (line for line in given.splitlines() if "reduction_factor" in line)
    assert line.split("  ")[1] == "reduction_factor"
    assert line.split()[1:11] == ["number", "at", "least", "2", "and", "at", "most", "1e+06", "3.0", "4.0"]
    assert table(given)[-1][2] == "52"


@pytest.mark.parametrize("name", SCHEDULERS)
def test_every_scheduler(command, name):
    said = command("scheduler", "show", name)
    assert (said.status, said.err) == (0, "")
    assert scheduler_class(name).__doc__.splitlines()[0] in said.out
    options = scheduler_class(name).Options.__struct_fields__
    assert all(f" {option} " in said.out for option in options if option != "searcher_options")


def test_dyhpo_shows_its_searcher(command):
    out = command("scheduler", "show", "dyhpo", "--option", "searcher=dyhpo-gp").out
    assert "with searcher=dyhpo-gp" in out
    assert "initial_random" in out


@pytest.mark.parametrize("name", ["asha", "asha-stopping", "hyperband", "hyperband-async", "pasha", "sh"])
def test_a_single_rung_is_warned_of(command, name):
    said = command("scheduler", "show", name, "--option", "grace_period=60")
    assert said.status == 0
    assert said.err.startswith("warning: grace_period 60 ")
    assert said.err.count("\n") == 1


def test_skipping_all_rungs_is_warned_of(command):
    said = command("scheduler", "show", "sh", "--option", "skip_rungs=3")
    assert "warning: skip_rungs 3 leaves no rung" in said.err


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["gredy"], "did you mean 'greedy'?"),
        (["sh", "--option", "skip_rungs=7"], "option 'skip_rungs' can't be 7: there are 3 rungs to skip"),
        (["hyperband", "--option", "sizes=paper"], "option 'sizes' can't be 'paper'"),
        (["sh", "--max-resource", "0"], "--max-resource"),
    ],
)
def test_mistakes(command, words, error):
    said = command("scheduler", "show", *words)
    assert said.status == 2
    assert error in said.err
    assert said.err.count("\n") == 1


def test_a_scheduler_of_ones_own(command, tmp_path, monkeypatch):
    (tmp_path / "mine_shown.py").write_text(
        "from simdyhpo.schedulers.random_search import RandomSearch\n"
        "class Mine(RandomSearch):\n    '''My very own.'''\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert "My very own." in command("scheduler", "show", "mine_shown:Mine").out


def test_a_base_class_does_not_speak_for_a_scheduler(command):
    for name, said in (
        ("tests.cli.test_scheduler_show:Bare", "Bare: its class has no docstring"),
        ("tests.cli.test_scheduler_show:Told", "Told: One line."),
    ):
        assert said in command("scheduler", "show", name).out


class Bare(Defaults):
    Options = GreedyOptions
    ask = tell = None


class Told(Bare):
    """One line."""
