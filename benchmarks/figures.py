"""A measured figure: the median of several runs with its spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """Median, lowest and highest of several runs."""

    median: float
    low: float
    high: float
    runs: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure:
        """The figure of at least one run."""
        return cls(statistics.median(values), min(values), max(values), len(values))

    def times(self, factor: float) -> Figure:
        """The same in another unit."""
        return Figure(self.median * factor, self.low * factor, self.high * factor, self.runs)

    def __str__(self) -> str:
        """`1,230 (1,200 to 1,300)`; one run has no spread."""
        if self.runs == 1:
            return short(self.median)
        return f"{short(self.median)} ({short(self.low)} to {short(self.high)})"


def short(value: float) -> str:
    """Three significant digits, thousands set apart."""
    rounded = float(f"{value:.3g}")
    if abs(rounded) >= 100:
        return f"{rounded:,.0f}"
    return f"{rounded:.3g}"


def yes(met: bool) -> str:
    """Whether a target is met, as a word."""
    return "yes" if met else "**no**"
