"""Models decide the same, to the last digit of each score, on processors that QEMU emulates.

Minutes each, so only when asked for: `SIMDYHPO_EMULATED=Haswell,EPYC pytest tests/golden/test_emulated.py`,
with names of `qemu-x86_64 -cpu help` (Debian: qemu-user). It has no AVX-512.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

from simdyhpo.arithmetic import ONE_THREAD
from tests.switches import without_switches

QEMU = shutil.which("qemu-x86_64")
PROCESSORS = [name for name in os.environ.get("SIMDYHPO_EMULATED", "").split(",") if name]
MODELS = ("dpl-learning", "dyhpo-learning", "freeze-thaw", "hyper-tune", "mobster")

CHECK = """
import sys
from tests.golden.small_runs import check_within

for name in sys.argv[1:]:
    print(*check_within(name, 0.0).lines(), sep="\\n")
"""

pytestmark = [
    pytest.mark.skipif(not (QEMU and PROCESSORS), reason="SIMDYHPO_EMULATED names no processor, or no QEMU"),
    pytest.mark.skipif(find_spec("torch") is None, reason="the models need torch"),
]


@pytest.mark.slow
@pytest.mark.parametrize("processor", PROCESSORS)
def test_logs_hold_to_the_last_digit(processor):
    run = subprocess.run(
        [QEMU, "-cpu", processor, sys.executable, "-c", CHECK, *MODELS],
        env=without_switches() | ONE_THREAD,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert len(lines) == len(MODELS)
    assert all(": agrees, " in line for line in lines), run.stdout
