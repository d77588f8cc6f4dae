"""PriorBand (Mallik et al. 2023): Hyperband that starts where somebody believes the best to be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from simdyhpo.errors import OptionError
from simdyhpo.options import build_options, parse_pairs, written_number
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.synchronous import Hyperband, HyperbandOptions
from simdyhpo.searchers.prior_or_best import PriorChooser, PriorSettings


class PriorBandOptions(HyperbandOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of PriorBand, beside those of Hyperband.

    Attributes:
        prior: values by hyperparameter, around which the best is believed to be, as text a=0.1,b=relu. Of
            hyperparameters that are left out nothing is believed; none: of any.
        confidence: how sure; a number's deviation is the rest to 1, in units of its range, and a category's
            probability is this.
        mutation_rate: the share of hyperparameters in which the neighbour of the best so far is drawn anew.
        mutation_deviation: how far from it, in units of the range.
    """

    prior: dict[str, float | str | None] | None = None
    confidence: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.75
    mutation_rate: Annotated[float, msgspec.Meta(gt=0, le=1)] = 0.5
    mutation_deviation: Annotated[float, msgspec.Meta(gt=0, lt=1)] = 0.25


class PriorBand(Hyperband):
    """PriorBand (Mallik et al. 2023): Hyperband that starts where a prior says, or near the best so far.

    The more resource a bracket gives a new configuration at once, the less often it is random. The rest is
    drawn around the prior's values at first, and more and more around the best so far, if those that did well
    are likelier there.
    """

    Options = PriorBandOptions

    @classmethod
    def parse_options(cls, given: Mapping[str, object]) -> PriorBandOptions:
        """Read a prior that was written as text, and check everything.

        Raises:
            UnknownNameError, OptionError: see `build_options`.
        """
        prior = given.get("prior")
        if isinstance(prior, str) and prior.lower() != "none":
            given = {**given, "prior": _read(prior)}
        return build_options(cls.Options, given)

    def __init__(self, problem: Problem, options: PriorBandOptions) -> None:
        plans = options.plan(problem.max_resource)
        levels = sorted({rung.level for plan in plans for rung in plan.rungs})
        below = [0, *(rung.level for rung in plans[0].rungs)]
        steps = zip(plans[0].rungs, below, strict=False)
        first_bracket = sum((rung.trials or 0) * (rung.level - start) for rung, start in steps)
        settings = PriorSettings(
            prior=options.prior,
            confidence=options.confidence,
            mutation_rate=options.mutation_rate,
            mutation_deviation=options.mutation_deviation,
            eta=options.reduction_factor,
        )
        self._by_prior = PriorChooser(problem, settings, levels, first_bracket)
        super().__init__(problem, options, self._by_prior)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and of both kinds of starts."""
        return self._by_prior.starts.split(super().summary())

    def diagnostics(self) -> Mapping[str, int | float]:
        """How likely each policy is."""
        return self._by_prior.diagnostics()


def _read(text: str) -> dict[str, float | str | None]:
    """`a=0.1,b=relu,c=none` by name.

    Raises:
        OptionError: a part has no `=`, or a name comes twice.
    """
    try:
        pairs = parse_pairs(part.strip() for part in text.split(","))
    except OptionError:
        raise OptionError("prior", text, "write it as name=value,name=value, each name once") from None
    found: dict[str, float | str | None] = {}
    for name, value in pairs.items():
        number = written_number(value)
        found[name] = None if value.lower() == "none" else value if number is None else number
    return found
