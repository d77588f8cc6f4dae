"""`dyhpo-released` learns from raw values: too large ones run, or are one error of ours that says so."""

import warnings

import numpy as np
import pytest

pytest.importorskip("gpytorch")

from simdyhpo import CurveTable, simulate
from simdyhpo.errors import SimdyhpoError

CONFIGURATIONS, RESOURCES = 30, 9
QUICK = {"searcher": "dyhpo-released", "scratch_steps": 20, "refine_steps": 5}


@pytest.mark.parametrize("mode", ["min", "max"])
@pytest.mark.parametrize("bad", [1e6, 1e8, 1e20, 1e30, 1e99])
def test_diverged_values(bad, mode):
    rng = np.random.Generator(np.random.PCG64(0))
    values = 0.3 * rng.random((CONFIGURATIONS, 1)) + 0.5 / np.arange(1, RESOURCES + 1)
    values[:6, 2:] = bad
    table = CurveTable.from_arrays(
        values if mode == "min" else -values,
        np.tile(np.arange(1.0, RESOURCES + 1), (CONFIGURATIONS, 1)),
        {"lr": np.geomspace(1e-4, 1, CONFIGURATIONS)},
        mode=mode,
        name="t",
        log=["lr"],
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        said = None
        try:
            result = simulate(table, "dyhpo", seed=1, max_epochs=60, options=QUICK)
        except SimdyhpoError as error:
            said = str(error)
        if said is None:
            assert 0 <= result.regret <= 1
        else:
            assert "values as they are" in said
            assert f"{bad:g} in size: take the searcher 'dyhpo'" in said
        other = simulate(table, "dyhpo", seed=1, max_epochs=40, options={"steps": 3})
    assert 0 <= other.regret <= 1
