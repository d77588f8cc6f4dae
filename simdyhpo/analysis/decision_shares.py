"""What kinds of decisions a scheduler took, and how often."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
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


def shares_along(kinds: npt.NDArray[np.int64], parts: int) -> npt.NDArray[np.float64]:
    """Each kind's share of the decisions in equal parts of a run, from its first decision to its last.

    Every decision has the same length, so a part may hold fractions of decisions, and a run of few decisions
    has several parts for each of them.

    Args:
        kinds: (decisions,) the kind of each, in order; at least one.
        parts: into how many parts the log is cut.

    Returns:
        (parts, kinds), kinds in the order of `ScheduleDecision`; rows sum to 1.
    """
    # Cut at each part's edge and at each decision: every piece is of one kind and of one part.
    edges = np.union1d(np.arange(parts + 1) * len(kinds), np.arange(len(kinds) + 1) * parts)
    part, decision = edges[:-1] // len(kinds), edges[:-1] // parts
    flat = part * len(ScheduleDecision) + kinds[decision]
    pieces = np.bincount(flat, weights=np.diff(edges), minlength=parts * len(ScheduleDecision))
    return pieces.reshape(parts, len(ScheduleDecision)) / len(kinds)
