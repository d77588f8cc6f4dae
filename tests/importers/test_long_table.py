"""Long tables: what comes in comes out, and what can't be meant is one error that names the row."""

import math

import numpy as np
import pandas as pd
import pytest

from simdyhpo.errors import OptionError, TableError, UnknownNameError
from simdyhpo.importers.long_files import read_long_file
from simdyhpo.importers.long_table import Layout, read_long, table_from_long
from simdyhpo.tables.curves import CurveTable, TableRepairWarning

NAN = math.nan
CSV = """lr,opt,epoch,loss,time
0.1,adam,1,0.9,1.5
0.1,adam,2,0.5,3.0
0.1,adam,3,nan,4.5
0.01,None,1,0.8,1.0
0.01,None,2,inf,2.0
0.1,sgd,1,0.7,2.0
"""


@pytest.fixture
def read(tmp_path):
    """A CSV text as a table."""

    def from_text(text, **changes):
        path = tmp_path / "runs.csv"
        path.write_text(text)
        parts = {"value": "loss", "resource": "epoch", "seconds": "time", "mode": "min", "name": "mine"}
        parts |= changes
        outside = {key: parts.pop(key) for key in list(parts) if key not in Layout.__struct_fields__}
        return read_long(read_long_file(path), Layout(**parts), where="runs.csv", **outside)

    return from_text


def test_ragged_curves_in_order_of_appearance(read):
    result = read(CSV, log=["lr"], metric="validation loss")
    table = result.table
    np.testing.assert_array_equal(table.values, [[0.9, 0.5, NAN], [0.8, math.inf, NAN], [0.7, NAN, NAN]])
    assert table.lengths.tolist() == [3, 2, 1]
    assert table.elapsed_ns[0].tolist() == [1_500_000_000, 3_000_000_000, 4_500_000_000]
    assert table.configurations.columns["opt"].tolist() == ["adam", "None", "sgd"]
    assert table.configurations.columns["lr"].tolist() == [0.1, 0.01, 0.1]
    assert (table.info.metric, table.info.resource, table.non_finite) == ("validation loss", "epoch", 2)
    assert table.labels.dtype.kind == "i"
    assert result.notes == ("Seconds are the column 'time', cumulative.",)


def test_the_order_of_rows_changes_only_the_order_of_configurations(read):
    header, *rows = CSV.splitlines()
    shuffled = read("\n".join([header, *reversed(rows)]) + "\n").table
    original = read(CSV).table
    np.testing.assert_array_equal(shuffled.values, original.values[[2, 1, 0]])


def test_a_frame_a_csv_and_a_parquet_file_are_the_same(read, tmp_path):
    frame = pd.DataFrame(
        {
            "lr": [0.1, 0.1, 0.1, 0.01, 0.01, 0.1],
            "opt": ["adam", "adam", "adam", "None", "None", "sgd"],
            "epoch": [1, 2, 3, 1, 2, 1],
            "loss": [0.9, 0.5, NAN, 0.8, math.inf, 0.7],
            "time": [1.5, 3.0, 4.5, 1.0, 2.0, 2.0],
        }
    )
    names = {"value": "loss", "resource": "epoch", "seconds": "time", "mode": "min", "name": "mine"}
    frame.to_parquet(tmp_path / "runs.parquet")
    frame.to_csv(tmp_path / "runs.csv.gz", index=False, na_rep="nan")
    expected = read(CSV).table.checksum
    assert table_from_long(frame, **names).checksum == expected
    for file in ("runs.parquet", "runs.csv.gz"):
        assert table_from_long(read_long_file(tmp_path / file), **names).checksum == expected


