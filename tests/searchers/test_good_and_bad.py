"""BOHB's model: who is good, which resource counts, and which ratio wins."""

import numpy as np
import pytest

from simdyhpo.decisions import Decided, Reported, ScheduleDecision
from simdyhpo.hyperparameters.space import Space
from simdyhpo.protocols import Place
from simdyhpo.schedulers.bohb import BOHBOptions
from simdyhpo.searchers.density import Density
from simdyhpo.searchers.good_and_bad import DensityChooser, DensitySettings, split
from tests.making import falling, problem

PLACE = Place(1)


def chooser(of, **settings):
    every = {name: getattr(BOHBOptions(), name) for name in DensitySettings.__struct_fields__} | settings
    return DensityChooser(of, DensitySettings(**every))


def observe(who, of, configurations, resource=1, value=float):
    for configuration in configurations:
        start = who.starts.random(PLACE)
        of.candidates.take(configuration)
        trial = who.starts.started
        who.tell(Decided(trial, type(start)(configuration, resource, start.decision)))
        who.tell(Reported(trial, configuration, resource, [value(configuration)], False, 1))


def test_split():
    values = np.array([5.0, 1.0, 3.0, np.inf, 1.0, 2.0, 9.0, 8.0, 7.0, 6.0])
    good, bad = split(values, 30, 2)
    assert good.tolist() == [1, 4, 5]
    assert bad.tolist() == [2, 0, 9, 8, 7, 6, 3]
    good, bad = split(values, 15, 4)
    assert len(good) == 4
    assert not {*good.tolist()} & {*bad.tolist()}


def test_both_shares_are_rounded_down():
    """4.5 and 25.5 of 30: the worst is neither good nor bad."""
    good, bad = split(np.arange(30.0), 15, 3)
    assert (good.tolist(), bad.tolist()) == ([0, 1, 2, 3], list(range(4, 29)))


def test_no_model_before_there_are_enough_and_then_the_largest_resource():
    of = problem(falling(40, 9))
    who = chooser(of, random_fraction=0.0)
    observe(who, of, [3, 20, 30])
    assert who.propose(PLACE).decision is ScheduleDecision.START_RANDOM
    assert who.diagnostics() == {"model_resource": 0}
    observe(who, of, [10])
    assert who.propose(PLACE).decision is ScheduleDecision.START_MODEL
    assert who.diagnostics() == {"model_resource": 1}
    observe(who, of, [11, 12, 13], resource=3)
    assert who.diagnostics() == {"model_resource": 1}
    observe(who, of, [14], resource=3)
    observe(who, of, [15, 16, 17], resource=1)
    assert who.diagnostics() == {"model_resource": 3}


def test_it_looks_where_the_good_ones_are():
    of = problem(falling(100, 9))
    who = chooser(of, random_fraction=0.0, min_bandwidth=0.01)
    observe(who, of, range(0, 100, 7))
    start = who.propose(PLACE)
    assert start.configuration < 30
    assert who.propose(PLACE) == start


def test_the_winner_has_the_largest_ratio_of_its_samples():
    of = problem(falling(60, 9))
    who = chooser(of, random_fraction=0.0)
    seen = list(range(0, 60, 5))
    observe(who, of, seen)
    space = Space(of.candidates.configurations)
    points = space.coordinates[seen]
    good, bad = (Density(space.dimensions, part, 1e-3) for part in (points[:2], points[2:]))
    draws = good.sample(64, 3.0, of.streams.generator(f"bohb-samples/{len(seen)}"))
    ratios = np.log(np.maximum(good(draws), 1e-32)) - np.log(np.maximum(bad(draws), 1e-32))
    start = who.propose(PLACE)
    assert start.reason.score == pytest.approx(ratios.max())
    nearest, _ = space.nearest(draws[ratios.argmax()], of.candidates.unused())
    assert start.configuration == nearest


def test_a_third_starts_at_random_all_the_same():
    of = problem(falling(400, 9))
    who = chooser(of)
    kinds = []
    for configuration in range(300):
        kinds.append(who.propose(PLACE).decision)
        observe(who, of, [configuration])
    share = kinds.count(ScheduleDecision.START_RANDOM) / len(kinds)
    assert share == pytest.approx(1 / 3, abs=0.08)
