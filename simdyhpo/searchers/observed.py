"""What a searcher has heard: values, curves and running trials, ready for a surrogate."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simdyhpo.decisions import Decided, Event, Failed, Reported, Resume, Start
from simdyhpo.protocols import Observations, Problem

_ROOM = 256


class ObservationLog:
    """Observations oriented so that lower is better, in the order of arrival.

    Values that are not finite are counted and left out.

    Attributes:
        count: number of finite values.
        non_finite: number of values left out.
        configuration_of: configuration of each trial.
        best_at: (R + 1,) lowest value at each resource; infinite where there is none.
        started: number of trials started.
        decided: number of starts and resumes.
    """

    def __init__(self, problem: Problem) -> None:
        n = problem.candidates.count
        self._problem = problem
        self._sign = 1.0 if problem.mode == "min" else -1.0
        self._configurations = np.empty(_ROOM, dtype=np.int64)
        self._resources = np.empty(_ROOM, dtype=np.int64)
        self._values = np.empty(_ROOM, dtype=np.float64)
        self._curves: npt.NDArray[np.float64] = np.full((n, problem.max_resource), np.nan)
        self._lengths = np.zeros(n, dtype=np.int64)
        self._pending: dict[int, int] = {}
        self.count = 0
        self.non_finite = 0
        self.configuration_of: list[int] = []
        self.best_at = np.full(problem.max_resource + 1, np.inf)
        self.decided = 0

    @property
    def started(self) -> int:
        """Number of trials started."""
        return len(self.configuration_of)

    def unoriented(self, value: float) -> float:
        """A value in the metric's own direction."""
        return self._sign * value

    def tell(self, event: Event) -> None:
        """Take in a decision or a report."""
        if type(event) is Reported:
            self._pending.pop(event.trial, None)
            first = event.resource - len(event.values) + 1
            for resource, value in enumerate(event.values, start=first):
                self._observe(event.configuration, resource, self._sign * value)
        elif type(event) is Failed:
            self._pending.pop(event.trial, None)
        elif type(event) is Decided and isinstance(event.message, Start | Resume):
            message = event.message
            if isinstance(message, Start):
                assert event.trial == len(self.configuration_of), "trials are numbered as they start"
                self.configuration_of.append(message.configuration)
            self._pending[event.trial] = message.milestone
            self.decided += 1

    def observations(self) -> Observations:
        """All of it, as views: valid until the next `tell`."""
        m = self.count
        pending = [self.configuration_of[trial] for trial in self._pending]
        return Observations(
            features=self._problem.candidates.features,
            configurations=self._configurations[:m],
            resources=self._resources[:m],
            values=self._values[:m],
            curves=self._curves,
            lengths=self._lengths,
            pending_configurations=np.array(pending, dtype=np.int64),
            pending_resources=np.array(list(self._pending.values()), dtype=np.int64),
            max_resource=self._problem.max_resource,
        )

    def _observe(self, configuration: int, resource: int, value: float) -> None:
        self._curves[configuration, resource - 1] = value
        self._lengths[configuration] = max(self._lengths[configuration], resource)
        if not np.isfinite(value):
            self.non_finite += 1
            return
        if self.count == len(self._values):
            for name in ("_configurations", "_resources", "_values"):
                array = getattr(self, name)
                setattr(self, name, np.concatenate([array, np.empty_like(array)]))
        row = self.count
        self._configurations[row], self._resources[row], self._values[row] = configuration, resource, value
        self.count = row + 1
        self.best_at[resource] = min(self.best_at[resource], value)
