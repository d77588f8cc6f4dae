"""Hyper-Tune (Li et al. 2022): brackets of ASHA whose shares, and whose new configurations, models choose."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate
from typing import Annotated

import msgspec

from simdyhpo.options import part_of
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.delayed_rungs import DelayedRungs
from simdyhpo.schedulers.hyperband_async import AsynchronousHyperband, AsynchronousHyperbandOptions
from simdyhpo.schedulers.rungs import PromotionRungs
from simdyhpo.searchers.at_acquisition import EnsembleChooser
from simdyhpo.searchers.settings import EnsembleOptions

Count = Annotated[int, msgspec.Meta(ge=1)]


class HyperTuneOptions(AsynchronousHyperbandOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of Hyper-Tune, beside those of asynchronous Hyperband.

    Attributes:
        delay: whether a rung promotes no more than its share of all that have come (D-ASHA); where rungs
            stop trials, it does nothing.
        learnt_shares: whether the weights of the models say how many trials each bracket gets.
        initial_random: so many configurations start at random before the models are asked.
        candidates: so many unused configurations, drawn at random for each start, are scored; none: all.
        level_values: a resource has a weight once so many values were observed there.
        samples: so many draws of each model say which ranks best.
        steps: Adam steps of a resource's model whenever a new configuration was observed there.
        training_rows: at most so many of a resource's values, drawn at random, enter a refit; none: all.
    """

    delay: bool = True
    learnt_shares: bool = True
    initial_random: Count = 6
    candidates: Count | None = 250
    level_values: Annotated[int, msgspec.Meta(ge=4)] = 6
    samples: Count = 50
    steps: Count = 5
    training_rows: Count | None = 128


class HyperTune(AsynchronousHyperband):
    """Hyper-Tune (Li et al. 2022): asynchronous Hyperband whose brackets and configurations models choose.

    A Gaussian process for each resource is weighed by how well it ranks configurations at the largest one
    with enough values. The weighted sum of all chooses the next configuration, by expected improvement. A
    bracket's share of new trials is proportional to the weight of the resource at which it begins, over that
    resource. Rungs hold promotions back while there is too little to choose from.
    """

    Options = HyperTuneOptions

    def __init__(self, problem: Problem, options: HyperTuneOptions) -> None:
        self._ensemble = EnsembleChooser(problem, part_of(EnsembleOptions, options))
        super().__init__(problem, options, self._ensemble, DelayedRungs if options.delay else PromotionRungs)
        self._learns = options.learnt_shares
        self._shares = [plan.share or 0.0 for plan in options.plan(problem.max_resource)]
        self._uniforms = problem.streams.uniforms("brackets")

    def summary(self) -> Mapping[str, int]:
        """Numbers of starts of both kinds, promotions and verdicts."""
        return self._ensemble.starts.split(super().summary())

    def diagnostics(self) -> Mapping[str, int | float]:
        """What the models count."""
        return self._ensemble.diagnostics()

    def _next_bracket(self) -> int:
        if not self._learns:
            return super()._next_bracket()
        shares = learnt_shares(self._shares, self._first_milestones, self._ensemble.weights())
        return bisect_right(list(accumulate(shares))[:-1], self._uniforms[len(self._bracket_of)])

    def _bracket_begun(self, milestone: int, /) -> int:
        """The one that begins there: to work out the draw would take the models of that moment."""
        return max(bisect_right(self._first_milestones, milestone) - 1, 0)


def learnt_shares(shares: list[float], begins: list[int], weights: Mapping[int, float]) -> list[float]:
    """The share of new trials of each bracket, (b,).

    Brackets that begin at a resource that was weighed, or below, divide among themselves what they have by
    `shares`, in proportion to weight / resource. The others keep theirs, and so do all if nothing is weighed.

    Args:
        shares: of each bracket, before anything is learnt; they sum to 1.
        begins: the resource at which each is first judged, rising.
        weights: by resource; see `EnsembleChooser.weights`.
    """
    head = bisect_right(begins, max(weights, default=0))
    parts = [weights.get(resource, 0.0) / resource for resource in begins[:head]]
    total = sum(parts)
    if not total:
        return shares
    together = sum(shares[:head])
    return [*(together * part / total for part in parts), *shares[head:]]
