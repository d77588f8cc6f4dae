"""From a decision to a segment on a cluster: when it begins, at what pace, and whether it gets to its end."""

from __future__ import annotations

from collections.abc import Sequence

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import Row
from simdyhpo.simulation.absences import Absences
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.costs import Costs
from simdyhpo.simulation.pace import Pace
from simdyhpo.simulation.segments import Replay, Segment
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable

_CONTINUE = int(ScheduleDecision.CONTINUE)


class Planner:
    """Plans segments.

    Attributes:
        replay: the table's rows as they are needed.
        costs: of the cluster.
    """

    def __init__(
        self, table: CurveTable, cluster: Cluster, streams: Streams, absences: Sequence[Absences]
    ) -> None:
        self.replay = Replay(table)
        self.costs = Costs.of(cluster)
        self._pace = Pace(cluster, streams)
        self._absences = absences

    def plan(  # noqa: PLR0913 - all that a segment begins with
        self, number: int, row: Row, heard: int, first: int, saved: int, begins_ns: int
    ) -> Segment:
        """The segment of a decision.

        Args:
            number: of the decision.
            row: the decision.
            heard: the resource up to which the scheduler has heard of the trial.
            first: the resource from which the worker trains.
            saved: that of the trial's last checkpoint.
            begins_ns: when it could begin, but for a checkpoint to load.
        """
        now, worker, trial, configuration, decision, resume_from, milestone = row
        first, end, _ = self.replay.span(configuration, first, milestone)
        if self.replay.per_fit:
            heard, saved = first, resume_from  # a fit that is lost leaves the trial where it stood
        elif first and decision != _CONTINUE:
            begins_ns += self.costs.load
        slowdown = self._pace.next_slowdown(worker)
        segment = Segment(
            decision=number,
            worker=worker,
            trial=trial,
            configuration=configuration,
            milestone=milestone,
            heard=heard,
            first=first,
            saved=saved,
            end=end,
            given_ns=now,
            begins_ns=begins_ns,
            slowdown=slowdown,
            elapsed_ns=self.replay.slowed_down(configuration, first, end, slowdown),
            costs=self.costs,
        )
        absences = self._absences[worker]
        absences.move_to(now)
        segment.meets(absences.begins_ns)
        return segment
