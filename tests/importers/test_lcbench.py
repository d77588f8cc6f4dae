"""Measured LCBench: what is read, what is refused, and that it is what was published."""

import numpy as np
import pandas as pd
import pytest

from simdyhpo.errors import TableError
from simdyhpo.importers.lcbench import (
    EPOCHS,
    PARAMETERS,
    measured_seconds,
    measured_table,
    measured_tasks,
    read_measured,
    table_name,
)
from simdyhpo.importers.making import make_tables, orders
from simdyhpo.importers.suites import SUITES
from simdyhpo.streams import Streams
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.tables.curves import CurveTable

COUNT = 4
FINALS = [
    f"final_{part}_{metric}"
    for part in ("val", "test")
    for metric in ("cross_entropy", "accuracy", "balanced_accuracy")
]


@pytest.fixture
def data(tmp_path):
    """Files of one made-up task, as they are published."""
    random = Streams(0).generator("values")
    losses = random.random((COUNT, EPOCHS + 1)).astype(np.float32).astype(float)
    parameters = random.integers(1, 9, (COUNT, len(PARAMETERS))).astype(float)
    for folder in ("curves", "final"):
        (tmp_path / folder).mkdir()
    np.savez(tmp_path / "curves" / "Two_words1.5.npz", X=parameters, Y=losses)
    finals = pd.DataFrame(random.random((COUNT, len(FINALS))), columns=FINALS).assign(OpenML_task_id=7)
    finals["final_val_cross_entropy"] = losses[:, -1] + 1e-7
    finals.to_parquet(tmp_path / "final" / "Two_words1.5.results.parquet.gzip")
    return tmp_path


def change(data, **columns):
    path = next((data / "final").glob("*.results.*"))
    pd.read_parquet(path).assign(**columns).to_parquet(path)


@pytest.mark.parametrize("limit", ["tables.members.MAX_TABLE_BYTES", "files.parquet.MAX_LONG_CELLS"])
def test_files_that_unpack_to_too_much(data, limit, monkeypatch):
    monkeypatch.setattr(f"simdyhpo.{limit}", 20)
    with pytest.raises(TableError, match="more than 20"):
        read_measured(data, "Two_words1.5")


def test_a_task(data):
    assert measured_tasks(data) == {"lcbench-two-words1-5": "Two_words1.5"}
    task = read_measured(data, "Two_words1.5")
    with np.load(data / "curves" / "Two_words1.5.npz") as published:
        np.testing.assert_array_equal(task.losses, published["Y"][:, 1:].astype(np.float32))
    seconds = np.ones((COUNT, EPOCHS)).cumsum(axis=1)
    table = measured_table(task, "mine", seconds, "nominal")
    assert (table.mode, table.max_resource, table.info.kind, table.info.seconds) == (
        "min", EPOCHS, "measured", "nominal",
    )  # fmt: skip
    assert table.configurations.columns["num_layers"].dtype == np.int64
    assert len(table.scores) == len(FINALS)
    assert table.scores["test_accuracy"].mode == "max"
    assert table.scores["test_accuracy"].values.max() <= 0.01  # published in percent
    np.testing.assert_allclose(
        table.scores["validation_cross_entropy"].values, table.values[:, -1], atol=1e-6
    )


def test_curves_and_final_values_of_two_tasks(data):
    change(data, final_val_cross_entropy=0.5)
    with pytest.raises(TableError, match=r"configuration . ends at 0\.5, its curve"):
        read_measured(data, "Two_words1.5")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda data: (data / "curves" / "Two_words1.5.npz").write_bytes(b"PK"), "damaged"),
        (lambda data: (data / "curves" / "Two_words1.5.npz").unlink(), "there is no such file"),
        (
            lambda data: np.savez(data / "curves" / "Two_words1.5.npz", X=np.ones((4, 7)), Y=np.ones((4, 9))),
            r"Y \(4, 9\)",
        ),
        (
            lambda data: (data / "final" / "Two_words1.5.results.parquet.gzip").unlink(),
            "missing, damaged or without a column",
        ),
        (
            lambda data: pd.DataFrame({"a": [1]}).to_parquet(
                data / "final" / "Two_words1.5.results.parquet.gzip"
            ),
            "missing, damaged or without a column",
        ),
    ],
    ids=["damaged curves", "no curves", "other shape", "no final values", "other columns"],
)
def test_damaged_files(data, damage, words):
    damage(data)
    with pytest.raises(TableError, match=words):
        read_measured(data, "Two_words1.5")


def test_a_folder_without_curves(tmp_path):
    with pytest.raises(TableError, match="no curves"):
        measured_tasks(tmp_path)


def test_seconds_are_measured_for_one_task_only(shared_data):
    task = "blood-transfusion-service-center"
    seconds = measured_seconds(shared_data / "lcbench", task)
    assert seconds.shape == (2000, EPOCHS)
    assert (np.diff(seconds, axis=1) > 0).all()
    assert measured_seconds(shared_data / "lcbench", "covertype") is None


def test_every_published_task_can_be_read(shared_data):
    tasks = measured_tasks(shared_data / "lcbench")
    assert len(tasks) == 35
    names = {table_name(stem) for stem in tasks.values()}
    assert {"lcbench-fashion-mnist", "lcbench-covertype", "lcbench-numerai28-6"} <= names
    task = read_measured(shared_data / "lcbench", tasks["lcbench-covertype"])
    with np.load(shared_data / "lcbench" / "curves" / "covertype.npz") as published:
        np.testing.assert_allclose(task.losses, published["Y"][:, 1:], rtol=6e-8)


def test_nominal_time(tmp_path):
    suite = SUITES["lcbench"]
    assert len(suite.tasks(tmp_path)) == 35
    (wanted,) = orders("lcbench", ["covertype"], suite.Options(seconds_per_epoch=2.0), tmp_path, tmp_path)
    done = next(make_tables([wanted]))
    table, shipped = CurveTable.load(done.order.files.table), load_blackbox("lcbench-covertype")
    assert (table.name, table.info.seconds) == ("lcbench-covertype-nominal", "nominal")
    np.testing.assert_array_equal(table.values, shipped.values)
    assert (table.elapsed_ns[:, 50] == 102 * 10**9).all()
    assert set(table.scores) == set(shipped.scores)
