"""A study whose command is killed, at any moment, leaves no process behind."""

import importlib.util
import time

import numpy as np
import pytest

from simdyhpo.studies.store import Store
from tests.studies.conftest import start
from tests.studies.watching import MOMENTS, PATIENCE, QUIET, none_left, open_to_others, started, until

pytestmark = pytest.mark.once

EXECUTORS = [
    "loky",
    *(
        pytest.param(
            name,
            marks=[
                pytest.mark.slow,
                pytest.mark.skipif(not importlib.util.find_spec(package), reason=f"{package} isn't there"),
            ],
        )
        for name, package in (("dask", "distributed"), ("ray", "ray"))
    ),
]

LAST = {"loky": 2.5, "dask": 4.0, "ray": 7.0}
"""Seconds: moments lie between 0 and here, most of them while workers start."""


@pytest.fixture
def command(file, tables, tmp_path):
    file.write_text(file.read_text().replace("seeds = 2", "seeds = 1000"))
    return ["study", "run", file, "--tables", tables, "--out", tmp_path / "results", "--jobs", 2]


@pytest.mark.parametrize("executor", EXECUTORS)
def test_no_worker_outlives_a_killed_parent(command, mark, executor):
    moments = np.random.Generator(np.random.PCG64(11)).uniform(0, LAST[executor], size=MOMENTS)
    waited = []
    for moment in moments:
        process = start(*command, "--executor", executor)
        time.sleep(moment)
        before = len(started(mark))
        process.kill()
        process.wait()
        waited.append((round(float(moment), 2), before, round(none_left(mark, 5 if QUIET else PATIENCE), 2)))
        process.communicate(timeout=PATIENCE)
    print("moment, processes then, seconds until none was left:", *waited, sep="\n")


@pytest.mark.parametrize("executor", EXECUTORS)
def test_nobody_else_can_reach_its_processes(command, mark, tmp_path, executor):
    process = start(*command, "--executor", executor)
    try:
        until(lambda: Store(tmp_path / "results").finished() or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        assert len(started(mark)) >= 3  # the command, and a process for each job
        assert open_to_others(mark) == set()
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)
