"""A table's hyperparameters as Optuna's parameters, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from optuna import Study, Trial
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.samplers import BaseSampler
from optuna.trial import FrozenTrial

from simdyhpo.hyperparameters.space import Dimension, Space


class RowSampler(BaseSampler):
    """Suggests what it is told to, so that a trial has the parameters of the row that was run.

    Attributes:
        values: parameters by name.
    """

    def __init__(self) -> None:
        self.values: Mapping[str, Any] = {}

    def infer_relative_search_space(self, study: Study, trial: FrozenTrial) -> dict[str, BaseDistribution]:  # noqa: ARG002
        """None: parameters are looked up one by one."""
        return {}

    def sample_relative(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
        search_space: dict[str, BaseDistribution],  # noqa: ARG002
    ) -> dict[str, Any]:
        """None, as above."""
        return {}

    def sample_independent(
        self,
        study: Study,  # noqa: ARG002
        trial: FrozenTrial,  # noqa: ARG002
        param_name: str,
        param_distribution: BaseDistribution,  # noqa: ARG002
    ) -> Any:  # noqa: ANN401 - number, text or truth
        """The value of one parameter."""
        return self.values[param_name]


class Parameters:
    """Optuna's parameters for a space.

    A hyperparameter that can be inactive has a parameter beside it, NAME?, that says whether it is active.
    One that has a single value in the table is no parameter.
    """

    def __init__(self, space: Space) -> None:
        self._constants: dict[str, Any] = {}
        self._distributions: dict[str, BaseDistribution] = {}
        self._switches: dict[str, str] = {}
        for dimension in space.dimensions:
            ends = dimension.categories or (dimension.low, dimension.high)
            if _is_nan(ends[0]):
                continue  # it is never active
            if dimension.inactive:
                self._switches[dimension.name] = switch = f"{dimension.name}?"
                self._distributions[switch] = CategoricalDistribution((False, True))
            if ends[0] == ends[-1]:
                self._constants[dimension.name] = ends[0]
            else:
                self._distributions[dimension.name] = _distribution(dimension)

    def suggest(self, study: Study, trial: FrozenTrial, sampler: BaseSampler) -> dict[str, Any]:
        """What a sampler suggests for a trial that has no parameters yet, which stays so.

        Returns:
            Hyperparameters by name, without the inactive ones.
        """
        space = sampler.infer_relative_search_space(study, trial)
        always = {name: kind for name, kind in space.items() if name not in self._switches}
        values = sampler.sample_relative(study, trial, always)
        for name, kind in self._distributions.items():
            if name not in values:
                values[name] = sampler.sample_independent(study, trial, name, kind)
        inactive = {name for name, switch in self._switches.items() if not values[switch]}
        return {name: value for name, value in (self._constants | values).items() if name not in inactive}

    def record(self, trial: Trial, sampler: RowSampler, row: Mapping[str, Any]) -> None:
        """Give a trial the parameters of a row.

        Args:
            trial: of a study with this sampler.
            row: hyperparameters by name, NaN where inactive.
        """
        active = {name: value for name, value in row.items() if not _is_nan(value)}
        sampler.values = active | {switch: name in active for name, switch in self._switches.items()}
        for name, kind in self._distributions.items():
            if name not in sampler.values:
                continue
            if isinstance(kind, FloatDistribution):
                trial.suggest_float(name, kind.low, kind.high, log=kind.log)
            elif isinstance(kind, IntDistribution):
                trial.suggest_int(name, kind.low, kind.high, log=kind.log)
            elif isinstance(kind, CategoricalDistribution):
                trial.suggest_categorical(name, kind.choices)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _distribution(dimension: Dimension) -> BaseDistribution:
    if dimension.kind == "categorical":
        return CategoricalDistribution(dimension.categories)
    if dimension.whole:
        return IntDistribution(int(dimension.low), int(dimension.high), log=dimension.log)
    return FloatDistribution(dimension.low, dimension.high, log=dimension.log)
