"""Mutation, crossover and selection, by hand."""

import math

import numpy as np
import pytest

from simdyhpo.decisions import Decided, Reported, ScheduleDecision, Start
from simdyhpo.protocols import Place
from simdyhpo.searchers.differential_evolution import EvolutionChooser, crossed, mutant
from tests.making import falling, problem

NAN = math.nan


def test_mutant():
    base, plus, minus = (np.array(p) for p in ([0.2, 0.9, 0.1], [0.8, 0.9, 0.0], [0.4, 0.1, 0.6]))
    fallback = np.array([0.7, 0.6, 0.5])
    assert mutant(base, plus, minus, 0.5, fallback) == pytest.approx([0.4, 0.6, 0.5])


def test_what_is_inactive_in_the_base_stays_so_and_elsewhere_makes_no_difference():
    base, plus, minus = (np.array(p) for p in ([NAN, 0.5], [0.1, NAN], [0.3, 0.2]))
    assert mutant(base, plus, minus, 0.5, np.ones(2)) == pytest.approx([NAN, 0.5], nan_ok=True)


def test_crossover_takes_at_least_one_coordinate_of_the_mutant():
    target, mutated = np.zeros(4), np.ones(4)
    assert crossed(target, mutated, np.array([0.4, 0.6, 0.5, 0.9]), 0.5, 3).tolist() == [1, 0, 1, 1]
    assert crossed(target, mutated, np.full(4, 0.9), 0.5, 1).tolist() == [0, 1, 0, 0]


def told(who, trial, configuration, level, value):
    who.tell(Decided(trial, Start(configuration, level, ScheduleDecision.START_MODEL)))
    who.tell(Reported(trial, configuration, level, [value], False, 1))


def test_an_offspring_replaces_its_target_unless_it_is_worse():
    who = EvolutionChooser(problem(falling(40, 9)), {3: 2}, 0, 0.5, 0.5)
    population = who._populations[3]
    told(who, 0, 7, 3, 5.0)
    told(who, 1, 8, 3, NAN)
    assert population.members.tolist() == [7, 8]
    assert population.values.tolist() == [5.0, math.inf]
    told(who, 2, 9, 3, 6.0)  # worse than 5
    told(who, 3, 10, 3, 4.0)
    told(who, 4, 11, 3, 5.0)  # not worse
    assert population.members.tolist() == [11, 10]
    assert population.best(5).tolist() == [10, 11]


def test_running_trials_have_targets_of_their_own():
    who = EvolutionChooser(problem(falling(40, 9)), {3: 2}, 0, 0.5, 0.5)
    for trial in (0, 1):
        who.tell(Decided(trial, Start(trial, 3, ScheduleDecision.START_MODEL)))
    for trial in (1, 0):
        who.tell(Reported(trial, trial, 3, [float(trial)], False, 1))
    assert who._populations[3].members.tolist() == [0, 1]


def test_parents_come_from_the_best_one_rung_below():
    who = EvolutionChooser(problem(falling(40, 9)), {1: 6, 3: 2}, 0, 0.5, 0.5)
    for trial in range(6):
        told(who, trial, trial, 1, float(trial))
    told(who, 6, 20, 3, 1.0)
    told(who, 7, 21, 3, 1.0)
    generator = np.random.Generator(np.random.PCG64(0))
    parents = who._parents(Place(3, below=1, parents=3), generator)
    assert sorted(parents) == [0, 1, 2]
    few = who._parents(Place(3, below=1, parents=2), generator)
    assert len(few) == 3
    assert {0, 1} <= set(few)


@pytest.mark.parametrize("place", [Place(1), Place(3, below=1, parents=4)])
def test_the_target_is_none_of_its_parents(place):
    """Whether the pool is its own population, or one below in which its configuration is, too."""
    who = EvolutionChooser(problem(falling(40, 9)), {1: 4, 3: 2}, 0, 0.5, 0.5)
    for trial in range(4):
        told(who, trial, trial, 1, float(trial))
    told(who, 4, 0, 3, 0.0)  # 0 is trained on, and is the target at both
    told(who, 5, 30, 3, 0.0)
    generator = np.random.Generator(np.random.PCG64(0))
    for _ in range(20):
        assert sorted(who._parents(place, generator)) == [1, 2, 3]


def test_the_first_are_random_and_then_the_answer_stands():
    of = problem(falling(40, 9))
    who = EvolutionChooser(of, {1: 3}, 1, 0.5, 0.5)
    assert who.propose(Place(1)) == Start(of.candidates.next_random(), 1, ScheduleDecision.START_RANDOM)
    told(who, 0, 5, 1, 1.0)
    start = who.propose(Place(1))
    assert start.decision is ScheduleDecision.START_MODEL
    assert who.propose(Place(1)) == start
