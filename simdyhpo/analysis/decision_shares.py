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


def shares_along(decisions: pd.DataFrame, parts: int) -> pd.DataFrame:
    """Each kind's share of the decisions in equal parts of a run, from its first decision to its last.

    Args:
        decisions: a decision log with the column `decision`.
        parts: into how many parts the log is cut; as many decisions each, but for rounding.

    Returns:
        One row for each part that has a decision: part (0 to parts - 1), then a column for each kind by name.
    """
    kinds = decisions["decision"].to_numpy(dtype=np.int64)
    part = np.arange(len(kinds)) * parts // max(len(kinds), 1)
    counts = np.zeros((parts, len(ScheduleDecision)), dtype=np.int64)
    np.add.at(counts, (part, kinds), 1)
    some = np.flatnonzero(counts.sum(axis=1))
    shares = counts[some] / counts[some].sum(axis=1, keepdims=True)
    frame = pd.DataFrame(shares, columns=[kind.name for kind in ScheduleDecision])
    frame.insert(0, "part", some)
    return frame
