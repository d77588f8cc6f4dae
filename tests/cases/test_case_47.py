"""A worker that is killed before it has its first task costs nothing."""

import time

import pytest

from tests.studies.conftest import start
from tests.studies.watching import PATIENCE, until, workers_of

pytestmark = pytest.mark.once

STUDY = """
name = "small"
blackboxes = ["digits-mlp"]
seeds = 10
budget = { max_epochs = 30 }

[[variants]]
scheduler = "asha"
"""


@pytest.mark.parametrize("seconds", [0, 0.1, 0.2, 0.3])
def test_it_is_replaced(tmp_path, seconds):
    (tmp_path / "small.toml").write_text(STUDY)
    words = ("study", "run", tmp_path / "small.toml", "--out", tmp_path / "results", "--jobs", 2)
    process = start(*words)
    workers = until(lambda: workers_of(process.pid))
    time.sleep(seconds)
    workers[0].kill()
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, err
    assert out.startswith("10 cells made, 0 were there")
