"""PriorBand (Mallik et al. 2023): Hyperband that starts where somebody believes the best to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated

import msgspec

from simdyhpo.errors import OptionError
from simdyhpo.options import build_options, parse_pairs, part_of, plain, written_number
from simdyhpo.protocols import Problem
from simdyhpo.schedulers.synchronous import Hyperband, HyperbandOptions
from simdyhpo.searchers.prior_or_best import PriorChooser, PriorSettings

Prior = dict[str, float | str | None]

_QUANTILE = "quantile:"


class PriorBandOptions(HyperbandOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of PriorBand, beside those of Hyperband.

    Attributes:
        prior: values by hyperparameter, around which the best is believed to be, as text a=0.1,b=relu; or
            quantile:0.05, those at that quantile of each table's final values, 0 the best and 1 the worst. Of
            hyperparameters that are left out nothing is believed; none: of any.
        confidence: how sure; a number's deviation is the rest to 1, in units of its range, and a category's
            probability is this.
        mutation_rate: the share of hyperparameters in which the neighbour of the best so far is drawn anew.
        mutation_deviation: how far from it, in units of the range.
    """

    prior: Prior | str | None = None
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

    @classmethod
    def options_on(cls, options: PriorBandOptions, prior_at: Callable[[float], Prior]) -> PriorBandOptions:
        """The options as they are on one table: a prior that is named by its quantile is that table's.

        A scheduler never sees outcomes, so whoever runs it asks for this before it is made.

        Args:
            options: as the user gave them.
            prior_at: the hyperparameters at a quantile of the table; see `simdyhpo.analysis.priors.prior_at`.

        Raises:
            OptionError: the table has no such configuration.
        """
        if not isinstance(options.prior, str):
            return options
        prior = prior_at(float(options.prior.removeprefix(_QUANTILE)))
        return msgspec.structs.replace(options, prior=plain(prior))

    def __init__(self, problem: Problem, options: PriorBandOptions) -> None:
        """Make it for a table.

        Raises:
            OptionError, UnknownNameError: the prior doesn't fit the table's hyperparameters, or nobody has
                read it off the table.
        """
        if isinstance(options.prior, str):
            raise OptionError("prior", options.prior, "a quantile is for priorband by its own name")
        plans = options.plan(problem.max_resource)
        levels = sorted({rung.level for plan in plans for rung in plan.rungs})
        below = [0, *(rung.level for rung in plans[0].rungs)]
        steps = zip(plans[0].rungs, below, strict=False)
        first_bracket = sum((rung.trials or 0) * (rung.level - start) for rung, start in steps)
        settings = part_of(PriorSettings, options)
        self._by_prior = PriorChooser(problem, settings, levels, first_bracket)
        super().__init__(problem, options, self._by_prior)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and of both kinds of starts."""
        return self._by_prior.starts.split(super().summary())

    def diagnostics(self) -> Mapping[str, int | float]:
        """How likely each policy is."""
        return self._by_prior.diagnostics()


def _read(text: str) -> Prior | str:
    """`a=0.1,b=relu,c=none` by name; `quantile:0.05` as it is.

    Raises:
        OptionError: a part has no `=`, a name comes twice, or a quantile is none.
    """
    if text.startswith(_QUANTILE):
        number = written_number(text.removeprefix(_QUANTILE).strip())
        if number is None or not 0 <= number <= 1:
            raise OptionError("prior", text, "a quantile goes from 0, the best, to 1, the worst")
        return text
    try:
        pairs = parse_pairs(part.strip() for part in text.split(","))
    except OptionError:
        raise OptionError(
            "prior", text, "write it as name=value,name=value, each name once, or as quantile:0.05"
        ) from None
    found: Prior = {}
    for name, value in pairs.items():
        number = written_number(value)
        found[name] = None if value.lower() == "none" else value if number is None else number
    return found
