"""What a decision costs: the scheduler is one server, and serves one question at a time."""

from __future__ import annotations

from collections.abc import Callable

from simdyhpo.decisions import Proposal
from simdyhpo.protocols import Scheduler
from simdyhpo.simulation.cluster import Cluster
from simdyhpo.units import NANOSECONDS


class DecisionServer:
    """Answers at once, from the state it sees when a question's service begins; the service takes its time.

    Attributes:
        at_once: whether all service is free, so that one need not come here.
        free_ns: when the service under way ends.
    """

    def __init__(self, cluster: Cluster, stopwatch: Callable[[], float]) -> None:
        self.free_ns = 0
        self._stopwatch = stopwatch if cluster.decision_cost == "measured" else None
        seconds = cluster.recorded_seconds or (cluster.decision_seconds,)
        self._costs_ns = [round(one * NANOSECONDS) for one in seconds]
        self._served = 0
        self.at_once = self._stopwatch is None and not any(self._costs_ns)

    def ask(self, scheduler: Scheduler, now_ns: int) -> Proposal:
        """Put a worker's question; `serve` follows if the answer is a decision. An answer to wait is free."""
        if self._stopwatch is None:
            return scheduler.ask(now_ns)
        started = self._stopwatch()
        proposal = scheduler.ask(now_ns)
        self._costs_ns = [max(0, round((self._stopwatch() - started) * NANOSECONDS))]
        return proposal

    def serve(self, now_ns: int) -> int:
        """The answer was a decision: the server is busy for it until the returned time."""
        self.free_ns = now_ns + self._costs_ns[self._served % len(self._costs_ns)]
        self._served += 1
        return self.free_ns
