"""Properties of learning curves that theory is about, each measured from a table's numbers by one function.

All take plain arrays: `values` of shape (n, R), a loss or another metric at resources 1..R, NaN or infinite
where training diverged. They know nothing of how the curves were made. A property that is not defined for
these curves is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_PAIRED = 1000
"""Pairs are taken among the first so many curves: half a million of them say enough."""


def spearman(left: npt.NDArray[Any], right: npt.NDArray[Any]) -> float:
    """Spearman's rank correlation of what is finite in both; NaN for fewer than three, or all equal."""
    from scipy.stats import rankdata

    both = np.isfinite(left) & np.isfinite(right)
    one, other = left[both], right[both]
    if len(one) < 3 or one.min() == one.max() or other.min() == other.max():
        return float("nan")
    return float(np.corrcoef(rankdata(one), rankdata(other))[0, 1])


def rank_correlation(values: Floats, resource: int) -> float:
    """Spearman's rank correlation of values at a resource with those at the last."""
    return spearman(values[:, resource - 1], values[:, -1])


def crossing(values: Floats, resource: int) -> float:
    """Share of pairs of curves whose order at a resource is not that at the last, of those with an order."""
    early, late = (_orders(values[:, place]) for place in (resource - 1, -1))
    known = (early != 0) & (late != 0)
    return float((early != late)[known].mean()) if known.any() else float("nan")


def crossing_time(values: Floats, resource: int) -> float:
    """When curves cross: the share of the way from a resource to the last at which half of them have.

    That is, of the pairs that change their order between the two, half are in their last order; linear
    between resources.
    """
    early, late = (_orders(values[:, place]) for place in (resource - 1, -1))
    changing = (early != late) & (early != 0) & (late != 0)
    if not changing.any():
        return float("nan")
    way = values.shape[1] - resource
    settled = [
        float((_orders(values[:, resource - 1 + step]) == late)[changing].mean()) for step in range(way + 1)
    ]
    after = next(step for step, share in enumerate(settled) if share >= 0.5)
    before = settled[after - 1]
    return (after - 1 + (0.5 - before) / (settled[after] - before)) / way


def near_best(values: Floats, within: float = 0.01) -> float:
    """Share of all configurations that end within `within` of the lowest end, that one included."""
    ends = values[:, -1]
    finite = ends[np.isfinite(ends)]
    return float((finite <= finite.min() + within).sum() / len(ends)) if finite.size else float("nan")


def noise(values: Floats) -> float:
    """Standard deviation of what is rough in curves: from third differences over their second half.

    Robust: 1.4826 times the median of their sizes, over sqrt(20), by which independent errors of deviation 1
    are enlarged. What is smooth hardly counts; NaN with fewer than four resources there.
    """
    late = values[:, values.shape[1] // 2 :]
    if late.shape[1] < 4:
        return float("nan")
    rough = np.diff(late, n=3, axis=1)
    rough = rough[np.isfinite(rough)]
    return float(1.4826 * np.median(np.abs(rough)) / np.sqrt(20)) if rough.size else float("nan")


def spread(numbers: Floats) -> float:
    """The 90th percentile over the 10th."""
    low, high = np.quantile(numbers, [0.1, 0.9])
    return float(high / low)


def diverged(values: Floats, beyond: float = np.inf) -> float:
    """Share of curves that end without a finite value, or beyond `beyond`."""
    ends = values[:, -1]
    return float((~np.isfinite(ends) | (ends > beyond)).mean())


def first_below(values: Floats, level: float) -> npt.NDArray[np.int64]:
    """(n,) the first resource from which on a curve stays below a level, where finite; R + 1: never."""
    above = values >= level
    last_above = np.where(above.any(axis=1), values.shape[1] - np.argmax(above[:, ::-1], axis=1), 0)
    found: npt.NDArray[np.int64] = last_above + 1
    return found


def plateau(values: Floats, level: float) -> float:
    """For how long curves stay at chance: the mean share of resources before they stay below a level.

    Those that never do are left out.
    """
    first, resources = _leaving(values, level), values.shape[1]
    return float((first - 1).mean() / resources) if first.size else float("nan")


def plateau_spread(values: Floats, level: float) -> float:
    """The half width of the lengths of `plateau`, if they are uniform.

    Half of the range in which nine tenths of them lie, over 0.9.
    """
    first, resources = _leaving(values, level), values.shape[1]
    if not first.size:
        return float("nan")
    low, high = np.quantile(first, [0.05, 0.95])
    return float((high - low) / 2 / 0.9 / resources)


def never_leaving(values: Floats, level: float) -> float:
    """Share of the curves that end finite which never fall below a level for good."""
    ending = values[np.isfinite(values[:, -1])]
    return float((first_below(ending, level) > values.shape[1]).mean()) if len(ending) else float("nan")


def neighbour_correlation(points: Floats, ends: npt.NDArray[Any]) -> float:
    """Spearman's rank correlation of a configuration's end with that of the nearest other one.

    Args:
        points: (n, d), configurations as coordinates.
        ends: (n,), values at the last resource; configurations where it is not finite are left out.
    """
    from scipy.spatial import KDTree

    usable = np.isfinite(ends)
    if usable.sum() < 3:
        return float("nan")
    inside = points[usable]
    _, near = KDTree(inside).query(inside, k=2)
    return spearman(ends[usable], ends[usable][near[:, 1]])


def _leaving(values: Floats, level: float) -> npt.NDArray[np.int64]:
    ending = values[np.isfinite(values[:, -1])]
    first = first_below(ending, level)
    return first[first <= values.shape[1]]


def _orders(column: npt.NDArray[Any]) -> npt.NDArray[np.int8]:
    """(pairs,): -1, 0 or 1 for each pair of curves; 0 also where one is not finite."""
    numbers = np.where(np.isfinite(column), column, np.nan)[:_PAIRED]
    rows, columns = np.triu_indices(len(numbers), 1)
    signs: npt.NDArray[np.int8] = np.nan_to_num(np.sign(numbers[rows] - numbers[columns])).astype(np.int8)
    return signs
