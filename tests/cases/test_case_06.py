"""Columns whose names are no text, and sparse ones, are read like any other."""

import pandas as pd
import pytest

from simdyhpo.errors import TableError
from simdyhpo.importers.long_table import table_from_long

BASE = pd.DataFrame({"a": [1, 1, 2, 2], "epoch": [1, 2, 1, 2], "loss": [0.9, 0.8, 0.7, 0.6]})
ODD = {
    "0": BASE.rename(columns={"a": 0}),
    "('a', 1)": BASE.rename(columns={"a": ("a", 1)}),
    "2020-01-01 00:00:00": BASE.rename(columns={"a": pd.Timestamp("2020-01-01")}),
    "a": BASE.assign(a=pd.arrays.SparseArray([1, 1, 2, 2])),
}


@pytest.mark.parametrize("name", ODD)
def test_read(name):
    frame = ODD[name]
    before = frame.copy()
    table = table_from_long(frame, value="loss", resource="epoch", mode="min", name="t")
    assert table.configurations.columns[name].tolist() == [1, 2]
    assert table.values.tolist() == [[0.9, 0.8], [0.7, 0.6]]
    pd.testing.assert_frame_equal(frame, before)


def test_sparse_values_resources_and_repeats():
    sparse = BASE.assign(seed=0).astype(
        {"epoch": "Sparse[int64]", "loss": "Sparse[float64]", "seed": "Sparse[int64]"}
    )
    table = table_from_long(sparse, value="loss", resource="epoch", repeat="seed", mode="min", name="t")
    assert table.values.tolist() == [[0.9, 0.8], [0.7, 0.6]]


def test_names_that_are_one_as_text_are_refused():
    frame = BASE.rename(columns={"a": 0}).assign(**{"0": 1})
    with pytest.raises(TableError, match="two columns are called '0'"):
        table_from_long(frame, value="loss", resource="epoch", mode="min", name="t")


def test_columns_of_two_levels():
    frame = BASE.set_axis(pd.MultiIndex.from_tuples([("p", "a"), ("at", "epoch"), ("m", "loss")]), axis=1)
    table = table_from_long(frame, value="('m', 'loss')", resource="('at', 'epoch')", mode="min", name="t")
    assert list(table.configurations.columns) == ["('p', 'a')"]
