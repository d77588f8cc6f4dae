"""MOBSTER (Klein et al. 2020): ASHA whose new configurations a Gaussian process chooses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from simdyhpo.protocols import Problem
from simdyhpo.scheduler_defaults import PassThrough
from simdyhpo.schedulers.asha import ASHAOptions, PromotionASHA, StoppingASHA
from simdyhpo.searchers.at_acquisition import AcquisitionChooser
from simdyhpo.searchers.settings import DecayOptions

Count = Annotated[int, msgspec.Meta(ge=1)]


class MOBSTEROptions(ASHAOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of MOBSTER, beside those of ASHA.

    Attributes:
        form: whether trials pause at rungs and are promoted, or run on unless stopped.
        initial_random: so many configurations start at random before the model is asked.
        candidates: so many unused configurations, drawn at random for each start, are scored; none: all.
        resource_threshold: how many trials must have reported at a resource for candidates to be scored
            there; by default as many as there are hyperparameters.
        steps: Adam steps whenever a new configuration was observed.
        training_rows: at most so many observations, drawn at random, enter a refit; none: all.
    """

    form: Literal["promotion", "stopping"] = "promotion"
    initial_random: Count = 6
    candidates: Count | None = 250
    resource_threshold: Count | None = None
    steps: Count = 5
    training_rows: Count | None = 128


class MOBSTER(PassThrough):
    """MOBSTER (Klein et al. 2020): ASHA, with new configurations chosen by a Gaussian process.

    The process is over configuration and resource, and knows all rungs' values and who is running. The
    candidate with the largest expected improvement starts. Rungs promote, or stop, as ASHA's do.
    """

    Options = MOBSTEROptions

    def __init__(self, problem: Problem, options: MOBSTEROptions) -> None:
        model = DecayOptions(
            initial_random=options.initial_random,
            candidates=options.candidates,
            steps=options.steps,
            training_rows=options.training_rows,
        )
        self._chooser = AcquisitionChooser(problem, model, options.resource_threshold)
        kind = PromotionASHA if options.form == "promotion" else StoppingASHA
        super().__init__(kind(problem, options, self._chooser))

    def summary(self) -> Mapping[str, int]:
        """ASHA's counts, with both kinds of starts apart."""
        return self._chooser.starts.split(super().summary())

    def diagnostics(self) -> Mapping[str, int | float]:
        """What the model counts."""
        return self._chooser.diagnostics()
