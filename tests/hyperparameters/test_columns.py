"""What is a number, what is missing, what is a category; and that nothing different ever becomes equal."""

import datetime as dt
import math
import uuid
from decimal import Decimal, InvalidOperation
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simdyhpo.errors import TableError
from simdyhpo.hyperparameters.columns import read_column, read_text

NAN = math.nan


def read(cells):
    return read_column("here", "a", cells)


def refused(cells, *parts):
    with pytest.raises(TableError) as caught:
        read(cells)
    for part in ("here", "'a'", *parts):
        assert part in str(caught.value)
    assert "\n" not in str(caught.value)


WHOLE, REAL = "i", "f"


@pytest.mark.parametrize(
    ("cells", "kind", "expected"),
    [
        ([1, 2], WHOLE, [1, 2]),
        ([1, 2.5], REAL, [1, 2.5]),
        ([0.1, None], REAL, [0.1, NAN]),
        ([1, None], REAL, [1, NAN]),
        ([1, pd.NA, NAN], REAL, [1, NAN, NAN]),
        ([None, None], REAL, [NAN, NAN]),
        (["0.1", "1e-3", "-.5", "+2.", "0.0e+00"], REAL, [0.1, 0.001, -0.5, 2, 0]),
        (["16", " 32 "], WHOLE, [16, 32]),
        (["16", "None"], REAL, [16, NAN]),
        (["16", "n/a", "N/A".lower()], REAL, [16, NAN, NAN]),
        (["16", ""], REAL, [16, NAN]),
        ([Decimal("0.1"), Decimal("NaN")], REAL, [0.1, NAN]),
        ([Decimal(3), Decimal("3.0")], REAL, [3, 3]),
        (pd.Series([0.1, None], dtype=object), REAL, [0.1, NAN]),
        (pd.array([2**53 + 1, 1], dtype="Int64"), WHOLE, [2**53 + 1, 1]),
        (pd.array([1, None], dtype="Int64"), REAL, [1, NAN]),
        (pd.array([0.5, None], dtype="Float64"), REAL, [0.5, NAN]),
        (pd.array([1, 1, 0], dtype=pd.SparseDtype("int64")), WHOLE, [1, 1, 0]),
        (np.array([2**63 - 1, -(2**63)]), WHOLE, [2**63 - 1, -(2**63)]),
        (np.array([2**63, 1], dtype=np.uint64), REAL, [2.0**63, 1]),
        (np.array([255], dtype=np.uint8), WHOLE, [255]),
        (np.array([0.1], dtype=np.float32), REAL, [float(np.float32(0.1))]),
        (np.array([0.1, 0.2], dtype=np.longdouble), REAL, [0.1, 0.2]),
        (np.ma.masked_array([1, 2], mask=[False, True]), REAL, [1, NAN]),
        (np.ma.masked_array([1, 2]), WHOLE, [1, 2]),
        (range(3), WHOLE, [0, 1, 2]),
        ((one for one in (1, 2)), WHOLE, [1, 2]),
        (np.array(["1", "2"]), WHOLE, [1, 2]),
        ([10**400 // 10**100 % 7, 1.5], REAL, [10**300 % 7, 1.5]),
    ],
)
def test_numbers(cells, kind, expected):
    column = read(cells)
    assert column.array.dtype == {"i": np.int64, "f": np.float64}[kind]
    np.testing.assert_array_equal(column.array, expected)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["adam", None], ["adam", ""]),
        (["adam", "None", ""], ["adam", "None", ""]),
        ([True, False], ["True", "False"]),
        (np.array([True, False]), ["True", "False"]),
        (pd.array([True, None], dtype="boolean"), ["True", ""]),
        (pd.Categorical([1, 2, None]), ["1", "2", ""]),
        (pd.Series(["1", "2"]).astype("category"), ["1", "2"]),
        (np.array(["2020-01-01", "NaT"], dtype="datetime64[D]"), ["2020-01-01", ""]),
        ([dt.date(2020, 1, 1)], ["2020-01-01"]),
        ([uuid.UUID(int=1)], [str(uuid.UUID(int=1))]),
        ([1j, 2j], ["1j", "2j"]),
        (pd.Series(pd.period_range("2020-01", periods=2, freq="M")), ["2020-01", "2020-02"]),
        (["a", "ä", "👍"], ["a", "ä", "👍"]),
    ],
)
def test_categories_without_a_word(cells, expected):
    column = read(cells)
    assert column.array.tolist() == expected
    assert column.notes == ()


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (["007", "7"], "kept as text: configuration 0 holds '007'"),
        (["1", "-01", "x"], "kept as text: configuration 1 holds '-01' (and 1 more)"),
        (["0e123", "0e45", "3"], "configuration 0 holds '0e123'"),
        (["16", "auto"], "configuration 1 holds 'auto'"),
        ([16, "auto"], "configuration 1 holds 'auto'"),
        ([1, True], "configuration 1 holds True"),
        (["0.5", "0,7"], "configuration 1 holds '0,7', with a comma where numbers have a point"),
        (["0,5", "0,7"], "configuration 0 holds '0,5' (and 1 more), with a comma"),
        (["1_000", "2"], "configuration 0 holds '1_000'"),
        (["\uff11", "2"], "configuration 0 holds '\uff11'"),
        (["9007199254740993", ""], "configuration 0 holds '9007199254740993', which no float is"),
        (["0.1", "0.10000000000000000001"], "configuration 0 holds '0.1', configuration 1 '0.100000000"),
        (["1e999", "1"], "configuration 0 holds '1e999'"),
        (["1e-999", "0"], "configuration 0 holds '1e-999'"),
        (["1" * 400, "1"], "kept as text"),
        (
            ["1", "None", "NA"],
            "configuration 1 holds 'None', configuration 2 'NA', and a number has one way",
        ),
    ],
)
def test_text_beside_numbers_is_noted_with_its_row(cells, note):
    column = read(cells)
    assert column.array.tolist() == [str(cell) for cell in cells]
    (found,) = column.notes
    assert note in found