def test_any_table_survives_the_way_through_a_long_one(tmp_path):
    generator = np.random.Generator(np.random.PCG64(0))
    values, lengths = generator.random((30, 9)), generator.integers(1, 10, 30)
    seconds = np.cumsum(generator.random((30, 9)), axis=1)
    seconds[np.arange(9)[None, :] >= lengths[:, None]] = NAN
    numbers = {"x": generator.random(30), "k": generator.integers(0, 9, 30)}
    table = CurveTable.from_arrays(
        values, seconds, numbers, mode="max", name="mine", labels=np.arange(9) * 3 + 1
    )
    rows = [
        {"x": numbers["x"][i], "k": numbers["k"][i], "at": j * 3 + 1, "v": values[i, j], "s": seconds[i, j]}
        for i in range(30)
        for j in range(lengths[i])
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "long.csv", index=False)
    again = table_from_long(
        read_long_file(tmp_path / "long.csv"), value="v", resource="at", seconds="s", mode="max", name="mine"
    )
    assert again.max_resource == int(lengths.max())
    np.testing.assert_array_equal(again.elapsed_ns, table.elapsed_ns[:, : again.max_resource])
    np.testing.assert_array_equal(again.lengths, table.lengths)
    for i, length in enumerate(lengths):
        np.testing.assert_array_equal(again.values[i, :length], values[i, :length])
    assert again.configurations.columns["k"].dtype == np.int64
    np.testing.assert_array_equal(again.configurations.columns["x"], numbers["x"])


def test_an_empty_hyperparameter_is_inactive(read):
    table = read("a,b,c,epoch,loss,time\n1,,x,1,1,1\n,2,,1,2,1\n").table
    np.testing.assert_array_equal(table.configurations.columns["a"], [1, NAN])
    np.testing.assert_array_equal(table.configurations.columns["b"], [NAN, 2])
    assert table.configurations.columns["c"].tolist() == ["x", ""]


def test_hyperparameters_are_numbers_only_if_all_are(read):
    table = read("a,b,c,d,epoch,loss,time\n1,1_2,1e-3,9999999999999999999999,1,1,1\n2,1_3,x,1,1,2,1\n").table
    columns = table.configurations.columns
    assert columns["a"].dtype == np.int64
    assert columns["b"].tolist() == ["1_2", "1_3"]
    assert columns["c"].tolist() == ["1e-3", "x"]
    assert columns["d"].tolist() == ["9999999999999999999999", "1"]


def test_sparse_resources_cost_nothing(read):
    table = read("lr,epoch,loss,time\n1,16,1,1\n1,1e9,2,5\n2,16,3,1\n").table
    assert table.labels.tolist() == [16, 10**9]
    assert table.values.shape == (2, 2)
    fractions = read("lr,epoch,loss,time\n1,0.25,1,1\n1,0.5,2,5\n").table
    assert fractions.labels.tolist() == [0.25, 0.5]
    huge = read("lr,epoch,loss,time\n1,1,1,1\n1,1e300,2,5\n").table
    assert huge.labels.tolist() == [1, 1e300]


def test_costs_without_a_column(read):
    text = "lr,epoch,loss\n1,1,1\n1,3,2\n2,1,3\n"
    result = read(text, seconds=None)
    assert result.table.elapsed_ns[0].tolist() == [10**9, 3 * 10**9]
    assert result.notes == ("No times are given: a unit of epoch costs 1 s.",)
    table = read(text, seconds=None, seconds_per_resource=0.5).table
    assert table.elapsed_ns[0].tolist() == [5 * 10**8, 15 * 10**8]


