"""Clusters some of whose workers can't write into the study's folder: the same bytes are kept all the same.

Such a worker has a view of its own of what is mounted where: it finds an empty folder of that name, or one
that it may only read.
"""

import functools
import os
import secrets
import socket
import subprocess
import sys
import tempfile

import pytest

from simdyhpo.studies.guard import guarded
from simdyhpo.studies.store import Store
from tests.studies.conftest import CELLS, ROOT, shell, start, stored, wait_for_cells
from tests.studies.test_executors import alone, dask_cluster, ended, needs_dask, needs_ray  # noqa: F401 - a fixture is one, too
from tests.studies.watching import PATIENCE

SAYS = "they send their results back"

EMPTY = 'mount -t tmpfs none "$0"'
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0"'


def seeing(folder, mounts):
    """What starts a command that finds, instead of a folder, what these commands mount there."""
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    return ["unshare", "--mount", *user, "sh", "-c", f'{mounts} && exec "$@"', str(folder)]


@functools.cache
def may_mount():
    """Whether this user may."""
    try:
        return not subprocess.run(
            [*seeing("/mnt", EMPTY), "true"], capture_output=True, check=False
        ).returncode
    except FileNotFoundError:
        return False


pytestmark = [
    pytest.mark.once,
    pytest.mark.slow,
    pytest.mark.skipif(not may_mount(), reason="no command may mount something for itself alone here"),
]


@pytest.fixture
def results(tmp_path):
    """What is to be covered must be there."""
    (tmp_path / "results").mkdir()
    return tmp_path / "results"


@needs_dask
def test_dask_workers_that_see_nothing_or_may_not_write(file, tables, results, tmp_path, alone):  # noqa: F811
    command = ["study", "run", file, "--tables", tables, "--out", results, "--executor", "dask"]
    before = [seeing(results, mounts) for mounts in (EMPTY, READ_ONLY)]
    with dask_cluster(tmp_path, before=before) as (address, _):
        out, err = shell(*command, "--address", address)
    assert f"{CELLS} cells made" in out
    assert err.count(SAYS) == 1
    assert stored(results) == alone
    assert Store(results).damage(Store(results).finished()) == []


@needs_dask
def test_one_of_two_that_is_killed_midway(file, tables, results, tmp_path):
    """The other one sees the folder; then an interrupt, and the rest with who is left."""
    file.write_text(file.read_text().replace("seeds = 2", "seeds = 40"))
    command = ["study", "run", file, "--tables", tables]
    with dask_cluster(tmp_path, before=[seeing(results, EMPTY), ()]) as (address, workers):
        process = start(*command, "--out", results, "--executor", "dask", "--address", address)
        with ended(process):
            said = _until_said(process)
            wait_for_cells(results, 30)
            workers[0].kill()
            _, err = process.communicate(timeout=PATIENCE)
            assert process.returncode == 0, err
    assert (said + err).count(SAYS) == 1
    shell(*command, "--out", tmp_path / "alone", "--jobs", 2)
    assert stored(results) == stored(tmp_path / "alone")


def _until_said(process) -> str:
    """What it said until a worker sent something back: on a busy machine the other one may be alone long."""
    said = b""
    while SAYS not in said.decode(errors="replace"):
        more = os.read(process.stderr.fileno(), 4096)
        assert more, said.decode(errors="replace")
        said += more
    return said.decode(errors="replace")


@needs_dask
def test_a_scheduler_of_ones_own_that_workers_lack(file, tables, results, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "my_rule.py").write_text(
        "from simdyhpo.schedulers.asha import PromotionASHA as Mine\n"
    )
    file.write_text(file.read_text() + '\n[[variants]]\nlabel = "user"\nscheduler = "my_rule:Mine"\n')
    command = ["study", "run", file, "--tables", tables, "--out", results, "--executor", "dask"]
    with dask_cluster(tmp_path, before=[seeing(results, EMPTY)] * 2) as (address, _):
        out, err = shell(*command, "--address", address, expect=1, PYTHONPATH=str(tmp_path / "mine"))
    assert f"{CELLS} cells made" in out
    assert "scheduler 'my_rule:Mine' can't be loaded (No module named 'my_rule')" in err
    assert len(Store(results).failed()) == CELLS // 3


@needs_ray
def test_a_ray_cluster_that_sees_nothing(file, tables, results, monkeypatch, alone):  # noqa: F811
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # loopback only
    # Ray's processes don't end with the one that is started here; paths of its sockets must be short.
    with tempfile.TemporaryDirectory(prefix="ray-") as folder, guarded():
        monkeypatch.setenv("RAY_TMPDIR", folder)
        port = next(filter(None, (ray_head(results) for _ in range(5))))
        command = ["study", "run", file, "--tables", tables, "--out", results, "--executor", "ray"]
        out, err = shell(*command, "--address", f"127.0.0.1:{port}")
    assert f"{CELLS} cells made" in out
    assert err.count(SAYS) == 1
    assert stored(results) == alone


def ray_head(results):
    """Start a node of two processes that finds nothing in the folder; None if that took too long for Ray."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["start", "--head", "--node-ip-address=127.0.0.1", f"--port={port}", "--num-cpus=2"]
    ray = [
        sys.executable,
        "-m",
        "ray.scripts.scripts",
        *words,
        "--include-dashboard=false",
        "--disable-usage-stats",
    ]
    begun = subprocess.run(
        [*seeing(results, EMPTY), *ray], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return None if begun.returncode else port
