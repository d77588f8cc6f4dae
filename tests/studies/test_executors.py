"""Wherever cells are simulated, the same bytes are stored."""

import importlib.util
import json
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager

import pytest

from tests.studies.conftest import CELLS, ROOT, shell, start, stored, wait_for_cells
from tests.studies.watching import PATIENCE, until

pytestmark = pytest.mark.once

needs_dask = pytest.mark.skipif(not importlib.util.find_spec("distributed"), reason="distributed isn't there")
needs_ray = pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="ray isn't there")

BRIEFLY = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "1s"}
"""Where nobody is to be found, Dask needn't look for half a minute."""


@pytest.fixture
def alone(file, tables, tmp_path):
    """What one process stores."""
    out, _ = shell("study", "run", file, "--tables", tables, "--out", tmp_path / "alone", "--jobs", 1)
    assert f"{CELLS} cells made, 0 were there" in out
    return stored(tmp_path / "alone")


@contextmanager
def ended(process):
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def dask_process(*words, before=()):
    command = [*before, sys.executable, "-m", "distributed.cli.dask_" + words[0], *map(str, words[1:])]
    return ended(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT))


@contextmanager
def dask_cluster(folder, *more, before=((), ())):
    """A scheduler process and two worker processes on loopback: its address, and the workers.

    Args:
        folder: where they write.
        more: words for the scheduler's command.
        before: what starts each worker's command.
    """
    options = [*more, "--host", "127.0.0.1", "--port", 0, "--no-dashboard", "--no-show"]
    with ExitStack() as stack:
        file = folder / "scheduler.json"
        stack.enter_context(dask_process("scheduler", *options, "--scheduler-file", file))
        address = until(lambda: address_in(file))
        options = ["--nthreads", 1, "--no-nanny", "--no-dashboard", "--local-directory"]
        workers = [
            stack.enter_context(
                dask_process("worker", address, *options, folder / f"dask-{number}", before=words)
            )
            for number, words in enumerate(before)
        ]
        yield address, workers


def address_in(file):
    """Where the scheduler listens, once it has chosen a port and said so."""
    try:
        return json.loads(file.read_text())["address"]
    except (FileNotFoundError, json.JSONDecodeError):
        return None


def test_two_processes(file, tables, tmp_path, alone):
    shell("study", "run", file, "--tables", tables, "--out", tmp_path / "results", "--jobs", 2)
    assert stored(tmp_path / "results") == alone


@needs_dask
@pytest.mark.slow
def test_a_dask_cluster(file, tables, tmp_path, alone):
    command = ["study", "run", file, "--tables", tables, "--out", tmp_path / "results"]
    with dask_cluster(tmp_path) as (address, _):
        shell(*command, "--executor", "dask", "--address", address)
    assert stored(tmp_path / "results") == alone


@needs_dask
@pytest.mark.slow
def test_a_dask_worker_that_is_killed_midway(file, tables, tmp_path):
    file.write_text(file.read_text().replace("seeds = 2", "seeds = 40"))
    command = ["study", "run", file, "--tables", tables]
    with dask_cluster(tmp_path) as (address, workers):
        process = start(*command, "--out", tmp_path / "results", "--executor", "dask", "--address", address)
        with ended(process):
            wait_for_cells(tmp_path / "results", 30)
            workers[0].kill()
            _, err = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, err
    shell(*command, "--out", tmp_path / "alone", "--jobs", 2)
    assert stored(tmp_path / "results") == stored(tmp_path / "alone")


@needs_ray
@pytest.mark.slow
def test_a_ray_cluster(file, tables, tmp_path, alone):
    command = ["study", "run", file, "--tables", tables, "--out", tmp_path / "results"]
    shell(*command, "--executor", "ray", "--jobs", 2)
    assert stored(tmp_path / "results") == alone


def test_clusters_that_are_not_there(file, tables, tmp_path):
    command = ["study", "run", file, "--tables", tables, "--out", tmp_path / "results"]
    _, err = shell(*command, "--address", "tcp://127.0.0.1:1", expect=2)
    assert "--address is for" in err
    if importlib.util.find_spec("distributed"):
        with socket.socket() as deaf:  # the port is taken, so nobody else comes to listen there
            deaf.bind(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{deaf.getsockname()[1]}"
            _, err = shell(*command, "--executor", "dask", "--address", address, expect=2, **BRIEFLY)
        assert err.splitlines()[-1].startswith(f"error: no Dask scheduler at {address}")
