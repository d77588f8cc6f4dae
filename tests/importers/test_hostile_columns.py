"""Columns of every dtype through CSV, Parquet and frames: configurations come back exactly, or are refused.

Each row is a configuration of its own to whoever wrote it. In the table, rows are one configuration only if
they were equal.
"""

import csv
import math
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.errors import TableError
from simdyhpo.hyperparameters.cells import MISSING_WORDS
from simdyhpo.importers.long_files import read_long_file
from simdyhpo.importers.long_table import Layout, read_long

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]
LETTERS = st.characters(codec="utf-8", exclude_characters="\0\r")
TEXT = st.one_of(
    st.text(LETTERS, max_size=5),
    st.sampled_from(["007", "7", "7.0", "0e1", "0", "-0", "1e2", "100", "None", "NA", "nan", "inf", " 7"]),
    st.integers(2**53 - 2, 2**53 + 3).map(str),
    st.integers(2**64 - 3, 2**64 + 3).map(str),
)


def edges(dtype):
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    near = st.integers(max(low, 2**53 - 2), min(high, 2**53 + 3)) if high > 2**54 else st.integers(low, high)
    return st.one_of(near, st.sampled_from([low, low + 1, high - 1, high]), st.integers(low, high))


def lists(cells):
    return st.lists(cells, min_size=2, max_size=6)


def columns():
    return st.one_of(
        st.sampled_from(INTEGERS).flatmap(lambda d: lists(edges(d)).map(lambda c: np.array(c, dtype=d))),
        st.sampled_from(INTEGERS).flatmap(
            lambda d: lists(st.one_of(st.none(), edges(d))).map(
                lambda cells: pd.array(cells, dtype=d.replace("i", "I").replace("u", "U"))
            )
        ),
        st.sampled_from(FLOATS).flatmap(
            lambda d: lists(st.floats(width=int(d[5:]))).map(lambda cells: np.array(cells, dtype=d))
        ),
        lists(st.one_of(st.none(), st.floats())).map(lambda cells: pd.array(cells, dtype="Float64")),
        lists(st.one_of(st.none(), st.booleans())).map(lambda cells: pd.array(cells, dtype="boolean")),
        lists(
            st.decimals(allow_nan=False, allow_infinity=False, min_value=-999, max_value=999, places=25)
        ).map(lambda cells: pd.Series(cells, dtype=object)),
        lists(st.one_of(st.none(), TEXT)).map(lambda cells: pd.Series(cells, dtype=object)),
        lists(TEXT).map(lambda cells: pd.Series(cells).astype("category")),
        lists(st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2100-01-01"))).map(
            lambda cells: pd.Series(pd.to_datetime(cells).as_unit("ns"))
        ),
        lists(st.lists(st.floats(0, 1), max_size=2)).map(lambda cells: pd.Series(cells, dtype=object)),
        lists(st.binary(max_size=3)).map(lambda cells: pd.Series(cells, dtype=object)),
        lists(st.integers(0, 3)).map(pd.arrays.SparseArray),
    )


def imported(frame):
    """The configuration of each row, as it is in the table; None if the import was refused."""
    layout = Layout(value="loss", resource="epoch", repeat="trial", repeats="mean", config=("a",))
    try:
        result = read_long(frame, layout, mode="min", name="t")
    except TableError:
        return None
    # The value of a configuration says which rows were averaged into it: each row's value is a power of 2.
    kept = result.table.configurations.columns["a"].tolist()
    rows = [None] * len(frame)
    counts = [0] * len(kept)
    for row, loss in enumerate(frame["loss"].tolist()):
        for configuration, mean in enumerate(result.table.values[:, 0].tolist()):
            members = counted(mean, len(frame))
            if members is not None and members & int(float(loss)):
                rows[row] = kept[configuration]
                counts[configuration] += 1
    assert None not in rows
    return rows


def counted(mean, rows):
    """The sum of distinct powers of 2 whose mean is `mean`."""
    for count in range(1, rows + 1):
        total = mean * count
        if total == int(total) and int(total).bit_count() == count:
            return int(total)
    return None


def long(column):
    frame = pd.DataFrame({"a": column})
    return frame.assign(trial=range(len(frame)), epoch=1, loss=[float(2**i) for i in range(len(frame))])


def exactly(cell):
    """What a cell says: (kind, value) that is equal for equal cells only."""
    if cell is None or cell is pd.NA or (isinstance(cell, float | np.floating | Decimal) and cell != cell):
        return "nothing", None
    if isinstance(cell, bool | np.bool_):
        return "truth", bool(cell)
    if isinstance(cell, int | float | np.integer | np.floating | Decimal):
        return "number", Decimal(str(cell.item() if isinstance(cell, np.generic) else cell))
    return "text", str(cell)


def number_in(text):
    try:
        return Decimal(text.strip()) if text.isascii() and "_" not in text else None
    except ArithmeticError:
        return None


def assert_kept(cells, rows):
    """Equal cells are one, unequal ones are not, and numbers are the numbers that were given."""
    for i, (cell, kept) in enumerate(zip(cells, rows, strict=True)):
        kind, value = exactly(cell)
        if kind == "nothing":
            assert kept == "" or math.isnan(kept)
        elif isinstance(kept, str):
            assert kind != "number"
            assert kind == "truth" or isinstance(cell, pd.Timestamp) or kept == value
        elif kind == "number":
            assert Decimal(repr(kept)) == value or float(value) == kept
            assert isinstance(kept, float) or int(value) == kept
        else:
            assert kind == "text"
            assert value.strip().lower() in MISSING_WORDS or kept in (
                number_in(value),
                float(number_in(value)),
            )
        for j in range(i):
            same = rows[j] == kept or (rows[j] != rows[j] and kept != kept)
            if exactly(cells[j]) == exactly(cell):
                assert same
            elif same:
                assert kind == exactly(cells[j])[0] == "text"  # one number, written in two ways
                assert number_in(value) == number_in(exactly(cells[j])[1])


@given(column=columns())
def test_a_frame(column):
    frame = long(column)
    rows = imported(frame)
    if rows is not None:
        assert_kept(frame["a"].astype(object).tolist(), rows)


@settings(max_examples=60)
@given(column=columns())
def test_a_parquet_file(column, tmp_path_factory):
    frame = long(column)
    path = tmp_path_factory.mktemp("hostile") / "rows.parquet"
    try:
        frame.to_parquet(path, index=False)
    except Exception:  # noqa: BLE001 - what Arrow can't write is no file to import
        return
    rows = imported(read_long_file(path))
    if rows is not None:
        assert_kept(pd.read_parquet(path)["a"].astype(object).tolist(), rows)


@settings(max_examples=60)
@given(column=columns())
def test_a_csv_file(column, tmp_path_factory):
    path = tmp_path_factory.mktemp("hostile") / "rows.csv"
    long(column).to_csv(path, index=False)
    with path.open(newline="") as file:
        cells = [row["a"] for row in csv.DictReader(file)]
    rows = imported(read_long_file(path))
    if rows is not None:
        assert_kept(cells, rows)


@pytest.mark.parametrize("cells", [[0.1, 0.2, 0.3], ["a", "b", "c"], [1, 2, 3]])
def test_ordinary_columns_are_read(cells):
    assert imported(long(cells)) == cells
