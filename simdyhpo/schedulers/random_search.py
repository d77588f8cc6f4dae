"""Random search: every configuration runs to the largest resource."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from simdyhpo.decisions import (
    Decided,
    Failed,
    Proposal,
    Reported,
    ScheduleDecision,
    Start,
    Wait,
)
from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import Defaults


class RandomSearch(Defaults):
    """Random search (Bergstra, Bengio 2012): configurations in the seed's random order, each to the end."""

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """Random search has no settings."""

    def __init__(self, problem: Problem, options: Options) -> None:  # noqa: ARG002 - every scheduler's signature
        self._candidates = problem.candidates
        self._max_resource = problem.max_resource
        self._started = 0

    def ask(self, _now_ns: int, /) -> Proposal:
        """Start the next configuration of the random order."""
        configuration = self._candidates.next_random()
        if configuration is None:
            return Wait(exhausted=True)
        return Start(configuration, self._max_resource, ScheduleDecision.START_RANDOM)

    def tell(self, event: Decided | Reported | Failed) -> None:
        """Count the started trials."""
        if type(event) is Decided:
            self._started += 1

    def summary(self) -> Mapping[str, int]:
        """Number of started trials."""
        return {"started_at_random": self._started}
