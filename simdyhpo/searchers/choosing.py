"""What choosers of new configurations have in common: an answer that stands, and values by resource."""

from __future__ import annotations

import abc
import math
from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Event, Reason, Reported, Start
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.starts import Starts

Floats = npt.NDArray[np.float64]


class Choosing(abc.ABC):
    """Keeps its answer until something happens, and counts starts.

    Attributes:
        starts: counts of starts.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._answer: tuple[Place, Start | None] | None = None
        self.starts = Starts(problem)

    def propose(self, place: Place) -> Start | None:
        """A random start or one that the model chose; the answer stands until the next event."""
        if self._answer is None or self._answer[0] != place:
            self._answer = (place, self._propose(place))
        return self._answer[1]

    def tell(self, event: Event) -> None:
        """Take in an event."""
        self._answer = None
        self.starts.tell(event)
        if type(event) is Reported:
            self._hear(event)

    def diagnostics(self) -> Mapping[str, int | float]:
        """Nothing is counted."""
        return {}

    @abc.abstractmethod
    def _propose(self, place: Place) -> Start | None:
        """The same, worked out."""

    @abc.abstractmethod
    def _hear(self, event: Reported) -> None:
        """Take in a report."""


def lower_is_better(problem: Problem, value: float) -> float:
    """A value, negated if the metric is maximised; infinite if it is not finite: that is the worst."""
    if not math.isfinite(value):
        return math.inf
    return value if problem.mode == "min" else -value


class ValuesByResource:
    """Each report's last value, by resource; a model is of the largest one that has enough.

    Attributes:
        resource: that one; 0: there is none yet.
    """

    def __init__(self, problem: Problem, enough: int) -> None:
        """Take how many values make a model."""
        self._problem, self._enough = problem, enough
        self._all: dict[int, tuple[list[int], list[float]]] = {}
        self.resource = 0

    def add(self, event: Reported) -> bool:
        """Take in a report; whether a model has to be made anew."""
        configurations, values = self._all.setdefault(event.resource, ([], []))
        configurations.append(event.configuration)
        values.append(lower_is_better(self._problem, event.values[-1]))
        changed = event.resource >= self.resource and len(values) >= self._enough
        if changed:
            self.resource = event.resource
        return changed

    def there(self) -> tuple[npt.NDArray[np.int64], Floats]:
        """Configurations and values at `resource`, (m,) each, as they arrived; infinite: diverged."""
        configurations, values = self._all[self.resource]
        return np.array(configurations, dtype=np.int64), np.array(values)


def best_of(scores: Floats) -> tuple[int, Reason]:
    """The place of the best of q scores, the first of equals, and what a record says of it."""
    best = int(np.argmax(scores))
    others = np.delete(scores, best)
    reason = Reason(score=float(scores[best]), new_scored=len(scores))
    if others.size:
        second = float(others.max())
        reason = msgspec.structs.replace(reason, runner_up=second, runner_up_kind="new")
    return best, reason
