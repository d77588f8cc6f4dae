"""Points of a table's space, and the rows nearest to them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simdyhpo.hyperparameters.configurations import Configurations
from simdyhpo.hyperparameters.space import Space

NAN = math.nan
COLUMNS = {
    "rate": [0.001, 0.01, 0.1, 1.0],
    "layers": [1, 2, 3, 5],
    "kind": ["tanh", "relu", "relu", "tanh"],
    "momentum": [NAN, 0.5, 0.9, NAN],
}


def space(columns=COLUMNS, log=("rate",)):
    return Space(Configurations.from_columns(columns, log=log, source="test"))


def test_dimensions_say_what_the_table_has():
    rate, layers, kind, momentum = space().dimensions
    assert (rate.low, rate.high, rate.log, rate.whole, rate.inactive) == (0.001, 1.0, True, False, False)
    assert (layers.low, layers.high, layers.log, layers.whole) == (1.0, 5.0, False, True)
    assert kind.categories == ("relu", "tanh")
    assert (momentum.low, momentum.high, momentum.inactive) == (0.5, 0.9, True)


def test_coordinates_are_scaled_as_the_hyperparameter_is():
    found = space().coordinates
    assert found[:, 0] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert found[:, 1].tolist() == [0, 0.25, 0.5, 1]
    assert found[:, 2].tolist() == [1, 0, 0, 1]
    assert np.array_equal(found[:, 3], [NAN, 0, 1, NAN], equal_nan=True)


def test_every_row_is_nearest_to_its_own_point():
    of, everything = space(), np.arange(4)
    for row in range(4):
        values = {name: column[row] for name, column in COLUMNS.items()}
        assert np.array_equal(of.point(values), of.coordinates[row], equal_nan=True)
        assert of.nearest(of.point(values), everything) == (row, 0.0)


def test_only_allowed_rows_are_near():
    of = space()
    assert of.nearest(of.coordinates[0], np.array([1, 3]))[0] == 3


def test_a_category_that_differs_is_one_away_whatever_its_index():
    of = space({"kind": ["a", "b", "c"]}, log=())
    assert of.nearest(of.point({"kind": "c"}), np.array([0, 1])) == (0, 1.0)
    assert of.nearest(of.point({"kind": "new"}), np.arange(3)) == (0, 1.0)


def test_inactive_against_a_number_is_one_away():
    of = space({"momentum": [NAN, 0.5, 0.9]}, log=())
    assert of.nearest(of.point({}), np.array([1, 2])) == (1, 1.0)
    assert of.nearest(of.point({"momentum": 0.85}), np.arange(3)) == (2, pytest.approx(0.125))


def test_ties_go_to_the_lowest_id():
    of = space({"x": [0.0, 0.0, 1.0]}, log=())
    assert of.nearest(of.point({"x": 0.0}), np.arange(3))[0] == 0
    assert of.nearest(of.point({"x": 0.5}), np.array([1, 2]))[0] == 1


def test_numbers_out_of_range_count_as_its_end():
    of = space()
    assert of.point({"rate": 50.0, "layers": -3, "kind": "relu"}).tolist()[:3] == [1.0, 0.0, 0.0]


def test_a_column_of_one_value_or_none_has_no_extent():
    of = space({"one": [2.0, 2.0], "none": [NAN, NAN]}, log=())
    assert of.coordinates[:, 0].tolist() == [0.0, 0.0]
    assert np.isnan(of.coordinates[:, 1]).all()
    assert of.nearest(of.point({"one": 2.0, "none": 1.0}), np.arange(2)) == (0, 0.0)
