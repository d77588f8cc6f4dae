"""Who is how good on how many data sets: the one rule for ranks, that of arXiv 2202.09774, section 5.

On each data set, variants are ranked by their mean over seeds, 1 the lowest; equal ones share theirs. Ranks
are then averaged over data sets. A run counts only if every variant has its like
(`simdyhpo.analysis.balance`), so that none gains by runs that others lack.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.balance import balanced
from simdyhpo.analysis.marks import counted
from simdyhpo.analysis.regret_curves import ranks, seed_means


class MeanRanks(msgspec.Struct, frozen=True):
    """By label, of the labels that have a run; empty where no data set has all of them.

    Attributes:
        mean: the mean rank over data sets.
        least: on how many data sets it has the lowest mean, shared or alone.
    """

    mean: dict[str, float]
    least: dict[str, int]


def mean_ranks(rows: pd.DataFrame, labels: Sequence[str]) -> MeanRanks:
    """Rank variants over data sets.

    Args:
        rows: one row for each run: blackbox, label, workers, seed, and regret_1, by which they are ranked.
        labels: the variants; those without any run are left out.
    """
    there = [label for label in labels if (rows["label"] == label).any()]
    kept = balanced(rows, there, len(rows)).runs
    if kept.empty:
        return MeanRanks({}, {})
    means = seed_means(kept, counted(kept[["regret_1"]]), there)
    place = ranks(means)[:, :, 0].mean(axis=0)
    lowest = means.values[:, :, 0] == means.values[:, :, 0].min(axis=1, keepdims=True)
    counts = np.sum(lowest, axis=0)
    return MeanRanks(
        dict(zip(there, place.tolist(), strict=True)),
        dict(zip(there, counts.tolist(), strict=True)),
    )
