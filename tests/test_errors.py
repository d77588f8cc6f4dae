"""Errors say in one line what is wrong and what to do, and keep what they are about."""

from __future__ import annotations

import pytest

from simdyhpo import errors
from simdyhpo.decisions import Wait

ALL = [
    errors.UnknownNameError("scheduler", "ashe", ["asha", "random"]),
    errors.NotMadeError("lcdb-6", "lcdb"),
    errors.OptionError("workers", 0, "give at least 1"),
    errors.BudgetError("no budget"),
    errors.TableError("a.npz", "it is damaged", "make it again"),
    errors.DecisionError(Wait(), 3, "it is running"),
    errors.OutOfTurnError(3, "its bracket has ended"),
    errors.MilestoneError("3", 5, 4),
    errors.Deadlock(1.5, 2),
    errors.OutputError("out/: exists"),
    errors.ClusterError(100_000),
    errors.OwnCodeError("scheduler", "mine:Mine"),
    errors.ModelLibraryError("PyTorch", "pip install torch", OSError("no\nlibrary")),
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: type(error).__name__)
def test_one_base_and_one_line(error):
    assert isinstance(error, errors.SimdyhpoError)
    assert str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("ashe", "did you mean 'asha'?"),
        ("asha-stoping", "did you mean 'asha-stopping' or 'asha'?"),
        ("ASHA", "did you mean 'asha'?"),
        ("xyz", "known are 'asha', 'asha-stopping', 'random'"),
    ],
)
def test_unknown_names_get_advice(name, advice):
    error = errors.UnknownNameError("scheduler", name, ["random", "asha-stopping", "asha"])
    assert str(error) == f"unknown scheduler {name!r}: {advice}"
    assert error.known == ["asha", "asha-stopping", "random"]


def test_a_long_list_is_no_help():
    error = errors.UnknownNameError("table", "zzz", [f"a{number:02}" for number in range(40)])
    assert str(error).endswith("'a10', 'a11' and 28 more")


def test_what_it_is_about_is_kept():
    _, _, option, _, table, decision, turn, milestone, deadlock, *_ = ALL
    assert (option.option, option.value) == ("workers", 0)
    assert (table.source, table.problem, table.remedy) == ("a.npz", "it is damaged", "make it again")
    assert (decision.message, decision.trial) == (Wait(), 3)
    assert (turn.trial, turn.why) == (3, "its bracket has ended")
    assert (milestone.trial, milestone.resource, milestone.milestone) == ("3", 5, 4)
    assert (deadlock.now_seconds, deadlock.paused) == (1.5, 2)
