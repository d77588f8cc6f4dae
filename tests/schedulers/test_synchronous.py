"""Synchronous successive halving and Hyperband, on tables small enough to follow by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.brackets import hyperband_brackets
from tests.making import falling
from tests.schedulers.following import PROMOTE, START, in_order, story

HALVES = {"reduction_factor": 2}
"""On 4 resources: brackets (4, 1) (2, 2) (1, 4); then (3, 2) (1, 4); then (3, 4)."""
NAN = math.nan


def flat(*values):
    return [[value] * 4 for value in values]


def test_successive_halving_by_hand():
    result = simulate(in_order(flat(5, 3, 4, 2, 1, 7)), "sh", options=HALVES, max_decisions=9)
    assert story(result) == [
        (START, 0, 1),
        (START, 1, 1),
        (START, 2, 1),
        (START, 3, 1),
        (PROMOTE, 3, 2),  # 2
        (PROMOTE, 1, 2),  # 3
        (PROMOTE, 3, 4),
        (START, 4, 1),  # the next bracket
        (START, 5, 1),
    ]
    assert result.schedule == {"promoted_by_rung": 3, "started_at_random": 6}


def test_maximising():
    result = simulate(in_order(flat(5, 3, 4, 2), "max"), "sh", options=HALVES, max_decisions=99)
    assert [(t, m) for kind, t, m in story(result) if kind == PROMOTE] == [(0, 2), (2, 2), (0, 4)]


def test_equals_go_on_in_the_order_in_which_they_started():
    """Whoever reported first."""
    seconds = [[9, 10, 11, 12], [1, 2, 3, 4], [1, 2, 3, 4], [1, 2, 3, 4]]
    curves = in_order(flat(1, 1, 1, 1), seconds=seconds)
    result = simulate(curves, "sh", workers=4, options=HALVES, max_decisions=99)
    assert [t for kind, t, m in story(result) if (kind, m) == (PROMOTE, 2)] == [0, 1]


def test_hyperband_takes_its_brackets_in_turn():
    result = simulate(falling(40, 4), "hyperband", options=HALVES, max_decisions=22)
    first, second, third = [1] * 4 + [2] * 2 + [4], [2] * 3 + [4], [4] * 3
    assert [m for _, _, m in story(result)] == [*first, *second, *third, *first, 2]


def test_a_bracket_of_hyperband_keeps_to_its_own_trials():
    """Bracket 2 of 3 compares trials 4 to 6 alone, though trial 3 is better than all."""
    result = simulate(
        in_order(flat(9, 9, 9, 1, 7, 5, 6, 9, 9, 9)), "hyperband", options=HALVES, max_decisions=11
    )
    assert story(result)[6:] == [
        (PROMOTE, 3, 4),
        (START, 4, 2),
        (START, 5, 2),
        (START, 6, 2),
        (PROMOTE, 5, 4),
    ]


SLOW_FIRST = [[100, 200, 300, 400]] + [[1, 2, 3, 4]] * 20


def test_a_straggler_holds_its_rung_and_idle_workers_open_the_next_bracket():
    curves = in_order(flat(*range(21)), seconds=SLOW_FIRST)
    result = simulate(curves, "sh", workers=2, options=HALVES, max_seconds=99)
    assert {t for _, t, _ in story(result)} == set(range(21))
    assert not [t for kind, t, _ in story(result) if kind == PROMOTE and t < 4]
    result = simulate(curves, "sh", workers=2, options=HALVES, max_seconds=101)
    promoted = [t for kind, t, _ in story(result) if kind == PROMOTE and t < 4]
    assert promoted == [0, 1], "the older bracket comes first"


def test_the_older_bracket_comes_first_while_a_newer_one_still_takes_trials():
    """At second 5 the straggler reports, and the other worker its second trial of the next bracket."""
    seconds = [[5, 6, 7, 8]] + [[1, 2, 3, 4]] * 40
    curves = in_order(flat(*range(41)), seconds=seconds)
    result = simulate(curves, "sh", workers=2, options=HALVES, max_seconds=9)
    then = result.decisions.query("time_ns == 5 * 10**9")
    assert then[["trial", "milestone"]].values.tolist() == [[0, 2], [1, 2]]
    assert result.decisions.query("time_ns == 6 * 10**9")["trial"].tolist() == [0, 6]


def test_without_overlap_idle_workers_wait():
    curves = in_order(flat(*range(21)), seconds=SLOW_FIRST)
    result = simulate(curves, "sh", workers=2, options=HALVES | {"overlap": "false"}, max_seconds=99)
    assert story(result) == [(START, t, 1) for t in range(4)]
    result = simulate(curves, "sh", workers=2, options=HALVES | {"overlap": False}, max_seconds=101)
    assert story(result)[4:] == [(PROMOTE, 0, 2), (PROMOTE, 1, 2)]


def test_who_diverged_leaves_a_place_empty():
    """Two may go on, but one alone has a finite value; and then that one."""
    result = simulate(in_order(flat(NAN, NAN, 4, math.inf)), "sh", options=HALVES, max_decisions=99)
    assert story(result)[4:] == [(PROMOTE, 2, 2), (PROMOTE, 2, 4)]


def test_a_rung_where_all_diverged_ends_its_bracket():
    result = simulate(in_order(flat(NAN, NAN, NAN, NAN, 1)), "sh", options=HALVES, max_decisions=99)
    assert story(result)[4:] == [(START, 4, 1), (PROMOTE, 4, 2), (PROMOTE, 4, 4)]
    assert result.ended_by == "exhausted"


def test_a_curve_that_ended_counts_in_its_rung_and_takes_its_place():
    """Trial 3 is the best, but has no second epoch: beside it only one goes on."""
    values = [*flat(5, 3, 4), [2]]
    result = simulate(in_order(values), "sh", options=HALVES, max_decisions=99)
    assert story(result)[4:] == [(PROMOTE, 1, 2), (PROMOTE, 1, 4)]


def test_the_last_bracket_makes_do_with_the_trials_that_are_left():
    """Seven configurations: the second bracket has three, of which one goes on."""
    result = simulate(in_order(flat(*range(7))), "sh", options=HALVES, max_decisions=99)
    assert story(result)[7:] == [*((START, t, 1) for t in (4, 5, 6)), (PROMOTE, 4, 2), (PROMOTE, 4, 4)]
    assert result.ended_by == "exhausted"


@pytest.mark.parametrize("name", ["sh", "hyperband"])
def test_with_replacement_it_never_runs_out(name):
    result = simulate(falling(3, 9), name, workers=7, sampling="with-replacement", max_trials=500)
    assert result.ended_by == "budget"
    assert result.trials == 500


def algorithm_1(values, brackets):
    """The paper's loops: who is trained, and to what. Trials are numbered in the order of their start."""
    decisions, next_trial = [], 0
    for bracket in brackets:
        trials = list(range(next_trial, next_trial + bracket.rungs[0].trials))
        next_trial += len(trials)
        kind = START
        for place, rung in enumerate(bracket.rungs):
            decisions += [(kind, trial, rung.level) for trial in trials]
            if place + 1 < len(bracket.rungs):
                losses = {trial: values[trial][rung.level - 1] for trial in trials}
                ranked = sorted((t for t in trials if math.isfinite(losses[t])), key=lambda t: (losses[t], t))
                full = len(trials) == rung.trials
                trials = ranked[: bracket.rungs[place + 1].trials if full else max(1, len(trials) // 2)]
                kind = PROMOTE
    return decisions


@given(data=st.data(), resources=st.integers(2, 9), sizes=st.sampled_from(["algorithm", "table"]))
@settings(max_examples=100)
def test_with_one_worker_it_is_algorithm_1(data, resources, sizes):
    brackets = hyperband_brackets(resources, 2, 1, sizes)
    configurations = sum(bracket.rungs[0].trials for bracket in brackets)
    value = st.sampled_from([0.0, 1.0, 1.0, 2.0, 3.0, math.nan, math.inf])
    row = st.lists(value, min_size=resources, max_size=resources)
    values = data.draw(st.lists(row, min_size=configurations, max_size=configurations))
    assume(any(math.isfinite(v) for r in values for v in r))
    options = HALVES | {"sizes": sizes}
    result = simulate(in_order(values), "hyperband", options=options, max_decisions=10_000)
    assert story(result) == algorithm_1(values, brackets)
    assert result.ended_by == "exhausted"
