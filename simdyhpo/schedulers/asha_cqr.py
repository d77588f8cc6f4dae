"""ASHA with conformal quantile regression (Salinas et al. 2023)."""

from __future__ import annotations

from typing import Annotated

import msgspec

from simdyhpo.options import part_of
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.asha_choosing import ChoosingASHA, ChoosingASHAOptions
from simdyhpo.searchers.by_quantiles import QuantileChooser, QuantileSettings
from simdyhpo.surrogates.boosted_trees import Count, Depth, Rate


class CQROptions(ChoosingASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of conformal quantile regression, beside those of ASHA.

    Attributes:
        initial_random: so many configurations start at random before the model is asked.
        candidates: so many unused configurations, drawn at random for each start, are compared; none: all.
        quantiles: so many are predicted, evenly spaced between 0 and 1.
        held_out: the share of trials that don't train, but say how far quantiles are off.
        least_to_correct: with fewer trials all of them train, and nothing is corrected.
        refit_growth: the model is made anew whenever reports have grown by this share.
        trees: of each quantile's model.
        depth: of each tree.
        learning_rate: the share of a leaf's step that is taken.
    """

    initial_random: Count = 5
    candidates: Count | None = 2000
    quantiles: Annotated[int, msgspec.Meta(ge=2, le=99)] = 5
    held_out: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.1
    least_to_correct: Annotated[int, msgspec.Meta(ge=2)] = 32
    refit_growth: Annotated[float, msgspec.Meta(ge=0)] = 0.1
    trees: Count = 100
    depth: Depth = 3
    learning_rate: Rate = 0.1


class CQRASHA(ChoosingASHA):
    """Conformal quantile regression (Salinas et al. 2023) on ASHA (Li et al. 2020).

    Boosted trees predict quantiles of a trial's last value, and rows held out correct them. For each
    candidate one of its quantiles is drawn at random, and the candidate with the best one starts. Rungs
    promote, or stop, as ASHA's do.
    """

    Options = CQROptions

    def __init__(self, problem: Problem, options: CQROptions) -> None:
        settings = part_of(QuantileSettings, options)
        super().__init__(problem, options, QuantileChooser(problem, settings))
