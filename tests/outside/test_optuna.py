"""Optuna's samplers and pruners on our clock."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.decisions import Decided, Reported, Start, Stop
from simdyhpo.errors import SimdyhpoError
from simdyhpo.runs.front_door import simulate
from simdyhpo.testing import check_scheduler
from tests.making import falling, problem
from tests.outside.mixed import mixed
from tests.schedulers.following import CONTINUE, START, STOP, in_order, story

optuna = pytest.importorskip("optuna", reason="optuna is not installed (the extra optuna)")
NAN = math.nan
RANDOM = {"sampler": "random"}


def scheduler(of, name="optuna-sh", **options):
    task = problem(of)
    return SchedulerFactory(name, options)(task), task


def start(who, task, trial, configuration):
    task.candidates.take(configuration)
    who.tell(Decided(trial, Start(configuration, 1, 4)))


def optuna_trials(who):
    return who._study._study.trials


def test_halving_by_hand():
    """Rungs at 1, 2 and 4; a trial goes on if it is in the best half of those so far, itself included."""
    values = [[5, 5, 5, 5], [6, 1, 1, 1], [4, 6, 1, 1], [4, 4, 9, 0], [NAN, 1, 1, 1], [3, 3, NAN, 3]]
    result = simulate(in_order(values), "optuna-sh", max_trials=6, options=RANDOM | {"reduction_factor": 2})
    assert story(result) == [
        (START, 0, 1),  # alone, the best at 1 and at 2
        (CONTINUE, 0, 2),
        (CONTINUE, 0, 3),
        (CONTINUE, 0, 4),
        (START, 1, 1),  # 6 at 1, where one of 5, 6 may go on
        (STOP, 1, 1),
        (START, 2, 1),  # 4 at 1 is the best of three; 6 at 2 is not the best of 5, 6
        (CONTINUE, 2, 2),
        (STOP, 2, 2),
        (START, 3, 1),  # one of the best two of 4, 4, 5, 6; 4 is the best of three at 2
        (CONTINUE, 3, 2),
        (CONTINUE, 3, 3),
        (CONTINUE, 3, 4),  # there is no rung at 3
        (START, 4, 1),
        (STOP, 4, 1),
        (START, 5, 1),
        (CONTINUE, 5, 2),
        (CONTINUE, 5, 3),
        (STOP, 5, 3),  # diverged between rungs
    ]


def test_hyperband_has_brackets():
    """Some trials are judged at resource 1, others later or never."""
    result = simulate(falling(60, 9), "optuna-hyperband", options=RANDOM, seed=1, max_trials=60)
    ends = {}
    for record in result.log:
        ends[record.trial] = record.resume_from if record.decision.name == STOP else record.milestone
    assert {1, 3, 9} <= set(ends.values())


@pytest.mark.parametrize("name", ["optuna-sh", "optuna-hyperband"])
def test_every_kind_of_hyperparameter(name):
    """Optuna is told the rows that were run, and every row is run once."""
    of, heard = mixed(), []
    result = simulate(of, name, workers=2, seed=3, max_decisions=999)
    assert result.ended_by == "exhausted"
    assert sorted(r.configuration for r in result.log if r.decision.name == "START_MODEL") == [*range(30)]
    assert result.diagnostics["suggestions"] == 30
    assert 0 < result.diagnostics["mean_distance"] <= result.diagnostics["largest_distance"]
    who, task = scheduler(of, name)
    for trial, configuration in enumerate([0, 1, 7]):
        start(who, task, trial, configuration)
        heard.append(optuna_trials(who)[trial].params)
    rate = of.configurations.row(1)["rate"]
    adam = {"rate": rate, "layers": 2, "kind": "adam", "momentum?": False, "sometimes?": True}
    assert heard[1] == adam
    assert heard[0]["momentum"] == 0.0
    assert "constant" not in heard[0]


def test_what_is_told_is_the_row_that_was_run_whoever_chose_it():
    of = falling(20, 4)
    who, task = scheduler(of)
    proposed = who.ask(0).configuration
    other = (proposed + 7) % 20
    start(who, task, 0, other)
    assert optuna_trials(who)[0].params == {"x": other / 10}
    assert who.diagnostics()["suggestions"] == 0
    again = who.ask(0).configuration
    start(who, task, 1, again)
    assert who.diagnostics()["suggestions"] == 1
    who.tell(Reported(0, other, 1, [3.0], False, 1))
    who.tell(Decided(0, Stop()))
    who.tell(Reported(1, again, 2, [math.inf, 2.0], False, 1))
    who.tell(Reported(1, again, 4, [1.0, 0.5], True, 1))
    stopped, complete, _ = optuna_trials(who)
    assert (stopped.state.name, stopped.value) == ("PRUNED", 3.0)
    assert (complete.state.name, complete.value) == ("COMPLETE", 0.5)
    assert math.isnan(complete.intermediate_values.pop(1))
    assert complete.intermediate_values == {2: 2.0, 3: 1.0, 4: 0.5}


def test_a_model_chooses_better_than_chance():
    """With startup behind it, TPE keeps to the good end of one hyperparameter."""
    result = simulate(falling(400, 3), "optuna-sh", max_trials=60)
    started = [record.configuration for record in result.log if not record.resume_from]
    assert np.mean(started[30:]) < 100 < np.mean(started[:10])


def test_nothing_is_printed_and_settings_stay(capfd):
    optuna.logging.set_verbosity(optuna.logging.DEBUG)
    try:
        simulate(falling(20, 4), "optuna-hyperband", max_trials=3, options=RANDOM)
        assert optuna.logging.get_verbosity() == optuna.logging.DEBUG
    finally:
        optuna.logging.set_verbosity(optuna.logging.INFO)
    simulate(falling(20, 4), "optuna-hyperband", max_trials=15)
    assert "study created" not in capfd.readouterr().err


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "optuna.pruners", None)
    with pytest.raises(SimdyhpoError, match=r"needs the package 'optuna' .*simdyhpo\[optuna\]"):
        simulate(falling(5, 3), "optuna-sh", max_trials=1)


@pytest.mark.parametrize(
    ("name", "law"),
    [
        ("optuna-hyperband", "asking"),
        ("optuna-hyperband", "directions"),
        ("optuna-hyperband", "told-alone"),
        ("optuna-hyperband", "wall-time"),
        ("optuna-sh", "non-finite"),
        ("optuna-sh", "pending"),
    ],
)
def test_laws_with_tpe(name, law):
    """tests/conformance checks all of them without the model; these are the ones that it could break."""
    check_scheduler(name, laws=[law])
