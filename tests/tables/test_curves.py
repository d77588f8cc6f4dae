"""What a table of learning curves promises, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from simdyhpo.errors import TableError
from simdyhpo.tables.curves import CurveTable, TableRepairWarning
from tests import making

NAN = math.nan
GOOD = {
    "values": [[3.0, 2.0], [4.0, 1.0]],
    "elapsed_seconds": [[1.0, 2.0], [1.0, 3.0]],
    "configurations": {"x": [1, 2]},
    "mode": "min",
    "name": "good",
}


def make(**changes):
    return CurveTable.from_arrays(**(GOOD | changes))


def test_attributes():
    small = make(labels=[10, 20])
    assert (len(small), small.max_resource, small.name, small.mode) == (2, 2, "good", "min")
    assert small.labels.tolist() == [10, 20]
    assert make().labels.tolist() == [1, 2]
    assert small.lengths.tolist() == [2, 2]
    assert small.elapsed_ns.tolist() == [[10**9, 2 * 10**9], [10**9, 3 * 10**9]]
    assert small.time_repairs == small.non_finite == 0


def test_configurations_may_be_a_frame():
    assert make(configurations=pd.DataFrame({"x": [1, 2]})).checksum == make().checksum


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"values": [3.0, 2.0]}, r"values has shape \(2,\)"),
        ({"values": np.zeros((2, 0)), "elapsed_seconds": np.zeros((2, 0))}, r"values has shape \(2, 0\)"),
        ({"values": np.zeros((0, 2)), "elapsed_seconds": np.zeros((0, 2))}, r"values has shape \(0, 2\)"),
        ({"values": np.zeros((2, 2, 1))}, "values has shape"),
        ({"values": [[3.0], [4.0]]}, "elapsed_seconds has shape"),
        ({"values": [[3.0, "good"], [4.0, 1.0]]}, "values holds something that is no number"),
        ({"values": [[3.0, 2.0], [4.0]]}, "values holds something that is no number"),
        ({"elapsed_seconds": [[1.0, None], ["x", 1.0]]}, "elapsed_seconds holds something"),
        ({"configurations": {"x": [1, 2, 3]}}, "3 configurations for 2 curves"),
        ({"configurations": {}}, "0 configurations for 2 curves"),
        ({"labels": [1]}, "1 labels for 2 resources"),
        ({"labels": [[1, 2]]}, "2 labels for 2 resources"),
        ({"labels": ["a", "b"]}, "labels are"),
        ({"labels": [1.0, NAN]}, "labels are"),
        ({"labels": [2, 1]}, "labels are"),
        ({"labels": [1, 1]}, "labels are"),
        ({"mode": "minimise"}, "mode is 'minimise'"),
        ({"kind": "guessed"}, "kind is 'guessed'"),
        ({"elapsed_seconds": [[NAN, 2.0], [1.0, 3.0]]}, "configuration 0 has no time around resource 1"),
        ({"elapsed_seconds": [[1.0, 2.0], [NAN, NAN]]}, "configuration 1 has no times at all"),
        ({"elapsed_seconds": [[1.0, 2.0], [1.0, -3.0]]}, "configuration 1 takes -3 seconds to resource 2"),
        ({"elapsed_seconds": [[1.0, 2.0], [1.0, 2e9]]}, r"configuration 1 takes 2000000000 seconds"),
        ({"elapsed_seconds": [[1.0, math.inf], [1.0, 2.0]]}, "configuration 0 takes inf seconds"),
        ({"elapsed_seconds": [[-math.inf, 1.0], [1.0, 2.0]]}, "configuration 0 takes -inf seconds"),
        ({"values": [[NAN, math.inf], [NAN, NAN]]}, "no value is finite"),
    ],
)
def test_refused(changes, problem):
    with pytest.raises(TableError, match=problem) as caught:
        make(**changes)
    assert caught.value.source == "table 'good'"
    assert caught.value.remedy


def test_a_value_beyond_a_curves_end_is_none():
    """Only what exists counts: the value after the last time is no value of the table."""
    small = make(values=[[3.0, 99.0], [4.0, 1.0]], elapsed_seconds=[[1.0, NAN], [1.0, 3.0]])
    assert small.lengths.tolist() == [1, 2]
    assert (small.best, small.worst) == (1.0, 4.0)
    with pytest.raises(TableError, match="no value is finite"):
        make(values=[[NAN, 99.0], [NAN, NAN]], elapsed_seconds=[[1.0, NAN], [1.0, 3.0]])


def test_times_that_run_backwards_are_repaired_counted_and_said():
    seconds = [[5.0, 4.0, 6.0, 5.5], [1.0, 1.0, NAN, NAN]]
    with pytest.warns(TableRepairWarning, match="2 times ran backwards"):
        small = make(values=np.ones((2, 4)), elapsed_seconds=seconds)
    assert small.time_repairs == 2
    assert (small.elapsed_ns[0] / 1e9).tolist() == [5.0, 5.0, 6.0, 6.0]
    assert small.lengths.tolist() == [4, 2]


def test_equal_times_need_no_repair():
    assert make(elapsed_seconds=[[0.0, 0.0], [2.0, 2.0]]).time_repairs == 0


def test_seconds_are_rounded_once_to_nanoseconds():
    seconds = [[0.1, 0.1 + 0.2], [1.4e-9, 1.6e-9]]
    assert make(elapsed_seconds=seconds).elapsed_ns.tolist() == [[100_000_000, 300_000_000], [1, 2]]


def test_longest_time():
    assert make(elapsed_seconds=[[1.0, 1e9], [1.0, 2.0]]).elapsed_ns[0, 1] == 10**18


@pytest.mark.parametrize(("mode", "best", "worst"), [("min", 1.0, 4.0), ("max", 4.0, 1.0)])
def test_best_and_worst_are_finite(mode, best, worst):
    small = make(values=[[NAN, 4.0], [math.inf, 1.0]], mode=mode)
    assert (small.best, small.worst, small.non_finite) == (best, worst, 2)
    assert small.regret(best) == 0
    assert small.regret(worst) == 1
    assert small.regret(2.5) == 0.5


def test_regret_where_all_values_are_equal():
    assert make(values=np.ones((2, 2))).regret(1.0) == 0


def test_a_table_is_its_own_and_can_not_change():
    values, seconds, labels = np.array(GOOD["values"]), np.array(GOOD["elapsed_seconds"]), np.array([1, 2])
    small = make(values=values, elapsed_seconds=seconds, labels=labels)
    values[0, 0], seconds[0, 0], labels[0] = 99, 0, -1
    assert (small.values[0, 0], small.elapsed_seconds[0, 0], small.labels[0]) == (3.0, 1.0, 1)
    for array in (small.values, small.elapsed_seconds, small.elapsed_ns, small.lengths, small.labels):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_single_precision_stays_single():
    small = make(values=np.array(GOOD["values"], dtype=np.float32))
    assert small.values.dtype == np.float32
    assert make(values=[[3, 2], [4, 1]]).values.dtype == np.float64


@pytest.mark.parametrize(
    "changes",
    [
        {"values": [[3.0, 2.0], [4.0, 1.5]]},
        {"values": [[3.0, 2.0], [4.0, NAN]]},
        {"elapsed_seconds": [[1.0, 2.0], [1.0, 3.5]]},
        {"elapsed_seconds": [[1.0, 2.0], [1.0, NAN]]},
        {"configurations": {"x": [1, 3]}},
        {"configurations": {"x": [1.0, 2.0]}},
        {"configurations": {"z": [1, 2]}},
        {"log": ["x"]},
        {"labels": [1, 3]},
        {"mode": "max"},
        {"name": "other"},
        {"metric": "loss"},
        {"resource": "step"},
        {"kind": "measured"},
        {"source": "here"},
    ],
)
def test_the_checksum_sees_every_part(changes):
    assert make(**changes).checksum != make().checksum


def test_the_checksum_is_of_the_content_alone():
    """Written down, so that it can't change by accident: manifests hold checksums of tables."""
    assert make().checksum == "0fa4ef167d77f502d6f2aa8f2007ca2017c98c790e266d196201d355b123817a"
    assert make(labels=[1.0, 2.0]).checksum == make().checksum


def test_a_fit_for_each_resource():
    of = making.table([[1, 2, 3], [4, 5, 6]], [[3, 1, 2], [1, 1, 9]], time="per-fit")
    assert of.per_fit
    assert of.time_repairs == 0
    np.testing.assert_array_equal(of.elapsed_ns // 10**9, [[3, 4, 6], [1, 2, 11]])
    with pytest.raises(TableError, match="'cumulative' or 'per-fit'"):
        making.table([[1]], time="per-epoch")
    with pytest.raises(TableError, match="between 0 and"):
        making.table([[1, 2]], [[6e8, 6e8]], time="per-fit")


def test_checksums_know_what_time_means():
    cumulative, per_fit = (making.table([[1, 2]], time=time) for time in ("cumulative", "per-fit"))
    assert cumulative.checksum != per_fit.checksum


def test_what_time_means_is_saved(tmp_path):
    of = making.table([[1, 2], [3, 4]], [[3, 1], [2, 2]], time="per-fit")
    again = CurveTable.load(of.save(tmp_path / "fits.npz"))
    assert again.per_fit
    assert again.checksum == of.checksum
    np.testing.assert_array_equal(again.elapsed_ns, of.elapsed_ns)
