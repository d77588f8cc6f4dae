"""What each worker did: one row for each segment. Timelines and replays derive from it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np

from simdyhpo.simulation.segments import Integers, SegmentStarts, elapsed_ns, plain_starts
from simdyhpo.tables.curves import CurveTable

FINISHED, INTERRUPTED, CUT = range(3)
OUTCOMES = ("finished", "interrupted", "cut")


class Segments(msgspec.Struct, frozen=True):
    """All segments of a run, in the order in which they were over, as columns.

    Attributes:
        decision: number of the decision that each carries out.
        worker, trial, configuration: who.
        given_ns: when the worker got the trial; then come what starting costs and the loading.
        begins_ns: when training begins; not before a run's end for one that was cut earlier.
        over_ns: the last report, the interruption, or the run's end.
        released_ns: when the worker is free again: after saving, stopping and completion.
        first: the resource from which it trained.
        reached: the last resource it reported.
        outcome: index into `OUTCOMES`.
        busy_ns: nanoseconds of training that count.
        lost_ns: nanoseconds of training in vain: done again later, or done before.
    """

    decision: Integers
    worker: Integers
    trial: Integers
    configuration: Integers
    given_ns: Integers
    begins_ns: Integers
    over_ns: Integers
    released_ns: Integers
    first: Integers
    reached: Integers
    outcome: Integers
    busy_ns: Integers
    lost_ns: Integers

    def __len__(self) -> int:
        return len(self.decision)


FIELDS = Segments.__struct_fields__


def plain_segments(decisions: Mapping[str, Integers], table: CurveTable, end_ns: int) -> Segments:
    """The segments of a run without a cluster, which follow from its decisions.

    Args:
        decisions: the columns of its decision log.
        table: the table that it replayed.
        end_ns: when it ended.
    """
    starts = plain_starts(decisions, table)
    begins, configuration, first, end = starts.begins_ns, starts.configuration, starts.first, starts.last
    takes = elapsed_ns(table, configuration, end) - elapsed_ns(table, configuration, first)
    cut = takes > end_ns - begins  # not a sum, which can pass the largest integer
    over = np.where(cut, end_ns, begins + np.where(cut, 0, takes))
    order = np.argsort(over, kind="stable")
    columns = {
        "decision": starts.decision,
        "worker": starts.worker,
        "trial": starts.trial,
        "configuration": configuration,
        "given_ns": begins,
        "begins_ns": begins,
        "over_ns": over,
        "released_ns": over,
        "first": first,
        "reached": end.copy(),
        "outcome": np.where(cut, CUT, FINISHED),
        "busy_ns": over - begins,
        "lost_ns": np.zeros_like(over),
    }
    columns["reached"][cut] = _reached(starts.at(np.flatnonzero(cut)), table, end_ns)
    return Segments(*(np.asarray(columns[name], dtype=np.int64)[order] for name in FIELDS))


def _reached(starts: SegmentStarts, table: CurveTable, end_ns: int) -> Integers:
    """The resource that each had reported by the end."""
    segment, _, since = starts.reports(table)
    in_time = since <= end_ns - starts.begins_ns[segment]
    return starts.first + np.bincount(segment[in_time], minlength=len(starts.first))
