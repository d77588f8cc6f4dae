"""A scheduler that takes decisions of every kind in turn, for tests of whoever shows decisions."""

from __future__ import annotations

import itertools

import msgspec

from simdyhpo.decision_kinds import Effect, kinds_that
from simdyhpo.decisions import Continue, Failed, Pause, Reported, Resume, Start, Stop, Wait

CLUSTER = {"crashes_per_hour": 60, "repair_seconds": 5, "retries": 50}
"""On which trials are interrupted, so that some are retried."""


class EveryKind:
    """Starts and promotes in turn, under every name; verdicts take turns, too."""

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        pass

    def __init__(self, problem, options):
        self.problem = problem
        self.starts = itertools.cycle(kinds_that(Effect.STARTS))
        self.promotions = itertools.cycle(kinds_that(Effect.PROMOTES))
        self.paused: dict[int, int] = {}
        self.asked = self.judged = 0

    def ask(self, now_ns):
        self.asked += 1
        if self.paused and self.asked % 2:
            trial, resource = next(iter(self.paused.items()))
            return Resume(trial, resource, resource + 1, next(self.promotions))
        configuration = self.problem.candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        return Start(configuration, 1, next(self.starts))

    def verdict(self, trial, resource):
        self.judged += 1
        return (Pause(), Continue(resource + 1), Pause(), Pause(), Stop())[self.judged % 5]

    def tell(self, event):
        if isinstance(event, Failed):
            self.paused.pop(event.trial, None)
        elif isinstance(event, Reported):
            if not event.complete:
                self.paused[event.trial] = event.resource
        elif not isinstance(event.message, Start):
            self.paused.pop(event.trial, None)

    def summary(self):
        return {"asked": self.asked}

    def diagnostics(self):
        return {}
