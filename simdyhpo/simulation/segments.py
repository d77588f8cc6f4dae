"""The arithmetic of a segment: what it trains, how long it takes, and when it reports.

A segment is one uninterrupted piece of training: a trial on a worker, from resource `first` to `end`. Its
epochs follow each other, and the report of a resource arrives at

    begins + elapsed(resource) - elapsed(first) + saving(first, resource) + report

`elapsed` is the curve's time of training from scratch, slowed down as its worker is; `saving` is what the
checkpoints take that are due on the way (`Costs`). Where nothing costs anything, only the difference is left.
On a table with a fit for each resource nothing goes on from an earlier fit, and nothing is reported on the
way: a segment is its last fit alone.

`Replay` has what all segments of a run share, `Segment` is one of them on a cluster, and `SegmentStarts` are
all of a run, as columns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from itertools import accumulate, pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.errors import ClockError
from simdyhpo.simulation.budget import NEVER
from simdyhpo.simulation.costs import Costs
from simdyhpo.tables.curves import CurveTable

Integers = npt.NDArray[np.int64]

SegmentEnd = tuple[int, int, int, int, int, int, int, int, int]
"""A segment by the event that is its end, where nothing can come between:

    (time in ns, priority, decision, worker, trial, configuration, first, end, nanoseconds of training)

A plain tuple, so that a heap orders them by (time, priority, decision): the decision's number rises from one
segment to the next, so those of equal time and priority end in the order in which they began.
"""

SEGMENT_END = 0
"""Priority of a segment's end. Lower comes first at equal times."""

_MANY = 20
"""From so many epochs on, numpy slows them down faster than Python does."""


class Replay:
    """A table on workers: what a trial reports and when, looked up instead of trained.

    Rows are unpacked into plain Python numbers when a configuration first runs: a run pays for what it
    touches.

    Attributes:
        lengths: by configuration: the number of resources at which it reports.
        values: by configuration, once it has run: the metric at resource 1, 2, ...; empty before.
        per_fit: whether the table has a fit for each resource.
    """

    def __init__(self, table: CurveTable) -> None:
        self._table = table
        self.per_fit = table.per_fit
        self.lengths: list[int] = table.lengths.tolist()
        self.values: list[list[float]] = [[] for _ in range(len(table))]
        self._elapsed_ns: list[list[int]] = [[] for _ in range(len(table))]
        self._epochs_ns: dict[int, Integers] = {}
        """By configuration, once a slow worker has trained it: what each epoch takes."""

    def elapsed_ns(self, configuration: int) -> list[int]:
        """Nanoseconds of training until resource 0, 1, 2, ..."""
        return self._elapsed_ns[configuration] or self._unpack(configuration)

    def _unpack(self, configuration: int) -> list[int]:
        self.values[configuration] = self._table.values[configuration].tolist()
        self._elapsed_ns[configuration] = [0, *self._table.elapsed_ns[configuration].tolist()]
        return self._elapsed_ns[configuration]

    def span(self, configuration: int, resume_from: int, milestone: int) -> tuple[int, int, int]:
        """What a segment trains that resumes at one resource and is sent to another.

        Returns:
            (first, end, nanoseconds of training at the table's speed).
        """
        elapsed = self._elapsed_ns[configuration] or self._unpack(configuration)
        length = self.lengths[configuration]
        end = milestone if milestone < length else length  # noqa: FURB136 - min() costs more here
        first = end - 1 if self.per_fit else resume_from
        return first, end, elapsed[end] - elapsed[first]

    def slowed_down(self, configuration: int, first: int, end: int, slowdown: float) -> list[int]:
        """As `elapsed_ns`, on a slow worker; only differences from resource `first` to `end` count.

        Raises:
            ClockError: so long a training doesn't fit in 64 bits.
        """
        elapsed = self.elapsed_ns(configuration)
        if slowdown == 1:
            return elapsed
        if (elapsed[end] - elapsed[first]) * slowdown >= NEVER // 2:
            raise ClockError
        if end - first < _MANY:
            epochs = pairwise(elapsed[first : end + 1])
            slow = accumulate((round((after - before) * slowdown) for before, after in epochs), initial=0)
            return [0] * first + list(slow)
        if configuration not in self._epochs_ns:
            self._epochs_ns[configuration] = np.diff(np.array(elapsed, dtype=np.int64))
        slow_ns: list[int] = at_pace(self._epochs_ns[configuration][first:end], slowdown).cumsum().tolist()
        return [0] * (first + 1) + slow_ns


