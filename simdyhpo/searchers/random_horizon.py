"""Scores candidates by their chance to beat a random threshold at a random horizon (MFPI-random)."""

from __future__ import annotations

from typing import Protocol

from simdyhpo.protocols import Problem
from simdyhpo.searchers.horizons import STREAM, resources_ahead, scored_ahead
from simdyhpo.searchers.scoring import CandidateOptions, Floats, Integers, ScoringSearcher
from simdyhpo.surrogates.acquisition import log_probability_below
from simdyhpo.surrogates.targets import UnitRange

_SMALLEST, _LARGEST = -4.0, -1.0
"""Decimal logarithms of the improvements asked for, as shares of what is left to the ideal."""


class RandomHorizonOptions(CandidateOptions, Protocol):
    """What the settings of such a searcher say; see `FreezeThawOptions`."""

    @property
    def headroom(self) -> float:
        """The share of the observed range that is left for better values."""
        ...


class RandomHorizonSearcher(ScoringSearcher):
    """The candidate most likely to pass a threshold within a horizon runs next, both drawn for each decision.

    The horizon h is uniform in 1, ..., R. A candidate that stands at b is judged at min(b + h, R), though it
    runs for one resource only. With values mapped to [0, 1] (`UnitRange`: the paper's metrics have known
    bounds, tables don't), the threshold is y + 10^t (1 - y), where y is the best observed value and t is
    uniform in (-4, -1).

    Source: Rakotoarison, Adriaensen, Mallik, Garibov, Bergman, Hutter (2024), arXiv 2404.16795, section 4.2.
    """

    def __init__(self, problem: Problem, options: RandomHorizonOptions) -> None:
        super().__init__(problem, options)
        self._headroom = options.headroom
        self._horizons = problem.streams.uniforms(STREAM)
        self._thresholds = problem.streams.uniforms("searcher-threshold")

    def horizon(self) -> int:
        """How many resources ahead the pending decision looks, in 1 ... R."""
        return int(resources_ahead(self._horizons[self._heard.decided], self._problem.max_resource))

    def threshold(self) -> float:
        """The value to fall below, oriented so that lower is better, of the pending decision."""
        values = self._heard.observations().values
        best, unit = float(values.min()), UnitRange.of(values, self._headroom)
        power = _SMALLEST + (_LARGEST - _SMALLEST) * self._thresholds[self._heard.decided]
        return best - 10**power * (best - unit.ideal)

    def _scores(self, configurations: Integers, levels: Integers) -> tuple[Floats, Floats, Floats]:
        """Mean, deviation and logarithm of the probability of every candidate."""
        self._surrogate.fit(self._heard.observations())
        targets = scored_ahead(levels, self.horizon(), self._problem.max_resource)
        return self._predicted(configurations, targets, self.threshold())

    def _predicted(
        self, configurations: Integers, targets: Integers, threshold: float
    ) -> tuple[Floats, Floats, Floats]:
        mean, deviation = self._surrogate.predict(configurations, targets)
        return mean, deviation, log_probability_below(mean, deviation, threshold)
