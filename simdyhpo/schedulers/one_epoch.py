"""The cheapest baseline: everything for one epoch, then the best of it to the end."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappush, heappushpop
from math import isfinite
from typing import Annotated

import msgspec

from simdyhpo.decisions import (
    Decided,
    Failed,
    Proposal,
    Reported,
    Resume,
    ScheduleDecision,
    Start,
    Wait,
)
from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import Defaults

_FIRST = 1
"""The resource of the first look."""
_EXHAUSTED, _PENDING = Wait(exhausted=True), Wait()


class OneEpochOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the one-epoch baseline.

    Attributes:
        configurations: how many to look at; by default all that the table has.
        top: K, how many of them run to the end.
    """

    configurations: Annotated[int, msgspec.Meta(ge=1)] | None = None
    top: Annotated[int, msgspec.Meta(ge=0)] = 3


class OneEpoch(Defaults):
    """One epoch for every configuration, then the best few to the end (Egele et al. 2023).

    The best are chosen when all have reported; until then, workers without a configuration wait. Who diverged
    in its first epoch is not among them, and equal ones are taken in the order in which they started.
    """

    Options = OneEpochOptions

    def __init__(self, problem: Problem, options: OneEpochOptions) -> None:
        self._candidates = problem.candidates
        self._largest = problem.max_resource
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._limit, self._top = options.configurations, options.top
        self._started = 0
        self._best: list[tuple[float, int]] = []
        """(negated key, negated trial) of the best so far, as a heap: the worst of them first."""
        self._chosen: list[int] = []
        """Who is to run to the end, the best last."""
        self._running_first: set[int] = set()
        """Who has not been looked at yet."""
        self._promoted_trials: set[int] = set()

    def ask(self, _now_ns: int, /) -> Proposal:
        """Look at a new configuration; when all have been looked at, continue the best."""
        if self._chosen:
            return Resume(self._chosen[-1], _FIRST, self._largest, ScheduleDecision.PROMOTE_RUNG)
        configuration = self._next_configuration()
        if configuration is None:
            return _PENDING if self._running_first else _EXHAUSTED
        return Start(configuration, _FIRST, ScheduleDecision.START_RANDOM)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the best; choose when the last one has reported."""
        if type(event) is Reported:
            if event.trial in self._running_first:
                self._look_at(event)
        elif type(event) is Failed:
            if event.trial in self._running_first:
                self._looked_at_one_more(event.trial)
        elif type(event.message) is Resume:  # type: ignore[union-attr] # what is left is Decided
            self._promoted_trials.add(event.trial)
            if event.trial in self._chosen:  # not if someone else decided
                self._chosen.remove(event.trial)
        else:
            self._started += 1
            self._running_first.add(event.trial)

    def _next_configuration(self) -> int | None:
        return None if self._started == self._limit else self._candidates.next_random()

    def _look_at(self, event: Reported) -> None:
        key = self._sign * event.values[-1]
        if isfinite(key) and not event.complete and event.resource == _FIRST:  # further: someone else's start
            entry = (-key, -event.trial)
            if len(self._best) < self._top:
                heappush(self._best, entry)
            else:
                heappushpop(self._best, entry)
        self._looked_at_one_more(event.trial)

    def _looked_at_one_more(self, trial: int) -> None:
        self._running_first.remove(trial)
        if not self._running_first and self._next_configuration() is None:
            best = [-trial for _, trial in sorted(self._best)]
            self._chosen = [trial for trial in best if trial not in self._promoted_trials]

    def summary(self) -> Mapping[str, int]:
        """Numbers of first looks and of trials that went on."""
        return {"started_at_random": self._started, "promoted_by_rung": len(self._promoted_trials)}
