"""The loop of the simulator for clusters in which things cost time and go wrong.

As in the plain engine, one turn is: let the idle workers ask, advance to the next instant, tell the scheduler
all that ended then. On an ideal cluster, both engines give the same run.

It is a loop of its own since a worker here can be more than busy or idle: away, held, waiting for its turn to
ask. That takes events of five kinds, retries that come before questions, and books that are kept on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import heappop, heappush

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import (
    Continue,
    Decided,
    Failed,
    Pause,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Wait,
)
from simdyhpo.protocols import Scheduler
from simdyhpo.records import Row
from simdyhpo.simulation.absences import Absence, Absences
from simdyhpo.simulation.budget import NEVER, Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.cluster_log import ClusterLog
from simdyhpo.simulation.courses import Segment
from simdyhpo.simulation.decision_server import DecisionServer
from simdyhpo.simulation.messages import mended, no_proposal, no_verdict
from simdyhpo.simulation.patience import Patience
from simdyhpo.simulation.planner import Planner
from simdyhpo.simulation.reports import Reports, arrived
from simdyhpo.simulation.requests import Requests
from simdyhpo.simulation.retries import Retries
from simdyhpo.simulation.segment_log import INTERRUPTED, Segments
from simdyhpo.simulation.simulation import Simulation
from simdyhpo.simulation.trials import COMPLETE, FAILED, PAUSED, STOPPED
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable

_CONTINUE, _STOP, _RETRY = ScheduleDecision.CONTINUE, ScheduleDecision.STOP, ScheduleDecision.RETRY

SEGMENT_END, INTERRUPTION, RELEASE, BACK, SERVER_FREE = range(5)
"""Kinds of events, by priority: at equal times, what ends is told before a worker is lost, and all of that
before anyone asks."""


class ClusterEngine(Simulation[Segment]):
    """Runs one scheduler on one table and one cluster until a budget ends or nothing is left to do.

    Attributes:
        active: the number of workers that have a trial or are being released from one.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run
        self,
        table: CurveTable,
        scheduler: Scheduler,
        candidates: Candidates,
        workers: int,
        budget: Budget,
        cluster: Cluster,
        streams: Streams,
        stopwatch: Callable[[], float],
    ) -> None:
        super().__init__(table, scheduler, candidates, budget)
        self.active = 0
        self._cluster = cluster
        self._absences = [Absences(cluster, streams, worker) for worker in range(workers)]
        self._planner = Planner(table, cluster, streams, self._absences)
        self._costs = self._planner.costs
        self._requests = Requests(workers)
        self._server = DecisionServer(cluster, stopwatch)
        self._segments = ClusterLog(self.log)
        self._under_way: list[Segment | None] = [None] * workers
        self._events: list[tuple[int, int, int, int]] = []
        """(time in ns, priority, number, worker), as a heap. A segment's number is that of its decision."""
        self._retries = Retries(cluster)
        self._patience = Patience(workers, budget)
        self._saved_ns: dict[int, int] = {}
        """By trial: when the checkpoint is whole that was begun when it paused."""
        self._asked = 0
        """Which idle worker the answer that is due is for, if it is no verdict."""

    @property
    def segments(self) -> Segments:
        """After `run`: what each worker did; what reached beyond the end is cut there."""
        return self._segments.segments(self._table, self._planner.courses, self._under_way, self.end_ns)

    @property
    def absences(self) -> list[list[Absence]]:
        """After `run`: when each worker was away, by worker."""
        return [one.until(self.end_ns) for one in self._absences]

    def reports_until(self, time_ns: int) -> Reports:
        """The reports that arrived by then and within the budget of epochs."""
        starts = self._segments.starts(self._under_way)
        return arrived(starts, self._table, self._costs, time_ns, self.budget.max_epochs)

    def step(self) -> bool:
        """See `Simulation`."""
        events = self._events
        if self._instant_over:
            over = not self.active and self._nothing_will_happen()
            # Without events a budget ended at this instant, before idle workers could ask.
            now = events[0][0] if events and not over else self.now_ns
            if now >= self._end:
                return self._ends(self._end)
            if over:
                return self._ends(now, idle=True)
            assert events
            self.now_ns = now
        else:
            self._go_on()
        while events and events[0][0] == self.now_ns and self._judged is None:
            self._happens(heappop(events))
        if self._judged is None:
            self._use_idle_workers()
        return True

    def _nothing_will_happen(self) -> bool:
        """Whether only absences lie ahead where nobody has a trial; who is away has a question otherwise."""
        if self.log.count == self._max_decisions:
            return True
        return self._requests.waiting and not self._retries

    def _happens(self, event: tuple[int, int, int, int]) -> None:
        now, kind, _, worker = event
        if kind == SEGMENT_END:
            self._segment_ends(self._over(worker))
        elif kind == INTERRUPTION:
            self._interrupted(self._over(worker))
        elif kind == RELEASE:
            self.active -= 1
            self._requests.add(now, worker)
        elif kind == BACK and not self._retries.is_back(worker):
            self._requests.add(now, worker)

    def _over(self, worker: int) -> Segment:
        segment = self._under_way[worker]
        assert segment is not None
        self._under_way[worker] = None
        return segment

    # --- idle workers -----------------------------------------------------------------------------------

    def _use_idle_workers(self) -> None:
        """Retries first, then the scheduler's decisions, until nobody is idle or has anything to do.

        It stops, too, when something ends at this instant: that is told before the next worker asks.
        """
        now, events, log, retries, requests = (
            self.now_ns,
            self._events,
            self.log,
            self._retries,
            self._requests,
        )
        while log.count != self._max_decisions and not self._out_of_time:
            if self.due is not None:
                self._carry_out(self._asked, self._take_due())
            elif retries.back:
                own = retries.next_own()
                self._retry(own.worker, own)
            elif retries.for_anyone or not (requests.waiting or self._server.free_ns > now):
                found = self._next_idle(now)
                if found is None:
                    return
                if retries.for_anyone:
                    self._retry(found, retries.for_anyone.popleft())
                elif not self._ask(found):
                    return
            else:
                return
            if events[0][0] == now:
                return

    def _next_idle(self, now: int) -> int | None:
        """The next idle worker that is there. Who is away asks again when it is back."""
        while (worker := self._requests.pop()) is not None:
            back = self._absences[worker].away_until(now)
            if back is None:
                return worker
            self._comes_back(worker, back)
        return None

    def _comes_back(self, worker: int, back_ns: int) -> None:
        if back_ns < NEVER:
            heappush(self._events, (back_ns, BACK, worker, worker))

    def _ask(self, worker: int) -> bool:
        """Ask the scheduler what an idle worker should do; whether it does anything."""
        now = self.now_ns
        proposal = self._server.ask(self.decider, now)
        if type(proposal) is Wait:
            self._waiting = proposal
            self._requests.add(now, worker)
            self._requests.park()
            return False
        if self.log.count == self._stop_at and self._stops(proposal):
            self._asked = worker
            return False
        if type(proposal) is Start and len(self.trials) == self.budget.max_trials:
            self._max_decisions = self.log.count
            return False
        self._carry_out(worker, proposal)
        return True

    def _carry_out(self, worker: int, proposal: object) -> None:
        """An idle worker gets what the scheduler proposes."""
        now, trials = self.now_ns, self.trials
        if type(proposal) is Start:
            trial, resume_from = len(trials), 0
            proposal = trials.start(proposal)
        elif type(proposal) is Resume:
            proposal = trials.resume(proposal)
            trial, resume_from = proposal.trial, proposal.resume_from
        else:
            raise no_proposal(proposal)
        configuration = trials.configurations[trial]
        row = (now, worker, trial, configuration, proposal.decision, resume_from, proposal.milestone)
        self.log.append(row, proposal.reason)
        served = self._server.serve(now)
        if served > now:
            heappush(self._events, (served, SERVER_FREE, 0, 0))
        first = resume_from if self._cluster.checkpoints else 0
        self._begin(row, first, first, max(served + self._costs.start, self._saved_ns.pop(trial, 0)))
        self.decider.tell(Decided(trial, proposal))

    def _retry(self, worker: int, interrupted: Segment) -> None:
        """Begin an interrupted segment again from its last checkpoint."""
        trial, configuration = interrupted.trial, interrupted.configuration
        safe = interrupted.safe
        row = (self.now_ns, worker, trial, configuration, int(_RETRY), safe, interrupted.milestone)
        self.log.append(row)
        self._begin(row, safe, safe, self.now_ns + self._costs.start)

    # --- segments -------------------------------------------------------------------------------------------

    def _begin(self, row: Row, first: int, saved: int, begins_ns: int) -> None:
        """A worker gets a trial: plan the segment, count its reports against the budget, foresee its end.

        Args:
            row: the decision, logged already.
            first: the resource from which the worker trains.
            saved: that of the trial's last checkpoint.
            begins_ns: when it could begin, but for a checkpoint to load.
        """
        number, worker = self.log.count - 1, row[1]
        segment = self._planner.plan(number, row, self.trials.resources[row[2]], first, saved, begins_ns)
        kind = INTERRUPTION if segment.outcome == INTERRUPTED else SEGMENT_END
        heappush(self._events, (segment.over_ns, kind, number, worker))
        self._under_way[worker] = segment
        self.active += 1
        self.epochs_begun += segment.last - segment.first
        if self.epochs_begun >= self._epochs_in_sight:
            self._foresee_the_end(worker, self._planner.courses.report_times_ns(segment))

    def _times_under_way(self) -> Iterable[tuple[int, Sequence[int]]]:
        under_way = [segment for segment in self._under_way if segment is not None]
        return ((segment.worker, self._planner.courses.report_times_ns(segment)) for segment in under_way)

    def _segment_ends(self, segment: Segment) -> None:
        """A worker reached its segment's end: report, then judge the trial at its milestone."""
        now, trial, resource = self.now_ns, segment.trial, segment.end
        trials, scheduler = self.trials, self.decider
        values = self._planner.replay.values[segment.configuration][segment.heard : resource]
        complete = resource >= self._planner.replay.lengths[segment.configuration]
        cost = self._retries.settle(trial) + segment.trained_ns
        trials.resources[trial] = resource
        scheduler.tell(Reported(trial, segment.configuration, resource, values, complete, cost))
        self._requests.wake(now)
        self._patience.ended()
        if complete:
            trials.states[trial] = COMPLETE
            self._release(segment, 0)
        elif self._out_of_time or self.log.count == self._max_decisions:
            self._release(segment, self._pause(trial))
        else:
            verdict = scheduler.verdict(trial, resource)
            if self.log.count == self._stop_at and self._stops(verdict):
                self._judged = segment
            else:
                self._judge(segment, verdict)

    def _judge(self, segment: Segment, verdict: object) -> None:
        """Carry out what the scheduler says of a trial at its milestone."""
        trial, resource = segment.trial, segment.end
        if type(verdict) is Continue:
            self._go_on_to(segment, self.trials.goes_on(trial, verdict))
        elif type(verdict) is Pause:
            self._release(segment, self._pause(trial))
        elif type(verdict) is Stop:
            row = (self.now_ns, segment.worker, trial, segment.configuration, int(_STOP), resource, resource)
            verdict = mended(verdict)
            self.log.append(row, verdict.reason)
            self.trials.states[trial] = STOPPED
            self.decider.tell(Decided(trial, verdict))
            self._release(segment, self._costs.stop)
        else:
            raise no_verdict(verdict, trial)

    def _pause(self, trial: int) -> int:
        """A trial leaves its worker with a checkpoint; how long that takes."""
        self.trials.states[trial] = PAUSED
        if self._costs.checkpoint_every is None:
            return self._costs.stop
        if self._costs.save:
            self._saved_ns[trial] = self.now_ns + self._costs.save
        return self._costs.save + self._costs.stop

    def _go_on_to(self, segment: Segment, verdict: Continue) -> None:
        """A trial keeps its worker; if its milestone is one where a checkpoint is due, it is saved first."""
        now, resource = self.now_ns, segment.end
        self._segments.over(segment, now)
        self.active -= 1
        who = (segment.worker, segment.trial, segment.configuration)
        row = (now, *who, int(_CONTINUE), resource, verdict.milestone)
        self.log.append(row, verdict.reason)
        saved = self._costs.saved_at(resource, segment.saved)
        self._begin(row, resource, saved, now + (self._costs.save if saved == resource else 0))
        self.decider.tell(Decided(segment.trial, verdict))

    def _release(self, segment: Segment, hold_ns: int) -> None:
        """A trial has left its worker, which is idle when that and its completion are paid for."""
        now, worker = self.now_ns, segment.worker
        hold_ns += self._costs.completion
        released = now
        if hold_ns:
            released = min(now + hold_ns, max(now, self._absences[worker].begins_ns))
        self._segments.over(segment, released)
        if released > now:
            heappush(self._events, (released, RELEASE, worker, worker))
        else:
            self.active -= 1
            self._requests.add(now, worker)

    def _interrupted(self, segment: Segment) -> None:
        """A worker is lost, and with it what its trial did since the last checkpoint."""
        now, worker, trial = self.now_ns, segment.worker, segment.trial
        self._segments.over(segment, now)
        self.active -= 1
        self._patience.interrupted(segment)
        if self._retries.gives_up(trial, segment.trained_ns):
            self.trials.states[trial] = FAILED
            self.decider.tell(Failed(trial, segment.configuration, self.trials.resources[trial]))
            self._requests.wake(now)
        elif (back := self._retries.add(segment, self._absences[worker], now)) is not None:
            self._comes_back(worker, back)
            return
        self._requests.add(now, worker)
