"""Bracket arithmetic: the papers' own examples, and laws for all settings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.errors import OptionError
from simdyhpo.schedulers.brackets import halving_bracket, hyperband_brackets, largest_s
from simdyhpo.schedulers.levels import OneRungWarning
from simdyhpo.schedulers.synchronous import HyperbandOptions, SuccessiveHalvingOptions


def shape(plan):
    return [(rung.trials, rung.level) for rung in plan.rungs]


def test_the_table_of_the_hyperband_paper():
    """R = 81, eta = 3: Li et al. 2018, table 1."""
    assert [shape(plan) for plan in hyperband_brackets(81, 3, 1, "table")] == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(27, 3), (9, 9), (3, 27), (1, 81)],
        [(9, 9), (3, 27), (1, 81)],
        [(6, 27), (2, 81)],
        [(5, 81)],
    ]


def test_algorithm_1_of_the_hyperband_paper():
    """The same setting by the formulas: n = ceil(5 / (s + 1) * 3**s), then floor(n * 3**-i)."""
    assert [shape(plan) for plan in hyperband_brackets(81, 3, 1)] == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (11, 9), (3, 27), (1, 81)],
        [(15, 9), (5, 27), (1, 81)],
        [(8, 27), (2, 81)],
        [(5, 81)],
    ]


@pytest.mark.parametrize(
    ("s", "expected"),
    [(0, [(9, 1), (3, 3), (1, 9)]), (1, [(9, 3), (3, 9)]), (2, [(9, 9)])],
)
@pytest.mark.filterwarnings("ignore::simdyhpo.schedulers.levels.OneRungWarning")
def test_the_example_of_the_asha_paper(s, expected):
    """n = 9, r = 1, R = 9, eta = 3 at early-stopping rates 0 to 2: Li et al. 2020, figure 1."""
    (plan,) = SuccessiveHalvingOptions(configurations=9, skip_rungs=s).plan(9)
    assert shape(plan) == expected


def test_levels_are_rounded_to_whole_resources():
    """51 / 27 = 1.89, 51 / 9 = 5.67, 51 / 3 = 17."""
    assert [rung.level for rung in hyperband_brackets(51, 3, 1)[0].rungs] == [2, 6, 17, 51]
    assert [rung.level for rung in halving_bracket(10, 4, 1, 4).rungs] == [2, 10]  # 2.5 goes to the even side


@pytest.mark.parametrize(
    ("max_t", "eta", "grace", "s"),
    [
        (81, 3, 1, 4),
        (80, 3, 1, 3),
        (81, 3, 3, 3),
        (243, 3, 1, 5),
        (1000, 10, 1, 3),
        (8, 2, 1, 3),
        (2, 2, 1, 1),
    ],
)
def test_the_number_of_brackets_is_exact(max_t, eta, grace, s):
    """Logarithms would say 4.999... for 243."""
    assert largest_s(max_t, eta, grace) == s


@given(
    max_t=st.integers(2, 2000),
    eta=st.floats(2, 9),
    grace=st.integers(1, 20),
    sizes=st.sampled_from(["algorithm", "table"]),
)
@pytest.mark.filterwarnings("ignore::simdyhpo.schedulers.levels.OneRungWarning")
def test_levels_rise_and_one_trial_at_least_reaches_the_top(max_t, eta, grace, sizes):
    brackets = hyperband_brackets(max_t, eta, grace, sizes)
    for s, plan in zip(range(len(brackets) - 1, -1, -1), brackets, strict=True):
        levels, trials = [r.level for r in plan.rungs], [r.trials for r in plan.rungs]
        assert len(levels) == s + 1
        assert levels == sorted(set(levels))
        assert levels[-1] == max_t
        assert levels[0] >= min(grace, max_t)
        assert trials == sorted(trials, reverse=True)
        assert trials[-1] >= 1


@pytest.mark.parametrize("max_t", [1, 2])
def test_a_single_rung_is_warned_of(max_t):
    with pytest.warns(OneRungWarning, match=f"largest resource {max_t}"):
        assert [shape(plan) for plan in hyperband_brackets(max_t, 3, 1)] == [[(1, max_t)]]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (SuccessiveHalvingOptions(grace_period=0), "at least 1"),
        (SuccessiveHalvingOptions(reduction_factor=1.5), "at least 2"),
        (SuccessiveHalvingOptions(configurations=8), "3 rungs need 9"),
        (SuccessiveHalvingOptions(skip_rungs=3), "2 rungs to skip"),
        (HyperbandOptions(brackets=4), "there are 3"),
    ],
)
def test_settings_that_cannot_be(options, said):
    with pytest.raises(OptionError, match=said):
        options.plan(9)


def test_fewer_brackets():
    assert [shape(p)[0] for p in HyperbandOptions(brackets=2).plan(81)] == [(81, 1), (34, 3)]
