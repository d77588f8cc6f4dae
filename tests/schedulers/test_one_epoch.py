"""One epoch for all, then the best few to the end."""

from __future__ import annotations

import math

import pytest

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import Decided, Reported, Wait
from simdyhpo.protocols import Problem
from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.one_epoch import OneEpoch
from simdyhpo.streams import Streams
from tests.making import falling
from tests.schedulers.following import PROMOTE, START, in_order, story


def flat(*values):
    return [[value] * 4 for value in values]


def looked_at(*trials):
    return [(START, trial, 1) for trial in trials]


def to_the_end(*trials):
    return [(PROMOTE, trial, 4) for trial in trials]


def test_by_hand():
    result = simulate(in_order(flat(5, 3, 4, 2, 6)), "one-epoch", max_decisions=99)
    assert story(result) == looked_at(0, 1, 2, 3, 4) + to_the_end(3, 1, 2)
    assert result.ended_by == "exhausted"
    assert result.schedule == {"started_at_random": 5, "promoted_by_rung": 3}


def test_maximising_and_equals():
    """Equal ones go on in the order in which they started."""
    options = {"top": 2}
    result = simulate(in_order(flat(5, 6, 6, 2, 6), "max"), "one-epoch", options=options, max_decisions=99)
    assert story(result)[5:] == to_the_end(1, 2)


def test_only_so_many_configurations():
    options = {"configurations": 3, "top": 1}
    result = simulate(in_order(flat(5, 3, 4, 2, 6)), "one-epoch", options=options, max_decisions=99)
    assert story(result) == looked_at(0, 1, 2) + to_the_end(1)
    assert result.ended_by == "exhausted"


def test_all_must_have_reported():
    """Trial 0 takes 100 seconds; the other worker has nothing to do from second 3 on."""
    seconds = [[100, 101, 102, 103], *([[1, 2, 3, 4]] * 3)]
    curves = in_order(flat(1, 2, 3, 4), seconds=seconds)
    result = simulate(curves, "one-epoch", workers=2, options={"top": 2}, max_decisions=99)
    assert story(result)[4:] == to_the_end(0, 1)
    assert set(result.decisions["time_ns"][4:]) == {100 * 10**9}


def test_who_diverged_or_ended_is_not_among_the_best():
    values = [*flat(math.nan, 9, 8), [1], *flat(math.inf)]
    result = simulate(in_order(values), "one-epoch", max_decisions=99)
    assert story(result)[5:] == to_the_end(2, 1)


def test_with_replacement_it_needs_a_number():
    curves = falling(3, 4)
    result = simulate(curves, "one-epoch", sampling="with-replacement", max_decisions=50)
    assert {m for _, _, m in story(result)} == {1}
    options = {"configurations": 10}
    result = simulate(curves, "one-epoch", sampling="with-replacement", options=options, max_decisions=50)
    assert len(story(result)) == 13


@pytest.mark.parametrize("top", [0, 1, 3, 50])
def test_how_many_run_to_the_end(top):
    result = simulate(falling(20, 4), "one-epoch", workers=3, options={"top": top}, max_decisions=99)
    promoted = result.decisions.query("decision == 5")["configuration"].tolist()
    assert promoted == list(range(min(top, 20)))


def test_waiting_for_first_looks_is_told_from_being_done():
    """So that a look that never came would be a deadlock, not a quiet end."""
    streams = Streams(0)
    of = falling(2, 3)
    problem = Problem(Candidates(of.configurations, streams, "without-replacement"), 3, "min", streams)
    scheduler = OneEpoch(problem, OneEpoch.Options(configurations=1, top=0))
    start = scheduler.ask(0)
    scheduler.tell(Decided(0, start))
    assert scheduler.ask(0) == Wait()
    scheduler.tell(Reported(0, start.configuration, 1, [0.5], False, 1))
    assert scheduler.ask(1) == Wait(exhausted=True)
