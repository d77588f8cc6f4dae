"""The only loop: time passes here, and nowhere else.

One turn: let the idle workers ask, advance to the next instant, tell the scheduler all that ended then.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from simdyhpo.candidates import Candidates
from simdyhpo.curves import CurveTable
from simdyhpo.decisions import (
    Continue,
    Decided,
    Pause,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Stop,
    Wait,
)
from simdyhpo.errors import BudgetError, Deadlock, DecisionError
from simdyhpo.protocols import Scheduler
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.budget import NANOSECONDS, Budget, EpochMeter
from simdyhpo.simulation.clock import Clock
from simdyhpo.simulation.cluster import Cluster, Segment
from simdyhpo.simulation.replay import Replay
from simdyhpo.simulation.trials import COMPLETE, PAUSED, STOPPED, Trials

EndedBy = Literal["budget", "exhausted"]

NEVER = math.inf

_CONTINUE, _STOP = int(ScheduleDecision.CONTINUE), int(ScheduleDecision.STOP)


class Engine:
    """Runs one scheduler on one table with n workers until a budget ends or nothing is left to do.

    Attributes:
        log: every decision so far.
        trials: every trial so far.
        end_ns: after `run`: the simulated time at which the run ended.
    """

    def __init__(  # noqa: PLR0913 - the parts of a run
        self,
        table: CurveTable,
        scheduler: Scheduler,
        candidates: Candidates,
        workers: int,
        budget: Budget,
        on_progress: Callable[[Engine], None] | None = None,
    ) -> None:
        self.budget = budget
        self.log = DecisionLog()
        self.trials = Trials(candidates, table.max_resource)
        self.end_ns = 0
        self.epochs_begun = 0
        self.clock = Clock()
        self._scheduler = scheduler
        self._replay = Replay(table)
        self._cluster = Cluster(workers)
        self._on_progress = on_progress
        # Reports are counted when their segment begins; from this number on, the end is in sight.
        self._epochs_in_sight = NEVER if budget.max_epochs is None else budget.max_epochs
        self._meter = None if budget.max_epochs is None else EpochMeter(budget.max_epochs)
        self._max_decisions = NEVER if budget.max_decisions is None else budget.max_decisions
        # The instant at which seconds or epochs run out, as far as is known.
        self._end = NEVER if budget.max_seconds is None else round(budget.max_seconds * NANOSECONDS)
        self._draining = False
        self._waiting: Wait | None = None

    def run(self) -> EndedBy:
        """Simulate to the end.

        Raises:
            DecisionError: the scheduler decided what can't be done.
            Deadlock: all workers are idle, nothing is under way, and the scheduler still waits.
            BudgetError: simulated time left the range of its counter.
        """
        try:
            return self._run()
        except OverflowError:
            raise BudgetError(
                "simulated time passed 292 years, more than its counter holds: lower the budget"
            ) from None

    def _run(self) -> EndedBy:
        clock, events, on_progress = self.clock, self.clock.events, self._on_progress
        while True:
            self._ask_idle_workers()
            if on_progress is not None:
                on_progress(self)
            now = events[0][0] if events else clock.now_ns
            if now >= self._end:
                self._end_at(int(self._end))
                return "budget"
            if not events:
                self._end_at(now)
                return self._nothing_runs()
            self._segment_ends(clock.pop())
            while events and events[0][0] == now:
                self._segment_ends(clock.pop())

    def _end_at(self, time_ns: int) -> None:
        if time_ns >= 2**63:
            raise OverflowError
        self.end_ns = time_ns

    def _nothing_runs(self) -> EndedBy:
        if self._draining:
            return "budget"
        assert self._waiting is not None
        if not self._waiting.exhausted:
            raise Deadlock(self.clock.now_ns / NANOSECONDS, self.trials.paused)
        return "exhausted"

    def _ask_idle_workers(self) -> None:
        """Idle workers ask, lowest id first, until one is told to wait or something ends at this instant."""
        now, events, trials, idle = self.clock.now_ns, self.clock.events, self.trials, self._cluster.idle
        while idle and self._may_decide():
            proposal = self._scheduler.ask(now)
            if type(proposal) is Start:
                if len(trials.states) == self.budget.max_trials:
                    self._draining = True
                    return
                self._begin(trials.start(proposal), proposal, 0)
            elif type(proposal) is Resume:
                self._begin(trials.resume(proposal), proposal, proposal.resume_from)
            elif type(proposal) is Wait:
                self._waiting = proposal
                return
            else:
                raise DecisionError(proposal, None, "ask must answer Start, Resume or Wait")
            if events[0][0] == now:
                return  # it takes no time: its end is told before the next worker asks

    def _may_decide(self) -> bool:
        """False once a budget is spent: running segments finish (or are cut at the end), no more."""
        if self.log.count >= self._max_decisions:
            self._draining = True
        return not self._draining and self.clock.now_ns < self._end

    def _begin(self, trial: int, message: Start | Resume, resume_from: int) -> None:
        """Carry out an accepted proposal on the first idle worker."""
        configuration, milestone = self.trials.configurations[trial], message.milestone
        worker = self._cluster.take()
        self.log.append(
            (self.clock.now_ns, worker, trial, configuration, message.decision, resume_from, milestone),
            message.reason,
        )
        self._train(worker, trial, configuration, resume_from, milestone)
        self._scheduler.tell(Decided(trial, message))

    def _segment_ends(self, worker: int) -> None:
        """A worker reached its segment's end: report, then judge the trial at its milestone."""
        segment = self._cluster.running[worker]
        trial, configuration, resource = segment.trial, segment.configuration, segment.end
        values, complete = self._replay.reported(configuration, segment.resume_from, resource)
        self.trials.resources[trial] = resource
        self._scheduler.tell(Reported(trial, configuration, resource, values, complete))
        if complete:
            self._leave(worker, trial, COMPLETE)
        elif not self._may_decide():
            self._leave(worker, trial, PAUSED)
        else:
            self._judge(worker, trial, configuration, resource)

    def _judge(self, worker: int, trial: int, configuration: int, resource: int) -> None:
        verdict = self._scheduler.verdict(trial, resource)
        if type(verdict) is Pause:
            self._leave(worker, trial, PAUSED)
        elif type(verdict) is Continue:
            milestone = verdict.milestone
            self.trials.goes_on(trial, verdict)
            self.log.append((self.clock.now_ns, worker, trial, configuration, _CONTINUE, resource, milestone))
            self._train(worker, trial, configuration, resource, milestone)
            self._scheduler.tell(Decided(trial, verdict))
        elif type(verdict) is Stop:
            self.log.append((self.clock.now_ns, worker, trial, configuration, _STOP, resource, resource))
            self._leave(worker, trial, STOPPED)
            self._scheduler.tell(Decided(trial, verdict))
        else:
            raise DecisionError(verdict, trial, "a verdict must be Pause, Continue or Stop")

    def _leave(self, worker: int, trial: int, state: int) -> None:
        self.trials.states[trial] = state
        self._cluster.release(worker)

    def _train(self, worker: int, trial: int, configuration: int, resume_from: int, milestone: int) -> None:
        """Turn a segment into one future event, and count its reports against the budget of epochs."""
        now = self.clock.now_ns
        end, duration = self._replay.plan(configuration, resume_from, milestone)
        segment = Segment(trial, configuration, resume_from, milestone, end, now)
        self._cluster.running[worker] = segment
        self.clock.schedule(now + duration, worker)
        self.epochs_begun += end - resume_from
        if self.epochs_begun >= self._epochs_in_sight:
            self._foresee_the_end(worker, segment)

    def _foresee_the_end(self, worker: int, segment: Segment) -> None:
        """The reports of all segments begun reach the budget of epochs: find the instant of the last one."""
        meter = self._meter
        assert meter is not None
        if meter.end_ns is None:
            running = self._cluster.running.items()
            meter.foresee(self.epochs_begun, ((w, self._report_times(s)) for w, s in running))
        else:
            meter.add_times(worker, self._report_times(segment))
        assert meter.end_ns is not None
        self._end = min(self._end, meter.end_ns)

    def _report_times(self, segment: Segment) -> list[int]:
        offsets = self._replay.elapsed_ns(segment.configuration, segment.resume_from, segment.end)
        return [segment.start_ns + offset for offset in offsets]
