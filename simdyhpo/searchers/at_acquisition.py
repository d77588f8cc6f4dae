"""Choices of a new configuration by the expected improvement under a Gaussian process, or several."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import cast

import msgspec
import numpy as np

from simdyhpo.decisions import Event, Reported, ScheduleDecision, Start
from simdyhpo.protocols import Place, Problem, WeighingSurrogate
from simdyhpo.searchers.choosing import Choosing
from simdyhpo.searchers.named import DecaySearcher
from simdyhpo.searchers.scoring import Floats, Integers, ScoringSearcher
from simdyhpo.searchers.settings import DecayOptions, EnsembleOptions
from simdyhpo.surrogates.acquisition import log_expected_improvement


class _AtResource(DecaySearcher):
    """The searcher `dyhpo-gp`, quicker, which scores where it is told to."""

    surrogate = "simdyhpo.surrogates.on_table:TableDecaySurrogate"
    resource = 1

    def _targets(self, levels: Integers) -> Integers:
        return np.full_like(levels, self.resource)


class _OfEnsemble(ScoringSearcher):
    """Expected improvement over the best mean of all configurations that were observed."""

    surrogate = "simdyhpo.surrogates.fidelity_ensemble:EnsembleSurrogate"

    def weights(self) -> Mapping[int, float]:
        """Of each resource; none before the model can tell."""
        if not self._heard.count:
            return {}
        self._surrogate.fit(self._heard.observations())
        return cast(WeighingSurrogate, self._surrogate).weights()

    def _scores(self, configurations: Integers, levels: Integers) -> tuple[Floats, Floats, Floats]:
        observed = self._heard.observations()
        self._surrogate.fit(observed)
        seen = np.unique(observed.configurations)
        best = self._surrogate.predict(seen, np.ones_like(seen))[0].min()
        mean, deviation = self._surrogate.predict(configurations, levels)
        return mean, deviation, log_expected_improvement(mean, deviation, best)


class SearcherChooser(Choosing):
    """The unused configuration that a searcher scores best.

    Its model knows each trial's value at its milestones, and no others.
    """

    def __init__(self, problem: Problem, searcher: ScoringSearcher) -> None:
        super().__init__(problem)
        self._searcher = searcher

    def tell(self, event: Event) -> None:
        """Take in a decision, or the last value of a report."""
        super().tell(event)
        if type(event) is Reported:
            event = msgspec.structs.replace(event, values=event.values[-1:])
        self._searcher.tell(event)

    def diagnostics(self) -> Mapping[str, int | float]:
        """The searcher's counts."""
        return self._searcher.diagnostics()

    def _propose(self, place: Place) -> Start | None:
        winner = self._searcher.score_paused_trials_and_new_configs([], place.level, "")
        if not winner:
            return None
        reason = self._searcher.explain()
        if math.isnan(reason.score):
            return self.starts.random(place)
        configuration: int = winner["config"]["configuration"]
        return Start(configuration, place.level, ScheduleDecision.START_MODEL, reason)

    def _hear(self, event: Reported) -> None:
        """The searcher hears it."""


class AcquisitionChooser(SearcherChooser):
    """MOBSTER's: the largest expected improvement, by a Gaussian process over configuration and resource.

    It is scored at the largest resource at which `threshold` trials have reported, or at the lowest where
    none has so many.

    Source: Klein, Tiao, Lienart, Archambeau, Seeger (2020), section 3.
    """

    def __init__(self, problem: Problem, options: DecayOptions, threshold: int | None) -> None:
        self._at = _AtResource(problem, options)
        super().__init__(problem, self._at)
        hyperparameters = len(problem.candidates.configurations.hyperparameters)
        self._threshold = threshold or max(hyperparameters, 1)
        self._reported: dict[int, int] = {}
        self._acquisition = 0

    def diagnostics(self) -> Mapping[str, int | float]:
        """The searcher's counts, and the resource at which it scores now; 0: not yet."""
        return {**super().diagnostics(), "acquisition_resource": self._acquisition}

    def _propose(self, place: Place) -> Start | None:
        self._at.resource = self._acquisition or place.level
        return super()._propose(place)

    def _hear(self, event: Reported) -> None:
        count = self._reported[event.resource] = self._reported.get(event.resource, 0) + 1
        if count >= self._threshold:
            self._acquisition = max(self._acquisition, event.resource)


class EnsembleChooser(SearcherChooser):
    """Hyper-Tune's: the largest expected improvement, by a Gaussian process for each resource."""

    def __init__(self, problem: Problem, options: EnsembleOptions) -> None:
        self._ensemble = _OfEnsemble(problem, options)
        super().__init__(problem, self._ensemble)

    def weights(self) -> Mapping[int, float]:
        """By resource: how well its process ranks configurations; none before that can be told."""
        return self._ensemble.weights()
