"""Whether a model's deviations are as large as its errors: standardised errors of logged predictions.

With a prediction of mean m and deviation s, and the value y that came of it, z = (y - m) / s. Where
predictions are normal distributions that mean what they say, z is standard normal: its root mean square is 1,
so many of the values lie in each central interval as its name says, and Phi(z), the probability integral
transform, is uniform. A root mean square of 5 says that deviations are a fifth of what they should be.

What is measured are predictions of winners. A scheduler picks them because they look good, so that even a
sound model's winners disappoint if many candidates were compared: what is chosen for its error shows it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

INTERVALS = (0.5, 0.8, 0.95)
"""Central intervals whose coverage is measured."""

PARTS = 10
"""Into how many equal parts of [0, 1] the probability integral transform is counted."""

KINDS: Mapping[str, bool] = {"first look": True, "continuation": False}
"""What is predicted: a configuration that nothing is known of, or one whose curve has begun."""


class Predictions(msgspec.Struct, frozen=True):
    """Predictions of a run, and what came of each; all arrays (n,).

    Attributes:
        first: whether the configuration was a new one.
        resource: at which the value was predicted.
        mean, deviation: the prediction, in the metric's unit and direction.
        value: what was reported there; NaN, too, where nothing was.
        reported: whether something was.
    """

    first: npt.NDArray[np.bool_]
    resource: Integers
    mean: Floats
    deviation: Floats
    value: Floats
    reported: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.mean)

    def chosen(self, which: npt.NDArray[np.bool_]) -> Predictions:
        """Some of them."""
        return Predictions(**{name: getattr(self, name)[which] for name in self.__struct_fields__})


class Calibration(msgspec.Struct, frozen=True, kw_only=True):
    """How predictions and values agree.

    Attributes:
        predictions: how many there are; of them
        measured: those that have a standardised error,
        unfinished: those whose value was never reported,
        not_finite: those whose value is NaN or infinite,
        without_deviation: those that claim to be certain, or whose deviation is not finite.
        rms: root mean square of the standardised errors; 1 is ideal. NaN, as all that follows, where none is
            measured.
        mean: of the standardised errors; above 0, values were higher than predicted.
        typical: their median size, as a multiple of a standard normal variable's: what `rms` would be
            without a few large ones.
        largest: the largest size.
        coverage: by interval: the share of values in it.
        parts: (PARTS,) shares of the probability integral transform in equal parts of [0, 1].
    """

    predictions: int
    measured: int
    unfinished: int
    not_finite: int
    without_deviation: int
    rms: float
    mean: float
    typical: float
    largest: float
    coverage: Mapping[str, float]
    parts: tuple[float, ...]


_MEDIAN_SIZE = 0.6744897501960817
"""Of a standard normal variable."""


def standardised_errors(predictions: Predictions) -> Floats:
    """(n,) value minus mean, in deviations; NaN where there is none."""
    measured = _has_deviation(predictions) & np.isfinite(predictions.value)
    errors: Floats = np.full(len(predictions), np.nan)
    with np.errstate(over="ignore"):
        errors[measured] = (predictions.value - predictions.mean)[measured] / predictions.deviation[measured]
    return errors


def calibration(predictions: Predictions) -> Calibration:
    """Measure some predictions."""
    errors = standardised_errors(predictions)
    z = errors[~np.isnan(errors)]
    reported, finite = predictions.reported, np.isfinite(predictions.value)
    return Calibration(
        predictions=len(predictions),
        measured=z.size,
        unfinished=int((~reported).sum()),
        not_finite=int((reported & ~finite).sum()),
        without_deviation=int((reported & finite & ~_has_deviation(predictions)).sum()),
        **_measures(z),
    )


def by_kind(predictions: Predictions) -> dict[str, Calibration]:
    """The same by `KINDS`."""
    first = predictions.first
    return {kind: calibration(predictions.chosen(first == wanted)) for kind, wanted in KINDS.items()}


def by_resource(predictions: Predictions) -> dict[str, Calibration]:
    """The same by resource, in groups that double: 1, 2, 3-4, 5-8, ...; those that hold something."""
    group = np.ceil(np.log2(np.maximum(predictions.resource, 1))).astype(np.int64)
    return {_between(int(one)): calibration(predictions.chosen(group == one)) for one in np.unique(group)}


def _between(group: int) -> str:
    first, last = 2 ** (group - 1) + 1 if group else 1, 2**group
    return str(last) if first >= last else f"{int(first)}-{last}"


def _has_deviation(predictions: Predictions) -> npt.NDArray[np.bool_]:
    sound: npt.NDArray[np.bool_] = np.isfinite(predictions.mean) & np.isfinite(predictions.deviation)
    return sound & (predictions.deviation > 0)


def _measures(z: Floats) -> dict[str, Any]:
    """What `Calibration` says of standardised errors, (m,)."""
    from scipy.special import ndtr, ndtri  # here, so that commands that measure nothing start quickly

    if not z.size:
        nothing = dict.fromkeys(("rms", "mean", "typical", "largest"), np.nan)
        coverage = {f"{share:g}": np.nan for share in INTERVALS}
        return {**nothing, "coverage": coverage, "parts": (np.nan,) * PARTS}
    size = np.abs(z)
    counts, _ = np.histogram(ndtr(z), bins=PARTS, range=(0, 1))
    return {
        "rms": math.hypot(*z.tolist()) / math.sqrt(z.size),  # squares of large ones would overflow
        "mean": float(z.mean()),
        "typical": float(np.median(size)) / _MEDIAN_SIZE,
        "largest": float(size.max()),
        "coverage": {f"{share:g}": float((size <= ndtri(0.5 + share / 2)).mean()) for share in INTERVALS},
        "parts": tuple((counts / z.size).tolist()),
    }
