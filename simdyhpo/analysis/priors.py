"""Priors, good and bad ones, from what a table knows: a setting for schedulers, which see no outcomes."""

from __future__ import annotations

import math

import numpy as np

from simdyhpo.errors import OptionError
from simdyhpo.tables.curves import CurveTable


def prior_at(table: CurveTable, quantile: float) -> dict[str, float | str | None]:
    """The hyperparameters of the configuration at a quantile of the table: 0 the best, 1 the worst.

    Configurations are ranked by their value at the largest resource, and those without a finite one there are
    left out; the lower number first of equals. Of n, the one at place round(quantile * (n - 1)) is taken,
    halves to the even one. Give them to a scheduler as its `prior`.

    Args:
        table: whose outcomes are looked at.
        quantile: 0.05 for a good prior, say, and 0.9 for a bad one.

    Returns:
        By name: a number, a category, or None for a number that is inactive there.

    Raises:
        OptionError: the quantile isn't from 0 to 1, or no value at the largest resource is finite.
    """
    if not 0 <= quantile <= 1:
        raise OptionError("quantile", quantile, "give a number from 0, the best, to 1, the worst")
    last = table.values[:, -1] if table.mode == "min" else -table.values[:, -1]
    finite = np.flatnonzero(np.isfinite(last))
    if not finite.size:
        raise OptionError("quantile", quantile, f"{table.name} has no finite value at its largest resource")
    place = round(quantile * (len(finite) - 1))
    configuration = int(finite[np.argsort(last[finite], kind="stable")[place]])
    found: dict[str, float | str | None] = {}
    for hyperparameter in table.configurations.hyperparameters:
        value = table.configurations.columns[hyperparameter.name][configuration]
        if hyperparameter.kind == "categorical":
            found[hyperparameter.name] = str(value)
        else:
            found[hyperparameter.name] = None if math.isnan(value) else float(value)
    return found
