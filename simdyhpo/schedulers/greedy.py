"""The simplest way to continue paused trials: always the best one, one resource further."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heappop, heappush
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

_EXHAUSTED = Wait(exhausted=True)


class GreedyOptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of the greedy baseline.

    Attributes:
        explore: how many configurations to start before any trial goes on.
    """

    explore: Annotated[int, msgspec.Meta(ge=0)] = 20


class Greedy(Defaults):
    """Greedy continuation (a control of ours, from no paper): the best paused trial goes on by one resource.

    It starts `explore` configurations first, and later ones only when no trial is paused. The best is the one
    with the best latest value, the lowest id of equals; one that diverged never goes on.
    """

    Options = GreedyOptions

    def __init__(self, problem: Problem, options: GreedyOptions) -> None:
        self._candidates = problem.candidates
        self._explore = options.explore
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._started = self._promoted = 0
        self._paused: list[tuple[float, int, int]] = []
        """(key, trial, resource), as a heap; the first one is paused."""
        self._stands: dict[int, int] = {}
        """The resource of each paused trial: an entry of the heap that says another one is out of date."""

    def ask(self, _now_ns: int, /) -> Proposal:
        """Explore first; then continue the best; without one, start another."""
        configuration = self._candidates.next_random()
        exploring = self._started < self._explore and configuration is not None
        if self._paused and not exploring:
            _, trial, resource = self._paused[0]
            return Resume(trial, resource, resource + 1, ScheduleDecision.PROMOTE_RUNG)
        if configuration is None:
            return _EXHAUSTED
        return Start(configuration, 1, ScheduleDecision.START_RANDOM)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Keep the paused trials, the best first. One that fails ran, so it is not among them."""
        if type(event) is Reported:
            key = self._sign * event.values[-1]
            if isfinite(key) and not event.complete:
                self._stands[event.trial] = event.resource
                heappush(self._paused, (key, event.trial, event.resource))
        elif type(event) is Failed:
            return
        elif type(event.message) is Resume:  # type: ignore[union-attr] # what is left is Decided
            self._promoted += 1
            del self._stands[event.trial]
            while self._paused and self._stands.get(self._paused[0][1]) != self._paused[0][2]:
                heappop(self._paused)
        else:
            self._started += 1

    def summary(self) -> Mapping[str, int]:
        """Numbers of starts and continuations."""
        return {"started_at_random": self._started, "promoted_by_rung": self._promoted}
