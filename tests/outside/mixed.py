"""A table that no optimiser can take lightly."""

from __future__ import annotations

import numpy as np

from simdyhpo.tables.curves import CurveTable


def mixed(configurations=30, mode="min"):
    """A table with every kind of hyperparameter: on a log scale, whole, text, inactive at times, constant."""
    numbers = np.arange(configurations)
    columns = {
        "rate": 10.0 ** -(numbers % 5),
        "layers": numbers % 4 + 1,
        "kind": [("sgd", "adam", "lamb")[number % 3] for number in numbers],
        "momentum": np.where(numbers % 3 == 0, numbers / configurations, np.nan),
        "constant": np.full(configurations, 7),
        "never": np.full(configurations, np.nan),
        "sometimes": np.where(numbers % 2, 0.5, np.nan),
    }
    values = (numbers * 7 % configurations)[:, None] / np.arange(1.0, 5)
    seconds = np.tile(np.arange(1.0, 5), (configurations, 1))
    return CurveTable.from_arrays(values, seconds, columns, mode=mode, name="mixed", log=["rate"])
