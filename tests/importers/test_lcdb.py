"""LCDB: a fit for each training-set size, short curves, holes."""

import gzip

import msgspec
import numpy as np
import pandas as pd
import pytest

from simdyhpo import simulate
from simdyhpo.errors import TableError, UnknownNameError
from simdyhpo.importers import lcdb
from simdyhpo.importers.lcdb import FILE, lcdb_data_sets, lcdb_table
from simdyhpo.importers.suites import find_suite

ROWS = [
    (3, "SVC_linear", 16, 0.5, 0.9, 0.6, 0.6),
    (3, "SVC_linear", 32, 0.4, 0.9, 0.7, 0.7),
    (3, "SVC_linear", 64, 0.9, 0.9, 0.8, 0.8),
    (3, "sklearn.tree.DecisionTreeClassifier", 16, 0.1, 1.0, 0.5, 0.4),
    (3, "sklearn.tree.DecisionTreeClassifier", 32, 0.2, 1.0, 0.6, 0.5),
    (3, "sklearn.naive_bayes.BernoulliNB", 16, 0.1, 0.8, 0.3, 0.3),
    (3, "sklearn.naive_bayes.BernoulliNB", 64, 0.3, 0.8, 0.4, 0.4),
    (11, "SVC_linear", 16, 0.5, 0.9, 0.6, 0.6),
]
COLUMNS = ["openmlid", "learner", "size_train", "traintime_mean", "train_acc", "valid_acc", "test_acc"]


@pytest.fixture(autouse=True)
def _nothing_kept():
    yield
    lcdb._rows.cache_clear()


@pytest.fixture
def data(tmp_path):
    write(tmp_path, pd.DataFrame(ROWS, columns=COLUMNS))
    return tmp_path


def write(folder, frame):
    (folder / f"{FILE}.gz").write_bytes(gzip.compress(frame.to_csv(index=False).encode()))


def test_a_table(data):
    assert lcdb_data_sets(data) == ["3", "11"]
    table, left_out = lcdb_table(data, "3")
    assert left_out == 1  # BernoulliNB lacks the size in between
    assert table.per_fit
    assert table.mode == "max"
    assert table.labels.tolist() == [16, 32, 64]
    assert table.lengths.tolist() == [3, 2]
    assert table.configurations.columns["learner"].tolist() == ["SVC_linear", "DecisionTreeClassifier"]
    np.testing.assert_array_equal(table.values[0], [0.6, 0.7, 0.8])
    np.testing.assert_allclose(np.diff(table.elapsed_ns[0], prepend=0), [5e8, 4e8, 9e8])
    assert lcdb_table(data, "3", metric="train_acc")[0].values[1, 0] == 1.0


def test_resuming_pays_the_whole_fit_again(data):
    table, _ = lcdb_table(data, "3")
    run = simulate(table, "asha", max_epochs=20, options={"rung_increment": 1})
    longest = run.reports[run.reports["configuration"] == 0]
    assert longest["resource"].tolist() == [1, 2, 3][: len(longest)]
    assert run.simulated_seconds == pytest.approx(
        sum(table.elapsed_seconds[row.configuration, row.resource - 1] for row in run.reports.itertuples())
    )
    whole = simulate(table, "random", max_epochs=20)
    assert whole.reports["resource"].tolist() in ([3, 2], [2, 3])  # one report a trial: that of its last fit


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda frame: frame.drop(columns="valid_acc"), "not the aggregated database"),
        (lambda frame: pd.concat([frame, frame[:1]]), "line 10 repeats"),
        (lambda frame: frame.assign(traintime_mean=["x"] * len(frame)), "no number|damaged|not the"),
    ],
)
def test_damage(data, change, problem):
    write(data, change(pd.DataFrame(ROWS, columns=COLUMNS)))
    with pytest.raises(TableError, match=problem):
        lcdb_table(data, "3")


def test_a_plain_file_will_do(data):
    before = lcdb_table(data, "3")[0].checksum
    packed = data / f"{FILE}.gz"
    (data / FILE).write_bytes(gzip.decompress(packed.read_bytes()))
    packed.unlink()
    lcdb._rows.cache_clear()
    assert lcdb_table(data, "3")[0].checksum == before


def test_mistakes(data, tmp_path):
    with pytest.raises(UnknownNameError, match="'11', '3'"):
        lcdb_table(data, "4")
    with pytest.raises(UnknownNameError, match="did you mean 'valid_acc'"):
        lcdb_table(data, "3", metric="val_acc")
    with pytest.raises(TableError, match="give the folder"):
        lcdb_data_sets(tmp_path / "elsewhere")
    packed = data / f"{FILE}.gz"
    packed.write_bytes(packed.read_bytes()[:50])
    lcdb._rows.cache_clear()
    with pytest.raises(TableError, match="not a whole gz file"):
        lcdb_data_sets(data)


def test_a_suites_table_is_named_after_what_is_known(data):
    suite = find_suite("lcdb")
    options = suite.Options()
    other = msgspec.structs.replace(options, metric="test_acc")
    assert suite.table_name(data, "3", options) == "lcdb-3"
    assert suite.table_name(data, "11", other) == "lcdb-11-test-acc"
    with pytest.raises(UnknownNameError, match="'11', '3'"):
        suite.table_name(data, "4", options)
    with pytest.raises(UnknownNameError, match="did you mean 'valid_acc'"):
        suite.table_name(data, "3", msgspec.structs.replace(options, metric="val_acc"))


@pytest.mark.shared_data
def test_the_published_file(shared_data):
    folder = shared_data / "lcdb"
    names = lcdb_data_sets(folder)
    assert len(names) == 248
    found = [lcdb_table(folder, name) for name in names[::31]]
    assert all(table.per_fit and table.time_repairs == 0 and table.non_finite == 0 for table, _ in found)
    assert sum(len(table) + left_out for table, left_out in found) > 120
    assert simulate(found[0][0], "dyhpo", max_epochs=40, options={"searcher": "random"}).epochs == 40
