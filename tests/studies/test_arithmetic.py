"""Wherever a model's cells are simulated, they are computed with the code that processors have in common."""

import importlib.util

import pytest

from simdyhpo.arithmetic import portable_variables
from simdyhpo.studies.store import Store
from tests.studies.conftest import shell
from tests.studies.test_executors import dask_cluster, needs_dask, needs_ray
from tests.switches import SWITCHES
from tests.test_arithmetic import WIDE

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not portable_variables(), reason="this processor lacks the common code"),
    pytest.mark.skipif(not importlib.util.find_spec("torch"), reason="torch isn't there"),
]

STUDY = """
name = "models"
question = "How is it computed?"
blackboxes = ["digits-mlp"]
seeds = 1
workers = [1]
budget = { max_decisions = 30 }

[[variants]]
scheduler = "mobster"
"""


@pytest.fixture
def found(tmp_path, monkeypatch):
    """Run the study, and say how its cell was computed. Nobody has set a variable before."""
    for name in SWITCHES:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "models.toml").write_text(STUDY)

    def run(*words):
        shell("study", "run", tmp_path / "models.toml", "--out", tmp_path / "results", *words)
        store = Store(tmp_path / "results")
        (cell,) = store.finished()
        return store.manifest(cell).versions["arithmetic"]

    return run


def test_processes_of_our_own(found):
    assert found("--jobs", 1) == "portable"


def test_who_sets_a_variable_decides(found, monkeypatch):
    monkeypatch.setenv("MKL_CBWR", "AUTO")
    assert found("--jobs", 1) == "native"


@needs_dask
@pytest.mark.slow
def test_a_dask_cluster_of_our_own(found):
    assert found("--executor", "dask", "--jobs", 1) == "portable"


@needs_dask
@pytest.mark.slow
def test_a_dask_cluster_that_was_there(found, tmp_path):
    """Its processes have loaded numpy before they hear of us, so that wider vectors can't be put aside."""
    with dask_cluster(tmp_path) as (address, _):
        assert found("--executor", "dask", "--address", address) == ("native" if WIDE else "portable")


@needs_ray
@pytest.mark.slow
def test_a_ray_cluster_of_our_own(found):
    assert found("--executor", "ray", "--jobs", 1) == "portable"
