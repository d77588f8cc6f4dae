"""How much a scheduler does for a decision, counted instead of timed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

from simdyhpo.decisions import Event, Proposal, Verdict
from simdyhpo.protocols import Scheduler
from simdyhpo.scheduler_defaults import PassThrough

T = TypeVar("T")


class StepCounter(PassThrough):
    """Counts the calls and lines of Python that the scheduler takes.

    A count is the same on every machine. What runs inside one call of C, such as `min` of a list, counts as
    one step, however long it takes.

    Attributes:
        steps: calls and lines so far.
    """

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__(scheduler)
        self.steps = 0

    def ask(self, now_ns: int, /) -> Proposal:
        """Count it, and pass it on."""
        return self._counted(lambda: self._scheduler.ask(now_ns))

    def verdict(self, trial: int, resource: int, /) -> Verdict:
        """Count it, and pass it on."""
        return self._counted(lambda: self._scheduler.verdict(trial, resource))

    def tell(self, event: Event) -> None:
        """Count it, and pass it on."""
        self._counted(lambda: self._scheduler.tell(event))

    def _counted(self, do: Callable[[], T]) -> T:
        before = sys.gettrace()
        sys.settrace(self._step)
        try:
            return do()
        finally:
            sys.settrace(before)

    def _step(self, frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ANN401, ARG002 - `settrace`
        self.steps += 1
        return self._step
