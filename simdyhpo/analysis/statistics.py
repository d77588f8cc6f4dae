"""Statistics over runs: functions of arrays of shape (runs, points). They never draw figures.

Random numbers come from the named stream "bootstrap" of a fixed seed, so equal data give equal intervals.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.streams import Streams

Floats = npt.NDArray[np.float64]


class MeanInterval(msgspec.Struct, frozen=True):
    """A mean over runs and an interval around it, point by point.

    Attributes:
        mean: (points,) NaN where any run has no value.
        low, high: (points,) bounds; NaN also everywhere if there is only one run.
        runs: how many runs there are.
    """

    mean: Floats
    low: Floats
    high: Floats
    runs: int


def bootstrap_mean(
    values: npt.ArrayLike, *, confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> MeanInterval:
    """Mean over runs with a percentile bootstrap interval (Efron 1979).

    Runs are drawn with replacement, as many as there are; the interval holds the central `confidence` of the
    means so drawn, between which percentiles interpolate linearly. All points share the draws: a run is drawn
    whole. With few runs the interval is somewhat too narrow, as percentile intervals are: with five or fewer,
    take it as an indication.

    Args:
        values: (runs, points), at least one run.
        confidence: share of the resampled means inside the interval, between 0 and 1.
        resamples: how many means are drawn.
        seed: of the stream "bootstrap".
    """
    array = np.asarray(values, dtype=np.float64)
    runs = len(array)
    mean = array.mean(axis=0)
    if runs == 1:
        nothing = np.full_like(mean, np.nan)
        return MeanInterval(mean, nothing, nothing, runs)
    drawn = Streams(seed).generator("bootstrap").integers(runs, size=(resamples, runs))
    # How often each run was drawn, as weights: a matrix product needs no (resamples, runs, points) numbers.
    places = drawn + runs * np.arange(resamples)[:, None]
    weights = np.bincount(places.ravel(), minlength=resamples * runs).reshape(resamples, runs) / runs
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(weights @ array, tails, axis=0)
    return MeanInterval(mean, low, high, runs)
