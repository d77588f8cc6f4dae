"""Typed columns, and their encoding as features."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from simdyhpo.errors import TableError
from simdyhpo.hyperparameters.configurations import ColumnWarning, Configurations

NAN = math.nan


def make(columns, log=()):
    return Configurations.from_columns(columns, log=log, source="test")


def make_with_warnings(columns):
    with pytest.warns(ColumnWarning):
        return make(columns)


def test_columns_are_typed():
    configurations = make_with_warnings(
        {
            "whole": np.array([1, 2], dtype=np.uint8),
            "real": np.array([1, NAN], dtype=np.float32),
            "text": ["a", "b"],
            "flag": [True, False],
            "objects": pd.Series([1, None], dtype=object),
            "mixed": [1, "auto"],
        }
    )
    kinds = [
        (h.name, h.kind, configurations.columns[h.name].dtype.kind) for h in configurations.hyperparameters
    ]
    assert kinds == [
        ("whole", "numeric", "i"),
        ("real", "numeric", "f"),
        ("text", "categorical", "U"),
        ("flag", "categorical", "U"),
        ("objects", "numeric", "f"),
        ("mixed", "categorical", "U"),
    ]
    assert len(configurations) == 2


def test_rows_are_plain_python_values():
    row = make({"n": [1, 2], "r": [0.5, 0.25], "t": ["a", "b"]}).row(1)
    assert row == {"n": 2, "r": 0.25, "t": "b"}
    assert [type(value) for value in row.values()] == [int, float, str]


def test_a_frame_with_numbered_columns():
    assert list(make(pd.DataFrame([[1, 2.0], [3, 4.0]])).columns) == ["0", "1"]


def test_frame_gives_back_what_was_given():
    frame = pd.DataFrame({"n": [1, 2], "r": [0.5, 0.25], "t": ["a", "b"]})
    assert make(frame).frame().equals(frame)


@pytest.mark.parametrize(
    ("columns", "log", "problem"),
    [
        ({"a": [1, 2]}, ["b"], "log names 'b', which is no column"),
        ({"a": ["x", "y"]}, ["a"], "a column without logarithms: 'a' is text"),
        ({"a": [1.0, 0.0]}, ["a"], "configuration 1: 'a' is 0.0, which has no logarithm"),
        ({"a": [-1, 1]}, ["a"], "configuration 0: 'a' is -1, which has no logarithm"),
        ({"a": [1, 2], "b": [1, 2, 3]}, [], "hyperparameters differ in length"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), [], "two hyperparameters have the same name"),
        ({1: [1, 2], "1": [3, 4]}, [], "two hyperparameters have the same name"),
    ],
)
def test_refused(columns, log, problem):
    with pytest.raises(TableError, match=problem):
        make(columns, log)


@pytest.mark.parametrize(
    ("columns", "duplicates"),
    [
        ({"a": [1, 2, 3]}, 0),
        ({"a": [1, 1, 1]}, 2),
        ({"a": [1, 1, 1], "b": ["x", "y", "x"]}, 1),
        ({"a": [NAN, NAN, 1.0]}, 1),
        ({}, 0),
    ],
)
def test_duplicates_are_counted(columns, duplicates):
    assert make(columns).duplicates == duplicates


def test_features_are_scaled_over_the_table():
    features = make({"linear": [2, 4, 3], "log": [1.0, 100.0, 10.0]}, log=["log"]).features()
    np.testing.assert_allclose(features, [[0, 0], [1, 1], [0.5, 0.5]])


def test_features_of_categories_are_one_hot():
    assert make({"c": ["b", "a", "b"]}).features().tolist() == [[0, 1], [1, 0], [0, 1]]


def test_inactive_numbers_are_0_beside_a_flag():
    features = make({"depth": [2.0, NAN, 4.0], "rate": [NAN, 1.0, 10.0]}, log=["rate"]).features()
    np.testing.assert_allclose(features, [[0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 1, 0]])


def test_a_column_without_spread_is_0():
    assert make({"a": [5, 5], "b": [NAN, NAN]}).features().tolist() == [[0, 0, 1], [0, 0, 1]]


def test_no_columns_no_features():
    assert make({}).features().shape == (0, 0)
