"""PASHA: when two rankings agree, what counts as noise, and when the top rung rises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.runs.front_door import simulate
from simdyhpo.schedulers.levels import OneRungWarning
from simdyhpo.schedulers.soft_ranking import NoiseLevel, TwoRankings, noisy_differences
from simdyhpo.streams import Streams
from tests.making import falling, table
from tests.schedulers.following import PROMOTE, START, in_order, story

HALVES = {"reduction_factor": 2}
NAN = math.nan


def alike(below, top, epsilon=0.0):
    """Add one trial after the other; whether they agree in the end."""
    rankings = TwoRankings()
    return [rankings.add(b, t, epsilon) for b, t in zip(below, top, strict=True)][-1]


def specified(below, top, epsilon):
    """The same, with all trials at once."""
    by_place = np.array(below)[np.lexsort((below, top))]
    return bool(np.all(np.abs(np.sort(below) - by_place) <= epsilon))


def test_equal_rankings_agree():
    assert alike([1], [9])
    assert alike([1, 2, 3], [10, 11, 12])
    assert not alike([1, 2, 3], [10, 12, 11])


def test_differences_up_to_epsilon_do_not_count():
    """Places 2 and 3 are swapped; they were 1 apart below."""
    assert not alike([1, 2, 3], [10, 12, 11], 0.99)
    assert alike([1, 2, 3], [10, 12, 11], 1)


def test_each_place_is_compared_with_the_same_place_below():
    """A chain of small swaps: 4 goes from the last place to the first, where 1 was."""
    assert not alike([1, 2, 3, 4], [12, 13, 14, 11], 2)
    assert alike([1, 2, 3, 4], [12, 13, 14, 11], 3)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 3)), min_size=1, max_size=12))
def test_one_after_the_other_is_all_at_once(trials):
    """Whatever epsilon does meanwhile; and in both directions."""
    rankings, negated = TwoRankings(), TwoRankings()
    for number, (below, top, epsilon) in enumerate(trials, start=1):
        values = np.array([(b, t) for b, t, _ in trials[:number]], dtype=float).T
        expected = specified(*values, epsilon)
        assert rankings.add(below, top, epsilon) == expected
        assert negated.add(-below, -top, epsilon) == expected


def test_equal_values_contradict_nothing():
    assert alike([2, 1, 3], [5, 5, 6])
    assert alike([1, 1, 1], [3, 2, 1])


def crossing(curves, curve):
    return noisy_differences(np.array(curves, float), np.array(curve, float)).tolist()


def test_only_curves_that_cross_back_and_forth_are_noisy():
    assert crossing([[2, 0, 2]], [1, 1, 1]) == [1]  # above, below, above
    assert crossing([[0, 2, 0.5]], [1, 1, 1]) == [0.5]
    assert crossing([[2, 2, 2]], [1, 1, 1]) == []  # never cross
    assert crossing([[0, 0, 2]], [1, 1, 1]) == []  # cross once
    assert crossing([[2, 0, 1]], [1, 1, 1]) == []  # meet in the end
    assert crossing([[2, 1, 2]], [1, 1, 1]) == []  # touch
    assert crossing([[1, 2, 1]], [1, 1, 1]) == []  # equal, apart, equal
    assert crossing([[2, NAN, 0, NAN, 3], [0, 0, 0, 0, 0]], [1, 1, 1, 1, 1]) == [2]


def noise(curves):
    level = NoiseLevel()
    level.begin(len(curves[0]))
    for curve in curves:
        level.add(np.array(curve, float))
    return level


def test_epsilon_is_the_90_percent_quantile_of_all_pairs():
    draw = Streams(0).generator("test-noise")
    curves = draw.normal(size=(30, 6))
    differences = []
    for i in range(30):
        for j in range(i):
            signs = np.sign(curves[i] - curves[j])
            changes = np.count_nonzero(np.diff(signs))
            if changes >= 2:
                differences.append(abs(curves[i, -1] - curves[j, -1]))
    assert noise(curves).epsilon == pytest.approx(np.quantile(differences, 0.9), abs=1e-12)


def test_epsilon_stays_until_the_new_top_rung_has_pairs():
    level = noise([[2, 0, 2], [1, 1, 1]])
    assert level.epsilon == 1
    level.begin(5)
    level.add(np.array([2, 0, 2, 2, 2.0]))
    level.add(np.array([1, 1, 1, 1, 1.5]))
    assert level.epsilon == 0.5


AGREE = [[4, 4, 4, 4], [3, 3, 3, 3], [2, 2, 2, 2], [1, 1, 1, 1]]
SWAP = [[4, 4, 4, 4], [3, 3, 3, 3], [2, 3.5, 2, 2], [1, 1, 1, 1]]
"""At 2, trial 2 is worse than trial 1, which it beat at 1."""


def test_stable_rankings_keep_the_top_rung_where_it_is():
    result = simulate(in_order(AGREE), "pasha", options=HALVES, max_decisions=99)
    assert max(m for _, _, m in story(result)) == 2
    assert result.diagnostics == {"largest_resource": 2, "epsilon": 0.0}
    assert result.ended_by == "exhausted"


def test_a_changed_ranking_raises_it():
    result = simulate(in_order(SWAP), "pasha", options=HALVES, max_decisions=99)
    assert story(result) == [
        (START, 0, 1),
        (START, 1, 1),
        (PROMOTE, 1, 2),
        (START, 2, 1),
        (PROMOTE, 2, 2),  # at 1: 3 2; at 2: 3 3.5
        (PROMOTE, 1, 4),
        (START, 3, 1),
        (PROMOTE, 3, 2),
        (PROMOTE, 3, 4),
    ]
    assert result.diagnostics["largest_resource"] == 4


@pytest.mark.parametrize(("epsilon", "largest"), [(0, 4), (0.9, 4), (1, 2)])
def test_a_fixed_epsilon(epsilon, largest):
    """At 1, trials 1 and 2 were 1 apart."""
    options = HALVES | {"epsilon": epsilon}
    result = simulate(in_order(SWAP), "pasha", options=options, max_decisions=99)
    assert result.diagnostics == {"largest_resource": largest, "epsilon": epsilon}


def test_maximising():
    mirrored = in_order([[-v for v in row] for row in SWAP], "max")
    result = simulate(mirrored, "pasha", options=HALVES | {"epsilon": 0.9}, max_decisions=99)
    assert result.diagnostics["largest_resource"] == 4


def test_who_diverges_in_the_top_rung_is_not_ranked():
    values = [row[:] for row in AGREE]
    values[2][1] = NAN
    result = simulate(in_order(values), "pasha", options=HALVES, max_decisions=99)
    assert result.diagnostics["largest_resource"] == 2


def test_rankings_that_always_change_lead_to_asha_in_the_end():
    draw = Streams(0).generator("test-pasha")
    result = simulate(
        table(draw.random((300, 27)).tolist()), "pasha", options={"epsilon": 0}, max_epochs=2000
    )
    assert result.diagnostics["largest_resource"] == 27
    assert {m for _, _, m in story(result)} == {1, 3, 9, 27}


def test_curves_that_never_cross_stay_at_the_second_rung():
    result = simulate(falling(200, 27), "pasha", workers=3, max_epochs=1000)
    assert {m for _, _, m in story(result)} == {1, 3}


def test_with_a_single_rung_every_trial_runs_to_the_end():
    with pytest.warns(OneRungWarning):
        result = simulate(falling(5, 3), "pasha", options={"grace_period": 3}, max_decisions=99)
    assert {m for _, _, m in story(result)} == {3}


def test_fits_from_scratch_are_compared_at_their_milestones():
    """Nothing is known between them."""
    draw = Streams(0).generator("test-pasha")
    seconds = [list(range(1, 10))] * 60
    curves = table(draw.random((60, 9)).tolist(), seconds, time="per-fit")
    result = simulate(curves, "pasha", max_epochs=200)
    assert result.diagnostics["largest_resource"] == 9
