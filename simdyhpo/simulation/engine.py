"""The loop of the simulator for workers that cost nothing and never fail.

One turn: let the idle workers ask, advance to the next instant, tell the scheduler all that ended then.

It is a loop of its own, beside that for clusters, since a run here has one kind of event: a segment's end, a
plain tuple that says all, by a worker that is idle at once. Accounts and reports follow from the decisions
afterwards. One loop for both would take two to four times as long here. What both know of a segment is in
`simdyhpo.simulation.segments`, and what both are, in `Simulation`.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush

from simdyhpo.candidates import Candidates
from simdyhpo.decisions import (
    Continue,
    Decided,
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
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.messages import mended, no_proposal, no_verdict
from simdyhpo.simulation.reports import Reports, expand_reports
from simdyhpo.simulation.segments import Replay, SegmentEnd
from simdyhpo.simulation.simulation import Simulation
from simdyhpo.simulation.trials import COMPLETE, PAUSED, STOPPED
from simdyhpo.tables.curves import CurveTable

_CONTINUE, _STOP = int(ScheduleDecision.CONTINUE), int(ScheduleDecision.STOP)


class Engine(Simulation[SegmentEnd]):
    """Runs one scheduler on one table with n workers until a budget ends or nothing is left to do."""

    def __init__(
        self,
        table: CurveTable,
        scheduler: Scheduler,
        candidates: Candidates,
        workers: int,
        budget: Budget,
    ) -> None:
        super().__init__(table, scheduler, candidates, budget)
        self._replay = Replay(table)
        self._values, self._lengths = self._replay.values, self._replay.lengths
        self._unpacked_ns, self._per_fit = self._replay.unpacked_ns, table.per_fit
        self._idle = list(range(workers))
        self._under_way: list[SegmentEnd] = []

    @property
    def active(self) -> int:
        """The number of workers that have a trial."""
        return len(self._under_way)

    def reports_until(self, time_ns: int) -> Reports:
        """The reports that arrived by then and within the budget of epochs."""
        return expand_reports(self.log.columns(), self._table, time_ns, self.budget.max_epochs)

    def step(self) -> bool:
        """See `Simulation`."""
        under_way = self._under_way
        if self._instant_over:
            now = under_way[0][0] if under_way else self.now_ns
            if now >= self._end:
                return self._ends(self._end)
            if not under_way:
                return self._ends(now, idle=True)
            self.now_ns = now
        else:
            self._go_on()
        while under_way and under_way[0][0] == self.now_ns and self._judged is None:
            self._segment_ends(heappop(under_way))
        if self._judged is None:
            self._ask_idle_workers()
        return True

    def _to_the_end(self) -> None:
        """All steps; those between the first and the last begin and end with an instant, and ask less.

        The loop's condition stands within it: CPython 3.11 counts only plain jumps back as a reason to
        specialise code, and this function is called once.
        """
        under_way = self._under_way
        self.step()
        while True:
            if not under_way or (now := under_way[0][0]) >= self._end:
                break
            self.now_ns = now
            self._segment_ends(heappop(under_way))
            while under_way and under_way[0][0] == now:
                self._segment_ends(heappop(under_way))
            if self._idle:
                self._ask_idle_workers()
        self.step()

    def _ask_idle_workers(self) -> None:
        """Idle workers ask, lowest id first, until one is told to wait or something ends at this instant.

        A message's fields are read where its kind is known: a look-up that met several kinds in turn would
        be slow, since the interpreter remembers where it found the last one.
        """
        now, idle, trials, log = self.now_ns, self._idle, self.trials, self.log
        while idle and log.count != self._max_decisions and not self._out_of_time:
            proposal: object = self.decider.ask(now) if self.due is None else self._take_due()
            if log.count == self._stop_at and self._stops(proposal):
                return
            if type(proposal) is Start:
                trial = len(trials.states)
                if trial == self.budget.max_trials:
                    self._max_decisions = log.count
                    return
                proposal, worker = trials.start(proposal), heappop(idle)
                configuration, milestone = proposal.configuration, proposal.milestone
                row = (now, worker, trial, configuration, proposal.decision, 0, milestone)
                takes = self._begin(row, proposal, proposal.reason)
            elif type(proposal) is Resume:
                proposal, worker = trials.resume(proposal), heappop(idle)
                trial, resume_from = proposal.trial, proposal.resume_from
                configuration = trials.configurations[trial]
                row = (now, worker, trial, configuration, proposal.decision, resume_from, proposal.milestone)
                takes = self._begin(row, proposal, proposal.reason)
            elif type(proposal) is Wait:
                self._waiting = proposal
                return
            else:
                raise no_proposal(proposal)
            if not takes:
                return  # its end is told before the next worker asks

    def _segment_ends(self, segment: SegmentEnd, due: object = None) -> None:
        """A worker reached its segment's end: report, then judge the trial at its milestone.

        Args:
            segment: the one that ended.
            due: the verdict, where that is known: `until` has stopped at it, and the report was told before.
        """
        now, _, worker, trial, configuration, first, resource, cost = segment
        trials, scheduler, log, verdict = self.trials, self.decider, self.log, due
        if verdict is None:
            values = self._values[configuration][first:resource]
            complete = resource >= self._lengths[configuration]
            trials.resources[trial] = resource
            scheduler.tell(Reported(trial, configuration, resource, values, complete, cost))
            if complete or self._out_of_time or log.count == self._max_decisions:
                trials.states[trial] = COMPLETE if complete else PAUSED
                heappush(self._idle, worker)
                return
            verdict = scheduler.verdict(trial, resource)
            if log.count == self._stop_at and self._stops(verdict):
                self._judged = segment
                return
        if type(verdict) is Continue:
            verdict = trials.goes_on(trial, verdict)
            row = (now, worker, trial, configuration, _CONTINUE, resource, verdict.milestone)
            self._begin(row, verdict, verdict.reason)
            return  # on the same worker
        if type(verdict) is Pause:
            trials.states[trial] = PAUSED
        elif type(verdict) is Stop:
            if verdict.reason is not None:
                verdict = mended(verdict)
            log.append((now, worker, trial, configuration, _STOP, resource, resource), verdict.reason)
            trials.states[trial] = STOPPED
            scheduler.tell(Decided(trial, verdict))
        else:
            raise no_verdict(verdict, trial)
        heappush(self._idle, worker)

    def _judge(self, segment: SegmentEnd, verdict: object) -> None:
        self._segment_ends(segment, verdict)

    def _begin(self, row: Row, message: Start | Resume | Continue, reason: Reason | None) -> int:
        """Carry out a decision: log it, turn its segment into one future event, and tell the scheduler.

        The segment's reports are counted against the budget of epochs now.

        Returns:
            How long it takes, in nanoseconds.
        """
        log = self.log
        log.append(row, reason)
        now, worker, trial, configuration, _, resume_from, milestone = row
        # `Replay.span`, written out: its call would take longer than what it does.
        elapsed = self._unpacked_ns[configuration] or self._replay.elapsed_ns(configuration)
        length = self._lengths[configuration]
        end = milestone if milestone < length else length  # noqa: FURB136 - min() costs more here
        first = end - 1 if self._per_fit else resume_from
        takes = elapsed[end] - elapsed[first]
        segment = (now + takes, log.count, worker, trial, configuration, first, end, takes)
        heappush(self._under_way, segment)
        self.epochs_begun += end - first
        if self.epochs_begun >= self._epochs_in_sight:
            self._foresee_the_end(self._report_times(segment))
        self.decider.tell(Decided(trial, message))
        return takes

    def _times_under_way(self) -> Iterable[list[int]]:
        return map(self._report_times, self._under_way)

    def _report_times(self, segment: SegmentEnd) -> list[int]:
        """When it reports."""
        ends_at, _, _, _, configuration, first, end, _ = segment
        elapsed = self._replay.elapsed_ns(configuration)
        ready = ends_at - elapsed[end]  # when it would have begun from scratch
        return [ready + time for time in elapsed[first + 1 : end + 1]]
