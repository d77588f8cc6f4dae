"""What a simulation on a cluster writes down of its segments; timeline, accounts, reports follow."""

from __future__ import annotations

import struct
from collections.abc import Iterable

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import ClockError
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.courses import Courses, Segment
from simdyhpo.simulation.segment_log import CUT, INTERRUPTED, Segments
from simdyhpo.simulation.segments import Integers, SegmentStarts, takes_ns
from simdyhpo.tables.curves import CurveTable

Rows = npt.NDArray[np.void]

_COLUMNS = (
    "decision", "begins_ns", "over_ns", "released_ns", "heard", "first", "last", "safe", "trained_ns",
    "outcome", "slowdown",
)  # fmt: skip
_ROW = np.dtype([(name, np.float64 if name == "slowdown" else np.int64) for name in _COLUMNS])
_pack = struct.Struct(f"{len(_COLUMNS) - 1}qd").pack


class ClusterLog:
    """A row for each segment, in the order in which they are over; 88 bytes.

    Who it is and when the worker got the trial stand in the log of decisions.
    """

    def __init__(self, decisions: DecisionLog) -> None:
        self._decisions = decisions
        self._rows = bytearray()

    def over(self, segment: Segment, released_ns: int) -> None:
        """A segment is over; its worker is held until `released_ns`.

        Raises:
            ClockError: a time doesn't fit in 64 bits.
        """
        try:
            self._rows += _packed(segment, released_ns)
        except struct.error:
            raise ClockError from None

    def segments(
        self, table: CurveTable, courses: Courses, under_way: Iterable[Segment | None], end_ns: int
    ) -> Segments:
        """All segments of a run that has ended; what reaches beyond the end is cut there.

        Args:
            table, courses: of the run.
            under_way: what each worker was doing.
            end_ns: the run's end.
        """
        cut = (_until(segment, courses, end_ns) for segment in under_way if segment is not None)
        rows = self._table(_packed(segment, end_ns) for segment in cut)
        who = self._of_decisions(rows["decision"])
        lost = _lost_ns(rows, who["configuration"], table)
        return Segments(
            decision=rows["decision"],
            worker=who["worker"],
            trial=who["trial"],
            configuration=who["configuration"],
            given_ns=who["time_ns"],
            begins_ns=np.minimum(rows["begins_ns"], rows["over_ns"]),
            over_ns=rows["over_ns"],
            released_ns=np.minimum(rows["released_ns"], end_ns),
            first=rows["first"],
            reached=rows["last"],
            outcome=rows["outcome"],
            busy_ns=rows["trained_ns"] - lost,
            lost_ns=lost,
        )

    def starts(self, under_way: Iterable[Segment | None]) -> SegmentStarts:
        """All segments that report anything, and those under way that will if they go on for long enough."""
        coming = (one for one in under_way if one is not None and one.last > one.first)
        rows = self._table(_packed(segment, 0) for segment in coming)
        rows = rows[rows["last"] > rows["first"]]
        who = self._of_decisions(rows["decision"])
        return SegmentStarts(
            decision=rows["decision"],
            worker=who["worker"],
            trial=who["trial"],
            configuration=who["configuration"],
            begins_ns=rows["begins_ns"],
            first=rows["first"],
            last=rows["last"],
            seen=_seen(who["trial"], rows["last"]),
            slowdown=rows["slowdown"],
        )

    def _table(self, more: Iterable[bytes]) -> Rows:
        """The rows so far, and some more."""
        return np.frombuffer(b"".join([self._rows, *more]), dtype=_ROW)

    def _of_decisions(self, decision: Integers) -> dict[str, Integers]:
        return {name: column[decision] for name, column in self._decisions.columns().items()}


def _packed(segment: Segment, released_ns: int) -> bytes:
    return _pack(
        segment.decision, segment.begins_ns, segment.over_ns, released_ns, segment.heard, segment.first,
        segment.last, segment.safe, segment.trained_ns, segment.outcome, segment.slowdown,
    )  # fmt: skip


def _until(segment: Segment, courses: Courses, end_ns: int) -> Segment:
    """A segment, cut at a run's end: not over, so that nothing of it has to be done again."""
    if segment.over_ns <= end_ns:
        return segment
    last, trained = courses.at(segment, end_ns)
    return msgspec.structs.replace(
        segment,
        begins_ns=min(segment.begins_ns, end_ns),
        over_ns=end_ns,
        outcome=CUT,
        last=last,
        safe=segment.end,
        trained_ns=trained,
    )


def _lost_ns(rows: Rows, configuration: Integers, table: CurveTable) -> Integers:
    """Training in vain: done a second time (before `heard`), or to be done again (beyond `safe`)."""
    trained, first, heard, safe = (rows[name] for name in ("trained_ns", "first", "heard", "safe"))
    interrupted = rows["outcome"] == INTERRUPTED
    since = np.maximum(first, heard)

    def takes(which: npt.NDArray[np.bool_], start: Integers, end: Integers) -> Integers:
        return takes_ns(table, configuration[which], start[which], end[which], rows["slowdown"][which])

    lost = np.where(interrupted, trained, 0)
    lost[interrupted & (safe > since)] -= takes(interrupted & (safe > since), since, safe)
    again = ~interrupted & (heard > first)
    lost[again] = np.minimum(takes(again, first, heard), trained[again])
    return lost


def _seen(trial: Integers, reached: Integers) -> Integers:
    """The largest resource that each segment's trial had reported before, 0 if none.

    Args:
        trial, reached: of segments that report, in an order in which each trial's own follow each other.
    """
    order = np.argsort(trial, kind="stable")
    base = trial[order] * (int(reached.max(initial=0)) + 1)  # beyond all of the trials before
    largest = np.maximum.accumulate(base + reached[order]) - base
    seen = np.zeros_like(reached)
    again = trial[order][1:] == trial[order][:-1]
    seen[order[1:][again]] = largest[:-1][again]
    return seen
