"""The tolerant level: a model's golden log holds on another kind of processor, a changed model does not."""

import math
import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from simdyhpo.golden import TOLERANCE
from simdyhpo.searchers import dynamic
from tests.golden.small_runs import check_within, path

MODELS = ("dpl", "dyhpo", "freeze-thaw", "mobster")

OLD_PROCESSOR = {
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    "OPENBLAS_CORETYPE": "Nehalem",
}
"""The libraries' own switches: use only what a processor of 2008 can do, which rounds sums otherwise."""

CHECK = """
import sys
from tests.golden.small_runs import TOLERANCE, TOLERANCES, check_within

for name in sys.argv[1:]:
    exact, checked = check_within(name, 0.0), check_within(name, TOLERANCES.get(name, TOLERANCE))
    print(name, exact.agrees, checked.agrees, *checked.lines(), sep="\\t")
"""

pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="the models need torch")


def test_logs_hold_on_an_old_processor():
    run = subprocess.run(
        [sys.executable, "-c", CHECK, *MODELS],
        env={**os.environ, **OLD_PROCESSOR},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    told = [line.split("\t") for line in run.stdout.splitlines()]
    assert {name: agrees for name, _, agrees, *_ in told} == dict.fromkeys(MODELS, "True"), run.stdout
    # Otherwise the switches did nothing, and nothing was shown.
    assert "False" in {exact for _, exact, *_ in told}


def test_a_changed_model_is_seen(monkeypatch):
    """A score that is off by a thousandth everywhere decides the same, and is told from rounding."""
    right = dynamic.log_expected_improvement
    monkeypatch.setattr(dynamic, "log_expected_improvement", lambda *given: right(*given) + math.log(1.001))
    checked = check_within("dyhpo", TOLERANCE)
    assert not checked.agrees
    assert str(path("dyhpo")) in next(iter(checked.lines()))
