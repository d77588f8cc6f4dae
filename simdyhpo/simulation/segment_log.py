"""What each worker did: one row for every stretch of a trial on it. Timelines and replays derive from it."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.curves import CurveTable
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import ClockError

Integers = npt.NDArray[np.int64]

FINISHED, INTERRUPTED, CUT = range(3)
OUTCOMES = ("finished", "interrupted", "cut")


class Segments(msgspec.Struct, frozen=True):
    """All stretches of training of a run, in the order in which they were over, as columns.

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
_pack = struct.Struct(f"{len(FIELDS)}q").pack


class SegmentLog:
    """Segments while the simulation writes; 104 bytes each."""

    def __init__(self) -> None:
        self._flat = array("q")

    def append(self, *row: int) -> None:
        """Log one, its fields in order.

        Raises:
            ClockError: a time doesn't fit in 64 bits.
        """
        try:
            self._flat.frombytes(_pack(*row))
        except struct.error:
            raise ClockError from None

    def until(self, end_ns: int) -> Segments:
        """All of them; no worker is released after the run's end."""
        rows = np.array(self._flat, dtype=np.int64).reshape(-1, len(FIELDS))
        released = FIELDS.index("released_ns")
        rows[:, released] = np.minimum(rows[:, released], end_ns)
        return Segments(*(rows[:, i] for i in range(len(FIELDS))))


def plain_segments(decisions: Mapping[str, Integers], table: CurveTable, end_ns: int) -> Segments:
    """The segments of a run without a cluster, which follow from its decisions.

    Args:
        decisions: the columns of its decision log.
        table: the table that it replayed.
        end_ns: when it ended.
    """
    index = np.flatnonzero(decisions["decision"] != int(ScheduleDecision.STOP))
    begin, worker, trial, configuration, first, milestone = (
        decisions[name][index]
        for name in ("time_ns", "worker", "trial", "configuration", "resume_from", "milestone")
    )
    end = np.minimum(milestone, table.lengths[configuration])
    if table.per_fit:
        first = end - 1
    paid = np.where(first > 0, table.elapsed_ns[configuration, first - 1], 0)
    takes = table.elapsed_ns[configuration, end - 1] - paid
    cut = takes > end_ns - begin  # not a sum, which can pass the largest integer
    over = np.where(cut, end_ns, begin + np.where(cut, 0, takes))
    order = np.argsort(over, kind="stable")
    columns = {
        "decision": index,
        "worker": worker,
        "trial": trial,
        "configuration": configuration,
        "given_ns": begin,
        "begins_ns": begin,
        "over_ns": over,
        "released_ns": over,
        "first": first,
        "reached": end.copy(),
        "outcome": np.where(cut, CUT, FINISHED),
        "busy_ns": over - begin,
        "lost_ns": np.zeros_like(over),
    }
    columns["reached"][cut] = _reached(table, configuration[cut], first[cut], begin[cut], end_ns)
    return Segments(*(np.asarray(columns[name], dtype=np.int64)[order] for name in FIELDS))


def _reached(
    table: CurveTable, configuration: Integers, first: Integers, begin: Integers, end_ns: int
) -> Integers:
    """The resource that each trial had reported by the end."""
    done = np.where(first > 0, table.elapsed_ns[configuration, first - 1], 0)
    spent = done + end_ns - begin
    curves = (table.elapsed_ns[c, : table.lengths[c]] for c in configuration.tolist())
    found = [np.searchsorted(curve, until, "right") for curve, until in zip(curves, spent, strict=True)]
    return np.maximum(first, np.array(found, dtype=np.int64))
