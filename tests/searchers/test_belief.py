"""A belief about where the best is: its density adds up to 1, and its samples follow it."""

import math

import numpy as np
import pytest

from simdyhpo.hyperparameters.space import Dimension
from simdyhpo.searchers.belief import Belief
from simdyhpo.streams import Streams

NUMBER = Dimension("lr", "numeric", False, False, 0.0, 1.0, (), False)
CATEGORY = Dimension("kind", "categorical", False, False, math.nan, math.nan, ("a", "b", "c"), False)
OPTIONAL = Dimension("beta", "numeric", False, False, 0.0, 1.0, (), True)
NOWHERE = Dimension("none", "numeric", False, False, math.nan, math.nan, (), True)
GRID = (np.arange(2000) + 0.5) / 2000


def belief(dimension, centre, known=True, confidence=0.75):
    return Belief([dimension], np.array([centre]), np.array([known]), confidence)


def samples(of, count=4000):
    generator = Streams(0).generator("samples")
    return np.array([of.sample(generator)[0] for _ in range(count)])


@pytest.mark.parametrize("centre", [0.0, 0.3, 1.0])
def test_numbers_are_normal_within_the_unit_interval(centre):
    of = belief(NUMBER, centre)
    density = of.density(GRID[:, None])
    assert density.mean() == pytest.approx(1, abs=1e-4)
    low, high = of.density(np.array([[0.3], [0.55]]))
    if centre == 0.3:
        assert high / low == pytest.approx(math.exp(-0.5))  # a quarter is one deviation
    drawn = samples(of)
    assert ((drawn >= 0) & (drawn <= 1)).all()
    assert drawn.mean() == pytest.approx((GRID * density).mean(), abs=0.01)


def test_categories_are_the_point_s_with_the_confidence():
    of = belief(CATEGORY, 1.0, confidence=0.8)
    assert of.density(np.array([[0.0], [1.0], [2.0]])) == pytest.approx([0.1, 0.8, 0.1])
    assert np.bincount(samples(of).astype(int), minlength=3) / 4000 == pytest.approx(
        [0.1, 0.8, 0.1], abs=0.02
    )


@pytest.mark.parametrize(("centre", "inactive"), [(0.2, 0.25), (math.nan, 0.75)])
def test_whether_a_number_is_inactive_is_a_category_of_two(centre, inactive):
    of = belief(OPTIONAL, centre)
    assert of.density(np.array([[math.nan]])) == pytest.approx(inactive)
    assert of.density(GRID[:, None]).mean() == pytest.approx(1 - inactive, abs=1e-4)
    drawn = samples(of)
    assert np.isnan(drawn).mean() == pytest.approx(inactive, abs=0.02)
    active = drawn[~np.isnan(drawn)]
    assert active.mean() == pytest.approx(0.5 if math.isnan(centre) else 0.291, abs=0.03)


def test_where_nothing_is_believed_all_is_alike():
    assert belief(NUMBER, math.nan, known=False).density(GRID[:, None]).tolist() == [1.0] * 2000
    assert samples(belief(NUMBER, math.nan, known=False)).mean() == pytest.approx(0.5, abs=0.02)
    of = belief(CATEGORY, math.nan, known=False)
    assert of.density(np.array([[0.0], [2.0]])) == pytest.approx([1 / 3, 1 / 3])
    assert np.bincount(samples(of).astype(int)) / 4000 == pytest.approx([1 / 3] * 3, abs=0.03)
    assert np.isnan(samples(belief(OPTIONAL, math.nan, known=False))).mean() == pytest.approx(0.5, abs=0.03)
    assert np.isnan(samples(belief(NOWHERE, math.nan, known=False), 9)).all()


def test_coordinates_are_independent():
    of = Belief([NUMBER, CATEGORY], np.array([0.5, 2.0]), np.array([True, True]), 0.75)
    both = of.density(np.array([[0.2, 2.0]]))
    alone = belief(NUMBER, 0.5).density(np.array([[0.2]])) * 0.75
    assert both == pytest.approx(alone)
