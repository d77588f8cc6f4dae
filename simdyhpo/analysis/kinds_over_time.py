"""Which kinds of decisions a run took when."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.decisions import ScheduleDecision

PARTS = 20
"""Into how many equal parts a run is cut, by the reports that had come in."""


def kinds_over_time(decisions: pd.DataFrame, reports: pd.DataFrame) -> npt.NDArray[np.int64]:
    """How many decisions of each kind fell into each part of a run.

    Parts are of equal numbers of reports: time is measured in what was spent, so that runs on slow and fast
    tables can be added up.

    Args:
        decisions: columns time_ns and decision, in order.
        reports: column time_ns, in order of arrival.

    Returns:
        (PARTS, kinds), kinds in the order of `ScheduleDecision`.
    """
    return counts_over_time(
        decisions["time_ns"].to_numpy(),
        decisions["decision"].to_numpy(dtype=np.int64),
        reports["time_ns"].to_numpy(),
    )


def counts_over_time(
    decided_ns: npt.NDArray[np.int64], decisions: npt.NDArray[np.int64], reported_ns: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """The same of columns: when each decision was taken, its kind, and when each report came in."""
    kinds = len(ScheduleDecision)
    before = np.searchsorted(reported_ns, decided_ns, side="right")
    part = np.minimum(before * PARTS // max(len(reported_ns), 1), PARTS - 1)
    return np.bincount(part * kinds + decisions, minlength=PARTS * kinds).reshape(PARTS, kinds)
