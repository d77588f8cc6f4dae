"""No model of ours takes the root that torch rounds by processor: all operations of small runs are seen."""

import math

import pytest
from torch.utils._python_dispatch import TorchDispatchMode

from simdyhpo.catalog.entries import SCHEDULERS
from simdyhpo.runs.front_door import simulate
from simdyhpo.tables.blackboxes import load_blackbox

RUNS = {
    "dpl": SCHEDULERS["dpl"].quick,
    "dyhpo": {"steps": 3, "candidates": 40},
    "dyhpo as released": {"searcher": "dyhpo-released", "scratch_steps": 3, "refine_steps": 2},
    "freeze-thaw": {},
    "hyper-tune": {},
    "mobster": {},
}


class _Roots(TorchDispatchMode):
    def __init__(self):
        super().__init__()
        self.taken, self.seen = [], 0

    def __torch_dispatch__(self, operation, types, given=(), named=None):
        name = operation.overloadpacket.__name__
        self.seen += 1
        half = name.startswith("pow") and isinstance(given[1], float) and abs(given[1]) == 0.5
        if name.strip("_") in ("sqrt", "foreach_sqrt", "cdist_forward", "euclidean_dist") or half:
            self.taken.append(name)
        return operation(*given, **(named or {}))


@pytest.mark.parametrize("run", RUNS)
def test_no_model_takes_it(run):
    with _Roots() as roots:
        result = simulate(
            load_blackbox("digits-mlp"), run.split()[0], workers=2, max_decisions=20, options=RUNS[run]
        )
    assert any(not math.isnan(record.score) for record in result.log), "no model was asked"
    assert roots.seen > 100
    assert not roots.taken
