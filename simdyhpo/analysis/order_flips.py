"""How sure an order of two methods is: how often it flips if data sets and seeds are drawn anew.

It is about paired differences, one for each seed on each data set, and about the mean over data sets of the
mean over seeds.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.streams import Streams

Floats = npt.NDArray[np.float64]

_RESAMPLES = 2000


class PairedRuns(msgspec.Struct, frozen=True):
    """Paired differences, data set by data set.

    Attributes:
        values: (pairs,) those of a data set stand together.
        counts: (data sets,) how many pairs each has, at least one.
    """

    values: Floats
    counts: npt.NDArray[np.int64]

    @property
    def means(self) -> Floats:
        """(data sets,): each one's mean difference."""
        sums: Floats = np.add.reduceat(self.values, np.cumsum(self.counts) - self.counts)
        return sums / self.counts

    @property
    def difference(self) -> float:
        """The mean over data sets of the mean over seeds."""
        return float(self.means.mean())


def order_flips(runs: PairedRuns, data_sets: int | None = None, seeds: int | None = None) -> float:
    """How often the other method comes out ahead, if data sets and seeds are drawn anew from these.

    Args:
        runs: the differences. The order is the sign of their mean.
        data_sets, seeds: how many are drawn, with replacement; None: as many as there are.

    Returns:
        A share; a mean of exactly 0 counts half. NaN where nothing differs, or nothing is there.
    """
    groups = runs.counts.size
    if not groups or runs.difference == 0:
        return float("nan")
    generator = Streams(0).generator("order-flips")
    chosen = generator.integers(groups, size=(_RESAMPLES, data_sets or groups))
    most = seeds or int(runs.counts.max())
    starts, counts = (np.cumsum(runs.counts) - runs.counts)[chosen], runs.counts[chosen]
    places = (generator.random((*chosen.shape, most)) * counts[..., None]).astype(np.int64)
    values = runs.values[starts[..., None] + places]
    if seeds is None:  # each data set with as many as it has
        there = np.arange(most) < counts[..., None]
        means = np.where(there, values, 0).sum(axis=2) / counts
    else:
        means = values.mean(axis=2)
    drawn = means.mean(axis=1) * np.sign(runs.difference)
    return float((drawn < 0).mean() + (drawn == 0).mean() / 2)


def share_words(share: float) -> str:
    """A share of resamples in few characters; nothing where it isn't known."""
    if np.isnan(share):
        return ""
    return f"{100 * share:.0f} %" if share >= 0.01 else "< 1 %"
