"""The same command gives the same bytes, in every process and under every hash seed."""

import json
import os
import subprocess
import sys

import pytest

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.searchers import SEARCHERS
from tests.outside.needing import missing

pytestmark = pytest.mark.once

# Of the model-based searchers the default alone: the others differ in settings, and cost up to a minute each.
CASES = {name: name for name in SCHEDULERS if name != "dyhpo" and not missing(name)}
CASES |= {f"dyhpo, {searcher}": "dyhpo" for searcher in ("random", "dyhpo") if searcher in SEARCHERS}

SCRIPT = """
import json, sys
from simdyhpo.cli.main import main
for command in json.loads(sys.argv[1]):
    assert main(command) == 0
"""


def command(case, out):
    words = (
        f"run --blackbox digits-mlp --scheduler {CASES[case]} --workers 3 --seed 5 --max-epochs 25".split()
    )
    searcher = case.partition(", ")[2]
    options = (
        [f"searcher={searcher}"]
        if searcher
        else [f"{name}={value}" for name, value in SCHEDULERS[CASES[case]].quick.items()]
    )
    return [*words, *(word for option in options for word in ("--option", option)), "--out", str(out)]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Folders of two processes that ran every case, each under a hash seed of its own."""
    root = tmp_path_factory.mktemp("determinism")
    for process, hash_seed in enumerate(["0", "4321"]):
        commands = [command(case, root / str(process) / case) for case in CASES]
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, json.dumps(commands)],
            env=os.environ | {"PYTHONHASHSEED": hash_seed},
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    return root


@pytest.mark.parametrize("file", ["decisions.csv", "reports.csv", "manifest.json"])
@pytest.mark.parametrize("name", CASES)
def test_bytes_are_equal(runs, name, file):
    first, other = ((runs / str(process) / name / file).read_bytes() for process in range(2))
    assert first == other
