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
from simdyhpo.simulation.segment_log import FINISHED, INTERRUPTED
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
        pace = Pace(cluster, streams)
        self._slowdowns = [pace.slowdowns(worker) for worker in range(len(absences))]
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
        replay, costs, savings = self.replay, self.costs, self.courses.savings
        first, end, training = replay.span(configuration, first, milestone)
        if replay.per_fit:
            heard, saved = first, resume_from  # a fit that is lost leaves the trial where it stood
        elif first and decision != _CONTINUE:
            begins_ns += costs.load
        absences, slowdown = self._absences[worker], next(self._slowdowns[worker])
        if absences.ends_ns <= now:
            absences.move_to(now)
        away_ns = absences.begins_ns
        if slowdown != 1:
            rough = rough_ns(training, slowdown) * _A_BIT_LESS - (end - first)
            # Whether a slow worker goes away before is clear most often without a look at each epoch.
            if rough > away_ns - begins_ns:
                training = ceil(rough)
            else:
                training = replay.slow_ns(configuration, first, end, slowdown)
        over_ns = begins_ns + training + savings[end] - savings[first + 1] + costs.report
        segment = Segment(
            number, worker, trial, configuration, milestone, heard, first, saved, end, begins_ns, slowdown,
            over_ns, FINISHED, end, end, training,
        )  # fmt: skip
        if over_ns > away_ns:
            segment.outcome, segment.over_ns = INTERRUPTED, away_ns
            last, segment.trained_ns = self.courses.at(segment, away_ns)
            segment.last, segment.safe = last, costs.saved_at(last, saved) if last > first else saved
        return segment
