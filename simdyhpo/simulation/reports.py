"""From segments to reports: what every running trial reported, and when.

No report is recorded while the simulation runs: how its segments began, its table and its end say it all.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.simulation.costs import Costs
from simdyhpo.simulation.segments import Integers, SegmentStarts, plain_starts
from simdyhpo.tables.curves import CurveTable


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
    decisions: Mapping[str, Integers], table: CurveTable, end_ns: int, max_epochs: int | None
) -> Reports:
    """The reports that arrived by the end of a run without a cluster.

    Args:
        decisions: the columns of its decision log.
        table: the table that it replayed.
        end_ns: when it ended; a report at this instant counts.
        max_epochs: at most so many, the first ones in the order of (time, worker).
    """
    return arrived(plain_starts(decisions, table), table, None, end_ns, max_epochs)


def arrived(
    starts: SegmentStarts, table: CurveTable, costs: Costs | None, end_ns: int, max_epochs: int | None
) -> Reports:
    """As `expand_reports`, of segments on a cluster that costs so much."""
    # One worker's segments follow each other. So, worker by worker, the reports are as many rising stretches
    # as there are workers: sorting by time has only to merge them. It is stable: workers break ties.
    starts = starts.at(np.argsort(starts.worker, kind="stable"))
    segment, resource, since = starts.reports(table, costs)
    in_time = since <= end_ns - starts.begins_ns[segment]  # not a sum, which can pass the largest integer
    segment, resource = segment[in_time], resource[in_time]
    time_ns = starts.begins_ns[segment] + since[in_time]
    order = np.argsort(time_ns, kind="stable")[:max_epochs]
    segment, resource = segment[order], resource[order]
    configuration = starts.configuration[segment]
    return Reports(
        time_ns=time_ns[order],
        worker=starts.worker[segment],
        trial=starts.trial[segment],
        configuration=configuration,
        resource=resource,
        value=table.values[configuration, resource - 1].astype(np.float64),
        ignored=resource <= starts.seen[segment],
    )
