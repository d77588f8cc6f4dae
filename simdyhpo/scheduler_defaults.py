"""What most schedulers have in common, and what all have who only stand before one."""

from __future__ import annotations

from collections.abc import Mapping

from simdyhpo.decisions import Compared, Event, Pause, Proposal, Verdict
from simdyhpo.protocols import Comparing, Scheduler

PAUSE = Pause()


class Defaults:
    """Answers that a scheduler may leave out; what it says beside them is its rule."""

    def verdict(self, _trial: int, _resource: int, /) -> Verdict:
        """Every milestone pauses."""
        return PAUSE

    def summary(self) -> Mapping[str, int]:
        """Nothing is counted."""
        return {}

    def diagnostics(self) -> Mapping[str, int | float]:
        """Nothing can go wrong numerically."""
        return {}


class PassThrough:
    """Stands between the engine and a scheduler: puts it every question, and tells it everything.

    Who looks on, checks or answers in its place says only that. It keeps to the same promise: its own state
    changes in `tell` alone, unless it says otherwise.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler

    def ask(self, now_ns: int, /) -> Proposal:
        """The scheduler's proposal."""
        return self._scheduler.ask(now_ns)

    def verdict(self, trial: int, resource: int, /) -> Verdict:
        """The scheduler's verdict."""
        return self._scheduler.verdict(trial, resource)

    def tell(self, event: Event) -> None:
        """Pass it on."""
        self._scheduler.tell(event)

    def summary(self) -> Mapping[str, int]:
        """The scheduler's."""
        return self._scheduler.summary()

    def diagnostics(self) -> Mapping[str, int | float]:
        """The scheduler's."""
        return self._scheduler.diagnostics()

    def compared(self, trial: int, resource: int, /) -> Compared | None:
        """What the scheduler's rule goes by, if it can say so."""
        inner = self._scheduler
        return inner.compared(trial, resource) if isinstance(inner, Comparing) else None
