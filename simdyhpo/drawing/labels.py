"""Labels beside the ends of lines, never over each other; and along axes, never longer than these."""

from __future__ import annotations

import textwrap

import numpy as np
import numpy.typing as npt

_AXIS_CHARACTERS = 30
"""So many fit along the height of a panel."""


def along_axis(label: str) -> str:
    """A vertical axis' label on as many lines as it takes."""
    return "\n".join(textwrap.wrap(label, _AXIS_CHARACTERS))


def spread(wanted: npt.ArrayLike, gap: float) -> npt.NDArray[np.float64]:
    """Places in [0, 1], at least `gap` apart, in the order of the wanted ones and as near to them as can be.

    "Near" is least squares: with the i-th gap subtracted, positions only have to be in rising order, which
    pooling neighbours that are not solves (Barlow and Brunk 1972); clipping the result solves it on an
    interval. If there are too many for the gap, they share the interval equally.

    Args:
        wanted: (n,) positions; of equal ones the earlier is lower.
        gap: in the same unit.
    """
    values = np.asarray(wanted, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    gap = min(gap, 1 / max(len(values) - 1, 1))
    offsets = gap * np.arange(len(values))
    pools: list[tuple[float, int]] = []  # sum and size, with rising means
    for value in values[order] - offsets:
        total, size = float(value), 1
        while pools and pools[-1][0] / pools[-1][1] >= total / size:
            before = pools.pop()
            total, size = total + before[0], size + before[1]
        pools.append((total, size))
    risen = np.concatenate([np.full(size, total / size) for total, size in pools] or [np.empty(0)])
    places = np.empty_like(values)
    places[order] = np.clip(risen, 0, max(1 - gap * (len(values) - 1), 0)) + offsets
    return places