@pytest.mark.parametrize(
    ("cells", "note"),
    [
        (["1", "None"], "'a' is inactive where it says 'None', as in configuration 1."),
        (
            ["1", "2", "1.0"],
            "writes one number in two ways: '1' (configuration 0) and '1.0' (configuration 2).",
        ),
        (["1e5", "2", "10e4"], "two ways: '1e5' (configuration 0) and '10e4' (configuration 2)."),
    ],
)
def test_numbers_are_noted_where_it_might_be_meant_otherwise(cells, note):
    column = read(cells)
    assert column.numeric
    assert [note in one for one in column.notes] == [True]


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        ([[1, 2], [3, 4]], ["configuration 0", "a list"]),
        ([1, [3]], ["configuration 1", "a list"]),
        ([(1, 2), (3, 4)], ["a tuple"]),
        ([np.array([1]), np.array([1])], ["an array"]),
        ([{"x": 1}], ["a dict"]),
        ([b"\xff"], ["bytes"]),
        (np.array([b"x"]), ["bytes"]),
        ([object()], ["an object"]),
        ([Fraction(1, 3)], ["a Fraction"]),
        (np.zeros((2, 2)), ["shape (2, 2)"]),
        (5, ["no column but a int"]),
        ("text", ["no column but a str"]),
        ([1.0, math.inf], ["configuration 1", "inf", "finite"]),
        (np.array([1.0, -math.inf]), ["configuration 1", "-inf", "finite"]),
        (["1", "inf"], ["configuration 1", "'inf'", "finite"]),
        (["inf"], ["'inf'", "finite"]),
        ([10**400, 1], ["finite"]),
        (np.array([2**63 + 5, 1], dtype=np.uint64), ["configuration 0", "9223372036854775813"]),
        ([10**25, 1], ["configuration 0", "10000000000000000000000000", "give it as text"]),
        (pd.array([2**53 + 1, None], dtype="Int64"), ["configuration 0", "9007199254740993"]),
        ([Decimal("0.1"), Decimal("0.10000000000000000001")], ["no float tells them apart"]),
        ([-1e308, 1e308], ["spans from -1e+308 to 1e+308"]),
        (["a\0", "a"], ["configuration 0", "no file can hold"]),
        (["\ud800"], ["no file can hold"]),
        (["1", "", None], ["nothing and an empty text, in configuration 2 and configuration 1"]),
        (pd.Categorical([1, "1"]), ["both written '1'"]),
        (pd.Categorical(["", None]), ["both written ''"]),
    ],
)
def test_refused(cells, parts):
    refused(cells, *parts)


