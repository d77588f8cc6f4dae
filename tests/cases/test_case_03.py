"""A cell that kills its process again and again is counted as failed, whatever the executor and its jobs."""

import pytest

from tests.studies.conftest import shell

pytestmark = pytest.mark.once

STUDY = """
name = "dies"
blackboxes = ["digits-mlp"]
seeds = 1
budget = { max_epochs = 60 }

[[variants]]
label = "dies"
scheduler = "tests.studies.schedulers:Dying"
options = { flag = "" }

[[variants]]
scheduler = "asha"
"""


@pytest.mark.parametrize(
    ("executor", "jobs"),
    [
        ("loky", 1),
        ("loky", 2),
        pytest.param("dask", 1, marks=pytest.mark.slow),
        pytest.param("dask", 2, marks=pytest.mark.slow),
        pytest.param("ray", 2, marks=pytest.mark.slow),
    ],
)
def test_it_is_counted_as_failed_and_the_others_go_on(tmp_path, executor, jobs):
    if executor != "loky":
        pytest.importorskip({"dask": "distributed"}.get(executor, executor))
    counted_as_failed(tmp_path, executor, jobs)


@pytest.mark.slow
def test_a_process_of_dask_may_take_long_to_come_back(tmp_path, monkeypatch):
    """Dask gives up one that isn't back in time, here at once; with the last, the study waited for ever."""
    pytest.importorskip("distributed")
    monkeypatch.setenv("DASK_DISTRIBUTED__DEPLOY__LOST_WORKER_TIMEOUT", "1ms")
    counted_as_failed(tmp_path, "dask", 1)


def counted_as_failed(tmp_path, executor, jobs):
    (tmp_path / "dies.toml").write_text(STUDY)
    out, err = shell(
        "study", "run", tmp_path / "dies.toml", "--out", tmp_path / "results",
        "--executor", executor, "--jobs", jobs, expect=1,
    )  # fmt: skip
    assert "1 cells made, 0 were there" in out
    assert err.splitlines()[-1].strip() == "1 x its process died 2 times, perhaps for lack of memory"
    (failure,) = (tmp_path / "results" / "failures").glob("*.txt")
    assert failure.read_text() == "its process died 2 times, perhaps for lack of memory\n"
