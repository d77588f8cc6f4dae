"""Files from outside are read up to a bound: devices, pipes and endless files give one line."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from simdyhpo.errors import OutputError, SimdyhpoError
from simdyhpo.files.bounded import read_bounded, read_bounded_text
from simdyhpo.golden.text import read_golden
from simdyhpo.simulation.named_clusters import find_cluster
from simdyhpo.studies.files import load_study
from simdyhpo.studies.stored_plan import read_plan
from simdyhpo.traces.read import read_run

ROOT = Path(__file__).parents[2]


def test_up_to_the_bound(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"x" * 10)
    assert read_bounded(file, 10) == b"x" * 10
    assert read_bounded_text(file, 10) == "x" * 10
    with pytest.raises(OutputError, match="larger than"):
        read_bounded(file, 9)
    with pytest.raises(FileNotFoundError):
        read_bounded(tmp_path / "none", 9)
    with pytest.raises(IsADirectoryError):
        read_bounded(tmp_path, 9)


@pytest.fixture(params=["/dev/zero", "pipe", "link"])
def endless(request, tmp_path):
    """What no reader comes to the end of; a pipe without a writer hangs who opens it."""
    if request.param == "pipe":
        os.mkfifo(tmp_path / "pipe")
        return tmp_path / "pipe"
    if request.param == "link":
        (tmp_path / "link").symlink_to("/dev/zero")
        return tmp_path / "link"
    return Path(request.param)


def test_nobody_reads_them(endless, tmp_path):
    run, plan = tmp_path / "run", tmp_path / "plans"
    run.mkdir()
    plan.mkdir()
    (run / "manifest.json").symlink_to(endless)
    (plan / "x.json").symlink_to(endless)
    (tmp_path / "c.toml").symlink_to(endless)
    recorded = {"decision_cost": "recorded", "recorded_file": str(endless)}
    for read in (
        lambda: find_cluster(recorded),
        lambda: find_cluster(str(tmp_path / "c.toml")),
        lambda: load_study(tmp_path / "c.toml"),
        lambda: read_golden(endless),
        lambda: read_run(run),
        lambda: read_plan(tmp_path, "x"),
    ):
        with pytest.raises(SimdyhpoError, match="is no regular file but a device or pipe"):
            read()


def test_an_endless_file_takes_no_memory(tmp_path):
    """A sparse file of a terabyte, under a limit of memory: one line, and at once."""
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(10**12)
    (tmp_path / "c.toml").write_text('decision_cost = "recorded"\nrecorded_file = "huge.txt"\n')
    script = (
        "import sys; from simdyhpo.simulation.named_clusters import find_cluster\n"
        "from simdyhpo.errors import SimdyhpoError\n"
        "try: find_cluster('c.toml')\n"
        "except SimdyhpoError as error: print(error)\n"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import resource as r; r.setrlimit(r.RLIMIT_AS, (2**32, {resource.RLIM_INFINITY}))\n{script}",
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert "huge.txt: larger than 16 MB, which no such file needs; check the path" in done.stdout
