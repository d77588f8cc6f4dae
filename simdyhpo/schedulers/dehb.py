"""DEHB (Awad, Mallik, Hutter 2021): Hyperband's brackets, filled by differential evolution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec

from simdyhpo.protocols import Problem
from simdyhpo.schedulers.brackets import Sizes
from simdyhpo.schedulers.plans import RungPlan
from simdyhpo.schedulers.synchronous import HyperbandOptions, Synchronous
from simdyhpo.schedulers.synchronous_bracket import Bracket, EvolvingBracket
from simdyhpo.searchers.differential_evolution import EvolutionChooser


class DEHBOptions(HyperbandOptions, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of DEHB, beside those of Hyperband.

    Attributes:
        mutation_factor: F, how far the difference of two parents moves the third.
        crossover_rate: how likely each hyperparameter is the mutant's instead of the target's.
        promoting_brackets: so many of the first brackets promote trials, as Hyperband does; by default one
            round of all brackets.
        sizes: see `HyperbandOptions`; by default those of the authors' code.
    """

    mutation_factor: Annotated[float, msgspec.Meta(gt=0, le=2)] = 0.5
    crossover_rate: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5
    promoting_brackets: Annotated[int, msgspec.Meta(ge=0)] | None = None
    sizes: Sizes = "table"


class DEHB(Synchronous):
    """DEHB (Awad, Mallik, Hutter 2021): Hyperband's brackets, whose configurations evolve.

    New configurations are offspring of a population at their resource, but for the first bracket's, which are
    random. In the first round of brackets, trials are promoted; from then on every rung trains new offspring
    from scratch, with parents from the best of the rung below.
    """

    Options = DEHBOptions

    def __init__(self, problem: Problem, options: DEHBOptions) -> None:
        plans = options.plan(problem.max_resource)
        sizes: dict[int, int] = {}
        for rung in (rung for plan in plans for rung in plan.rungs):
            sizes[rung.level] = max(sizes.get(rung.level, 0), rung.trials or 0)
        self._evolution = EvolutionChooser(
            problem, sizes, plans[0].rungs[0].trials or 0, options.mutation_factor, options.crossover_rate
        )
        promoting = options.promoting_brackets
        self._promoting = len(plans) if promoting is None else promoting
        super().__init__(problem, options, plans, self._evolution)

    def summary(self) -> Mapping[str, int]:
        """Numbers of promotions and of both kinds of starts."""
        return self._evolution.starts.split(super().summary())

    def _new_bracket(self, rungs: Sequence[RungPlan]) -> Bracket:
        kind = Bracket if self._opened < self._promoting else EvolvingBracket
        return kind(rungs, self._eta, self._sign)
