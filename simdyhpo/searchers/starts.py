"""What choosers of new configurations have in common: the random start, and counts of both kinds."""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.decisions import Decided, Event, ScheduleDecision, Start
from simdyhpo.protocols import Place, Problem


class Starts:
    """Counts starts, and proposes random ones.

    Attributes:
        started: number of trials started, by whatever decision.
        by_model: how many of them a model chose.
    """

    def __init__(self, problem: Problem) -> None:
        self._candidates = problem.candidates
        self.started = self.by_model = 0

    def random(self, place: Place) -> Start | None:
        """The next start of the random order; None when no configuration is left."""
        configuration = self._candidates.next_random()
        if configuration is None:
            return None
        return Start(configuration, place.level, ScheduleDecision.START_RANDOM)

    def tell(self, event: Event) -> None:
        """Count a start."""
        if type(event) is Decided and type(event.message) is Start:
            self.started += 1
            self.by_model += event.message.decision is ScheduleDecision.START_MODEL

    def split(self, counts: Mapping[str, int]) -> dict[str, int]:
        """A scheduler's counts, whose `started_at_random` are all starts, with those by the model apart."""
        at_random = counts["started_at_random"] - self.by_model
        return {**counts, "started_at_random": at_random, "started_by_model": self.by_model}
