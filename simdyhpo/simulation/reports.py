"""From decisions to reports: what every running trial reported, and when.

Nothing is recorded while the simulation runs: a run's decisions, its table and its end say it all.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.curves import CurveTable
from simdyhpo.decisions import ScheduleDecision

Integers = npt.NDArray[np.int64]


class Reports(msgspec.Struct, frozen=True):
    """All reports of a run in the order of (time, worker), as columns of equal length.

    Attributes:
        time_ns: simulated time of arrival.
        worker, trial, configuration, resource: who reported what.
        value: the metric, in the table's unit; may be NaN or infinite.
        ignored: True for reports that a scheduler doesn't hear again (re-paid epochs).
    """

    time_ns: Integers
    worker: Integers
    trial: Integers
    configuration: Integers
    resource: Integers
    value: npt.NDArray[np.float64]
    ignored: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.time_ns)


def expand_reports(
    decisions: dict[str, Integers], table: CurveTable, end_ns: int, max_epochs: int | None
) -> Reports:
    """The reports that arrived by the end of a run.

    Args:
        decisions: the columns of its decision log.
        table: the table that it replayed.
        end_ns: when it ended; a report at this instant counts.
        max_epochs: at most so many, the first ones in the order of (time, worker).
    """
    runs = np.flatnonzero(decisions["decision"] != int(ScheduleDecision.STOP))
    # One worker's segments follow each other. So, worker by worker, the reports are as many rising stretches
    # as there are workers: sorting by time has only to merge them. It is stable: workers break ties.
    runs = runs[np.argsort(decisions["worker"][runs], kind="stable")]
    begin, worker, trial, configuration, resume_from, milestone = (
        decisions[name][runs]
        for name in ("time_ns", "worker", "trial", "configuration", "resume_from", "milestone")
    )
    end = np.minimum(milestone, table.lengths[configuration])
    if table.per_fit:
        resume_from = end - 1  # as in the engine: one fit, one report
    counts = end - resume_from
    segment = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(segment)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows, resource = configuration[segment], resume_from[segment] + 1 + step
    paid = np.where(resume_from > 0, table.elapsed_ns[configuration, resume_from - 1], 0)
    since_begin = table.elapsed_ns[rows, resource - 1] - paid[segment]
    arrived = since_begin <= end_ns - begin[segment]  # not a sum, which can pass the largest integer
    segment, rows, resource = segment[arrived], rows[arrived], resource[arrived]
    time_ns = begin[segment] + since_begin[arrived]
    order = np.argsort(time_ns, kind="stable")[:max_epochs]
    segment, rows, resource = segment[order], rows[order], resource[order]
    return Reports(
        time_ns=time_ns[order],
        worker=worker[segment],
        trial=trial[segment],
        configuration=rows,
        resource=resource,
        value=table.values[rows, resource - 1].astype(np.float64),
        ignored=np.zeros(len(order), dtype=np.bool_),
    )
