"""Small tables on which laws are checked, and tables derived from others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.files import Time
from simdyhpo.tables.final_scores import Mode

Floats = npt.NDArray[np.float64]


def noisy(  # noqa: PLR0913 - a table's traits, by name
    mode: Mode = "min",
    *,
    configurations: int = 40,
    resources: int = 9,
    diverged: float = 0.1,
    seed: int = 0,
    time: Time = "cumulative",
) -> CurveTable:
    """Noisy falling (or rising) curves with ties, uneven epochs and some that diverge for good.

    Args:
        mode: with "max", the values of "min" with the other sign.
        configurations, resources: its size.
        diverged: the share of configurations that are NaN from some resource on.
        seed: of the draws.
        time: see `CurveTable`.
    """
    draw = Streams(seed).generator("test-curves")
    level, speed = draw.random((2, configurations, 1))
    trend = level + np.exp(-speed * np.arange(1, resources + 1))
    loss = (trend + draw.normal(0, 0.05, (configurations, resources))).round(2)  # rounded: ties
    diverges = draw.random(configurations) < diverged
    end = np.where(diverges, draw.integers(0, resources, configurations), resources)
    loss[np.arange(resources) >= end[:, None]] = np.nan
    steps = draw.integers(1, 4, (configurations, resources))
    seconds = steps if time == "per-fit" else np.cumsum(steps, axis=1)
    sign = 1 if mode == "min" else -1
    name = f"noisy-{mode}-{configurations}x{resources}-diverged-{diverged:g}-{time}"
    return small_table(sign * loss, seconds.astype(float), name, mode=mode, time=time)


def short_curves() -> CurveTable:
    """Curves that end anywhere, one of them at the largest resource; each step takes a second."""
    configurations, resources = 30, 9
    draw = Streams(1).generator("test-lengths")
    lengths = draw.integers(1, 10, configurations)
    lengths[0] = resources
    values = draw.random((configurations, resources)).round(1)
    seconds = np.tile(np.arange(1.0, resources + 1), (configurations, 1))
    ended = np.arange(resources) >= lengths[:, None]
    values[ended] = seconds[ended] = np.nan
    return small_table(values, seconds, "short-curves")


def at_once(configurations: int = 40, resources: int = 9) -> CurveTable:
    """Curves that all take the same time, so that everything happens at the same instants."""
    values = Streams(2).generator("test-curves").random((configurations, resources))
    seconds = np.tile(np.arange(1.0, resources + 1), (configurations, 1))
    return small_table(values, seconds, "at-once")


def small_table(
    values: Floats, seconds: Floats, name: str, mode: Mode = "min", time: Time = "cumulative"
) -> CurveTable:
    """A table with one numeric hyperparameter."""
    numbers = {"x": [row / 10 for row in range(len(values))]}
    return CurveTable.from_arrays(values, seconds, numbers, mode=mode, name=name, time=time)


def changed(table: CurveTable, values: Floats) -> CurveTable:
    """The same table with other values."""
    return CurveTable.from_arrays(
        values, table.elapsed_seconds, table.configurations, mode=table.mode, name=table.name
    )
