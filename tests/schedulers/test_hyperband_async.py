"""Asynchronous Hyperband: who belongs to which bracket, and where each is judged."""

from __future__ import annotations

from collections import Counter

import pytest

from simdyhpo.errors import OptionError
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.hyperband_async import (
    AsynchronousHyperbandOptions,
    BracketDraws,
    bracket_shares,
)
from simdyhpo.streams import Streams
from tests.making import falling
from tests.schedulers.following import CONTINUE, PROMOTE, START, STOP, in_order, story

HALVES = {"reduction_factor": 2}
"""On 4 resources: rungs at 1 and 2, so brackets that begin at 1, 2 and 4."""
BRACKETS = [0, 2, 1, 0, 0, 0]
"""Of the first six trials below."""


def flat(*values):
    return [[value] * 4 for value in values]


@pytest.fixture
def drawn(monkeypatch):
    """Trials get the brackets above, and bracket 0 from then on."""
    brackets = dict(enumerate(BRACKETS))
    monkeypatch.setattr(BracketDraws, "__getitem__", lambda self, trial: brackets.get(trial, 0))


def test_shares_are_those_of_equal_budgets():
    """Levels 1, 3, 9: one trial costs 3 rungs of 1, or 2 rungs of 3, or 1 rung of 9; so 3 : 1.5 : 1."""
    assert bracket_shares([1, 3, 9], 3) == pytest.approx([6 / 11, 3 / 11, 2 / 11])
    assert bracket_shares([1, 3, 9], 2) == pytest.approx([2 / 3, 1 / 3])
    assert bracket_shares([1, 3, 9], 1) == [1]


def test_shares_are_the_sizes_of_hyperbands_brackets():
    """n = K / (s + 1) * eta**s, not rounded: 81, 33.75, 15, 7.5, 5 for R = 81."""
    sizes = [81, 33.75, 15, 7.5, 5]
    expected = [size / sum(sizes) for size in sizes]
    assert bracket_shares([1, 3, 9, 27, 81], 5) == pytest.approx(expected)


def test_the_draw_of_a_trial_is_its_number_of_the_stream():
    shares = [0.5, 0.3, 0.2]
    draws = BracketDraws(shares, Streams(7).uniforms("brackets"))
    numbers = Streams(7).generator("brackets").random(1024)
    expected = [0 if u < 0.5 else 1 if u < 0.8 else 2 for u in numbers]
    assert [draws[t] for t in range(1024)] == expected
    assert [draws[t] for t in (5, 5, 3)] == [expected[5], expected[5], expected[3]]
    assert Counter(expected)[2] == pytest.approx(0.2 * 1024, rel=0.15)


def test_trials_begin_at_the_level_of_their_bracket():
    result = simulate(falling(200, 9), "hyperband-async", max_trials=200)
    starts = Counter(m for kind, _, m in story(result) if kind == START)
    assert set(starts) == {1, 3, 9}
    assert [starts[m] / 200 for m in (1, 3, 9)] == pytest.approx([6 / 11, 3 / 11, 2 / 11], abs=0.08)


@pytest.mark.usefixtures("drawn")
def test_separate_rungs_by_hand():
    """Trial 2 is alone in its bracket's rung at 2, so it can't be promoted there."""
    curves = in_order(flat(5, 9, 3, 2, 1, 0))
    result = simulate(curves, "hyperband-async", options=HALVES, max_decisions=8)
    assert story(result) == [
        (START, 0, 1),
        (START, 1, 4),
        (START, 2, 2),
        (START, 3, 1),
        (PROMOTE, 3, 2),  # 2 5
        (START, 4, 1),
        (PROMOTE, 4, 2),  # 1 2 5
        (PROMOTE, 4, 4),  # at 2: 1 2
    ]


@pytest.mark.usefixtures("drawn")
def test_shared_rungs_by_hand():
    """The same trials meet at 2: there trial 3 is judged against trial 2."""
    curves = in_order(flat(5, 9, 3, 2, 1, 0))
    result = simulate(curves, "hyperband-async", options=HALVES | {"rungs": "shared"}, max_decisions=7)
    assert story(result)[4:] == [(PROMOTE, 3, 2), (PROMOTE, 3, 4), (START, 4, 1)]


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize(
    ("rungs", "ending"),
    [
        ("separate", [(CONTINUE, 2, 4), (START, 3, 1), (STOP, 3, 1)]),
        ("shared", [(STOP, 2, 2), (START, 3, 1), (STOP, 3, 1)]),
    ],
)
def test_stopping_by_hand(rungs, ending):
    """Trial 2 is the first in its bracket at 2, but trial 0 was there and is better."""
    curves = in_order(flat(5, 9, 7, 6, 1, 0))
    options = HALVES | {"rungs": rungs, "form": "stopping"}
    result = simulate(curves, "hyperband-async", options=options, max_decisions=8)
    assert story(result) == [
        (START, 0, 1),
        (CONTINUE, 0, 2),
        (CONTINUE, 0, 4),
        (START, 1, 4),
        (START, 2, 2),
        *ending,
    ]


def test_of_two_brackets_that_may_promote_the_first_does(monkeypatch):
    brackets = [1, 1, 0, 0]
    monkeypatch.setattr(BracketDraws, "__getitem__", lambda self, trial: brackets[trial])
    seconds = [[1, 2, 3, 4]] * 2 + [[2, 4, 6, 8]] * 2
    curves = in_order(flat(4, 5, 2, 3), seconds=seconds)
    result = simulate(curves, "hyperband-async", workers=4, options=HALVES, max_decisions=6)
    assert story(result)[4:] == [(PROMOTE, 2, 2), (PROMOTE, 0, 4)]
    assert set(result.decisions["time_ns"][4:]) == {2 * 10**9}


@pytest.mark.parametrize("form", ["promotion", "stopping"])
@pytest.mark.parametrize("rungs", ["shared", "separate"])
def test_one_bracket_is_asha(form, rungs):
    asha = {"promotion": "asha", "stopping": "asha-stopping"}[form]
    options = {"brackets": 1, "form": form, "rungs": rungs}
    runs = [
        simulate(falling(90, 27), name, workers=4, seed=3, max_epochs=500, options=given)
        for name, given in ((asha, {}), ("hyperband-async", options))
    ]
    assert story(runs[0]) == story(runs[1])


def test_more_brackets_than_rungs_allow():
    with pytest.raises(OptionError, match="there are 3"):
        AsynchronousHyperbandOptions(brackets=4).plan(9)
