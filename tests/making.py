"""Small tables and problems for tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simdyhpo.candidates import Candidates
from simdyhpo.protocols import Problem
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable

Rows = Sequence[Sequence[float]]


def ragged(rows: Rows) -> np.ndarray:
    """Rows of different length as one array, filled up with NaN."""
    width = max(len(row) for row in rows)
    return np.array([[*row, *[np.nan] * (width - len(row))] for row in rows], dtype=float)


def table(
    values: Rows,
    seconds: Rows | None = None,
    mode: str = "min",
    name: str = "small",
    time: str = "cumulative",
) -> CurveTable:
    """A table of `values`; every step takes a second unless `seconds` are given."""
    times = seconds or [range(1, len(row) + 1) for row in values]
    numbers = {"x": [i / 10 for i in range(len(values))]}
    return CurveTable.from_arrays(ragged(values), ragged(times), numbers, mode=mode, name=name, time=time)


def falling(configurations: int, resources: int) -> CurveTable:
    """Curves that all fall; a lower id is better everywhere, and no two values are equal."""
    levels = np.arange(configurations)[:, None] / configurations
    return table((levels + np.arange(resources, 0, -1)).tolist())


def problem(of: CurveTable, seed: int = 0, sampling: str = "without-replacement") -> Problem:
    """What a scheduler is handed for a table."""
    streams = Streams(seed)
    candidates = Candidates(of.configurations, streams, sampling)
    return Problem(candidates, of.max_resource, of.mode, streams)
