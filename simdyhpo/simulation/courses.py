"""One segment on a cluster, and its course: how far it is at any moment, without a look at each epoch."""

from __future__ import annotations

from bisect import bisect_right
from functools import partial
from operator import add

import msgspec

from simdyhpo.simulation.costs import Costs
from simdyhpo.simulation.segment_log import FINISHED
from simdyhpo.simulation.segments import Replay

_DOUBT = 1e-12
"""More than the share by which a few operations in double precision can be wrong."""


class Segment(msgspec.Struct, gc=False):
    """A segment on a cluster, planned whole when it begins.

    Faults are known beforehand, so its reports and its end are, too, and no event is ever taken back.

    Attributes:
        decision: number of the decision that it carries out.
        worker, trial, configuration: who.
        milestone: the resource that it was sent to.
        heard: the resource up to which the scheduler has heard of the trial.
        first: the resource from which the worker trains.
        saved: that of the trial's last checkpoint; less than `first` if it kept its worker since then.
        end: the resource at which it ends if nothing comes between.
        begins_ns: when training begins.
        slowdown: 1 at the table's speed.
        over_ns: when it is over: with its last report, or when its worker goes away.
        outcome: an index into `simdyhpo.simulation.segment_log.OUTCOMES`: interrupted if it is the latter.
        last: the last resource that it reports; `first` if there is none.
        safe: the resource of the last checkpoint when it is over.
        trained_ns: nanoseconds of training.
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
    begins_ns: int
    slowdown: float
    over_ns: int = 0
    outcome: int = FINISHED
    last: int = 0
    safe: int = 0
    trained_ns: int = 0


class Courses:
    """How segments go on one table and one cluster; see `simdyhpo.simulation.segments`.

    Attributes:
        savings: by resource: nanoseconds for the checkpoints on the way to it from scratch. From the resource
            `first`, it takes `savings[resource] - savings[first + 1]`.
    """

    def __init__(self, replay: Replay, costs: Costs) -> None:
        self._replay = replay
        self._costs = costs
        self.savings = [costs.saving(0, resource) for resource in range(max(replay.lengths) + 2)]
        self._ends_ns: list[list[int]] = [[] for _ in replay.lengths]
        """By configuration, once it is needed: `_ends` at the table's speed."""

    def at(self, segment: Segment, until_ns: int) -> tuple[int, int]:
        """How far it is at a moment: (last resource reported by then, nanoseconds of training)."""
        first, report, within = segment.first, self._costs.report, until_ns - segment.begins_ns
        trained = self._trained(segment, within)
        reported = self._trained(segment, within - report) if report else trained
        if trained == segment.end:
            return reported, self.elapsed_ns(segment, trained)
        if trained == first:
            return reported, max(0, within)
        savings = self.savings
        under_way = within - (savings[trained + 1] - savings[first + 1])
        if savings[trained + 1] > savings[trained] and under_way <= self._at_most_ns(segment, trained):
            return reported, max(under_way, self.elapsed_ns(segment, trained))  # a checkpoint is being saved
        return reported, under_way

    def elapsed_ns(self, segment: Segment, resource: int) -> int:
        """Nanoseconds of training until a resource; 0 up to that from which it trains."""
        if resource <= segment.first:
            return 0
        if segment.slowdown == 1:
            elapsed = self._replay.elapsed_ns(segment.configuration)
            return elapsed[resource] - elapsed[segment.first]
        return self._replay.slow_ns(segment.configuration, segment.first, resource, segment.slowdown)

    def _at_most_ns(self, segment: Segment, resource: int) -> float:
        """As `elapsed_ns`, but no less, and without a look at each epoch."""
        elapsed, first = self._replay.elapsed_ns(segment.configuration), segment.first
        return (elapsed[resource] - elapsed[first]) * segment.slowdown * (1 + _DOUBT) + resource - first

    def report_times_ns(self, segment: Segment) -> list[int]:
        """When each of its reports arrives."""
        ends, begin = self._ends(segment)
        ready = segment.begins_ns - begin + self._costs.report
        return [ready + end for end in ends[segment.first + 1 : segment.last + 1]]

    def _trained(self, segment: Segment, within_ns: int) -> int:
        """The last resource whose training is over within so long from its begin."""
        found = None if segment.slowdown == 1 else self._roughly_trained(segment, within_ns)
        if found is None:
            ends, begin = self._ends(segment)
            found = bisect_right(ends, begin + within_ns, segment.first + 1, segment.end + 1) - 1
        return found

    def _roughly_trained(self, segment: Segment, within_ns: int) -> int | None:
        """As `_trained`, on a slow worker; None if it depends on how each epoch is rounded.

        That moves the end of an epoch by less than a nanosecond for each epoch until then.
        """
        elapsed, savings = self._replay.elapsed_ns(segment.configuration), self.savings
        first, end, slowdown = segment.first, segment.end, segment.slowdown
        begin, over = elapsed[first], within_ns + savings[first + 1]
        found = bisect_right(elapsed, begin + within_ns / slowdown, first + 1, end + 1) - 1
        there = _rough_end(elapsed, savings, begin, slowdown, found)
        if there > over and found > first:  # since checkpoints are saved on the way
            ends = partial(_rough_end, elapsed, savings, begin, slowdown)
            found = first + bisect_right(range(first + 1, found), float(over), key=ends)
            there = ends(found)
        unsure = end - first + abs(over) * _DOUBT
        if found > first and there > over - unsure:
            return None
        if found < end and _rough_end(elapsed, savings, begin, slowdown, found + 1) <= over + unsure:
            return None
        return found

    def _ends(self, segment: Segment) -> tuple[list[int], int]:
        """When the training of each epoch ends, and when that of the segment begins, on one scale."""
        configuration, first = segment.configuration, segment.first
        elapsed = self._replay.elapsed_ns(configuration)
        if segment.slowdown == 1:
            ends = self._ends_ns[configuration]
            if not ends:
                ends = self._ends_ns[configuration] = self._saved_on_the_way(elapsed)
            return ends, elapsed[first] + self.savings[first + 1]
        slow = self._replay.slow_elapsed_ns(configuration, first, segment.end, segment.slowdown)
        return self._saved_on_the_way(slow), self.savings[first + 1]

    def _saved_on_the_way(self, elapsed_ns: list[int]) -> list[int]:
        return list(map(add, elapsed_ns, self.savings)) if self._costs.save else elapsed_ns


def _rough_end(elapsed: list[int], savings: list[int], begin: int, slowdown: float, resource: int) -> float:
    """When the training of an epoch ends on a slow worker, but for the rounding of epochs."""
    return (elapsed[resource] - begin) * slowdown + savings[resource]
