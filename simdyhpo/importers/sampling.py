"""A seeded sample of configurations from a space of ranges, choices and conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.streams import Streams

INACTIVE = "inactive"
"""What a categorical hyperparameter says where its condition doesn't hold; a numeric one is NaN there."""

Columns = dict[str, npt.NDArray[Any]]
"""n configurations: columns of length n by name."""


class Range(msgspec.Struct, frozen=True):
    """The values that one hyperparameter may take, both ends included.

    Attributes:
        name: the hyperparameter.
        lower, upper: the ends.
        integer: whole numbers only.
        log: uniform on a log scale instead of a linear one; needs a positive lower end.
    """

    name: str
    lower: float
    upper: float
    integer: bool = False
    log: bool = False


class Choice(msgspec.Struct, frozen=True):
    """The categories of one hyperparameter, all equally likely."""

    name: str
    choices: tuple[str, ...]


class Condition(msgspec.Struct, frozen=True):
    """`child` is active only where `parent` is one of `values`."""

    child: str
    parent: str
    values: tuple[str, ...]


def sample_configurations(
    parameters: Sequence[Range | Choice], count: int, seed: int, conditions: Sequence[Condition] = ()
) -> Columns:
    """Draw `count` configurations.

    Every hyperparameter has a random stream of its own, so that its column depends on its own range, the
    count's prefix and the seed, and on nothing else: the first 100 of 2,000 are those of 100.

    Floats are rounded to single precision, in which models compute: a table then holds exactly what its
    model saw. Whole numbers come from the range widened by one half at both ends, so that the end points
    are as likely as their neighbours. What a condition rules out is drawn, too, and then taken away.

    Returns:
        Columns of length `count` by name, in the order of `parameters`: int64 or float64 (with NaN where
        inactive), or text.
    """
    streams = Streams(seed)
    drawn = {
        one.name: _draw(one, streams.generator(f"configurations/{one.name}").random(count))
        for one in parameters
    }
    return _without_inactive(drawn, conditions)


def _draw(one: Range | Choice, uniforms: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """Shape (n,): uniform numbers in [0, 1) mapped onto the range or the choices."""
    if isinstance(one, Choice):
        chosen: npt.NDArray[Any] = np.array(one.choices)[(uniforms * len(one.choices)).astype(np.int64)]
        return chosen
    half = 0.5 if one.integer else 0.0
    lower, upper = one.lower - half, one.upper + half
    drawn: npt.NDArray[np.float64]
    if one.log:
        drawn = np.exp(np.log(lower) + uniforms * (np.log(upper) - np.log(lower)))
    else:
        drawn = lower + uniforms * (upper - lower)
    inside: npt.NDArray[Any] = np.clip(np.rint(drawn) if one.integer else drawn, one.lower, one.upper)
    if one.integer:
        return inside.astype(np.int64)
    return inside.astype(np.float32).astype(np.float64)


def _without_inactive(columns: Columns, conditions: Sequence[Condition]) -> Columns:
    """The columns with inactive cells marked; a child of an inactive parent is inactive, too."""
    columns = dict(columns)
    for _ in conditions:  # as often as the longest possible chain of parents
        for condition in conditions:
            inactive = ~np.isin(columns[condition.parent], condition.values)
            column = columns[condition.child]
            if column.dtype.kind == "U":
                columns[condition.child] = np.where(inactive, INACTIVE, column)
            elif inactive.any():
                columns[condition.child] = np.where(inactive, np.nan, column)
    return columns
