"""MOBSTER's choice of a new configuration: expected improvement at a resource with enough values."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec
import numpy as np

from simdyhpo.decisions import Event, Reported, ScheduleDecision, Start
from simdyhpo.protocols import Place, Problem
from simdyhpo.searchers.choosing import Choosing
from simdyhpo.searchers.named import DecaySearcher
from simdyhpo.searchers.scoring import Integers
from simdyhpo.searchers.settings import DecayOptions


class _AtResource(DecaySearcher):
    """The searcher `dyhpo-gp`, which scores where it is told to."""

    resource = 1

    def _targets(self, levels: Integers) -> Integers:
        return np.full_like(levels, self.resource)


class AcquisitionChooser(Choosing):
    """The unused configuration with the largest expected improvement, by a Gaussian process.

    It is scored at the largest resource at which `threshold` trials have reported, or at the lowest where
    none has so many. The model knows each trial's value at its milestones, and no others.

    Source: Klein, Tiao, Lienart, Archambeau, Seeger (2020), section 3.
    """

    def __init__(self, problem: Problem, options: DecayOptions, threshold: int | None) -> None:
        super().__init__(problem)
        self._searcher = _AtResource(problem, options)
        hyperparameters = len(problem.candidates.configurations.hyperparameters)
        self._threshold = threshold or max(hyperparameters, 1)
        self._reported: dict[int, int] = {}
        self._acquisition = 0

    def tell(self, event: Event) -> None:
        """Take in a decision, or the last value of a report."""
        super().tell(event)
        if type(event) is Reported:
            event = msgspec.structs.replace(event, values=event.values[-1:])
        self._searcher.tell(event)

    def diagnostics(self) -> Mapping[str, int | float]:
        """The searcher's counts, and the resource at which it scores now; 0: not yet."""
        return {**self._searcher.diagnostics(), "acquisition_resource": self._acquisition}

    def _propose(self, place: Place) -> Start | None:
        self._searcher.resource = self._acquisition or place.level
        winner = self._searcher.score_paused_trials_and_new_configs([], place.level, "")
        if not winner:
            return None
        reason = self._searcher.explain()
        if math.isnan(reason.score):
            return self.starts.random(place)
        configuration: int = winner["config"]["configuration"]
        return Start(configuration, place.level, ScheduleDecision.START_MODEL, reason)

    def _hear(self, event: Reported) -> None:
        count = self._reported[event.resource] = self._reported.get(event.resource, 0) + 1
        if count >= self._threshold:
            self._acquisition = max(self._acquisition, event.resource)
