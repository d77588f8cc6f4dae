"""A table's hyperparameters as Syne Tune's configuration space, and back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from syne_tune import config_space as domains

from simdyhpo.hyperparameters.space import Dimension, Space
from simdyhpo.outside.unit_cube import value_at

_NAME = "h:"
"""Before each hyperparameter's name, so that none is taken for a setting of Syne Tune's (`epochs`)."""
_ACTIVE = "active:"
_NOTHING = "nothing"

Config = dict[str, Any]


class SyneTuneSpace:
    """Syne Tune's configuration space for a table's.

    A hyperparameter that can be inactive has another one beside it that says whether it is active. One that
    has a single value in the table is left out; where nothing varies, there is one that means nothing.

    Attributes:
        domains: Syne Tune's, by its names.
    """

    def __init__(self, space: Space) -> None:
        self._constants: Config = {}
        self._varied: list[Dimension] = []
        self._switched: list[Dimension] = []
        self.domains: dict[str, Any] = {}
        for dimension in space.dimensions:
            ends: tuple[Any, ...] = dimension.categories or (dimension.low, dimension.high)
            if isinstance(ends[0], float) and math.isnan(ends[0]):
                continue  # it is never active
            if dimension.inactive:
                self._switched.append(dimension)
                self.domains[_ACTIVE + dimension.name] = domains.choice([0, 1])
            if ends[0] == ends[-1]:
                self._constants[dimension.name] = ends[0]
            else:
                self._varied.append(dimension)
                self.domains[_NAME + dimension.name] = _domain(dimension)
        if not self.domains:
            self.domains[_NOTHING] = domains.uniform(0.0, 1.0)

    def config(self, row: Mapping[str, Any]) -> Config:
        """The configuration of a row: hyperparameters by name, NaN where inactive."""
        config = {_NAME + d.name: _known(row[d.name], d) for d in self._varied}
        config |= {_ACTIVE + d.name: int(not _is_nan(row[d.name])) for d in self._switched}
        return config or {_NOTHING: 0.5}

    def values(self, config: Mapping[str, Any]) -> Config:
        """Hyperparameters by name, without the inactive ones, of a configuration."""
        inactive = {d.name for d in self._switched if not config[_ACTIVE + d.name]}
        values = self._constants | {d.name: config[_NAME + d.name] for d in self._varied}
        return {name: value for name, value in values.items() if name not in inactive}


def _known(value: Any, dimension: Dimension) -> Any:  # noqa: ANN401 - number or text
    """A value that Syne Tune takes: an inactive one lies in the middle."""
    if dimension.kind == "categorical":
        return str(value)
    if _is_nan(value):
        return value_at(dimension, 0.5)
    return int(value) if dimension.whole else float(value)


def _domain(dimension: Dimension) -> Any:  # noqa: ANN401 - Syne Tune carries no types
    if dimension.kind == "categorical":
        return domains.choice(list(dimension.categories))
    if dimension.whole:
        low, high = int(dimension.low), int(dimension.high)
        return domains.lograndint(low, high) if dimension.log else domains.randint(low, high)
    return (domains.loguniform if dimension.log else domains.uniform)(dimension.low, dimension.high)


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)
