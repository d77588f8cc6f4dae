"""A run while it goes on: how far it is, how good, how busy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from simdyhpo.decisions import Event, Reported
from simdyhpo.protocols import Scheduler
from simdyhpo.scheduler_defaults import PassThrough
from simdyhpo.simulation.cluster_engine import ClusterEngine
from simdyhpo.simulation.engine import Engine
from simdyhpo.units import NANOSECONDS


class Onlooker(PassThrough):
    """Remembers the best value that was told.

    Attributes:
        best: in the metric's unit; NaN before the first finite value.
    """

    def __init__(self, scheduler: Scheduler, mode: Literal["min", "max"]) -> None:
        super().__init__(scheduler)
        self._sign = 1.0 if mode == "min" else -1.0
        self._best = math.inf

    @property
    def best(self) -> float:
        """The incumbent."""
        return self._sign * self._best if math.isfinite(self._best) else math.nan

    def tell(self, event: Event) -> None:
        """Look at what is reported, and pass it on."""
        if type(event) is Reported:
            self._look(event.values)
        super().tell(event)

    def _look(self, values: Sequence[float]) -> None:
        finite = [self._sign * value for value in values if math.isfinite(value)]
        self._best = min([self._best, *finite])


class LiveRun:
    """What can be seen of a run at any moment; looking changes nothing.

    Everything is worked out when it is looked at, so that a run costs the same whether or not one does.
    """

    def __init__(self, engine: Engine | ClusterEngine, onlooker: Onlooker, workers: int) -> None:
        self._engine = engine
        self._onlooker = onlooker
        self._workers = workers

    @property
    def share(self) -> float:
        """Of the budget that is spent, in [0, 1]."""
        return spent_share(self._engine)

    @property
    def simulated_seconds(self) -> float:
        """Simulated time."""
        return self._engine.now_ns / NANOSECONDS

    @property
    def best(self) -> float:
        """The best value that the scheduler was told, in the metric's unit; NaN before the first."""
        return self._onlooker.best

    @property
    def utilisation(self) -> float:
        """The share of the workers that have a trial just now."""
        return self._engine.active / self._workers

    @property
    def decisions(self) -> int:
        """Made so far."""
        return len(self._engine.log)


def spent_share(engine: Engine | ClusterEngine) -> float:
    """The share of the budget that is spent, in [0, 1]."""
    budget = engine.budget
    shares = [
        done / limit
        for done, limit in (
            (engine.epochs_begun, budget.max_epochs),
            (engine.now_ns / NANOSECONDS, budget.max_seconds),
            (len(engine.trials), budget.max_trials),
            (len(engine.log), budget.max_decisions),
        )
        if limit is not None
    ]
    return min(1.0, max(shares))
