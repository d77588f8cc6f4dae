"""Rung levels and promotion quantiles."""

from __future__ import annotations

import math

import pytest

from simdyhpo.errors import OptionError
from simdyhpo.schedulers.levels import OneRungWarning, RungLevels, promote_quantiles


@pytest.mark.parametrize(
    ("grace_period", "reduction_factor", "max_t", "levels"),
    [
        (1, 3, 51, [1, 3, 9, 27]),
        (1, 3, 27, [1, 3, 9]),  # a level equal to the largest resource is dropped
        (1, 3, 28, [1, 3, 9, 27]),
        (2, 2, 17, [2, 4, 8, 16]),
        (1, 2.5, 20, [1, 2, 6, 16]),  # round(2.5) is 2, round(6.25) is 6, round(15.625) is 16
        (3, 4, 4, [3]),
        (1, 3, 2, [1]),
    ],
)
def test_geometric(grace_period, reduction_factor, max_t, levels):
    spacing = RungLevels(grace_period=grace_period, reduction_factor=reduction_factor)
    assert spacing.below(max_t) == levels


@pytest.mark.parametrize(
    ("grace_period", "increment", "max_t", "levels"),
    [
        (1, 1, 5, [1, 2, 3, 4]),
        (1, 2, 5, [1, 3]),
        (2, 2, 6, [2, 4]),
        (2, 2, 7, [2, 4, 6]),
        (3, 5, 4, [3]),
    ],
)
def test_linear(grace_period, increment, max_t, levels):
    assert RungLevels(grace_period=grace_period, rung_increment=increment).below(max_t) == levels


@pytest.mark.parametrize("max_t", [1, 4, 5])
@pytest.mark.parametrize("increment", [None, 1])
def test_no_level_fits(max_t, increment):
    with pytest.warns(OneRungWarning, match=f"grace_period 5 leaves no rung below .* {max_t}"):
        assert RungLevels(grace_period=5, rung_increment=increment).below(max_t) == []


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("grace_period", 0),
        ("grace_period", -1),
        ("rung_increment", 0),
        ("rung_increment", -2),
        ("reduction_factor", 1.9),
        ("reduction_factor", -3),
        ("reduction_factor", math.nan),
        ("reduction_factor", math.inf),
    ],
)
def test_settings_that_give_no_rising_levels(setting, value):
    with pytest.raises(OptionError, match=setting) as caught:
        RungLevels(**{setting: value}).below(10)
    assert caught.value.option == setting


@pytest.mark.parametrize(
    ("levels", "max_t", "quantiles"),
    [
        ([1, 3, 9, 27], 51, [1 / 3, 1 / 3, 1 / 3, 27 / 51]),
        ([1, 2, 3], 4, [1 / 2, 2 / 3, 3 / 4]),
        ([2], 7, [2 / 7]),
        ([], 1, []),
    ],
)
def test_quantiles_are_shares_of_the_next_level(levels, max_t, quantiles):
    assert promote_quantiles(levels, max_t) == quantiles
