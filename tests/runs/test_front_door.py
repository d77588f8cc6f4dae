"""The front door: what `simulate` accepts, refuses and gives back."""

from __future__ import annotations

import math
from dataclasses import make_dataclass
from itertools import count

import msgspec
import numpy as np
import pandas as pd
import pytest

import simdyhpo
from simdyhpo.decisions import ScheduleDecision, Start, Wait
from simdyhpo.errors import BudgetError, DecisionError, OptionError, SimdyhpoError, UnknownNameError
from simdyhpo.records import DecisionRecord
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.random_search import RandomSearch
from tests.making import falling, table

CURVES = falling(10, 4)


class HighestFirst:
    """Somebody's own scheduler."""

    class Options(msgspec.Struct, frozen=True, kw_only=True):
        milestone: int = 2

    def __init__(self, problem, options):
        self._candidates, self._milestone = problem.candidates, options.milestone

    def ask(self, now_ns):
        unused = self._candidates.unused()
        if not len(unused):
            return Wait(exhausted=True)
        return Start(int(unused[-1]), self._milestone, ScheduleDecision.START_MODEL)

    def verdict(self, trial, resource):
        return simdyhpo.decisions.Pause()

    def tell(self, event): ...

    def summary(self):
        return {"mine": 1}

    def diagnostics(self):
        return {"trouble": 0}


def test_the_function_and_the_package():
    assert simdyhpo.simulate is simulate


def test_what_a_run_gives_back():
    result = simulate(CURVES, "random", workers=2, max_epochs=10)
    assert (result.ended_by, result.trials, result.epochs, result.simulated_seconds) == ("budget", 4, 10, 5.0)
    assert list(result.decisions.columns) == list(DecisionRecord.__struct_fields__)
    assert result.decisions["index"].tolist() == [0, 1, 2, 3]
    assert list(result.reports.columns) == [
        "time_ns", "worker", "trial", "configuration", "resource", "value", "ignored",
    ]  # fmt: skip
    assert len(result.reports) == 10
    assert result.best_value == result.reports["value"].min()
    assert result.regret == CURVES.regret(result.best_value)
    assert "10 epochs, 4 decisions" in repr(result)


def test_values_are_the_tables_own():
    result = simulate(CURVES, "random", max_epochs=30)
    rows = result.reports
    expected = CURVES.values[rows["configuration"], rows["resource"] - 1]
    np.testing.assert_array_equal(rows["value"], expected)


def test_the_trajectory_is_the_running_best():
    result = simulate(falling(30, 5), "asha", workers=3, max_epochs=60)
    best = result.reports["value"].cummin()
    for row in result.trajectory.itertuples():
        assert row.value == best[row.epochs - 1]
    assert result.trajectory["value"].iloc[-1] == result.best_value
    assert result.trajectory["regret"].iloc[-1] == result.regret


def test_a_run_that_saw_nothing_finite():
    curves = table([[math.nan, 1.0], [math.nan, 2.0]])
    result = simulate(curves, "random", max_epochs=1)
    assert math.isnan(result.best_value)
    assert math.isnan(result.regret)
    assert result.trajectory.empty


def test_the_spec_says_all_that_decides_a_run():
    result = simulate(CURVES, "asha", workers=3, seed=5, max_seconds=2.5, options={"reduction_factor": "4"})
    spec = msgspec.to_builtins(result.spec)
    assert spec["blackbox"]["checksum"] == CURVES.checksum
    assert spec["options"] == {"grace_period": 1, "reduction_factor": 4.0, "rung_increment": None}
    assert (spec["scheduler"], spec["workers"], spec["seed"], spec["sampling"]) == (
        "asha", 3, 5, "without-replacement",
    )  # fmt: skip
    assert spec["budget"] == {
        "max_seconds": 2.5, "max_epochs": None, "max_trials": None, "max_decisions": None,
    }  # fmt: skip


@pytest.mark.parametrize("scheduler", ["asha", "asha-stopping", "random", "dyhpo"])
def test_simulated_time_never_contains_host_time(scheduler):
    """Whatever the stopwatch says, however long the host takes: the same decisions at the same times."""
    options = {"searcher": "random"} if scheduler == "dyhpo" else {}
    ticks = count(step=10**6)
    runs = [
        simulate(CURVES, scheduler, workers=2, max_epochs=25, options=options, **stopwatch)
        for stopwatch in ({}, {"stopwatch": lambda: float(next(ticks))})
    ]
    pd.testing.assert_frame_equal(runs[0].decisions, runs[1].decisions)
    pd.testing.assert_frame_equal(runs[0].reports, runs[1].reports)
    assert runs[0].simulated_seconds == runs[1].simulated_seconds
    assert runs[1].wall_seconds == 10**6
    assert set(runs[0].reports["time_ns"] % 10**9) == {0}  # every epoch of this table takes a second


@pytest.mark.parametrize("by", ["class", "text"])
def test_a_scheduler_of_ones_own(by):
    scheduler = HighestFirst if by == "class" else f"{__name__}:HighestFirst"
    result = simulate(CURVES, scheduler, max_trials=3, options={"milestone": 3})
    assert result.decisions["configuration"].tolist() == [9, 8, 7]
    assert result.decisions["milestone"].tolist() == [3, 3, 3]
    assert (result.schedule, result.diagnostics) == ({"mine": 1}, {"trouble": 0})
    assert result.spec.scheduler.endswith(":HighestFirst")


