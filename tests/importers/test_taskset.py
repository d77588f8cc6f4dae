"""TaskSet's files: format, the paper's filter, unit cost."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from simdyhpo import simulate
from simdyhpo.errors import TableError, UnknownNameError
from simdyhpo.importers.taskset import PREFIX, filtered, taskset_table, taskset_tasks

NAMES = (
    "learning_rate",
    "beta1",
    "beta2",
    "epsilon",
    "l1",
    "l2",
    "linear_decay",
    "exponential_decay",
)


def write(folder: Path, losses: list[list[float]], name: str = "tiny_bs1") -> Path:
    runs = [
        {"hp": dict.fromkeys(NAMES, 0.5 / (i + 1)), "valid": {"loss": row}, "train": {"loss": row}}
        for i, row in enumerate(losses)
    ]
    path = folder / f"{PREFIX}{name}.json.gz"
    path.write_bytes(gzip.compress(json.dumps(runs).encode()))
    return path


def good(count: int) -> list[list[float]]:
    return [[1.0 - 0.001 * i, 0.9 - 0.001 * i, 0.8 - 0.001 * i] for i in range(count)]


def flat(count: int) -> list[list[float]]:
    """Curves of which the filter keeps most."""
    return [[1 - 0.01 * i] * 3 for i in range(count)]


def test_filter_drops_nan_and_high_curves():
    losses = np.array([*good(40), [1.0, float("nan"), 0.1], [0.5, 9.0, 0.5], [0.2, 0.2, 0.2]])
    result = filtered(losses)
    kept = result.kept
    assert not kept[40]
    assert not kept[41]
    assert kept[42]
    complete = losses[~np.isnan(losses).any(axis=1)]
    threshold = min(np.quantile(complete[:, i], 0.95) for i in range(3))
    brute = [not np.isnan(row).any() and max(row) < threshold for row in losses]
    assert kept.tolist() == brute
    assert result.with_nan == 1
    assert kept.sum() + result.with_nan + result.too_high == len(losses)


def test_filter_of_nothing_but_nan():
    result = filtered(np.full((3, 2), np.nan))
    assert (result.kept.sum(), result.with_nan, result.too_high) == (0, 3, 0)


def test_table_has_unit_cost_and_log_scales(tmp_path):
    write(tmp_path, good(30))
    table = taskset_table(tmp_path, "tiny_bs1", keep="all")
    assert table.name == "taskset-tiny-bs1-all"
    assert "filter" not in table.info.source
    assert table.values.shape == (30, 2)
    assert table.mode == "min"
    np.testing.assert_array_equal(table.elapsed_ns, np.tile([1, 2], (30, 1)) * 10**9)
    assert all(hyperparameter.log for hyperparameter in table.configurations.hyperparameters)
    np.testing.assert_allclose(table.configurations.columns["one_minus_beta1"][0], 0.5)


def test_a_run_on_it_pays_one_second_a_step(tmp_path):
    write(tmp_path, good(30))
    result = simulate(taskset_table(tmp_path, "tiny_bs1", keep="all"), "random", max_epochs=7)
    assert result.simulated_seconds == 7


@pytest.mark.parametrize("untrained", [False, True])
def test_the_untrained_network(tmp_path, untrained):
    """Whether it is kept or not, the filter sees the curves as they are published."""
    losses = flat(40)
    losses[5][0] = 7.0  # too high, at the untrained point alone
    write(tmp_path, losses)
    table = taskset_table(tmp_path, "tiny_bs1", untrained=untrained)
    assert table.name == "taskset-tiny-bs1" + ("-untrained" if untrained else "")
    kept = filtered(np.array(losses)).kept
    assert not kept[5]
    expected = np.array(losses)[kept][:, (0 if untrained else 1) :]
    np.testing.assert_array_equal(table.values, expected)
    assert table.info.seconds == "nominal"


def test_a_declared_cost(tmp_path):
    write(tmp_path, good(30))
    table = taskset_table(tmp_path, "tiny_bs1", keep="all", seconds_per_step=2.5)
    assert (table.elapsed_ns[:, 1] == 5 * 10**9).all()


def test_a_filter_that_leaves_nothing(tmp_path):
    write(tmp_path, [[1.0, 2.0]])
    with pytest.raises(TableError, match="no curve passes the paper's filter; say keep=all"):
        taskset_table(tmp_path, "tiny_bs1")


def test_unknown_task_offers_the_nearest(tmp_path):
    write(tmp_path, good(30))
    with pytest.raises(UnknownNameError, match="tiny_bs1"):
        taskset_table(tmp_path, "tiny_bs2")


@pytest.mark.parametrize("damage", ["truncated", "no json", "other format"])
def test_damage_is_named(tmp_path, damage):
    path = write(tmp_path, good(30))
    if damage == "truncated":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        path.write_bytes(gzip.compress(b"{" if damage == "no json" else b'[{"hp": {}}]'))
    with pytest.raises(TableError, match="tiny_bs1"):
        taskset_table(tmp_path, "tiny_bs1")


def test_a_folder_without_tasks_is_named(tmp_path):
    with pytest.raises(TableError, match="no TaskSet files"):
        taskset_tasks(tmp_path)


@pytest.mark.shared_data
def test_the_published_tasks(shared_data):
    tasks = taskset_tasks(shared_data / "taskset")
    assert len(tasks) == 12
    table = taskset_table(shared_data / "taskset", "patch32_GRU128_bs128")
    assert table.max_resource == 50
    assert 700 < len(table) < 800
    assert table.non_finite == 0
    assert table.worst < 1
