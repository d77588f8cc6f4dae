"""A table on workers: what a trial reports and when, looked up instead of trained."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.curves import CurveTable


class Replay:
    """Values and times of a table's curves, row by row, as plain Python numbers.

    Rows are unpacked when a configuration first runs: a run pays for what it touches.
    """

    def __init__(self, table: CurveTable) -> None:
        self._table = table
        self._lengths: list[int] = table.lengths.tolist()
        self._values: list[list[float]] = [[] for _ in range(len(table))]
        self._elapsed: list[list[int]] = [[] for _ in range(len(table))]

    def plan(self, configuration: int, resume_from: int, milestone: int) -> tuple[int, int]:
        """Where a segment from resource `resume_from` (0: from scratch) towards `milestone` ends, and when.

        Returns:
            The resource reached, which is less for a shorter curve, and the nanoseconds of training.
        """
        elapsed = self._elapsed[configuration] or self._row(configuration)
        length = self._lengths[configuration]
        end = milestone if milestone < length else length  # noqa: FURB136 - min() costs more here
        return end, elapsed[end - 1] - (elapsed[resume_from - 1] if resume_from else 0)

    def elapsed_ns(self, configuration: int, resume_from: int, end: int) -> list[int]:
        """For each resource in `resume_from + 1 .. end`: nanoseconds since the segment began."""
        elapsed = self._row(configuration)
        offset = elapsed[resume_from - 1] if resume_from else 0
        return [time - offset for time in elapsed[resume_from:end]]

    def reported(self, configuration: int, resume_from: int, end: int) -> tuple[Sequence[float], bool]:
        """The metric at resources `resume_from + 1 .. end`, and whether the curve ends there."""
        values = self._values[configuration]
        if not values:
            self._row(configuration)
            values = self._values[configuration]
        return values[resume_from:end], end >= self._lengths[configuration]

    def _row(self, configuration: int) -> list[int]:
        elapsed = self._elapsed[configuration]
        if not elapsed:
            elapsed = self._elapsed[configuration] = self._table.elapsed_ns[configuration].tolist()
            self._values[configuration] = self._table.values[configuration].tolist()
        return elapsed
