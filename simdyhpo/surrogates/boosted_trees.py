"""Gradient boosting of small trees, in numpy: several outputs side by side, for a table's rows alone.

A replay only ever asks about rows of its table. So features are cut into bins once, a model is trained on
some of the rows, and what it predicts for all of them is worked out while it grows; no tree is kept.

Source: Friedman (2001), "Greedy Function Approximation: A Gradient Boosting Machine"; for second derivatives
and what holds leaves back, Chen and Guestrin (2016), "XGBoost: A Scalable Tree Boosting System".
"""

from __future__ import annotations

from typing import Annotated, Protocol

import msgspec
import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_BINS = 32


Count = Annotated[int, msgspec.Meta(ge=1)]
Depth = Annotated[int, msgspec.Meta(ge=1, le=6)]
Rate = Annotated[float, msgspec.Meta(gt=0, le=1)]


class Boosting(msgspec.Struct, frozen=True, kw_only=True):
    """How trees are grown.

    Attributes:
        trees: how many, one after the other.
        depth: of each; a tree has at most 2^depth leaves.
        rate: the share of a leaf's step that is taken.
        weight: what a leaf must weigh at least: rows, or what they weigh in the loss.
        shrinkage: added to a leaf's weight where gains and steps are worked out.
    """

    trees: int
    depth: int
    rate: float
    weight: float
    shrinkage: float


class Loss(Protocol):
    """What is made small: q outputs, each for the same m rows."""

    def start(self) -> Floats:
        """The best constants, (q,)."""
        ...

    def slopes(self, predicted: Floats) -> tuple[Floats, Floats]:
        """Minus the gradient at predictions (q, m), and what each row weighs, (q, m) both."""
        ...

    def steps(self, predicted: Floats, leaves: Integers, count: int, shrinkage: float) -> Floats:
        """How far each of `count` leaves goes, (q, count), given the leaf of each row, (q, m)."""
        ...


class Logistic:
    """One output: the log odds that a row is good."""

    def __init__(self, good: npt.NDArray[np.bool_]) -> None:
        """Take (m,), with at least one row of each kind."""
        self._good = good.astype(np.float64)[None, :]

    def start(self) -> Floats:
        """The log odds of all rows."""
        share = self._good.mean(axis=1)
        result: Floats = np.log(share / (1 - share))
        return result

    def slopes(self, predicted: Floats) -> tuple[Floats, Floats]:
        """Residual, and p (1 - p)."""
        chance = 1 / (1 + np.exp(-predicted))
        return self._good - chance, chance * (1 - chance)

    def steps(self, predicted: Floats, leaves: Integers, count: int, shrinkage: float) -> Floats:
        """One of Newton's."""
        slope, weight = (_summed(leaves, part, count) for part in self.slopes(predicted))
        result: Floats = slope / np.where(weight + shrinkage > 0, weight + shrinkage, 1.0)
        return result


class Pinball:
    """An output for each quantile: of n values, the ceil(level n)-th is the quantile at a level."""

    def __init__(self, values: Floats, levels: Floats) -> None:
        """Take (m,) values and (q,) levels in (0, 1)."""
        self._values, self._levels = values, levels

    def start(self) -> Floats:
        """The quantiles of all values."""
        place = np.ceil(self._levels * len(self._values)).astype(np.int64) - 1
        result: Floats = np.sort(self._values)[place]
        return result

    def slopes(self, predicted: Floats) -> tuple[Floats, Floats]:
        """The level where the value is above, less one where it isn't; every row weighs 1."""
        levels = self._levels[:, None]
        return np.where(self._values > predicted, levels, levels - 1), np.ones_like(predicted)

    def steps(self, predicted: Floats, leaves: Integers, count: int, shrinkage: float) -> Floats:  # noqa: ARG002
        """The quantile of a leaf's residuals; 0 in an empty one."""
        residuals = self._values - predicted
        order = np.lexsort((residuals, leaves), axis=1)
        sizes = _summed(leaves, np.ones_like(predicted), count).astype(np.int64)
        first = np.cumsum(sizes, axis=1) - sizes
        place = first + np.ceil(self._levels[:, None] * sizes).astype(np.int64) - 1
        inside = np.clip(place, 0, residuals.shape[1] - 1)
        found = np.take_along_axis(residuals, np.take_along_axis(order, inside, axis=1), axis=1)
        result: Floats = np.where(sizes > 0, found, 0.0)
        return result


