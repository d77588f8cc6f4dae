"""The last trial of a rung fails for good: its bracket goes on, and every configuration starts."""

import numpy as np
import pytest

from simdyhpo import CurveTable, simulate

CONFIGURATIONS, RESOURCES = 400, 9


@pytest.fixture(scope="module")
def table():
    rng = np.random.Generator(np.random.PCG64(0))
    values = rng.random((CONFIGURATIONS, 1)) + 1 / np.arange(1, RESOURCES + 1)
    seconds = np.tile(10.0 * np.arange(1, RESOURCES + 1), (CONFIGURATIONS, 1))
    space = {"x": rng.random(CONFIGURATIONS), "y": rng.random(CONFIGURATIONS)}
    return CurveTable.from_arrays(values, seconds, space, mode="min", name="t")


@pytest.mark.parametrize("overlap", [True, False])
@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("scheduler", ["dehb", "hyperband"])
def test_all_start(table, scheduler, workers, overlap):
    flaky = {"crashes_per_hour": 30, "repair_seconds": 1, "retries": 0}
    result = simulate(
        table, scheduler, workers=workers, max_seconds=1e7, options={"overlap": overlap}, cluster=flaky
    )
    assert result.ended_by == "exhausted"
    assert result.failed_trials > 50
    assert result.trials == CONFIGURATIONS
