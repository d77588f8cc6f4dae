"""The arithmetic of a segment: what it trains, how long it takes, and when it reports.

A segment is one uninterrupted piece of training: a trial on a worker, from resource `first` to `end`. Its
epochs follow each other, and the report of a resource arrives at

    begins + elapsed(resource) - elapsed(first) + saving(first, resource) + report

`elapsed` is the curve's time of training from scratch, slowed down as its worker is; `saving` is what the
checkpoints take that are due on the way (`Costs`). Where nothing costs anything, only the difference is left.
On a table with a fit for each resource nothing goes on from an earlier fit, and nothing is reported on the
way: a segment is its last fit alone.

`Replay` has what all segments of a run share, and `SegmentStarts` are all of a run, as columns. How a single
one goes on a cluster is in `simdyhpo.simulation.courses`.
"""

from __future__ import annotations

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

SegmentEnd = tuple[int, int, int, int, int, int, int, int]
"""A segment by the event that is its end, where nothing can come between:

    (time in ns, decision, worker, trial, configuration, first, end, nanoseconds of training)

A plain tuple, so that a heap orders them by (time, decision): the decision's number rises from one segment to
the next, so those of equal time end in the order in which they began.
"""

_MANY = 10
"""From so many epochs on, numpy slows them down faster than Python does."""


class Replay:
    """A table on workers: what a trial reports and when, looked up instead of trained.

    Rows are unpacked into plain Python numbers when a configuration first runs: a run pays for what it
    touches.

    Attributes:
        lengths: by configuration: the number of resources at which it reports.
        values: by configuration, once it has run: the metric at resource 1, 2, ...; empty before.
        unpacked_ns: by configuration, once it has run: what `elapsed_ns` returns; empty before.
        per_fit: whether the table has a fit for each resource.
    """

    def __init__(self, table: CurveTable) -> None:
        self._table = table
        self.per_fit = table.per_fit
        self.lengths: list[int] = table.lengths.tolist()
        self.values: list[list[float]] = [[] for _ in range(len(table))]
        self.unpacked_ns: list[list[int]] = [[] for _ in range(len(table))]
        self._epochs_ns: dict[int, Integers] = {}
        """By configuration, once a slow worker has trained it: what each epoch takes."""

    def elapsed_ns(self, configuration: int) -> list[int]:
        """Nanoseconds of training until resource 0, 1, 2, ..."""
        elapsed = self.unpacked_ns[configuration]
        if not elapsed:
            self.values[configuration] = self._table.values[configuration].tolist()
            elapsed = self.unpacked_ns[configuration] = [0, *self._table.elapsed_ns[configuration].tolist()]
        return elapsed

    def span(self, configuration: int, resume_from: int, milestone: int) -> tuple[int, int, int]:
        """What a segment trains that resumes at one resource and is sent to another.

        Returns:
            (first, end, nanoseconds of training at the table's speed).
        """
        elapsed = self.elapsed_ns(configuration)
        length = self.lengths[configuration]
        end = milestone if milestone < length else length  # noqa: FURB136 - min() costs more here
        first = end - 1 if self.per_fit else resume_from
        return first, end, elapsed[end] - elapsed[first]

    def slow_ns(self, configuration: int, first: int, end: int, slowdown: float) -> int:
        """Nanoseconds of training from resource `first` to `end` on a slow worker, each epoch rounded once.

        They fit in 64 bits, as `rough_ns` says.
        """
        if end - first == 1:
            elapsed = self.elapsed_ns(configuration)
            return round((elapsed[end] - elapsed[first]) * slowdown)
        if end - first < _MANY:
            return sum(self._few_epochs(configuration, first, end, slowdown))
        return int(np.add.reduce(self._epochs(configuration, first, end, slowdown)))

    def slow_elapsed_ns(self, configuration: int, first: int, end: int, slowdown: float) -> list[int]:
        """As `elapsed_ns` on a slow worker, counted from resource `first` to `end`; 0 before."""
        if end - first < _MANY:
            epochs = self._few_epochs(configuration, first, end, slowdown)
            return [0] * first + list(accumulate(epochs, initial=0))
        elapsed: list[int] = self._epochs(configuration, first, end, slowdown).cumsum().tolist()
        return [0] * (first + 1) + elapsed

    def _few_epochs(self, configuration: int, first: int, end: int, slowdown: float) -> list[int]:
        epochs = pairwise(self.elapsed_ns(configuration)[first : end + 1])
        return [round((after - before) * slowdown) for before, after in epochs]

    def _epochs(self, configuration: int, first: int, end: int, slowdown: float) -> Integers:
        epochs_ns = self._epochs_ns.get(configuration)
        if epochs_ns is None:
            epochs_ns = np.diff(np.array(self.elapsed_ns(configuration), dtype=np.int64))
            self._epochs_ns[configuration] = epochs_ns
        return at_pace(epochs_ns[first:end], slowdown)


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
        segment, resource, since = _epochs(table, self.configuration, self.first, self.last, self.slowdown)
        if costs is not None:
            since += costs.saving(self.first[segment], resource) + costs.report
        return segment, resource, since


def takes_ns(
    table: CurveTable,
    configuration: Integers,
    first: Integers,
    last: Integers,
    slowdown: npt.NDArray[np.float64],
) -> Integers:
    """Nanoseconds of training from the resources `first` to `last`, which lie beyond, all of equal shape."""
    _, _, since = _epochs(table, configuration, first, last, slowdown)
    takes: Integers = since[np.cumsum(last - first) - 1]
    return takes


def _epochs(
    table: CurveTable,
    configuration: Integers,
    first: Integers,
    last: Integers,
    slowdown: npt.NDArray[np.float64],
) -> tuple[Integers, Integers, Integers]:
    """All epochs of segments: (index of the segment, resource, nanoseconds of training until its end)."""
    counts = last - first
    offsets = np.cumsum(counts) - counts
    segment = np.repeat(np.arange(len(counts)), counts)
    resource = first[segment] + 1 + np.arange(len(segment)) - offsets[segment]
    elapsed = elapsed_ns(table, configuration[segment], resource)
    slow = slowdown[segment]
    if (slow == 1).all():
        return segment, resource, elapsed - elapsed_ns(table, configuration, first)[segment]
    took = elapsed - elapsed_ns(table, configuration[segment], resource - 1)
    took[slow != 1] = at_pace(took[slow != 1], slow[slow != 1])
    total = np.cumsum(np.append(0, took))  # it may wrap around, the differences don't
    return segment, resource, total[1:] - total[offsets][segment]


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


def rough_ns(training_ns: int, slowdown: float) -> float:
    """What training takes on a slow worker, but for the rounding of its epochs.

    Raises:
        ClockError: it is so long that it doesn't fit in 64 bits.
    """
    rough = training_ns * slowdown
    if rough >= NEVER // 2:
        raise ClockError
    return rough


def at_pace(epochs_ns: Integers, slowdown: float | npt.NDArray[np.float64]) -> Integers:
    """What epochs take on a slow worker: each is rounded once, to the nearest even where it is halfway."""
    slowed_down: Integers = np.rint(epochs_ns * slowdown).astype(np.int64)
    return slowed_down


def elapsed_ns(table: CurveTable, configuration: Integers, resource: Integers) -> Integers:
    """Nanoseconds of training from scratch to resources, of equal shape; 0 at resource 0."""
    return np.where(resource > 0, table.elapsed_ns[configuration, resource - 1], 0)
