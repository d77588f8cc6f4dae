"""Numbers as a report shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.units import NANOSECONDS


def plural(count: int, one: str, many: str | None = None) -> str:
    """`1 cell`, `2 cells`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def joined(numbers: Sequence[int]) -> str:
    """`1, 2, 4`, or `0 to 9` where no number is left out."""
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    return ", ".join(map(str, numbers))


def regret_words(regret: float) -> str:
    """Four decimals; nothing for a run that never saw a finite value."""
    return "" if math.isnan(regret) else f"{regret:.4f}"


def interval_words(values: npt.NDArray[np.float64]) -> str:
    """The 95 % bootstrap interval of the mean of values; nothing where there is no second one."""
    known = values[~np.isnan(values)]
    if known.size < 2:
        return ""
    interval = bootstrap_mean(known[:, None])
    return f"{float(interval.low[0]):.4f} to {float(interval.high[0]):.4f}"


def hours(nanoseconds: float) -> float:
    """Nanoseconds as hours."""
    return nanoseconds / NANOSECONDS / 3600


def table_words(box: Mapping[str, Any]) -> str:
    """What a table holds, from a run's manifest: `surrogate table: 2,000 configurations, 51 epochs; ...`."""
    size = f"{box['configurations']:,} configurations, {plural(box['max_resource'], box['resource'])}"
    goal = {"max": "higher is better", "min": "lower is better"}[box["mode"]]
    bounds = f"best {box['best']:.6g}, worst {box['worst']:.6g}"
    return f"{box['kind']} table: {size}; {box['metric']} ({goal}), {bounds}"
