"""Several variants on several problems: do their ranks differ at all, and which of them do?"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from scipy.stats import friedmanchisquare, rankdata, studentized_range

Floats = npt.NDArray[np.float64]


class RankTest(msgspec.Struct, frozen=True):
    """Friedman's test and Nemenyi's comparison of all pairs (Demsar 2006).

    Attributes:
        labels: the variants, best mean rank first.
        mean_ranks: (labels,) over the problems; 1 would be the lowest value everywhere.
        p: of Friedman's test; NaN where it can't be made: fewer than three variants or two problems, or all
            values equal.
        pairwise_p: (labels, labels) Nemenyi's, 1 on the diagonal.
        critical_difference: mean ranks that are further apart than this differ at the level.
        problems: how many there are.
        level: of the tests, e.g. 0.05.
    """

    labels: list[str]
    mean_ranks: Floats
    p: float
    pairwise_p: Floats
    critical_difference: float
    problems: int
    level: float

    def groups(self) -> list[tuple[int, int]]:
        """Runs of neighbours (first, last) that don't differ: the longest ones, of two or more."""
        found: list[tuple[int, int]] = []
        for first in range(len(self.labels)):
            near = np.flatnonzero(self.mean_ranks - self.mean_ranks[first] <= self.critical_difference)
            last = int(near[-1])
            if last > first and (not found or last > found[-1][1]):
                found.append((first, last))
        return found


def rank_test(values: npt.ArrayLike, labels: Sequence[str], level: float = 0.05) -> RankTest:
    """Rank the variants on each problem and test the ranks.

    Args:
        values: (problems, variants), lower is better; none is NaN. At least two variants.
        labels: of the variants.
        level: of the tests.
    """
    array = np.asarray(values, dtype=np.float64)
    problems, variants = array.shape
    mean_ranks = rankdata(array, axis=1).mean(axis=0)
    # The difference of two mean ranks has this deviation if there is no difference but chance.
    unit = np.sqrt(variants * (variants + 1) / (6 * problems))
    distances = np.abs(mean_ranks[:, None] - mean_ranks[None, :]) / unit
    pairwise = studentized_range.sf(distances * np.sqrt(2), variants, np.inf)
    np.fill_diagonal(pairwise, 1.0)
    order = np.argsort(mean_ranks, kind="stable")
    tested = variants > 2 and problems > 1 and bool((array != array[:, :1]).any())
    return RankTest(
        labels=[labels[place] for place in order],
        mean_ranks=mean_ranks[order],
        p=float(friedmanchisquare(*array.T).pvalue) if tested else float("nan"),
        pairwise_p=np.minimum(pairwise, 1.0)[np.ix_(order, order)],
        critical_difference=float(studentized_range.ppf(1 - level, variants, np.inf) / np.sqrt(2) * unit),
        problems=problems,
        level=level,
    )
