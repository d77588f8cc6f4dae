"""The quantile of a growing set is that of a sorted list."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simdyhpo.schedulers.running_quantile import RunningQuantile

NUMBERS = st.lists(
    st.one_of(st.floats(-1e6, 1e6), st.sampled_from([0.0, 0.1, 0.1, 0.7])), min_size=1, max_size=60
)


def of(numbers, q):
    running = RunningQuantile(q)
    for number in numbers:
        running.add(number)
    return running


@given(NUMBERS, st.one_of(st.floats(0, 1), st.sampled_from([1 / 3, 1 - 1 / 3, 0.5, 27 / 51])))
def test_at_every_size_it_is_the_linear_quantile(numbers, q):
    running = RunningQuantile(q)
    for count, number in enumerate(numbers, start=1):
        running.add(number)
        assert running.count == count
        expected = np.quantile(numbers[:count], q)
        assert math.isclose(running.value, expected, rel_tol=1e-9, abs_tol=1e-6)


@given(st.floats(-1e300, 1e300), st.floats(0, 1), st.integers(1, 50))
def test_between_equal_numbers_it_is_exact(number, q, count):
    assert of([number] * count, q).value == number


@given(st.integers(1, 40), st.integers(1, 5), st.randoms(use_true_random=False))
def test_at_a_whole_position_it_is_one_of_the_numbers(reduction_factor, entries, random):
    """With q = 1/r and r * k + 1 numbers, it is number k + 1 in ascending order, bit for bit."""
    numbers = [Fraction(k, 7) for k in range(reduction_factor * entries + 1)]
    shuffled = [float(number) for number in numbers]
    random.shuffle(shuffled)
    assert of(shuffled, 1 / reduction_factor).value == float(numbers[entries])


@pytest.mark.parametrize(("q", "value"), [(0, 1.0), (1, 9.0), (0.5, 3.0), (0.25, 2.0)])
def test_ends_and_middle(q, value):
    assert of([9.0, 1.0, 3.0, 2.0, 4.0], q).value == value
