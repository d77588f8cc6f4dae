"""Statistics over runs: functions of arrays of shape (runs, points). They never draw figures.

Random numbers come from the named stream "bootstrap" of a fixed seed, so equal data give equal intervals.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.streams import Streams

Floats = npt.NDArray[np.float64]


_DRAWS = 20_000_000
"""So many at a time: half a GB, counts and weights included."""


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
    counts = _drawn_counts(runs, resamples, seed)
    # With weights, a matrix product needs no (resamples, runs, points) numbers.
    pieces = (counts[begin : begin + _rows(runs)] for begin in range(0, resamples, _rows(runs)))
    means = np.concatenate([piece.astype(np.float64) / runs @ array for piece in pieces])
    low, high = _central(means, confidence)
    return MeanInterval(mean, low, high, runs)


@functools.lru_cache(maxsize=2)  # a page asks for many means of equally many runs, and they share the draws
def _drawn_counts(runs: int, resamples: int, seed: int) -> npt.NDArray[np.uint16]:
    """(resamples, runs): how often each run was drawn. In pieces of one stream: the same draws as in one."""
    generator = Streams(seed).generator("bootstrap")
    counts = np.empty((resamples, runs), dtype=np.uint16)
    for begin in range(0, resamples, _rows(runs)):
        piece = counts[begin : begin + _rows(runs)]
        places = generator.integers(runs, size=piece.shape)
        places += runs * np.arange(len(piece))[:, None]
        piece[:] = np.bincount(places.ravel(), minlength=piece.size).reshape(piece.shape)
    return counts


def _rows(runs: int) -> int:
    """So many resamples of that many runs at a time."""
    return max(_DRAWS // runs, 1)


def bootstrap_nested_mean(
    values: npt.ArrayLike, groups: Sequence[str], *, resamples: int = 2000
) -> MeanInterval:
    """Mean of the groups' means, with a 95 % percentile bootstrap interval over groups and over runs within.

    In each resample as many groups are drawn as there are, and within each drawn group as many of its runs as
    it has, both with replacement. So the interval speaks about further groups (blackboxes, say) and further
    runs. With one group it is that of `bootstrap_mean`, but for other draws.

    Args:
        values: (runs, points), at least one run.
        groups: (runs,) what each run belongs to.
        resamples: see `bootstrap_mean`.
    """
    array = np.asarray(values, dtype=np.float64)
    mean = np.mean([array[mine].mean(axis=0) for mine in _members(groups)], axis=0)
    if len(array) == 1:
        nothing = np.full_like(mean, np.nan)
        return MeanInterval(mean, nothing, nothing, 1)
    weights = _nested_weights(tuple(groups), resamples)
    low, high = _central(weights @ array, 0.95)
    return MeanInterval(mean, low, high, len(array))


def _members(groups: Sequence[str]) -> list[npt.NDArray[np.intp]]:
    """The places of each group, groups in the order in which they come."""
    return [np.flatnonzero([group == name for group in groups]) for name in dict.fromkeys(groups)]


@functools.lru_cache(maxsize=2)  # a figure's curves are of runs in the same groups, and share the draws
def _nested_weights(groups: tuple[str, ...], resamples: int) -> Floats:
    """(resamples, runs): how much each run counts in the mean of a resample."""
    generator = Streams(0).generator("nested-bootstrap")
    members = _members(groups)
    times = generator.multinomial(len(members), np.full(len(members), 1 / len(members)), size=resamples)
    weights = np.empty((resamples, len(groups)))
    for place, mine in enumerate(members):
        drawn = generator.multinomial(times[:, place] * mine.size, np.full(mine.size, 1 / mine.size))
        weights[:, mine] = drawn / (mine.size * len(members))
    return weights


def _central(means: Floats, confidence: float) -> Floats:
    """(2, points): the bounds of the central `confidence` of (resamples, points) means."""
    # Sorting rows that lie in one piece, and then looking up, is quicker than selecting within columns.
    ordered = np.sort(np.ascontiguousarray(means.T), axis=1)
    bounds: Floats = np.quantile(ordered, [(1 - confidence) / 2, (1 + confidence) / 2], axis=1)
    return bounds


def interquartile_mean(values: npt.ArrayLike) -> float:
    """The mean of the middle half, robust and yet about many runs (Agarwal et al. 2021); NaN without any."""
    from scipy.stats import trim_mean  # here, so that commands without statistics start quickly

    array = np.asarray(values, dtype=np.float64).ravel()
    return float(trim_mean(array, 0.25)) if array.size else float("nan")