def in_bins(features: Floats) -> Integers:
    """The bin of each number in its column, (n, d): one a distinct value while there are few enough."""
    codes = np.zeros(features.shape, dtype=np.int64)
    for i, column in enumerate(features.T):
        values = np.unique(column)
        if len(values) > _BINS:
            values = np.unique(np.quantile(column, np.arange(_BINS) / _BINS))
        codes[:, i] = np.searchsorted(values, column, side="right") - 1
    return codes


def boosted(loss: Loss, codes: Integers, rows: Integers, settings: Boosting) -> Floats:
    """What a model that was trained on some rows predicts for all, (q, n).

    Trees are grown level by level. A leaf splits where the loss falls most, by its second-order estimate; the
    lowest feature and the lowest bin of equals, and not where nothing is gained.

    Args:
        loss: of the m rows that train.
        codes: (n, d) of all rows, see `in_bins`.
        rows: (m,) which of them train; a row may come more than once.
        settings: see `Boosting`.
    """
    predicted = np.repeat(loss.start()[:, None], len(codes), axis=1)
    outputs, leaves = len(predicted), 2**settings.depth
    if not codes.shape[1]:
        return predicted
    columns = np.arange(codes.shape[1]) * _BINS + codes[rows]
    flat, first = codes.ravel(), np.arange(len(codes)) * codes.shape[1]
    for _ in range(settings.trees):
        own = predicted[:, rows]
        parts = loss.slopes(own)
        nodes = np.zeros((outputs, len(codes)), dtype=np.int64)
        for level in range(settings.depth):
            feature, bin_ = _splits(columns, nodes[:, rows], parts, 2**level, settings)
            at = np.take_along_axis(feature, nodes, axis=1)
            right = flat[first + at] > np.take_along_axis(bin_, nodes, axis=1)
            nodes = 2 * nodes + right
        steps = loss.steps(own, nodes[:, rows], leaves, settings.shrinkage)
        predicted += settings.rate * np.take_along_axis(steps, nodes, axis=1)
    return predicted


def _splits(
    columns: Integers, nodes: Integers, parts: tuple[Floats, Floats], count: int, settings: Boosting
) -> tuple[Integers, Integers]:
    """Feature and last bin on the left of each node's best split, (q, count) each; all is left without one.

    Args:
        columns: (m, d) feature and bin of each row, as one number.
        nodes: (q, m) where each row is.
        parts: slopes and weights, (q, m) each.
        count: of nodes.
        settings: see `Boosting`.
    """
    outputs, m = nodes.shape
    d = columns.shape[1]
    node = np.arange(outputs)[:, None] * count + nodes
    place = (node * (d * _BINS))[:, :, None] + columns
    shape = (outputs, count, d, _BINS)
    size = outputs * count * d * _BINS
    each = place.ravel()
    left, heft = (
        np.bincount(each, np.repeat(part, d, axis=1).ravel(), size).reshape(shape).cumsum(axis=3)
        for part in parts
    )
    total, all_heft = left[..., -1:], heft[..., -1:]
    gain = _squares(left, heft, settings.shrinkage)
    gain += _squares(total - left, all_heft - heft, settings.shrinkage)
    gain -= _squares(total, all_heft, settings.shrinkage)
    least = settings.weight * (1 - 1e-9)  # sums of weights are rounded
    gain = np.where((heft >= least) & (all_heft - heft >= least), gain, 0.0).reshape(outputs, count, -1)
    best = gain.argmax(axis=2)
    nothing = np.take_along_axis(gain, best[:, :, None], axis=2)[:, :, 0] <= 1e-12 * m
    feature, bin_ = np.divmod(best, _BINS)
    return np.where(nothing, 0, feature), np.where(nothing, _BINS, bin_)


def _squares(slope: Floats, weight: Floats, shrinkage: float) -> Floats:
    """slope^2 / (weight + shrinkage), 0 where both are."""
    below = weight + shrinkage
    result: Floats = slope * slope / np.where(below > 1e-12, below, 1.0)
    return result


def _summed(leaves: Integers, part: Floats, count: int) -> Floats:
    """The sum in each leaf, (q, count)."""
    outputs = len(leaves)
    place = np.arange(outputs)[:, None] * count + leaves
    sums = np.bincount(place.ravel(), part.ravel(), outputs * count)
    return sums.reshape(outputs, count).astype(np.float64)