def test_a_scheduler_that_decides_nonsense_is_named():
    with pytest.raises(DecisionError, match=r"milestones lie in 1\.\.4"):
        simulate(CURVES, HighestFirst, max_trials=3, options={"milestone": 5})


@pytest.mark.parametrize(
    ("scheduler", "message"),
    [
        ("rando", "unknown scheduler 'rando': did you mean 'random'"),
        ("no.such.module:Class", "can't be loaded"),
        ("simdyhpo.schedulers.asha:NoSuchClass", "can't be loaded"),
        ("simdyhpo.tables.curves:CurveTable", "is no scheduler: it lacks"),
        (":RandomSearch", "can't be loaded"),
        ("my.asha.Fast", r"unknown scheduler .*; one of yours is my\.asha:Fast$"),
        (int, "'builtins:int' is no scheduler: it lacks Options, ask, verdict, tell, summary"),
        (type("Odd", (HighestFirst,), {"Options": 3}), "its Options are 3; make them a msgspec.Struct"),
        (
            type("Odd", (HighestFirst,), {"Options": make_dataclass("Options", ["x"])}),
            "are a dataclass; leave @dataclass out, `import msgspec`, and begin `class Options",
        ),
        (
            type("Bare", (), {"Options": HighestFirst.Options, "ask": None, "tell": None}),
            "it lacks verdict, summary; the base class simdyhpo.scheduler_defaults.Defaults answers that",
        ),
        (lambda problem, options: None, "is no scheduler: give a name, module:Class, or a class"),
        (None, "None is no scheduler: give a name"),
    ],
)
def test_no_such_scheduler(scheduler, message):
    with pytest.raises(SimdyhpoError, match=message):
        simulate(CURVES, scheduler, max_epochs=1)


@pytest.mark.parametrize("name", ["workers", "seed"])
@pytest.mark.parametrize("value", [-1, 1.5, "2", None, True])
def test_numbers_that_are_none(name, value):
    with pytest.raises(OptionError, match=name):
        simulate(CURVES, "random", max_epochs=1, **{name: value})


def test_zero_workers():
    with pytest.raises(OptionError, match="'workers' can't be 0"):
        simulate(CURVES, "random", max_epochs=1, workers=0)


def test_no_budget():
    with pytest.raises(BudgetError, match="no budget"):
        simulate(CURVES, "random")


def test_unknown_sampling():
    with pytest.raises(UnknownNameError, match="did you mean 'with-replacement'"):
        simulate(CURVES, "random", max_epochs=1, sampling="with-replacements")


@pytest.mark.parametrize(
    "limits", [{"max_epochs": 30}, {"max_seconds": 12}, {"max_trials": 9}, {"max_decisions": 9}]
)
def test_progress_rises_to_1(limits):
    seen = []
    simulate(CURVES, RandomSearch, progress=seen.append, **limits)
    assert seen == sorted(seen)
    assert 0 <= seen[0] < 1
    assert seen[-1] == 1
    assert len(set(seen)) > 3


def test_progress_as_a_bar(capsys):
    assert simulate(CURVES, "random", max_epochs=30, progress=True).epochs == 30
    assert "random on small" in capsys.readouterr().err


def test_many_workers_and_few_configurations():
    result = simulate(falling(3, 2), "random", workers=100, max_epochs=50)
    assert (result.ended_by, result.trials, result.simulated_seconds) == ("exhausted", 3, 2.0)
    assert result.decisions["worker"].tolist() == [0, 1, 2]


def test_with_replacement_something_must_end_the_run():
    """A table that takes no time never comes to an end in seconds; any count ends it."""
    instant = simdyhpo.CurveTable.from_arrays(
        [[2.0, 1.0]], [[0.0, 0.0]], {"x": [1.0]}, mode="min", name="instant"
    )
    with pytest.raises(BudgetError, match=r"nothing in table 'instant' takes time.*give max_epochs"):
        simulate(instant, "random", max_seconds=1, sampling="with-replacement")
    ended = simulate(instant, "random", max_seconds=1, max_trials=5, sampling="with-replacement")
    assert (ended.trials, ended.ended_by) == (5, "budget")
    assert simulate(instant, "random", max_seconds=1).ended_by == "exhausted"


def test_more_workers_than_fit_in_memory():
    with pytest.raises(OptionError, match=r"option 'workers' can't be 1000001: give .* at most 1000000"):
        simulate(CURVES, "random", max_epochs=1, workers=1_000_001)


def test_seeds_may_be_of_any_size():
    assert simulate(CURVES, "random", max_epochs=1, seed=2**200).epochs == 1


def test_a_table_by_name_or_path_is_the_table(tmp_path):
    table = simdyhpo.load_blackbox("digits-mlp")
    table.save(tmp_path / "digits-mlp.npz")
    runs = [
        simulate(one, "asha", max_epochs=30) for one in (table, "digits-mlp", tmp_path / "digits-mlp.npz")
    ]
    assert len({run.decisions.to_csv() for run in runs}) == 1


def test_what_is_no_table_is_named():
    with pytest.raises(OptionError, match="option 'table' can't be 'dict': give a CurveTable, or a name"):
        simulate({"a": 1}, "asha", max_epochs=1)


def test_names_are_listed_as_they_are_taken():
    assert "digits-mlp" in simdyhpo.list_blackboxes()
    assert {"asha", "dyhpo", "random"} <= set(simdyhpo.list_schedulers())
