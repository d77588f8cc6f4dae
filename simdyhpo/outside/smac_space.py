"""A table's hyperparameters as a ConfigSpace, and its rows as configurations of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ConfigSpace import (
    Categorical,
    Configuration,
    ConfigurationSpace,
    EqualsCondition,
    Float,
    Integer,
)

from simdyhpo.hyperparameters.space import Dimension, Space
from simdyhpo.outside.unit_cube import value_at

_ACTIVE, _INACTIVE = "active", "inactive"


class SMACSpace:
    """ConfigSpace's view of a space.

    A hyperparameter that can be inactive depends on a parameter beside it, NAME?. One that has a single value
    in the table is no parameter. A real number's parameter is where it lies on its axis, from 0 to 1: given
    bounds, ConfigSpace rounds them to 13 decimals, and the table's own ends may be outside.

    Attributes:
        parameters: the ConfigSpace; without any if the table's rows are all alike.
    """

    def __init__(self, space: Space) -> None:
        self.parameters = ConfigurationSpace()
        self._constants: dict[str, Any] = {}
        self._varied: dict[str, Dimension] = {}
        self._switches: dict[str, str] = {}
        for dimension in space.dimensions:
            ends = dimension.categories or (dimension.low, dimension.high)
            if _is_nan(ends[0]):
                continue  # it is never active
            own = []
            if ends[0] == ends[-1]:
                self._constants[dimension.name] = ends[0]
            else:
                self._varied[dimension.name] = dimension
                own.append(_parameter(dimension))
            if dimension.inactive:
                self._switches[dimension.name] = f"{dimension.name}?"
                switch = Categorical(f"{dimension.name}?", (_INACTIVE, _ACTIVE))
                own += [switch, *(EqualsCondition(parameter, switch, _ACTIVE) for parameter in own)]
            self.parameters.add(*own)

    def values(self, configuration: Configuration) -> dict[str, Any]:
        """Hyperparameters by name, without the inactive ones."""
        chosen = dict(configuration)
        varied = {name: _value(d, chosen[name]) for name, d in self._varied.items() if name in chosen}
        off = {name for name, switch in self._switches.items() if chosen[switch] == _INACTIVE}
        return {name: value for name, value in (self._constants | varied).items() if name not in off}

    def configuration(self, row: Mapping[str, Any]) -> Configuration:
        """The configuration of a row: hyperparameters by name, NaN where inactive."""
        active = {name for name, value in row.items() if not _is_nan(value)}
        values = {name: _chosen(d, row[name]) for name, d in self._varied.items() if name in active}
        switches = {
            switch: _ACTIVE if name in active else _INACTIVE for name, switch in self._switches.items()
        }
        return Configuration(self.parameters, values=values | switches)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _parameter(dimension: Dimension) -> Any:  # noqa: ANN401 - one of three kinds
    if dimension.categories:
        return Categorical(dimension.name, dimension.categories)
    if dimension.whole:
        return Integer(dimension.name, (int(dimension.low), int(dimension.high)), log=dimension.log)
    return Float(dimension.name, (0.0, 1.0))


def _value(dimension: Dimension, chosen: Any) -> Any:  # noqa: ANN401 - number or text
    if dimension.categories:
        return str(chosen)
    return int(chosen) if dimension.whole else value_at(dimension, float(chosen))


def _chosen(dimension: Dimension, value: Any) -> Any:  # noqa: ANN401 - number or text
    if dimension.categories:
        return str(value)
    return int(value) if dimension.whole else dimension.coordinate(value)
