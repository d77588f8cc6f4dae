"""Schedulers that each break one law, and work otherwise."""

from __future__ import annotations

import random
import sys
import time
from time import monotonic

import msgspec
import numpy as np

from simdyhpo.decisions import (
    Continue,
    Decided,
    Failed,
    Pause,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Wait,
)
from simdyhpo.schedulers.greedy import Greedy, GreedyOptions

PROMOTE, START = ScheduleDecision.PROMOTE_RUNG, ScheduleDecision.START_RANDOM
EXHAUSTED = Wait(exhausted=True)


class Sound:
    """One resource for each configuration, then all go on, one resource after the other, oldest first."""

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        pass

    def __init__(self, problem, options):
        self.problem = problem
        self.sign = 1 if problem.mode == "min" else -1
        self.paused: dict[int, int] = {}
        self.running: dict[int, int] = {}
        self.started = 0

    def ask(self, now_ns):
        configuration = self.problem.candidates.next_random()
        if configuration is not None:
            return Start(configuration, 1, START)
        for trial, resource in self.paused.items():
            return Resume(trial, resource, resource + 1, PROMOTE)
        return EXHAUSTED

    def verdict(self, trial, resource):
        return Pause()

    def tell(self, event):
        if isinstance(event, Reported):
            del self.running[event.trial]
            if not event.complete and abs(event.values[-1]) < float("inf"):
                self.paused[event.trial] = event.resource
            return
        if isinstance(event, Failed):
            del self.running[event.trial]
            return
        if isinstance(event.message, Start):
            self.started += 1
        else:
            del self.paused[event.trial]
        self.running[event.trial] = event.message.milestone

    def summary(self):
        return {"started": self.started}

    def diagnostics(self):
        return {}


class ResumesWhoRuns(Sound):
    def ask(self, now_ns):
        for trial, milestone in self.running.items():
            if milestone < self.problem.max_resource and self.started > 5:
                return Resume(trial, milestone, milestone + 1, PROMOTE)
        return super().ask(now_ns)


class ResumesWhoEnded(Sound):
    def tell(self, event):
        super().tell(event)
        if isinstance(event, Reported) and event.complete:
            self.paused[event.trial] = event.resource - 1


class LowersAMilestone(Sound):
    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        if isinstance(proposal, Resume) and proposal.resume_from > 3:
            return Resume(proposal.trial, proposal.resume_from, proposal.resume_from - 1, PROMOTE)
        return proposal


class ContinuesToWhereItStands(Sound):
    def verdict(self, trial, resource):
        return Continue(resource)


class PassesTheLargestResource(Sound):
    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        if isinstance(proposal, Start) and self.started == 7:
            return Start(proposal.configuration, self.problem.max_resource + 1, START)
        return proposal


class StartsAUsedConfiguration(Sound):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.first = None

    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        if isinstance(proposal, Start) and self.started == 9:
            return Start(self.first, 1, START)
        return proposal

    def tell(self, event):
        super().tell(event)
        if isinstance(event, Decided) and self.first is None:
            self.first = event.message.configuration


class StartsWhatIsNotThere(Sound):
    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        if isinstance(proposal, Start) and self.started == 9:
            return Start(self.problem.candidates.count, 1, START)
        return proposal


class NeverExhausted(Sound):
    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        return Wait() if isinstance(proposal, Wait) else proposal


class RollsItsOwnDice(Sound):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.milestone = 1 + (random.random() < 0.5 and problem.max_resource > 1)

    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        if isinstance(proposal, Start) and self.problem.max_resource > 1:
            return Start(proposal.configuration, self.milestone, START)
        return proposal


class DrawsAnUnseededNumber(RollsItsOwnDice):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.dice = np.random.default_rng()

    def ask(self, now_ns):
        self.milestone = 1 + (self.dice.random() < 0.5 and self.problem.max_resource > 1)
        return super().ask(now_ns)


class LooksAtTheClock(Sound):
    def read(self):
        return time.time()

    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.milestone = min(1 + int(self.read() * 10) % 9, problem.max_resource)

    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        return (
            Start(proposal.configuration, self.milestone, START) if isinstance(proposal, Start) else proposal
        )


class LooksAtAnImportedClock(LooksAtTheClock):
    def read(self):
        return monotonic()


class ChangesStateInAsk(Sound):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.asked = 0

    def ask(self, now_ns):
        self.asked += 1
        proposal = super().ask(now_ns)
        if isinstance(proposal, Start) and self.asked % 2 and self.problem.max_resource > 1:
            return Start(proposal.configuration, 2, START)
        return proposal


class RemembersWhenItWasAsked(Sound):
    """Asked again at the same time, it says the same; but who was never asked can't know."""

    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.times = set()

    def ask(self, now_ns):
        self.times.add(now_ns)
        proposal = super().ask(now_ns)
        if isinstance(proposal, Start) and len(self.times) > 3 and self.problem.max_resource > 1:
            return Start(proposal.configuration, 2, START)
        return proposal


class LooksAhead(Sound):
    """Finds the table by way of who asks."""

    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        engine = sys._getframe(1).f_locals.get("self")
        if isinstance(proposal, Start) and hasattr(engine, "_replay") and self.problem.max_resource > 1:
            final = engine._replay._table.values[proposal.configuration, -1]
            return Start(proposal.configuration, 2 if abs(final) < 1 else 1, START)
        return proposal


class CountsInWords(Sound):
    def summary(self):
        return {"started": "many"}


class CountsWithNames(Sound):
    def diagnostics(self):
        return {1: 1.5}


class LetsTheDivergedGoOn(Sound):
    def tell(self, event):
        super().tell(event)
        if isinstance(event, Reported) and not event.complete:
            self.paused[event.trial] = event.resource


class StumblesOverNaN(Sound):
    def tell(self, event):
        super().tell(event)
        if isinstance(event, Reported):
            int(1000 * event.values[-1])


class HasRoomFor500Workers(Sound):
    def __init__(self, problem, options):
        super().__init__(problem, options)
        self.places = [0] * 500

    def tell(self, event):
        super().tell(event)
        self.places[len(self.running) - 1] += 1


class AlwaysMinimises(Greedy):
    Options = GreedyOptions

    def __init__(self, problem, options):
        super().__init__(problem, options)
        self._sign = 1.0


class TakesTheFirstUnused(Sound):
    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        if isinstance(proposal, Start):
            return Start(int(self.problem.candidates.unused()[0]), 1, START)
        return proposal


class LeavesSomeOut(Sound):
    def ask(self, now_ns):
        if self.started >= 20:
            return EXHAUSTED
        return super().ask(now_ns)


class WaitsForTheFailed(Sound):
    """It says that it is exhausted when all have reported, and it never hears that some won't."""

    def ask(self, now_ns):
        proposal = super().ask(now_ns)
        return Wait() if proposal == EXHAUSTED and self.running else proposal

    def tell(self, event):
        if not isinstance(event, Failed):
            super().tell(event)


class ResumesTheFailed(Sound):
    def tell(self, event):
        super().tell(event)
        if isinstance(event, Failed) and event.resource:
            self.paused[event.trial] = event.resource


class LooksAtEveryWorker(Sound):
    def ask(self, now_ns):
        for _trial in self.running:
            pass
        return super().ask(now_ns)
