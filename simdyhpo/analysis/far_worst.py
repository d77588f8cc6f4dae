"""Whether a table's worst value lies so far outside that regret, measured by it, tells nothing apart."""

from __future__ import annotations

import msgspec
import numpy as np

from simdyhpo.analysis.steps import lower_is_better
from simdyhpo.tables.curves import CurveTable

QUANTILE = 0.95
"""Of all finite values, towards the worst: the reference that a few diverged values don't move."""
FAR = 10.0
"""How many times as far from the best as the quantile a worst value is far outside."""


class FarWorst(msgspec.Struct, frozen=True):
    """A worst value far outside the rest.

    Attributes:
        table: its name.
        worst: the table's worst finite value.
        reference: the value at `QUANTILE` of all finite values.
        factor: how many times as far from the best the worst lies; regrets would be so many times as large
            with the reference in its place (and 1 beyond it). Infinite if the reference equals the best.
    """

    table: str
    worst: float
    reference: float
    factor: float

    @property
    def words(self) -> str:
        """A warning, in a sentence or two."""
        larger = f"{self.factor:.3g} times as large" if np.isfinite(self.factor) else "0 or 1"
        return (
            f"{self.table}: the worst value, {self.worst:.6g}, lies far outside the rest, so that regret is "
            f"near 0 for nearly all. Measured by the {QUANTILE:.0%} quantile, {self.reference:.6g}, instead, "
            f"regrets would be {larger}."
        )


def far_worst(table: CurveTable) -> FarWorst | None:
    """The table's worst value, if it lies far outside the rest."""
    keys = lower_is_better(table.values, table.mode)
    keys = keys[np.isfinite(keys)]
    if not keys.size:
        return None
    best, worst, reference = keys.min(), keys.max(), np.quantile(keys, QUANTILE, method="lower")
    if worst == best:
        return None
    factor = float((worst - best) / (reference - best)) if reference > best else float("inf")
    if factor <= FAR:
        return None
    sign = 1 if table.mode == "min" else -1
    return FarWorst(table.name, float(sign * worst), float(sign * reference), factor)
