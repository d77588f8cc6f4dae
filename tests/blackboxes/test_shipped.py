"""What every shipped table must be, whoever made it."""

import numpy as np
import pytest

from simdyhpo.blackboxes import blackbox_manifest, blackbox_paths, load_blackbox

LCBENCH = ("lcbench-christine", "lcbench-covertype", "lcbench-fashion-mnist")
SHAPES = {"digits-mlp": (320, 50)} | dict.fromkeys(LCBENCH, (2000, 51))
CLASSES = {
    "digits-mlp": 10,
    "lcbench-christine": 2,
    "lcbench-covertype": 7,
    "lcbench-fashion-mnist": 10,
}
SPACE = {
    "batch_size": (16, 512),
    "learning_rate": (1e-4, 1e-1),
    "max_dropout": (0, 1),
    "max_units": (64, 1024),
    "momentum": (0.1, 0.99),
    "num_layers": (1, 5),
    "weight_decay": (1e-5, 1e-1),
}
INTEGERS = {"batch_size", "max_units", "num_layers"}
LOGS = {"batch_size", "learning_rate", "max_units"}


@pytest.fixture(scope="module", params=sorted(SHAPES))
def table(request):
    return load_blackbox(request.param)


@pytest.fixture
def manifest(table):
    return blackbox_manifest(table.name)


def test_these_are_all():
    assert set(blackbox_paths()) == set(SHAPES)


def test_together_they_are_small():
    assert sum((path / "table.npz").stat().st_size for path in blackbox_paths().values()) < 5_000_000


def test_manifest_describes_the_table(table, manifest):
    assert manifest.checksum == table.checksum
    assert (manifest.configurations, manifest.resources) == table.values.shape == SHAPES[table.name]
    assert manifest.name == table.name
    assert manifest.mode == table.mode == "max"
    assert manifest.metric == table.info.metric
    assert manifest.kind == table.info.kind
    assert manifest.time_repairs == table.time_repairs
    assert manifest.non_finite == table.non_finite == 0


def test_manifest_says_where_it_comes_from(table, manifest):
    assert manifest.licence == "Apache-2.0"
    assert {"python", "numpy"} < set(manifest.versions)
    assert manifest.seeds
    assert manifest.citation
    assert "Made on 2" in manifest.notes
    surrogate = table.name.startswith("lcbench")
    assert manifest.kind == ("surrogate" if surrogate else "measured")
    assert ("Pfisterer" in manifest.citation) == surrogate
    assert "Zimmer" in manifest.citation


def test_values_are_accuracies_that_learning_raises(table):
    chance = 1 / CLASSES[table.name]
    assert 0 <= table.worst < chance < table.best <= 1
    assert table.values.min() == table.worst
    assert table.values.max() == table.best
    assert table.best > chance + 0.3
    # most networks end better than they began
    assert np.mean(table.values[:, -1] >= table.values[:, 0]) > 0.7


def test_time_runs_forward(table):
    assert (table.elapsed_ns[:, 0] > 0).all()
    assert (np.diff(table.elapsed_ns, axis=1) >= 0).all()
    assert (table.lengths == table.max_resource).all()
    assert table.time_repairs <= 2


def test_files_hold_single_precision(table):
    assert table.values.dtype == table.elapsed_seconds.dtype == np.float32


def test_resources_are_numbered_epochs(table):
    assert table.info.resource == "epoch"
    np.testing.assert_array_equal(table.labels, np.arange(1, table.max_resource + 1))


def test_configurations_lie_in_the_space(table):
    columns = table.configurations.columns
    assert set(columns) == set(SPACE)
    for name, (lower, upper) in SPACE.items():
        assert columns[name].dtype == (np.int64 if name in INTEGERS else np.float64)
        assert columns[name].min() >= lower * (1 - 1e-6)
        assert columns[name].max() <= upper * (1 + 1e-6)
    assert {one.name for one in table.configurations.hyperparameters if one.log} == LOGS
    assert table.configurations.duplicates == 0


def test_lcbench_tables_share_their_configurations():
    first, *others = (load_blackbox(name).configurations.columns for name in LCBENCH)
    for other in others:
        for name, column in first.items():
            np.testing.assert_array_equal(column, other[name])
