"""A table on workers: what a trial reports and when, looked up instead of trained."""

from __future__ import annotations

from simdyhpo.curves import CurveTable


class Replay:
    """Values and times of a table's curves, row by row, as plain Python numbers.

    Rows are unpacked when a configuration first runs, by `unpack`: a run pays for what it touches. From then
    on the engine reads the lists themselves, because a call would cost more than the look-up.

    Attributes:
        lengths: by configuration: the number of resources at which it reports.
        values, elapsed_ns: by configuration, once unpacked: the metric at resource 1, 2, ..., and the
            nanoseconds of training until then; empty before.
    """

    def __init__(self, table: CurveTable) -> None:
        self._table = table
        self.lengths: list[int] = table.lengths.tolist()
        self.values: list[list[float]] = [[] for _ in range(len(table))]
        self.elapsed_ns: list[list[int]] = [[] for _ in range(len(table))]

    def unpack(self, configuration: int) -> list[int]:
        """Make a configuration's row ready, and return its `elapsed_ns`."""
        self.values[configuration] = self._table.values[configuration].tolist()
        elapsed: list[int] = self._table.elapsed_ns[configuration].tolist()
        self.elapsed_ns[configuration] = elapsed
        return elapsed
