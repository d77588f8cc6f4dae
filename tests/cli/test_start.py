"""What a command loads before it does anything: never more than it needs."""

import json
import subprocess
import sys

import pytest

from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox
from simdyhpo.traces.write import write_run

HEAVY = {"torch", "gpytorch", "pandas", "matplotlib", "scipy", "tqdm", "yahpo_gym"}

SCRIPT = """
import json, os, sys
words = json.loads(sys.argv[1])
import simdyhpo
if words:
    from simdyhpo.cli.main import main
    sys.stdout = sys.stderr
    assert main(words) == 0
    assert os.environ["OMP_NUM_THREADS"] == os.environ["MKL_NUM_THREADS"] == "1"
print(json.dumps(sorted(sys.modules)), file=sys.__stdout__)
"""


def loaded(words):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(words)], capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_next_to_nothing(words):
    assert not loaded(words) & (HEAVY | {"numpy"})


@pytest.mark.parametrize("words", [["blackbox", "list"], ["scheduler", "list"]])
def test_lists(words):
    assert not loaded(words) & HEAVY


def test_traces_and_runs_without_a_surrogate(tmp_path):
    write_run(simulate(load_blackbox("digits-mlp"), "asha", max_epochs=20), tmp_path / "run")
    folder = str(tmp_path / "run")
    assert not loaded(["trace", "show", folder]) & HEAVY
    assert not loaded(["trace", "diff", folder, folder]) & HEAVY
    assert not loaded(["trace", "replay", folder, "--until", "3"]) & HEAVY
    words = ["run", "--blackbox", "digits-mlp", "--scheduler", "asha", "--max-epochs", "20"]
    assert not loaded([*words, "--out", str(tmp_path / "other")]) & HEAVY
