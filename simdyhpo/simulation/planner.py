"""From a decision to a segment on a cluster: when it begins, at what pace, and whether it gets to its end."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import Row
from simdyhpo.simulation.absences import Absences
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.costs import Costs
from simdyhpo.simulation.courses import Courses, Segment
from simdyhpo.simulation.pace import Pace
from simdyhpo.simulation.segment_log import INTERRUPTED
from simdyhpo.simulation.segments import Replay, rough_ns
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable

_CONTINUE = int(ScheduleDecision.CONTINUE)
_A_BIT_LESS = 1 - 1e-12
"""Less than what a product in double precision can be wrong by."""


class Planner:
    """Plans segments.

    Attributes:
        replay: the table's rows as they are needed.
        costs: of the cluster.
        courses: how the segments go.
    """

    def __init__(
        self, table: CurveTable, cluster: Cluster, streams: Streams, absences: Sequence[Absences]
    ) -> None:
        self.replay = Replay(table)
        self.costs = Costs.of(cluster)
        self.courses = Courses(self.replay, self.costs)
        self._pace = Pace(cluster, streams)
        self._absences = absences

    def plan(  # noqa: PLR0913 - all that a segment begins with
        self, number: int, row: Row, heard: int, first: int, saved: int, begins_ns: int
    ) -> Segment:
        """The segment of a decision.

        Reports that arrive at the very instant at which the worker goes away still count. An epoch's
        checkpoint counts once its report has arrived.

        Args:
            number: of the decision.
            row: the decision.
            heard: the resource up to which the scheduler has heard of the trial.
            first: the resource from which the worker trains.
            saved: that of the trial's last checkpoint.
            begins_ns: when it could begin, but for a checkpoint to load.

        Raises:
            ClockError: its training is so long that it doesn't fit in 64 bits.
        """
        now, worker, trial, configuration, decision, resume_from, milestone = row
        replay, costs = self.replay, self.costs
        first, end, training = replay.span(configuration, first, milestone)
        if replay.per_fit:
            heard, saved = first, resume_from  # a fit that is lost leaves the trial where it stood
        elif first and decision != _CONTINUE:
            begins_ns += costs.load
        slowdown = self._pace.next_slowdown(worker)
        segment = Segment(
            number, worker, trial, configuration, milestone, heard, first, saved, end, begins_ns, slowdown
        )
        absences = self._absences[worker]
        if absences.ends_ns <= now:
            absences.move_to(now)
        if slowdown != 1:
            training = self._slow_ns(segment, training, absences.begins_ns)
        over_ns = begins_ns + training + costs.saving(first, end) + costs.report
        if over_ns <= absences.begins_ns:
            segment.over_ns, segment.trained_ns = over_ns, training
            segment.last = segment.safe = end
        else:
            segment.outcome, segment.over_ns = INTERRUPTED, absences.begins_ns
            last, segment.trained_ns = self.courses.at(segment, segment.over_ns)
            segment.last, segment.safe = last, costs.saved_at(last, saved) if last > first else saved
        return segment

    def _slow_ns(self, segment: Segment, training_ns: int, away_ns: int) -> int:
        """What training takes on a slow worker; if that goes away before, only something that is too long.

        Whether it does is clear most often without a look at each epoch.
        """
        first, end = segment.first, segment.end
        at_least = rough_ns(training_ns, segment.slowdown) * _A_BIT_LESS - (end - first)
        if at_least > away_ns - segment.begins_ns:
            return ceil(at_least)
        return self.replay.slow_ns(segment.configuration, first, end, segment.slowdown)
