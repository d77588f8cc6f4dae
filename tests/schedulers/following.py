"""Runs that are small enough to follow by hand."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.runs.result import RunResult
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable
from tests.making import table

START, PROMOTE, CONTINUE, STOP = "START_RANDOM", "PROMOTE_RUNG", "CONTINUE", "STOP"


def story(result: RunResult) -> list[tuple[str, int, int]]:
    """(kind, trial, milestone) of each decision."""
    return [(record.decision.name, record.trial, record.milestone) for record in result.log]


def in_order(values: Sequence[Sequence[float]], mode: str = "min", seconds=None) -> CurveTable:
    """A table whose random starts under seed 0 see `values` (and `seconds`) in the order given."""
    order = Streams(0).generator("candidates").permutation(len(values)).tolist()
    place = {configuration: position for position, configuration in enumerate(order)}
    rows = [place[c] for c in range(len(values))]
    times = None if seconds is None else [seconds[row] for row in rows]
    return table([values[row] for row in rows], times, mode=mode)
