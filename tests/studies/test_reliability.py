"""Killed, interrupted, out of space, twice at once: no finished cell is lost, and no half one counts."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from simdyhpo.studies.store import Store
from tests.studies.conftest import CELLS, ROOT, shell, start, stored, wait_for_cells
from tests.studies.watching import MOMENTS, PATIENCE, QUIET

pytestmark = pytest.mark.once

SEEDS = 30


@pytest.fixture
def command(file, tables):
    file.write_text(file.read_text().replace("seeds = 2", f"seeds = {SEEDS}"))
    return ["study", "run", file, "--tables", tables, "--jobs", 2]


@pytest.fixture
def undisturbed(command, tmp_path):
    shell(*command, "--out", tmp_path / "undisturbed")
    return stored(tmp_path / "undisturbed")


def kill_all(process):
    """The study, and then its group: what a machine that goes down does."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=PATIENCE)


@pytest.mark.slow
def test_killed_at_random_moments(command, undisturbed, tmp_path):
    out = tmp_path / "results"
    moments = np.random.Generator(np.random.PCG64(7)).uniform(0.3, 2.5, size=2 * MOMENTS)
    kept = 0
    for number, moment in enumerate(moments):
        process = start(*command, "--out", out)
        try:
            process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            # In turn: the whole group, and the parent alone, whose orphans must end by themselves.
            kill_all(process) if number % 2 else (process.kill(), process.communicate(timeout=PATIENCE))
        found = stored(out)
        whole = {name.parts[1] for name in found}
        assert all(undisturbed[name] == content for name, content in found.items())
        assert len(found) == 3 * len(whole)
        assert len(whole) >= kept
        kept = len(whole)
        if kept == len(undisturbed) // 3:
            # It finished before the moment came: begin again with half of the cells.
            Store(out).remove_all(sorted(whole)[::2])
            kept -= len(sorted(whole)[::2])
    shell(*command, "--out", out)
    assert stored(out) == undisturbed


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_at_once_and_says_how_to_go_on(command, tmp_path, number):
    process = start(*command, "--out", tmp_path / "results")
    wait_for_cells(tmp_path / "results", 5)
    sent = time.monotonic()
    os.killpg(process.pid, number)  # as a terminal does: to every process of the group
    out, err = process.communicate(timeout=PATIENCE)
    assert not QUIET or time.monotonic() - sent < 2
    assert process.returncode == 130
    assert "Traceback" not in err
    last = err.splitlines()[-1]
    assert last.split() == ["simdyhpo", *map(str, command), "--out", str(tmp_path / "results")]
    assert not list((tmp_path / "results").glob(".under-way-*"))
    made = len(Store(tmp_path / "results").finished())
    assert made < CELLS * SEEDS / 2  # it didn't finish first
    assert f"{made} of " in err
    out, _ = shell(*last.split()[1:])
    assert f"{made} were there" in out


def test_a_full_disk(command, undisturbed, tmp_path):
    """A limit on the size of files stands for it: writes fail half-way, with another word."""
    out = tmp_path / "results"
    script = (
        "import resource, sys; from simdyhpo.cli.main import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY));"
        "sys.exit(main(sys.argv[2:]))"
    )
    # The table fits and so do the smaller files of a cell, the largest doesn't.
    shutil.copytree(tmp_path / "undisturbed", out)
    Store(out).remove_all(sorted(Store(out).finished())[::2])
    before = stored(out)
    limit = max(map(len, before.values())) - 1
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment.pop("COVERAGE_PROCESS_CONFIG", None)  # what is measured there would not fit, either
    done = subprocess.run(
        [sys.executable, "-c", script, str(limit), *map(str, command), "--out", str(out)],
        capture_output=True, text=True, env=environment, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "can't be written (File too large)" in done.stderr
    assert "Traceback" not in done.stderr
    after = stored(out)
    assert all(after[name] == content for name, content in before.items())
    assert all(content == undisturbed[name] for name, content in after.items())
    shell(*command, "--out", out)
    assert stored(out) == undisturbed


def test_two_runs_at_once_in_one_folder(command, undisturbed, tmp_path):
    runs = [start(*command, "--out", tmp_path / "results") for _ in range(2)]
    for process in runs:
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, err
    assert stored(tmp_path / "results") == undisturbed
    assert not list((tmp_path / "results").rglob(".*"))


def test_limits_are_not_inherited():
    """The test above must not have limited this process."""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY
