"""The reports of a run with a cluster: logged when a job begins, since its course is known then."""

from __future__ import annotations

import struct
from array import array

import numpy as np

from simdyhpo.curves import CurveTable
from simdyhpo.errors import ClockError
from simdyhpo.simulation.jobs import Job
from simdyhpo.simulation.reports import Reports

_COLUMNS = ("time_ns", "worker", "trial", "configuration", "resource", "ignored")
_pack = struct.Struct(f"{len(_COLUMNS)}q").pack


class ReportLog:
    """Reports that arrive if the run goes on long enough; 48 bytes each."""

    def __init__(self) -> None:
        self._flat = array("q")
        self._reported: dict[int, int] = {}
        """By trial: the largest resource so far. What is reported again is ignored."""

    def add(self, job: Job) -> None:
        """All that a job will report.

        Raises:
            ClockError: a time doesn't fit in 64 bits.
        """
        seen = self._reported.get(job.trial, 0)
        first = job.end - len(job.takes_ns) + 1
        for resource, time in enumerate(job.reports_ns, first):
            row = (time, job.worker, job.trial, job.configuration, resource, resource <= seen)
            try:
                self._flat.frombytes(_pack(*row))
            except struct.error:
                raise ClockError from None
        if job.reports_ns:
            self._reported[job.trial] = max(seen, first + len(job.reports_ns) - 1)

    def until(self, table: CurveTable, end_ns: int, max_epochs: int | None) -> Reports:
        """Those that have arrived by then, in the order of (time, worker).

        Args:
            table: of the values.
            end_ns: a report at this instant counts.
            max_epochs: at most so many.
        """
        rows = np.array(self._flat, dtype=np.int64).reshape(-1, len(_COLUMNS))
        rows = rows[rows[:, 0] <= end_ns]
        rows = rows[np.lexsort((rows[:, 1], rows[:, 0]))][:max_epochs]  # stable: else as they were logged
        time, worker, trial, configuration, resource, ignored = rows.T
        values = table.values[configuration, resource - 1].astype(np.float64)
        return Reports(time, worker, trial, configuration, resource, values, ignored.astype(np.bool_))
