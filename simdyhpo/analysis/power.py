"""What more seeds or data sets would show: the smallest difference that a comparison can tell."""

from __future__ import annotations

import msgspec
import numpy as np

from simdyhpo.analysis.order_flips import PairedRuns
from simdyhpo.analysis.verdicts import LEVEL

POWER = 0.8
"""So often shall a difference be shown that is there: Cohen's convention (1988)."""


class Spread(msgspec.Struct, frozen=True):
    """Where differences come from.

    Attributes:
        between: variance of a data set's true difference; NaN with a single data set. Where none has two
            seeds, a seed's spread is in it.
        within: variance of a seed's difference around that of its data set; NaN if none has two seeds.
    """

    between: float
    within: float


def spread(runs: PairedRuns) -> Spread:
    """Both variances, estimated from the mean squares between and within data sets; neither is negative.

    Source: the analysis of variance of one random factor, for groups of unequal size (Searle, Casella and
    McCulloch, Variance Components, 1992, chapter 3).
    """
    counts, total, groups = runs.counts, runs.values.size, runs.counts.size
    means = runs.means
    inside = float(((runs.values - np.repeat(means, counts)) ** 2).sum())
    within = inside / (total - groups) if total > groups else float("nan")
    if groups < 2:
        return Spread(float("nan"), within)
    grand = float(runs.values.mean())
    beyond = float((counts * (means - grand) ** 2).sum()) / (groups - 1)
    size = (total - float((counts**2).sum()) / total) / (groups - 1)
    return Spread(max(0.0, beyond - (0.0 if np.isnan(within) else within)) / size, within)


def smallest_shown(found: Spread, data_sets: int, seeds: int, level: float = LEVEL) -> float:
    """The smallest true mean difference that `POWER` of all such comparisons would show.

    It asks what holds on further data sets of the same kind: a t test of the data sets' mean differences. Its
    approximation, the sum of two quantiles of t, is exact to some percent from three data sets on.

    Args:
        found: see `spread`.
        data_sets, seeds: of the comparison that is planned, at least 1 each.
        level: of the two-sided test.

    Returns:
        The difference, in the unit of the values; NaN with fewer than two data sets, or where a variance
        isn't known.
    """
    from scipy.stats import t  # here, so that commands without statistics start quickly

    if data_sets < 2:
        return float("nan")
    within = 0.0 if np.isnan(found.within) and seeds == 1 else found.within  # it is in the other, then
    error = np.sqrt((found.between + within / seeds) / data_sets)
    freedom = data_sets - 1
    return float(error * (t.ppf(1 - level / 2, freedom) + t.ppf(POWER, freedom)))
