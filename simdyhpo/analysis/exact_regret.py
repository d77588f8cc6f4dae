"""Random search's expected regret on a table, exactly, in any measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.exact import expected_incumbent_score, expected_random_search
from simdyhpo.analysis.measures import Measure
from simdyhpo.tables.curves import CurveTable

Floats = npt.NDArray[np.float64]


def has_exact_regret(table: CurveTable, measure: Measure, epochs: int) -> bool:
    """Whether there is a closed form: all curves of full length, enough of them, and for a score no gaps."""
    if (table.lengths != table.max_resource).any() or epochs > table.values.size:
        return False
    if measure.score is None:
        return True
    return bool(np.isfinite(table.values).all() and np.isfinite(table.scores[measure.score].values).all())


def expected_random_regret(
    table: CurveTable, measure: Measure, epochs: Sequence[int] | npt.NDArray[np.integer[Any]]
) -> Floats:
    """The expected regret of random search with one worker and without repeats, after so many epochs.

    Regret never falls as the value gets worse, so the regret of the best is the least of the regrets: the
    expectation is taken of regrets, whatever their unit and reference.

    Args:
        table: see `has_exact_regret`.
        measure: of the regret.
        epochs: (m,) from 1 to the number of the table's values.

    Returns:
        (m,)
    """
    scale, rows = measure.on(table), np.arange(len(table))
    if measure.score is None:
        regrets = scale.regrets(np.where(np.isfinite(table.values), table.values, np.nan).ravel())
        return expected_random_search(regrets.reshape(table.values.shape), epochs, "min")
    scored = scale.regrets(table.values[:, -1], rows)
    return expected_incumbent_score(table.values, scored, epochs, table.mode)