def test_seconds_per_step_are_summed_up(read):
    table = read("lr,epoch,loss,time\n1,1,1,2\n1,2,2,1\n2,1,1,4\n2,2,1,4\n", seconds_are="per-step").table
    np.testing.assert_array_equal(table.elapsed_ns // 10**9, [[2, 3], [4, 8]])


def test_times_that_fall_are_repaired_when_asked(read):
    text = "lr,epoch,loss,time\n1,1,1,5\n1,2,2,3\n1,3,2,6\n"
    with pytest.warns(TableRepairWarning):
        table = read(text, repair_time=True).table
    assert table.time_repairs == 1


REPEATED = """lr,seed,epoch,loss,time
1,7,1,1.0,1
1,7,2,0.5,2
1,8,1,3.0,3
1,8,2,1.5,6
2,8,1,9.0,1
2,8,2,8.0,2
2,7,1,7.0,1
"""


@pytest.mark.parametrize(
    ("repeats", "values"),
    [
        ("mean", [[2.0, 1.0], [8.0, NAN]]),
        ("first", [[1.0, 0.5], [9.0, 8.0]]),
        ("7", [[1.0, 0.5], [7.0, NAN]]),
        ("8", [[3.0, 1.5], [9.0, 8.0]]),
    ],
)
def test_repeats(read, repeats, values):
    result = read(REPEATED, repeat="seed", repeats=repeats)
    np.testing.assert_array_equal(result.table.values, values)
    assert list(result.table.configurations.columns) == ["lr"]
    assert "4 trainings of 2 configurations" in " ".join(result.notes)
    assert ("1 reports past the end" in " ".join(result.notes)) == (repeats == "mean")


def test_sampled_repeats_follow_the_seed(read):
    rows = [f"{lr},{seed},1,{seed},1" for lr in range(400) for seed in range(4)]
    text = "lr,seed,epoch,loss,time\n" + "\n".join(rows) + "\n"
    one, two = (read(text, repeat="seed", repeats="sampled", seed=3) for _ in range(2))
    other = read(text, repeat="seed", repeats="sampled", seed=4)
    assert one.table.checksum == two.table.checksum != other.table.checksum
    assert np.bincount(one.table.values[:, 0].astype(int)).min() > 60
    assert "drawn at random with seed 3" in " ".join(one.notes)


def broken(row, text, where=CSV):
    """The CSV with one row (counted from 1 below the header) replaced."""
    lines = where.splitlines()
    lines[row] = text
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "changes", "parts"),
    [
        (CSV, {"value": "los"}, ["no column 'los'", "'loss'"]),
        (CSV, {"config": ("lr", "momentum")}, ["no column 'momentum'"]),
        (CSV, {"seconds": "loss"}, ["'loss' is named twice"]),
        (CSV, {"repeat": "lr", "config": ("lr",)}, ["'lr' is named twice"]),
        (CSV.replace("opt", "lr"), {}, ["two columns are called 'lr'"]),
        (CSV.splitlines()[0] + "\n", {}, ["no rows"]),
        ("epoch,loss,time\n1,1,1\n", {}, ["no column is left"]),
        (broken(2, "0.1,adam,2,low,3.0"), {}, ["row 2: 'loss' is no number: 'low'", "correct"]),
        (broken(2, "0.1,adam,2,1_000,3.0"), {}, ["row 2: 'loss' is no number: '1_000'"]),
        (broken(2, "0.1,adam,two,0.5,3.0"), {}, ["row 2: 'epoch' is no number: 'two'"]),
        (broken(2, "0.1,adam,2,,3.0"), {}, ["row 2: 'loss' is empty", "nan where training diverged"]),
        (broken(2, "0.1,adam,2,0.5"), {}, ["row 2: 'time' is empty"]),
        (broken(2, "0.1,adam,2,0.5,3.0,9,9"), {}, ["not a readable CSV"]),
        (broken(2, "0.1,adam,inf,0.5,3.0"), {}, ["row 2: 'epoch' is not finite"]),
        (broken(2, "0.1,adam,2,0.5,nan"), {}, ["row 2: 'time' is not finite"]),
        (broken(2, "0.1,adam,2,0.5,-3"), {}, ["row 2: 'time' is negative: '-3'"]),
        (broken(2, "0.1,adam,2,0.5,3e12"), {}, ["row 2: 'time' is too long", "check the unit"]),
        (broken(2, "0.1,adam,2,0.5,1.0"), {}, ["row 2: time falls from 1.5 to 1 seconds", "repair-time"]),
        (broken(2, "0.1,adam,1,0.5,3.0"), {}, ["row 1 and row 2 both report epoch 1", "repeated trainings"]),
        (
            broken(2, "0.3,adam,1,0.5,3.0"),
            {},
            ["row 3 reports epoch 3", "no report at epoch 2", "'lr', 'opt'"],
        ),
        (broken(4, "0.01,None,3,0.5,3.0"), {}, ["row 5 reports epoch 2", "no report at epoch 1"]),
        (CSV, {"log": ["opt"]}, ["a column without logarithms: 'opt' is text"]),
        (CSV, {"log": ["epoch"]}, ["log names 'epoch', which is no column"]),
        (
            CSV.replace("0.1,adam,1", "0.1,adam,-1"),
            {"seconds": None, "config": ("lr", "opt")},
            ["row 1: at 1"],
        ),
        (REPEATED, {"repeat": "seed", "repeats": "9"}, ["unknown repeat '9'", "'7'", "'8'"]),
        (REPEATED.replace("2,7,1", "2,6,1"), {"repeat": "seed", "repeats": "7"}, ["row 5", "no repeat '7'"]),
        (REPEATED, {"config": ("lr",)}, ["row 1 and row 3 both report epoch 1"]),
        (CSV, {"repeats": "first"}, ["'repeats'", "name the column"]),
        (CSV, {"seconds_are": "total"}, ["'seconds_are'", "per-step"]),
        (CSV, {"seconds_per_resource": 0.0}, ["'seconds_per_resource'"]),
        (
            CSV.replace("0.9", "nan").replace("0.5", "nan").replace("0.8", "nan").replace("0.7", "nan"),
            {},
            ["no value is finite"],
        ),
    ],
)
def test_what_can_not_be_meant(read, text, changes, parts):
    with pytest.raises((TableError, UnknownNameError, OptionError)) as caught:
        read(text, **changes)
    message = str(caught.value)
    assert "\n" not in message
    for part in parts:
        assert part in message


