"""MOBSTER (Klein et al. 2020): ASHA whose new configurations a Gaussian process chooses."""

from __future__ import annotations

from typing import Annotated

import msgspec

from simdyhpo.options import part_of
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.asha_choosing import ChoosingASHA, ChoosingASHAOptions
from simdyhpo.searchers.at_acquisition import AcquisitionChooser
from simdyhpo.searchers.settings import DecayOptions

Count = Annotated[int, msgspec.Meta(ge=1)]


class MOBSTEROptions(ChoosingASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of MOBSTER, beside those of ASHA.

    Attributes:
        initial_random: so many configurations start at random before the model is asked.
        candidates: so many unused configurations, drawn at random for each start, are scored; none: all.
        resource_threshold: how many trials must have reported at a resource for candidates to be scored
            there; by default as many as there are hyperparameters.
        steps: Adam steps whenever a new configuration was observed.
        training_rows: at most so many observations, drawn at random, enter a refit; none: all.
    """

    initial_random: Count = 6
    candidates: Count | None = 250
    resource_threshold: Count | None = None
    steps: Count = 5
    training_rows: Count | None = 128


class MOBSTER(ChoosingASHA):
    """MOBSTER (Klein et al. 2020): ASHA, with new configurations chosen by a Gaussian process.

    The process is over configuration and resource, and knows all rungs' values and who is running. The
    candidate with the largest expected improvement starts. Rungs promote, or stop, as ASHA's do.
    """

    Options = MOBSTEROptions

    def __init__(self, problem: Problem, options: MOBSTEROptions) -> None:
        model = part_of(DecayOptions, options)
        super().__init__(problem, options, AcquisitionChooser(problem, model, options.resource_threshold))
