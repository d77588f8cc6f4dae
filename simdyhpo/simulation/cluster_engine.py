"""The loop of the simulator for clusters in which things cost time and go wrong.

As in the plain engine, one turn is: let the idle workers ask, advance to the next instant, tell the scheduler
all that ended then. On an ideal cluster, both engines give the same run.

It is a loop of its own since a worker here can be more than busy or idle: away, held, waiting for its turn to
ask. That takes events of five kinds, retries that come before questions, and books that are kept on the way.
What is decided about segments stands here; who asks, what is retried, how a segment goes: in files beside it.
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
    Reason,
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
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.checkpoints import Checkpoints
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.cluster_log import ClusterLog
from simdyhpo.simulation.courses import Segment
from simdyhpo.simulation.decision_server import DecisionServer
from simdyhpo.simulation.events import BACK, INTERRUPTION, RELEASE, SEGMENT_END, SERVER_FREE, Event
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

_CONTINUE, _STOP = int(ScheduleDecision.CONTINUE), int(ScheduleDecision.STOP)
_RETRY = int(ScheduleDecision.RETRY)


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
        self._from_scratch = not cluster.checkpoints
        self._absences = [Absences(cluster, streams, worker) for worker in range(workers)]
        self._planner = Planner(table, cluster, streams, self._absences)
        self._costs = self._planner.costs
        self._events: list[Event] = []
        """As a heap."""
        self._requests = Requests(self._absences, self._events)
        self._server = DecisionServer(cluster, stopwatch)
        self._segments = ClusterLog(self.log)
        self._under_way: list[Segment | None] = [None] * workers
        self._retries = Retries(cluster)
        self._patience = Patience(workers, budget)
        self._checkpoints = Checkpoints(self._costs)
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

    def _to_the_end(self) -> None:
        """All steps; those while anybody has a trial begin and end with an instant, and ask less.

        The inner loop's condition stands within it, for the reason that the plain engine's has.
        """
        events, requests, retries = self._events, self._requests, self._retries
        while self.step():
            while True:
                if not self.active or (now := events[0][0]) >= self._end:
                    break
                self.now_ns = now
                self._happens(heappop(events))
                while events and events[0][0] == now:
                    self._happens(heappop(events))
                if requests.asking or requests.parked or retries.back:
                    self._use_idle_workers()

    def _nothing_will_happen(self) -> bool:
        """Whether only absences lie ahead where nobody has a trial; who is away has a question otherwise."""
        if self.log.count == self._max_decisions:
            return True
        return self._requests.waiting and not self._retries

    def _happens(self, event: Event) -> None:
        now, kind, _, worker = event
        if kind <= INTERRUPTION:
            segment = self._under_way[worker]
            assert segment is not None
            self._under_way[worker] = None
            if kind == SEGMENT_END:
                self._segment_ends(segment)
            else:
                self._interrupted(segment)
        elif kind == RELEASE:
            self.active -= 1
            self._requests.add(now, worker)
        elif kind == BACK and not (self._retries.by_worker and self._retries.is_back(worker)):
            self._requests.add(now, worker)

    # --- idle workers -----------------------------------------------------------------------------------

    def _use_idle_workers(self) -> None:
        """Retries first, then the scheduler's decisions, until nobody is idle or has anything to do.

        It stops, too, when something ends at this instant: that is told before the next worker asks.
        """
        now, log, retries, requests, server = (
            self.now_ns,
            self.log,
            self._retries,
            self._requests,
            self._server,
        )
        while log.count != self._max_decisions and not self._out_of_time:
            if self.due is not None:
                if not self._ask(self._asked):
                    return
            elif retries.back:
                own = retries.next_own()
                self._retry(own.worker, own)
            elif not (requests.asking or requests.parked):
                return
            elif retries.for_anyone or not (requests.waiting or server.free_ns > now):
                found = requests.next_one(now)
                if found is None:
                    return
                if retries.for_anyone:
                    self._retry(found, retries.for_anyone.popleft())
                elif not self._ask(found):
                    return
            else:
                return
            if self._events[0][0] == now:
                return

    def _ask(self, worker: int) -> bool:
        """An idle worker gets what the scheduler proposes, or has proposed; whether it does anything."""
        now, trials, server = self.now_ns, self.trials, self._server
        proposal: object
        if self.due is not None:
            proposal = self._take_due()
        else:
            proposal = self.decider.ask(now) if server.at_once else server.ask(self.decider, now)
        if self.log.count == self._stop_at and self._stops(proposal):
            self._asked = worker
            return False
        if type(proposal) is Start:
            trial, resume_from = len(trials.states), 0
            if trial == self.budget.max_trials:
                self._max_decisions = self.log.count
                return False
            proposal = trials.start(proposal)
        elif type(proposal) is Resume:
            proposal = trials.resume(proposal)
            trial, resume_from = proposal.trial, proposal.resume_from
        elif type(proposal) is Wait:
            self._waiting = proposal
            self._requests.add(now, worker)
            self._requests.park()
            return False
        else:
            raise no_proposal(proposal)
        configuration = trials.configurations[trial]
        row = (now, worker, trial, configuration, proposal.decision, resume_from, proposal.milestone)
        begins = now + self._costs.start
        if not server.at_once:
            served = server.serve(now)
            begins += served - now
            if served > now:
                heappush(self._events, (served, SERVER_FREE, 0, 0))
        if resume_from:
            begins = max(begins, self._checkpoints.whole_ns(trial))
        first = 0 if self._from_scratch else resume_from
        self._begin(row, proposal.reason, first, first, begins)
        self.decider.tell(Decided(trial, proposal))
        return True

    def _retry(self, worker: int, interrupted: Segment) -> None:
        """Begin an interrupted segment again from its last checkpoint."""
        now, safe = self.now_ns, interrupted.safe
        who = (worker, interrupted.trial, interrupted.configuration)
        row = (now, *who, _RETRY, safe, interrupted.milestone)
        self._begin(row, None, safe, safe, now + self._costs.start)

    # --- segments -------------------------------------------------------------------------------------------

    def _begin(self, row: Row, reason: Reason | None, first: int, saved: int, begins_ns: int) -> None:
        """A worker gets a trial: log it, plan the segment, count its reports, foresee the budget's end.

        Args:
            row, reason: the decision.
            first: the resource from which the worker trains.
            saved: that of the trial's last checkpoint.
            begins_ns: when it could begin, but for a checkpoint to load.
        """
        number, worker = self.log.count, row[1]
        self.log.append(row, reason)
        segment = self._planner.plan(number, row, self.trials.resources[row[2]], first, saved, begins_ns)
        kind = INTERRUPTION if segment.outcome == INTERRUPTED else SEGMENT_END
        heappush(self._events, (segment.over_ns, kind, number, worker))
        self._under_way[worker] = segment
        self.active += 1
        self.epochs_begun += segment.last - segment.first
        if self.epochs_begun >= self._epochs_in_sight:
            self._foresee_the_end(self._planner.courses.report_times_ns(segment))

    def _times_under_way(self) -> Iterable[Sequence[int]]:
        under_way = (segment for segment in self._under_way if segment is not None)
        return map(self._planner.courses.report_times_ns, under_way)

    def _segment_ends(self, segment: Segment) -> None:
        """A worker reached its segment's end: report, then judge the trial at its milestone."""
        now, trial, resource = self.now_ns, segment.trial, segment.end
        trials, scheduler, replay = self.trials, self.decider, self._planner.replay
        values = replay.values[segment.configuration][segment.heard : resource]
        complete = resource >= replay.lengths[segment.configuration]
        cost = self._retries.settle(trial) + segment.trained_ns
        trials.resources[trial] = resource
        scheduler.tell(Reported(trial, segment.configuration, resource, values, complete, cost))
        if self._requests.waiting:
            self._requests.wake(now)
        self._patience.in_row = 0
        if complete:
            trials.states[trial] = COMPLETE
            self._release(segment, 0)
        elif self._out_of_time or self.log.count == self._max_decisions:
            self._pause(segment)
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
            self._pause(segment)
        elif type(verdict) is Stop:
            row = (self.now_ns, segment.worker, trial, segment.configuration, _STOP, resource, resource)
            verdict = mended(verdict)
            self.log.append(row, verdict.reason)
            self.trials.states[trial] = STOPPED
            self.decider.tell(Decided(trial, verdict))
            self._release(segment, self._costs.stop)
        else:
            raise no_verdict(verdict, trial)

    def _pause(self, segment: Segment) -> None:
        trial = segment.trial
        self.trials.states[trial] = PAUSED
        self._release(segment, self._checkpoints.pause(trial, self.now_ns))

    def _go_on_to(self, segment: Segment, verdict: Continue) -> None:
        """A trial keeps its worker; if its milestone is one where a checkpoint is due, it is saved first."""
        now, resource = self.now_ns, segment.end
        self._segments.over(segment, now)
        self.active -= 1
        who = (segment.worker, segment.trial, segment.configuration)
        row = (now, *who, _CONTINUE, resource, verdict.milestone)
        saved = self._costs.saved_at(resource, segment.saved)
        begins = now + self._costs.save if saved == resource else now
        self._begin(row, verdict.reason, resource, saved, begins)
        self.decider.tell(Decided(segment.trial, verdict))

    def _release(self, segment: Segment, hold_ns: int) -> None:
        """A trial has left its worker, which is idle when that and its completion are paid for."""
        now, worker = self.now_ns, segment.worker
        released, away = now + hold_ns + self._costs.completion, self._absences[worker].begins_ns
        if released > away:
            released = max(now, away)
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
        absences = self._absences[worker]
        self._patience.interrupted(segment)
        if self._retries.gives_up(trial, segment.trained_ns):
            self.trials.states[trial] = FAILED
            self.decider.tell(Failed(trial, segment.configuration, self.trials.resources[trial]))
            self._requests.wake(now)
        elif (back := self._retries.add(segment, absences, now)) is not None:
            self._requests.comes_back(worker, back)
            return
        if self._server.at_once and (back := absences.away_until(now)) is not None:
            self._requests.comes_back(worker, back)  # no question waits, so its own finds it away
        else:
            self._requests.add(now, worker)
