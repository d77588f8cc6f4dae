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
        self._values: list[list[float] | None] = [None] * len(table)
        self._elapsed: list[list[int]] = [[] for _ in range(len(table))]

    def reached(self, configuration: int, milestone: int) -> int:
        """The resource at which a segment towards `milestone` ends: less for a shorter curve."""
        return min(milestone, self._lengths[configuration])

    def is_complete(self, configuration: int, resource: int) -> bool:
        """Whether the curve of `configuration` ends at `resource`."""
        return resource >= self._lengths[configuration]

    def duration_ns(self, configuration: int, resume_from: int, end: int) -> int:
        """Nanoseconds of training from resource `resume_from` (0: from scratch) to `end`."""
        elapsed = self._row(configuration)
        return elapsed[end - 1] - (elapsed[resume_from - 1] if resume_from else 0)

    def elapsed_ns(self, configuration: int, resume_from: int, end: int) -> list[int]:
        """For each resource in `resume_from + 1 .. end`: nanoseconds since the segment began."""
        elapsed = self._row(configuration)
        offset = elapsed[resume_from - 1] if resume_from else 0
        return [time - offset for time in elapsed[resume_from:end]]

    def values(self, configuration: int, resume_from: int, end: int) -> Sequence[float]:
        """The metric at resources `resume_from + 1 .. end`."""
        self._row(configuration)
        values = self._values[configuration]
        assert values is not None
        return values[resume_from:end]

    def _row(self, configuration: int) -> list[int]:
        elapsed = self._elapsed[configuration]
        if not elapsed:
            elapsed = self._elapsed[configuration] = self._table.elapsed_ns[configuration].tolist()
            self._values[configuration] = self._table.values[configuration].tolist()
        return elapsed
