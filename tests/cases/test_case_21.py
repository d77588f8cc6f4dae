"""asha-cost on equal values: of equal costs a third goes on, as of different values."""

import numpy as np
import pytest

from simdyhpo import CurveTable, simulate

CONFIGURATIONS, RESOURCES = 60, 9


@pytest.mark.parametrize("workers", [1, 4])
def test_equal_values_keep_the_share(workers):
    table = CurveTable.from_arrays(
        np.full((CONFIGURATIONS, RESOURCES), 0.5),
        np.tile(np.arange(1.0, RESOURCES + 1), (CONFIGURATIONS, 1)),
        {"i": np.arange(CONFIGURATIONS)},
        mode="min",
        name="ties",
    )
    result = simulate(table, "asha-cost", workers=workers, max_epochs=CONFIGURATIONS * RESOURCES)
    decisions = result.decisions
    assert (decisions["resume_from"] == 1).sum() == CONFIGURATIONS // 3
    reached = (decisions["milestone"] == 3).sum()
    assert (decisions["resume_from"] == 3).sum() == reached // 3
