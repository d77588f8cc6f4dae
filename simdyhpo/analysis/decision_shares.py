"""What kinds of decisions a scheduler took, and how often."""

from __future__ import annotations

import numpy as np
import pandas as pd

from simdyhpo.decisions import ScheduleDecision


def decision_counts(decisions: pd.DataFrame) -> dict[str, int]:
    """How many decisions of each kind a log holds, by the kind's name, in the order of `ScheduleDecision`.

    Kinds that don't occur are counted, too, as 0.

    Args:
        decisions: a decision log with the column `decision`.
    """
    counts = np.bincount(decisions["decision"].to_numpy(dtype=np.int64), minlength=len(ScheduleDecision))
    return {kind.name: int(counts[kind]) for kind in ScheduleDecision}
