"""BORE's model: who is good, which resource counts, and whom the classifier prefers."""

import math

import numpy as np

from simdyhpo.decisions import Decided, Reported, ScheduleDecision
from simdyhpo.protocols import Place
from simdyhpo.schedulers.asha_bore import BOREASHA, BOREOptions
from simdyhpo.searchers.good_or_not import good_ones
from tests.making import falling, problem

PLACE = Place(1)


def chooser(of, **options):
    return BOREASHA(of, BOREOptions(**options))._chooser


def observe(who, of, configurations, resource=1, value=float):
    for configuration in configurations:
        start = who.starts.random(PLACE)
        of.candidates.take(configuration)
        trial = who.starts.started
        who.tell(Decided(trial, type(start)(configuration, resource, start.decision)))
        who.tell(Reported(trial, configuration, resource, [value(configuration)], False, 1))


def test_good_are_the_best_but_never_all_and_never_diverged_ones():
    assert good_ones(np.array([5.0, 1.0, 3.0, 1.0]), 0.25).tolist() == [False, True, False, False]
    assert good_ones(np.array([5.0, 1.0, 3.0, 1.0]), 0.5).tolist() == [False, True, False, True]
    assert good_ones(np.array([2.0, 1.0]), 0.9).tolist() == [False, True]
    assert good_ones(np.array([math.inf, 1.0, math.inf, math.inf]), 0.5).tolist() == [
        False,
        True,
        False,
        False,
    ]
    assert not good_ones(np.full(4, math.inf), 0.5).any()


def test_it_prefers_what_lies_on_the_good_side():
    """One hyperparameter, the lower the better: 10 of 40 are good, those below a quarter of the axis."""
    of = problem(falling(200, 9))
    who = chooser(of)
    observe(who, of, range(0, 200, 5))
    start = who.propose(PLACE)
    assert start.decision is ScheduleDecision.START_MODEL
    assert start.configuration < 50
    assert start.reason.new_scored == 160
    assert start.reason.score >= start.reason.runner_up
    assert who.propose(PLACE) == start


def test_of_equals_the_first_drawn_starts_and_only_candidates_do():
    of = problem(falling(200, 9))
    observe(who := chooser(of, candidates=3), of, range(0, 200, 5))
    drawn = of.streams.generator("bore-candidates/40").permutation(of.candidates.unused())[:3]
    start = who.propose(PLACE)
    assert start.configuration in drawn
    assert start.configuration == min(drawn, key=lambda one: (one >= 50, drawn.tolist().index(one)))


def test_enough_values_make_a_model_of_the_largest_resource():
    of = problem(falling(60, 9))
    who = chooser(of, resource_threshold=4, initial_random=5)
    observe(who, of, [1, 2, 3, 4])
    assert who.diagnostics() == {"model_resource": 1}
    assert who.propose(PLACE).decision is ScheduleDecision.START_RANDOM  # too few have started
    observe(who, of, [5, 6, 7], resource=3)
    assert who.diagnostics() == {"model_resource": 1}
    observe(who, of, [8], resource=3)
    observe(who, of, [9], resource=1)
    assert who.diagnostics() == {"model_resource": 3}


def test_nothing_finite_is_nothing_to_learn_from():
    of = problem(falling(60, 9))
    who = chooser(of)
    observe(who, of, range(10), value=lambda _: math.nan)
    assert who.propose(PLACE).decision is ScheduleDecision.START_RANDOM


def test_some_start_at_random_all_the_same():
    of = problem(falling(60, 9))
    observe(who := chooser(of, random_fraction=1), of, range(20))
    assert who.propose(PLACE).decision is ScheduleDecision.START_RANDOM