def test_two_long_doubles_are_not_made_one():
    near = np.array([1, 2], dtype=np.longdouble)
    near[1] = np.nextafter(near[0], np.longdouble(2))
    if float(near[1]) == 1.0:
        refused(near, "configuration 1")
    else:  # a platform without them
        assert len(set(read(near).array.tolist())) == 2


def test_a_name_that_no_file_can_hold():
    with pytest.raises(TableError, match="a hyperparameter is called"):
        read_column("here", "a\0b", [1])


def test_text_for_what_only_tells_apart():
    assert read_text("here", "a", ["007", "7", "None"]).tolist() == ["007", "7", "None"]
    assert read_text("here", "a", np.array([1, 2])).tolist() == ["1", "2"]
    assert read_text("here", "a", pd.Categorical(["x", "y"])).tolist() == ["x", "y"]
    with pytest.raises(TableError, match="a list"):
        read_text("here", "a", [[1], [2]])


hostile_text = st.one_of(
    st.text(alphabet="0123456789.eE+-_, ", max_size=8),
    st.from_regex(r"[+-]?0{0,2}[0-9]{1,3}(\.[0-9]{0,3})?(e[+-]?[0-9]{1,3})?", fullmatch=True),
    st.integers(2**52, 2**65).map(str),
    st.sampled_from(
        ["", "nan", "None", "NA", "null", "inf", "-inf", "adam", "0", "-0", "1e400", "1e-400", "a\0"]
    ),
    st.text(max_size=4),
)
hostile_cell = st.one_of(
    hostile_text,
    st.none(),
    st.integers(-(2**66), 2**66),
    st.floats(),
    st.booleans(),
    st.decimals(),
    st.integers(0, 9),
)


def written(cell):
    """A cell's text, and the number that it is, exactly, if it is one."""
    if cell is None or (str(cell).lower().lstrip("-s") == "nan" and not isinstance(cell, str)):
        return "", None
    if isinstance(cell, bool):
        return str(cell), None
    try:
        number = Decimal(str(cell).strip()) if str(cell).isascii() and "_" not in str(cell) else None
    except InvalidOperation:
        number = None
    return str(cell), number if number is None or number.is_finite() else None


@settings(max_examples=300)
@given(
    st.one_of(st.lists(hostile_text, min_size=2, max_size=6), st.lists(hostile_cell, min_size=2, max_size=6))
)
def test_what_is_equal_stays_equal_and_what_is_not_does_not(cells):
    try:
        column = read(cells)
    except TableError:
        return
    array = column.array
    assert array.dtype.kind in "ifU"
    assert column.numeric or array.tolist() == [written(cell)[0] for cell in cells]
    for i, one in enumerate(cells):
        for j in range(i):
            other, equal = (
                cells[j],
                bool(array[i] == array[j]) or bool(array[i] != array[i] and array[j] != array[j]),
            )
            (text, number), (other_text, other_number) = written(one), written(other)
            if text == other_text:
                assert equal
            elif equal:  # only one number in two writings
                assert number is not None
                assert number == other_number


@given(st.lists(st.one_of(st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=5))
def test_whole_numbers_come_back(cells):
    for given_as in (cells, list(map(str, cells)), np.array(cells), pd.array(cells, dtype="Int64")):
        column = read(given_as)
        assert column.array.dtype == np.int64
        assert column.array.tolist() == cells


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=5))
def test_floats_come_back(cells):
    for given_as in (cells, list(map(repr, cells)), np.array(cells), [f"{cell:.25e}" for cell in cells]):
        column = read(given_as)
        if column.numeric:
            assert column.array.tolist() == cells
        else:
            assert any("e" in cell and Decimal(cell) == 0 for cell in given_as if isinstance(cell, str))
