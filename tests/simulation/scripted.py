"""A scheduler that says what a test tells it to say, and notes what it hears."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simdyhpo.decisions import Event, Pause, ScheduleDecision, Start, Wait
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.simulation.cluster_engine import ClusterEngine
from simdyhpo.simulation.engine import Engine
from simdyhpo.streams import Streams
from simdyhpo.tables.curves import CurveTable
from tests.making import problem

DONE = Wait(exhausted=True)


def start(configuration: int, milestone: int) -> Start:
    return Start(configuration, milestone, ScheduleDecision.START_RANDOM)


class ScriptedScheduler:
    """Gives the proposals in turn, then says that it has nothing left to do.

    Attributes:
        heard: what happened, in order: ("ask", time in ns), ("verdict", trial, resource) and all events.
    """

    def __init__(
        self, proposals: Iterable[object] = (), verdict: Callable[[int, int], Any] = lambda *_: Pause()
    ) -> None:
        self._proposals = iter(proposals)
        self._verdict = verdict
        self.heard: list[Any] = []

    def ask(self, now_ns: int) -> Any:
        self.heard.append(("ask", now_ns))
        return next(self._proposals, DONE)

    def verdict(self, trial: int, resource: int) -> Any:
        self.heard.append(("verdict", trial, resource))
        return self._verdict(trial, resource)

    def tell(self, event: Event) -> None:
        self.heard.append(event)

    def summary(self) -> dict[str, int]:
        return {}

    def diagnostics(self) -> dict[str, int | float]:
        return {}


def engine(
    table: CurveTable,
    scheduler: Any,
    workers: int = 1,
    sampling: str = "without-replacement",
    cluster: Cluster | None = None,
    stopwatch: Callable[[], float] = lambda: 0.0,
    **limits: Any,
) -> Any:
    """An engine whose budget is too large to matter, unless limits are given; a cluster's if one is given."""
    parts = (table, scheduler, problem(table, sampling=sampling).candidates, workers)
    budget = Budget(**(limits or {"max_decisions": 10**6}))
    if cluster is None:
        return Engine(*parts, budget)
    cluster.check()
    return ClusterEngine(*parts, budget, cluster, Streams(0), stopwatch)
