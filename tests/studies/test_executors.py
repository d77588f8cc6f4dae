"""Wherever cells are simulated, the same bytes are stored."""

import importlib.util
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager

import pytest

from tests.studies.conftest import CELLS, ROOT, shell, start, stored

needs_dask = pytest.mark.skipif(not importlib.util.find_spec("distributed"), reason="distributed isn't there")
needs_ray = pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="ray isn't there")


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


def dask_process(*words):
    command = [sys.executable, "-m", "distributed.cli.dask_" + words[0], *map(str, words[1:])]
    return ended(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT))


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextmanager
def dask_cluster(folder):
    """A scheduler process and two worker processes on loopback: its address, and the workers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        stack.enter_context(
            dask_process("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")
        )
        options = ["--nthreads", 1, "--no-nanny", "--no-dashboard", "--local-directory"]
        workers = [
            stack.enter_context(dask_process("worker", address, *options, folder / f"dask-{number}"))
            for number in range(2)
        ]
        yield address, workers


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
            _, err = process.communicate(timeout=120)
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
        address = f"tcp://127.0.0.1:{free_port()}"
        _, err = shell(*command, "--executor", "dask", "--address", address, expect=2)
        assert err.splitlines()[-1].startswith(f"error: no Dask scheduler at {address}")


def wait_for_cells(folder, count):
    """Until a running study has finished some cells."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if (folder / "cells").is_dir() and len(list((folder / "cells").iterdir())) >= count:
            return
        time.sleep(0.02)
    raise AssertionError(f"{folder}: fewer than {count} cells after a minute")
