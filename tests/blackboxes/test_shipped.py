"""What every shipped table must be, whoever made it, and that it is what was published."""

import json
import math

import numpy as np
import pytest

from simdyhpo.importers.lcbench import EPOCHS, measured_seconds, measured_tasks, read_measured
from simdyhpo.importers.taskset import filtered, read_taskset, taskset_tasks
from simdyhpo.streams import Streams
from simdyhpo.tables.blackboxes import blackbox_manifest, load_blackbox, shipped_files

NAMES = list(shipped_files())
LCBENCH = [name for name in NAMES if name.startswith("lcbench-")]
TASKSET = [name for name in NAMES if name.startswith("taskset-")]
LOGS = {"batch_size", "learning_rate", "max_units"}
UNUSUAL_SECONDS = {
    "lcbench-blood-transfusion-service-center": "measured",
    "lcbench-numerai28-6": "nominal",  # YAHPO's surrogate lacks this task
}


@pytest.fixture(scope="module", params=NAMES)
def table(request):
    return load_blackbox(request.param)


def test_these_are_all():
    assert (len(LCBENCH), len(TASKSET)) == (35, 12)
    assert set(NAMES) - set(LCBENCH) - set(TASKSET) == {"digits-mlp"}


def test_manifest_describes_the_table(table):
    manifest = blackbox_manifest(table.name)
    assert manifest.checksum == table.checksum
    assert (manifest.configurations, manifest.resources) == table.values.shape
    assert manifest.name == table.name
    assert manifest.mode == table.mode
    assert manifest.metric == table.info.metric
    assert manifest.kind == table.info.kind == "measured"
    assert manifest.seconds == table.info.seconds
    assert manifest.scores == {name: score.mode for name, score in table.scores.items()}
    assert manifest.time_repairs == table.time_repairs <= 2
    assert manifest.non_finite == table.non_finite == 0
    assert manifest.licence == "Apache-2.0"
    assert {"python", "numpy"} <= set(manifest.versions)
    assert manifest.citation
    assert "Made on 2" in manifest.notes
    assert ("Pfisterer" in manifest.citation) == (table.info.seconds == "predicted")


def test_time_runs_forward(table):
    assert (table.elapsed_ns[:, 0] > 0).all()
    assert (np.diff(table.elapsed_ns, axis=1) >= 0).all()
    assert (table.lengths == table.max_resource).all()


def test_resources_are_numbered(table):
    assert table.info.resource in ("epoch", "step")
    np.testing.assert_array_equal(table.labels, np.arange(1, table.max_resource + 1))


UNTELLING = {"lcbench-christine": 0.1, "lcbench-numerai28-6": -0.2}
"""Where the first epoch says little or nothing of the last, and how much."""


def test_most_trainings_learn(table):
    """The untrained network is left out: what comes first tells something of what comes last."""
    signed = table.values if table.mode == "max" else -table.values
    assert np.mean(signed[:, -1] >= signed[:, 0]) > 0.5
    first, last = signed[:, 0].argsort().argsort(), signed[:, -1].argsort().argsort()
    assert np.corrcoef(first, last)[0, 1] > UNTELLING.get(table.name, 0.4)


@pytest.mark.parametrize("name", LCBENCH)
def test_lcbench(name):
    table = load_blackbox(name)
    assert table.values.shape == (2000, EPOCHS)
    assert table.values.dtype == np.float32
    assert table.info.seconds == UNUSUAL_SECONDS.get(name, "predicted")
    assert {one.name for one in table.configurations.hyperparameters if one.log} == LOGS
    for score in table.scores.values():
        assert min(score.best, score.worst) >= 0
        assert max(score.best, score.worst) <= (1 if score.mode == "max" else math.inf)
    at_the_end = table.scores["validation_cross_entropy"].values
    np.testing.assert_allclose(at_the_end, table.values[:, -1], rtol=1e-6, atol=2e-6)


def test_lcbench_tables_share_their_configurations():
    first, *others = (load_blackbox(name).configurations.columns for name in LCBENCH[:4])
    for other in others:
        for name, column in first.items():
            np.testing.assert_array_equal(column, other[name])


@pytest.mark.shared_data
@pytest.mark.parametrize("name", LCBENCH)
def test_lcbench_is_what_was_published(name, shared_data):
    """1,000 cells of each table; single precision is what was logged, and all that is kept."""
    data, table = shared_data / "lcbench", load_blackbox(name)
    task = measured_tasks(data)[name]
    with np.load(data / "curves" / f"{task}.npz") as published:
        values, parameters = published["Y"][:, 1:], published["X"]
    draw = Streams(0).generator(name)
    rows, columns = draw.integers(len(table), size=1000), draw.integers(table.max_resource, size=1000)
    published_cells = values[rows, columns].astype(np.float32)
    np.testing.assert_array_equal(table.values[rows, columns], published_cells)
    np.testing.assert_array_equal(np.stack(list(table.configurations.columns.values()), axis=1), parameters)
    for score, (_, numbers) in read_measured(data, task).scores.items():
        np.testing.assert_array_equal(table.scores[score].values, numbers)
    seconds = measured_seconds(data, task)
    if seconds is not None:
        np.testing.assert_array_equal(table.elapsed_seconds, seconds.astype(np.float32))


@pytest.mark.shared_data
def test_taskset_is_what_was_published(shared_data):
    data = shared_data / "taskset"
    for task in taskset_tasks(data):
        losses = read_taskset(data, task).losses
        table = load_blackbox(f"taskset-{task.lower().replace('_', '-')}")
        np.testing.assert_array_equal(table.values, losses[filtered(losses).kept, 1:])
        assert table.info.seconds == "nominal"


def test_every_manifest_has_its_table_and_is_plain_json():
    for files in shipped_files().values():
        assert json.loads(files.manifest.read_text())["name"] == files.table.stem
