"""Logarithmic axes: their limits, and ticks in plain decimals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axis import Axis
from matplotlib.ticker import FixedFormatter, FixedLocator, MaxNLocator, NullLocator


def log_limits(parts: Sequence[npt.ArrayLike]) -> tuple[float, float]:
    """Limits for regrets: a little around all positive numbers of `parts`; up to 1 where none is larger."""
    values = np.concatenate([np.ravel(np.asarray(part, dtype=np.float64)) for part in parts])
    values = values[np.isfinite(values) & (values > 0)]
    if not values.size:
        return 1e-3, 1.0
    highest = float(values.max())
    return float(values.min()) * 0.7, min(highest * 1.15, 1.0) if highest <= 1 else highest * 1.15


def label_ticks(axis: Axis, *, has_zero: bool = False) -> None:
    """Plain decimals on a logarithmic axis: at 1, 2 and 5 times the powers of ten while there is room.

    An axis too short for three of them gets round numbers at equal steps. With `has_zero`, the axis' low end
    stands for 0 and says so.
    """
    low, high = axis.get_view_interval()
    factors = (1, 2, 5) if high < 1000 * low else (1,)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [factor * 10.0**power for power in powers for factor in factors]
    if sum(low <= tick <= high for tick in ticks) < 3:
        ticks = [
            float(tick) for tick in MaxNLocator(6, steps=[1, 2, 5, 10], min_n_ticks=3).tick_values(low, high)
        ]
    texts = {tick: f"{tick:g}" for tick in ticks if low <= tick <= high}
    if has_zero:
        texts = {low: "0"} | {tick: text for tick, text in texts.items() if tick > low * 1.3}
    axis.set_major_locator(FixedLocator(list(texts)))
    axis.set_major_formatter(FixedFormatter(list(texts.values())))
    axis.set_minor_locator(NullLocator())