class Segment(msgspec.Struct):
    """A segment on a cluster, planned whole when it begins.

    Faults are known beforehand, so its reports and its end are, too, and no event is ever taken back.

    Attributes:
        decision: number of the decision that it carries out.
        worker, trial, configuration: who.
        milestone: the resource that it was sent to.
        heard: the resource up to which the scheduler has heard of the trial.
        first: the resource from which the worker trains.
        saved: that of the trial's last checkpoint; less than `first` if it kept its worker since then.
        end: the resource at which it ends.
        given_ns: when the worker got the trial.
        begins_ns: when training begins.
        slowdown, elapsed_ns: see `Replay.slowed_down`.
        costs: the cluster's.
        over_ns: when it is over: with its last report, or when its worker goes away.
        interrupted: whether it is the latter.
        last: the last resource that it reports; `first` if there is none.
        safe: the resource of the last checkpoint when it is over.
    """

    decision: int
    worker: int
    trial: int
    configuration: int
    milestone: int
    heard: int
    first: int
    saved: int
    end: int
    given_ns: int
    begins_ns: int
    slowdown: float
    elapsed_ns: list[int]
    costs: Costs
    over_ns: int = 0
    interrupted: bool = False
    last: int = 0
    safe: int = 0

    def starts_ns(self, resource: int) -> int:
        """When the training of an epoch begins."""
        trained = self.elapsed_ns[resource - 1] - self.elapsed_ns[self.first]
        return self.begins_ns + trained + self.costs.saving(self.first, resource)

    def reports_ns(self, resource: int) -> int:
        """When an epoch's report arrives."""
        trained = self.elapsed_ns[resource] - self.elapsed_ns[self.first]
        return self.begins_ns + trained + self.costs.saving(self.first, resource) + self.costs.report

    @property
    def report_times_ns(self) -> list[int]:
        """When each of its reports arrives."""
        return [self.reports_ns(resource) for resource in range(self.first + 1, self.last + 1)]

    @property
    def takes_ns(self) -> int:
        """Nanoseconds of training from `first` to `end`."""
        return self.elapsed_ns[self.end] - self.elapsed_ns[self.first]

    def meets(self, away_ns: int) -> None:
        """Set what follows from the time at which the worker goes away next.

        Reports that arrive at that very instant still count. An epoch's checkpoint counts once its report has
        arrived.
        """
        self.last = self.safe = self.end
        self.over_ns = self.reports_ns(self.end)
        if away_ns < self.over_ns:
            self.interrupted, self.over_ns = True, away_ns
            self.last = self.reached(away_ns)
            self.safe = self.saved_at(self.last) if self.last > self.first else self.saved

    def saved_at(self, resource: int) -> int:
        """Of which resource the last checkpoint is when `resource` is reached."""
        every = self.costs.checkpoint_every
        return self.saved if every is None else max(self.saved, resource - resource % every)

    def reached(self, until_ns: int) -> int:
        """The last resource reported by then."""
        if until_ns >= self.over_ns and not self.interrupted:
            return self.end
        resources = range(self.first + 1, self.last + 1)
        return self.first + bisect_right(resources, until_ns, key=self.reports_ns)

    def trained_ns(self, until_ns: int) -> tuple[int, int]:
        """Nanoseconds of training until a moment of the segment: (to keep, in vain).

        In vain is what is done a second time (before `heard`), or has to be done again (beyond `safe`).
        """
        trained = self._trained_ns(until_ns)
        if self.safe == self.end and self.heard == self.first:
            return trained, 0
        kept = max(0, self._within(self.safe, trained) - self._within(self.heard, trained))
        return kept, trained - kept

    def _trained_ns(self, until_ns: int) -> int:
        if until_ns >= self.starts_ns(self.end) + self.elapsed_ns[self.end] - self.elapsed_ns[self.end - 1]:
            return self.takes_ns
        begun = bisect_left(range(self.first + 1, self.end + 1), until_ns, key=self.starts_ns)
        if not begun:
            return 0
        resource = self.first + begun  # under way, or over and being saved
        under_way = until_ns - self.begins_ns - self.costs.saving(self.first, resource)
        return min(self.elapsed_ns[resource] - self.elapsed_ns[self.first], under_way)

    def _within(self, resource: int, trained_ns: int) -> int:
        """How much of the training so far led up to a resource."""
        resource = min(max(resource, self.first), self.end)
        return min(self.elapsed_ns[resource] - self.elapsed_ns[self.first], trained_ns)


