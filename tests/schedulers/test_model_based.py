"""BOHB in both forms, DEHB and MOBSTER: the brackets and rungs they are built on, and who starts there."""

from __future__ import annotations

import subprocess
import sys
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.levels import OneRungWarning
from simdyhpo.tables.blackboxes import load_blackbox
from tests.making import falling

HALVES = {"reduction_factor": 2}
STARTS = {"START_RANDOM", "START_MODEL"}


def kinds(result):
    return [record.decision.name for record in result.log]


def shape(result):
    """(whether it starts, trial's place, milestone) of each decision, whoever it is about."""
    return [(r.decision.name in STARTS, r.resume_from, r.milestone) for r in result.log]


@pytest.mark.parametrize("name", ["bohb", "dehb"])
def test_brackets_are_those_of_the_authors_codes(name):
    """51 epochs, eta 3: [27, 9, 3, 1], [9, 3, 1], [6, 2], [4]."""
    plan = SchedulerFactory(name, {}).options.plan(51)
    assert [[rung.trials for rung in bracket.rungs] for bracket in plan] == [
        [27, 9, 3, 1],
        [9, 3, 1],
        [6, 2],
        [4],
    ]


@given(st.integers(1, 2000), st.integers(2, 6))
def test_brackets_by_the_formula_of_the_authors_codes(largest, eta):
    """With S brackets, bracket s starts floor(S / (s + 1)) eta^s, and i rungs on eta^-i of them are left."""
    count = 1
    while eta**count <= largest:
        count += 1
    expected = []
    for s in reversed(range(count)):
        first = count // (s + 1) * eta**s
        expected.append([max(first // eta**i, 1) for i in range(s + 1)])
    for name in ("bohb", "dehb"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", OneRungWarning)
            plan = SchedulerFactory(name, {"reduction_factor": eta}).options.plan(largest)
        assert [[rung.trials for rung in bracket.rungs] for bracket in plan] == expected


@pytest.mark.parametrize("workers", [1, 4])
def test_bohb_fills_the_brackets_of_hyperband(workers):
    table = falling(60, 9)
    bohb, hyperband = (
        simulate(table, name, workers=workers, options={"sizes": "table"}, max_epochs=200)
        for name in ("bohb", "hyperband")
    )
    if workers == 1:
        assert shape(bohb) == shape(hyperband)
    else:
        assert sorted(shape(bohb)) == sorted(shape(hyperband))
    assert bohb.schedule["started_by_model"] > 5


def test_bohb_with_nothing_but_random_starts_is_hyperband():
    table = load_blackbox("lcbench-christine")
    bohb = simulate(table, "bohb", workers=4, options={"random_fraction": 1}, max_epochs=500)
    hyperband = simulate(table, "hyperband", workers=4, options={"sizes": "table"}, max_epochs=500)
    for name, column in hyperband.log.columns().items():
        assert np.array_equal(bohb.log.columns()[name], column)


def test_dehb_promotes_for_one_round_and_evolves_from_then_on():
    """Brackets (4, 2, 1) (2, 1) (3): 9 of them start and 4 are promoted; then all 13 start."""
    result = simulate(falling(60, 4), "dehb", options=HALVES, max_decisions=26)
    milestones = [1] * 4 + [2] * 2 + [4] + [2] * 2 + [4] + [4] * 3
    assert [record.milestone for record in result.log] == milestones * 2
    first, second = kinds(result)[:13], kinds(result)[13:]
    promotes, starts = "PROMOTE_RUNG", "START_MODEL"
    assert first == ["START_RANDOM"] * 4 + [promotes] * 3 + [starts] * 2 + [promotes] + [starts] * 3
    assert second == [starts] * 13


def test_dehb_can_evolve_at_once():
    result = simulate(falling(60, 4), "dehb", options={**HALVES, "promoting_brackets": 0}, max_decisions=14)
    assert kinds(result) == ["START_RANDOM"] * 4 + ["START_MODEL"] * 10


def test_an_offspring_waits_for_the_rung_of_its_parents():
    """With a worker for each, nobody of a higher rung starts before all of the lower one have reported."""
    options = {**HALVES, "promoting_brackets": 0, "overlap": False}
    result = simulate(falling(60, 4), "dehb", workers=9, options=options, max_decisions=7)
    assert [(r.time_ns // 10**9, r.milestone) for r in result.log] == [(0, 1)] * 4 + [(1, 2)] * 2 + [(3, 4)]


CHEAP = {"candidates": 20, "steps": 2}
FORMS = pytest.mark.parametrize(("form", "asha"), [("promotion", "asha"), ("stopping", "asha-stopping")])


@FORMS
@pytest.mark.parametrize(
    ("name", "at_random"),
    [
        ("bohb-async", {"random_fraction": 1}),
        ("asha-bore", {"random_fraction": 1}),
        ("asha-cqr", {"initial_random": 10_000}),
    ],
)
def test_choosers_of_nothing_but_random_starts_leave_asha(name, at_random, form, asha):
    table = load_blackbox("lcbench-christine")
    options = {"form": form, **at_random}
    mine = simulate(table, name, workers=4, options=options, max_epochs=500)
    its = simulate(table, asha, workers=4, max_epochs=500)
    for name, column in its.log.columns().items():
        assert np.array_equal(mine.log.columns()[name], column)


def test_asynchronous_bohb_has_asha_s_rungs_and_bohb_s_model():
    """On curves that never cross, one hyperparameter: 4 values at a rung make a model of it."""
    options = {"random_fraction": 0, "reduction_factor": 2, "min_bandwidth": 0.01}
    result = simulate(falling(60, 9), "bohb-async", options=options, max_epochs=60)
    reached = [r.milestone for r in result.log if r.decision.name in ("START_RANDOM", "PROMOTE_RUNG")]
    starts = [r for r in result.log if r.decision.name in STARTS]
    at_random = sum(r.decision.name == "START_RANDOM" for r in starts)
    assert at_random == 4
    assert {r.milestone for r in starts} == {1}
    assert {2, 4, 8} <= set(reached)
    assert result.diagnostics["model_resource"] >= 2
    early = [r.configuration for r in starts[4:]]
    assert np.mean(early) < 20  # the lower a number, the better: at random it would be 30


@FORMS
def test_mobster_with_nothing_but_random_starts_is_asha(form, asha):
    table = load_blackbox("digits-mlp")
    options = {"form": form, "initial_random": 10_000}
    mine = simulate(table, "mobster", workers=3, options=options, max_epochs=120)
    its = simulate(table, asha, workers=3, max_epochs=120)
    for name, column in its.log.columns().items():
        assert np.array_equal(mine.log.columns()[name], column)


@pytest.mark.parametrize("form", ["promotion", "stopping"])
def test_mobster_starts_as_many_at_random_as_it_is_told(form):
    options = {"form": form, "initial_random": 2, **CHEAP}
    result = simulate(load_blackbox("digits-mlp"), "mobster", options=options, max_epochs=60)
    started = [kind for kind in kinds(result) if kind in STARTS]
    assert started == ["START_RANDOM"] * 2 + ["START_MODEL"] * (len(started) - 2)
    assert result.schedule["started_by_model"] == len(started) - 2 > 0
    assert sum(result.schedule.values()) == len(result.log)


def test_mobster_scores_where_enough_have_reported():
    table = load_blackbox("digits-mlp")
    resources = []
    for threshold in (1, 10_000):
        options = {"resource_threshold": threshold, **CHEAP}
        result = simulate(table, "mobster", options=options, max_epochs=80)
        resources.append(result.diagnostics["acquisition_resource"])
    reached = max(r.milestone for r in result.log)
    assert resources[0] > 3
    assert resources[1] == 0
    assert reached > 3


def test_models_of_density_and_evolution_load_no_torch():
    code = (
        "import sys; from simdyhpo import load_blackbox, simulate\n"
        "for name in ('asha-bore', 'asha-cqr', 'bohb', 'bohb-async', 'dehb'):\n"
        "    simulate(load_blackbox('digits-mlp'), name, max_epochs=80)\n"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["bohb", "dehb"])
@pytest.mark.parametrize("sizes", ["algorithm", "table"])
def test_the_plan_is_hyperbands(name, sizes):
    plans = [SchedulerFactory(who, {"sizes": sizes}).options.plan(81) for who in (name, "hyperband")]
    assert plans[0] == plans[1]
