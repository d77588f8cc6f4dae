"""ASHA with BORE (Tiao et al. 2021): a classifier says which new configuration is good most surely."""

from __future__ import annotations

from typing import Annotated

import msgspec

from simdyhpo.options import part_of
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.asha_choosing import ChoosingASHA, ChoosingASHAOptions
from simdyhpo.searchers.good_or_not import ClassifierChooser, ClassifierSettings
from simdyhpo.surrogates.boosted_trees import Count, Depth, Rate


class BOREOptions(ChoosingASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of BORE, beside those of ASHA.

    Attributes:
        initial_random: so many configurations start at random before the classifier is asked.
        random_fraction: the share of later ones that are drawn at random all the same.
        candidates: so many unused configurations, drawn at random for each start, are compared; none: all.
        good_fraction: gamma, the share of a resource's configurations that are good.
        resource_threshold: how many trials must have reported at a resource for the classifier to be of it;
            by default twice one more than hyperparameters, as for BOHB's model.
        trees: of the classifier.
        depth: of each tree.
        learning_rate: the share of a leaf's step that is taken.
    """

    initial_random: Count = 6
    random_fraction: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0
    candidates: Count | None = 500
    good_fraction: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.25
    resource_threshold: Annotated[int, msgspec.Meta(ge=2)] | None = None
    trees: Count = 100
    depth: Depth = 3
    learning_rate: Rate = 0.3


class BOREASHA(ChoosingASHA):
    """BORE (Tiao, Klein, Seeger, Bonilla, Archambeau, Ramos 2021) on ASHA (Li et al. 2020).

    A classifier learns to tell the best quarter of the largest resource with enough values from the others.
    Of candidates drawn at random, the one that it takes for good most surely starts. Rungs promote, or stop,
    as ASHA's do.
    """

    Options = BOREOptions

    def __init__(self, problem: Problem, options: BOREOptions) -> None:
        settings = part_of(ClassifierSettings, options)
        super().__init__(problem, options, ClassifierChooser(problem, settings))
