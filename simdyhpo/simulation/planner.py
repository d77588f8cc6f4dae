"""From a decision to a job: when its epochs begin and report on its worker, and whether it gets that far."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from simdyhpo.curves import CurveTable
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import Row
from simdyhpo.simulation.absences import Absences
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.jobs import Job, epoch_times
from simdyhpo.simulation.pace import Pace
from simdyhpo.simulation.replay import Replay
from simdyhpo.streams import Streams
from simdyhpo.units import NANOSECONDS

_CONTINUE = int(ScheduleDecision.CONTINUE)


class Costs(msgspec.Struct, frozen=True):
    """A cluster's costs in nanoseconds; see `Cluster`."""

    start: int
    report: int
    completion: int
    stop: int
    save: int
    load: int

    @classmethod
    def of(cls, cluster: Cluster) -> Costs:
        """Each is rounded once."""
        names = cls.__struct_fields__
        return cls(*(round(getattr(cluster, f"{name}_seconds") * NANOSECONDS) for name in names))


class Planner:
    """Plans jobs.

    Attributes:
        replay: the table's rows as they are needed.
        costs: of the cluster.
        checkpoint_every: epochs; None without checkpoints.
    """

    def __init__(
        self, table: CurveTable, cluster: Cluster, streams: Streams, absences: Sequence[Absences]
    ) -> None:
        self.replay = Replay(table)
        self.costs = Costs.of(cluster)
        self.checkpoint_every = cluster.checkpoint_every if cluster.checkpoints else None
        self._per_fit = table.per_fit
        self._pace = Pace(cluster, streams)
        self._absences = absences

    def plan(  # noqa: PLR0913 - all that a job begins with
        self, number: int, row: Row, heard: int, first: int, saved: int, begins_ns: int
    ) -> Job:
        """The job of a decision.

        Args:
            number: of the decision.
            row: the decision.
            heard: the resource up to which the scheduler has heard of the trial.
            first: the resource from which the worker trains.
            saved: that of the trial's last checkpoint.
            begins_ns: when it could begin, but for a checkpoint to load.
        """
        now, worker, trial, configuration, decision, _, milestone = row
        replay, every = self.replay, self.checkpoint_every
        elapsed = replay.elapsed_ns[configuration] or replay.unpack(configuration)
        end = min(milestone, replay.lengths[configuration])
        if self._per_fit:
            first = saved = heard = end - 1  # the fit at `end` is made anew, with one report
        elif first and decision != _CONTINUE:
            begins_ns += self.costs.load
        starts, takes = epoch_times(
            elapsed,
            first,
            end,
            begins_ns,
            self._pace.next_slowdown(worker),
            0 if every is None else self.costs.save,
            every or 1,
        )
        job = Job(
            decision=number,
            worker=worker,
            trial=trial,
            configuration=configuration,
            heard=heard,
            first=first,
            saved=saved,
            end=end,
            milestone=milestone,
            given_ns=now,
            starts_ns=starts,
            takes_ns=takes,
            reports_ns=[start + took + self.costs.report for start, took in zip(starts, takes, strict=True)],
        )
        absences = self._absences[worker]
        absences.move_to(now)
        job.interrupt(absences.begins_ns, every)
        return job
