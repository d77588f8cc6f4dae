"""Scores paused trials and new configurations together by the expected improvement under a surrogate."""

from __future__ import annotations

import numpy as np

from simdyhpo.protocols import Problem
from simdyhpo.searchers.horizons import STREAM, scored_at
from simdyhpo.searchers.scoring import Floats, Integers, ScoringSearcher
from simdyhpo.searchers.settings import (
    CalibratedOptions,
    DecayOptions,
    DeepKernelOptions,
    PowerLawOptions,
    ReleasedOptions,
)
from simdyhpo.surrogates.acquisition import log_expected_improvement

AnyOptions = DeepKernelOptions | CalibratedOptions | ReleasedOptions | DecayOptions | PowerLawOptions


class DynamicHPOSearcher(ScoringSearcher):
    """DyHPO's searcher: the candidate whose next step promises most runs next.

    Candidates are ordered paused before new, higher rung first; ties go to the first. Running trials are
    no candidates; the surrogate counts them as observed at their posterior mean (with one worker there is
    none, and the algorithm is the paper's).

    Source: Wistuba, Kadra, Grabocka (2022), arXiv 2202.09774, section 4; the options name what can depart
    from it.
    """

    def __init__(self, problem: Problem, options: AnyOptions) -> None:
        super().__init__(problem, options)
        self._settings = options
        self._horizons = problem.streams.uniforms(STREAM)

    def _scores(self, configurations: Integers, levels: Integers) -> tuple[Floats, Floats, Floats]:
        """Mean, deviation (lower is better) and logarithm of the expected improvement of every candidate."""
        self._surrogate.fit(self._heard.observations())
        targets = self._targets(levels)
        mean, deviation, deciding = self._predicted(configurations, targets)
        return mean, deviation, log_expected_improvement(mean, deciding, self._incumbents(targets))

    def _predicted(self, configurations: Integers, targets: Integers) -> tuple[Floats, Floats, Floats]:
        """Mean and deviation, which are logged, and the deviation by which improvements are expected."""
        mean, deviation = self._surrogate.predict(configurations, targets)
        return mean, deviation, deviation

    def _targets(self, levels: Integers) -> Integers:
        """The resource at which each candidate is scored."""
        uniform = self._horizons[self._heard.decided]
        return scored_at(self._settings.horizon, levels, uniform, self._problem.max_resource)

    def _incumbents(self, levels: Integers) -> Floats:
        """The value to improve on at each level."""
        best_at = self._heard.best_at
        overall = best_at.min()
        if self._settings.incumbent == "overall":
            return np.full(len(levels), overall)
        at_level = best_at[levels]
        return np.where(np.isfinite(at_level), at_level, overall)