class SegmentStarts(msgspec.Struct, frozen=True):
    """Segments as they begin, in the order of their decisions, as columns of equal length.

    Attributes:
        decision: number of the decision that each carries out.
        worker, trial, configuration: who.
        begins_ns: when training begins.
        first, last: it trains from the one, and reports until the other.
        seen: the largest resource that the trial had reported before.
        slowdown: float64; 1 at the table's speed.
    """

    decision: Integers
    worker: Integers
    trial: Integers
    configuration: Integers
    begins_ns: Integers
    first: Integers
    last: Integers
    seen: Integers
    slowdown: npt.NDArray[np.float64]

    def at(self, index: npt.NDArray[np.intp]) -> SegmentStarts:
        """Some of them."""
        return SegmentStarts(*(getattr(self, name)[index] for name in self.__struct_fields__))

    def reports(self, table: CurveTable, costs: Costs | None = None) -> tuple[Integers, Integers, Integers]:
        """All that they report if they go on for long enough, segment by segment.

        Args:
            table: that is replayed.
            costs: the cluster's; None where nothing costs anything.

        Returns:
            (index of the segment, resource, nanoseconds from the segment's begin to the report), each of
            shape (reports,).
        """
        counts = self.last - self.first
        offsets = np.cumsum(counts) - counts
        segment = np.repeat(np.arange(len(counts)), counts)
        resource = self.first[segment] + 1 + np.arange(len(segment)) - offsets[segment]
        configuration = self.configuration[segment]
        elapsed = elapsed_ns(table, configuration, resource)
        slow = self.slowdown[segment]
        if (slow == 1).all():
            since = elapsed - elapsed_ns(table, self.configuration, self.first)[segment]
        else:
            took = elapsed - elapsed_ns(table, configuration, resource - 1)
            took[slow != 1] = at_pace(took[slow != 1], slow[slow != 1])
            total = np.cumsum(np.append(0, took))  # it may wrap around, the differences don't
            since = total[1:] - total[offsets][segment]
        if costs is not None:
            since += costs.saving(self.first[segment], resource) + costs.report
        return segment, resource, since


def plain_starts(decisions: Mapping[str, Integers], table: CurveTable) -> SegmentStarts:
    """The segments of a run without a cluster, which follow from the columns of its decision log."""
    index = np.flatnonzero(decisions["decision"] != int(ScheduleDecision.STOP))
    begins, worker, trial, configuration, first, milestone = (
        decisions[name][index]
        for name in ("time_ns", "worker", "trial", "configuration", "resume_from", "milestone")
    )
    end = np.minimum(milestone, table.lengths[configuration])
    if table.per_fit:
        first = end - 1
    seen, slowdown = np.zeros_like(end), np.ones(len(end))
    return SegmentStarts(index, worker, trial, configuration, begins, first, end, seen, slowdown)


def at_pace(epochs_ns: Integers, slowdown: float | npt.NDArray[np.float64]) -> Integers:
    """What epochs take on a slow worker: each is rounded once, to the nearest even where it is halfway."""
    slowed_down: Integers = np.rint(epochs_ns * slowdown).astype(np.int64)
    return slowed_down


def elapsed_ns(table: CurveTable, configuration: Integers, resource: Integers) -> Integers:
    """Nanoseconds of training from scratch to resources, of equal shape; 0 at resource 0."""
    return np.where(resource > 0, table.elapsed_ns[configuration, resource - 1], 0)
