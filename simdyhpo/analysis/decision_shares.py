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

    Every decision has the same length, so a part may hold fractions of decisions, and a run of few decisions
    has several parts for each of them.

    Args:
        decisions: a decision log with the column `decision`; at least one row.
        parts: into how many parts the log is cut.

    Returns:
        One row for each part in order, a column for each kind by name; rows sum to 1.
    """
    kinds = decisions["decision"].to_numpy(dtype=np.int64)
    taken = np.zeros((len(kinds) + 1, len(ScheduleDecision)))
    taken[np.arange(1, len(kinds) + 1), kinds] = 1
    counts = taken.cumsum(axis=0)
    edges = np.linspace(0, len(kinds), parts + 1)
    until = [np.interp(edges, np.arange(len(kinds) + 1), counts[:, kind]) for kind in ScheduleDecision]
    shares = np.diff(until, axis=1).T * parts / len(kinds)
    return pd.DataFrame(shares, columns=[kind.name for kind in ScheduleDecision])
