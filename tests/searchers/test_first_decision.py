"""A first decision asks no model, so that PyTorch, which takes longest to load, waits until one is asked."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.once

SCRIPT = """
import sys
from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.runs.front_door import simulate

for name, entry in SCHEDULERS.items():
    if entry.outside or entry.extra or entry.needs:
        continue
    result = simulate("digits-mlp", name, max_decisions=1)
    assert len(result.log) == 1, name
    assert "torch" not in sys.modules, f"{name} loads it for its first decision"
simulate("digits-mlp", "dyhpo", max_decisions=60, options={"steps": 3})
assert "torch" in sys.modules
"""


def test_no_scheduler_loads_torch_for_it():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
