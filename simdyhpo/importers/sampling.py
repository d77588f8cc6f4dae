"""A seeded sample of configurations from a box of hyperparameter ranges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.streams import Streams


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


def sample_configurations(ranges: Sequence[Range], count: int, seed: int) -> dict[str, npt.NDArray[Any]]:
    """Draw `count` configurations.

    Every hyperparameter has a random stream of its own, so that its column depends on its own range, the
    count's prefix and the seed, and on nothing else: the first 100 of 2,000 are those of 100.

    Floats are rounded to single precision, in which models compute: a table then holds exactly what its
    model saw. Whole numbers come from the range widened by one half at both ends, so that the end points
    are as likely as their neighbours.

    Returns:
        Columns of length `count` by name, in the order of `ranges`: int64 or float64.
    """
    streams = Streams(seed)
    return {
        one.name: _draw(one, streams.generator(f"configurations/{one.name}").random(count)) for one in ranges
    }


def _draw(one: Range, uniforms: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """Shape (n,): uniform numbers in [0, 1) mapped onto the range."""
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