def test_a_huge_table_is_refused_before_it_is_made(read):
    rows = [f"{lr},{1},1,1" for lr in range(20_000)] + [f"0,{epoch},1,1" for epoch in range(2, 6000)]
    with pytest.raises(TableError, match="20,000 configurations x 5,999 values of 'epoch' are too many"):
        read("lr,epoch,loss,time\n" + "\n".join(rows) + "\n")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("blank.csv", b"\n\n"),
        ("latin.csv", b"lr,epoch,loss\n\xe9,1,2\n"),
        ("zip.csv.gz", b"not compressed"),
        ("no.parquet", b"PAR1 but not really"),
        ("empty.parquet", b""),
    ],
)
def test_files_that_are_none(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TableError, match=name) as caught:
        read_long_file(tmp_path / name)
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(TableError, match="no such file"):
        read_long_file(tmp_path / "none.csv")


def test_columns_of_other_kinds_in_a_frame():
    frame = pd.DataFrame(
        {
            "flag": [True, False],
            "size": pd.array([1, None], dtype="Int64"),
            "shape": pd.Categorical(["a", "b"]),
            "day": pd.to_datetime(["2020-01-01", "2020-01-02"]),
            "at": [1, 1],
            "v": np.array([1, 2], dtype=np.uint8),
        }
    )
    table = table_from_long(frame, value="v", resource="at", mode="max", name="mine")
    columns = table.configurations.columns
    assert columns["flag"].tolist() == ["True", "False"]
    np.testing.assert_array_equal(columns["size"], [1, NAN])
    assert columns["shape"].tolist() == ["a", "b"]
    assert columns["day"][0].startswith("2020-01-01")
    with pytest.raises(TableError, match="'day' holds datetime64"):
        table_from_long(frame, value="day", resource="at", mode="max", name="mine")
