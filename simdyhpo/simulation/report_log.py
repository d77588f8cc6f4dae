"""What the reports of a run on a cluster follow from: a row for each segment, logged when it begins.

Its course is known then. Whose it is stands in the decision log.
"""

from __future__ import annotations

import struct
from array import array

import numpy as np

from simdyhpo.errors import ClockError
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.budget import NEVER
from simdyhpo.simulation.costs import Costs
from simdyhpo.simulation.reports import Reports, arrived
from simdyhpo.simulation.segments import Segment, SegmentStarts
from simdyhpo.tables.curves import CurveTable

_COLUMNS = ("decision", "begins_ns", "first", "last", "seen")
_pack = struct.Struct(f"{len(_COLUMNS)}q").pack


class ReportLog:
    """Segments that report if the run goes on for long enough; 48 bytes each."""

    def __init__(self) -> None:
        self._flat = array("q")
        self._slowdowns = array("d")
        self._reported: dict[int, int] = {}
        """By trial: the largest resource so far. What is reported again is ignored."""

    def add(self, segment: Segment) -> None:
        """All that a segment will report.

        Raises:
            ClockError: a time doesn't fit in 64 bits.
        """
        if segment.last == segment.first:
            return
        if segment.reports_ns(segment.last) >= NEVER:
            raise ClockError
        seen = self._reported.get(segment.trial, 0)
        row = (segment.decision, segment.begins_ns, segment.first, segment.last, seen)
        self._flat.frombytes(_pack(*row))
        self._slowdowns.append(segment.slowdown)
        self._reported[segment.trial] = max(seen, segment.last)

    def until(
        self, log: DecisionLog, table: CurveTable, costs: Costs, end_ns: int, max_epochs: int | None
    ) -> Reports:
        """Those that have arrived by then; see `arrived`.

        Args:
            log: the run's decisions.
            table, costs: of the run.
            end_ns: a report at this instant counts.
            max_epochs: at most so many.
        """
        rows = np.array(self._flat, dtype=np.int64).reshape(-1, len(_COLUMNS))
        decision, begins_ns, first, last, seen = rows.T
        decided = log.columns()
        worker, trial, configuration = (
            decided[name][decision] for name in ("worker", "trial", "configuration")
        )
        slowdown = np.array(self._slowdowns, dtype=np.float64)
        starts = SegmentStarts(decision, worker, trial, configuration, begins_ns, first, last, seen, slowdown)
        return arrived(starts, table, costs, end_ns, max_epochs)
