"""One call: does a surrogate know how wrong it can be?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.calibration import Calibration, Predictions, by_kind
from simdyhpo.protocols import Observations, Surrogate
from simdyhpo.streams import Streams
from simdyhpo.testing.broken import LawBroken

LEAST, MOST = 0.5, 2.0
"""Between these the root mean square of standardised errors must lie."""

_CONFIGURATIONS, _RESOURCES, _STEPS, _WARM_UP = 80, 10, 160, 40
_NOISE = 0.03

Floats = npt.NDArray[np.float64]


def check_surrogate(make: Callable[[Streams], Surrogate], seed: int = 0) -> dict[str, Calibration]:
    """Check that a surrogate's deviations are about as large as its errors, on smooth noisy curves.

    It is asked for each value before it is told it, as a searcher would, but what comes next is drawn at
    random: half of the steps look at a new configuration, the others continue a curve. The first 40 of 160
    values don't count. A surrogate that fails here will be wrong on real curves; one that passes may be.

    Args:
        make: gives a fresh surrogate, e.g. `lambda streams: MySurrogate(settings, streams)`.
        seed: of the curves, and of its random streams.

    Returns:
        What was measured, by kind of prediction: a first look, a continuation.

    Raises:
        LawBroken: of one kind, the root mean square of the standardised errors is not within [0.5, 2].
    """
    streams = Streams(seed)
    measured = by_kind(_asked_and_told(make(streams), streams))
    for kind, one in measured.items():
        if not (one.measured == one.predictions and LEAST <= one.rms <= MOST):
            problem = f"of {one.predictions} predictions ({kind}), {one.measured} have a sound deviation"
            if one.measured == one.predictions:
                problem = (
                    f"errors have a root mean square of {one.rms:.3g} deviations ({kind}); "
                    f"{LEAST:g} to {MOST:g} is asked"
                )
            raise LawBroken("calibration", "smooth noisy curves", seed, problem)
    return measured


def _curves(draw: np.random.Generator) -> tuple[Floats, Floats]:
    """Features (n, 2) and values (n, R) that fall from a start to a level, both smooth in the features."""
    features = draw.random((_CONFIGURATIONS, 2))
    x, y = features.T
    level = 0.3 * np.sin(4 * x) + (y - 0.4) ** 2
    fall = (0.4 + 0.6 * y)[:, None] * np.exp(-np.arange(1, _RESOURCES + 1) / 4)
    return features, level[:, None] + fall + _NOISE * draw.standard_normal((_CONFIGURATIONS, _RESOURCES))


def _asked_and_told(surrogate: Surrogate, streams: Streams) -> Predictions:
    draw = streams.generator("calibration-law")
    features, values = _curves(draw)
    lengths = np.zeros(_CONFIGURATIONS, dtype=np.int64)
    shown = np.full(values.shape, np.nan)
    rows: list[tuple[int, int, float, float, float]] = []
    none = np.zeros(0, dtype=np.int64)
    configurations, resources, told = none, none, np.zeros(0)
    for step in range(_STEPS):
        begun = np.flatnonzero((lengths > 0) & (lengths < _RESOURCES))
        new = np.flatnonzero(lengths == 0)
        among = new if new.size and (not begun.size or draw.random() < 0.5) else begun
        one = int(draw.choice(among))
        resource = int(lengths[one]) + 1
        if told.size:
            known = (features, configurations, resources, told, shown, lengths)
            surrogate.fit(Observations(*known, none, none, _RESOURCES))
            mean, deviation = surrogate.predict(np.array([one]), np.array([resource]))
            if step >= _WARM_UP:
                rows.append((resource == 1, resource, mean[0], deviation[0], values[one, resource - 1]))
        value = values[one, resource - 1]
        configurations, resources = np.append(configurations, one), np.append(resources, resource)
        told, shown[one, resource - 1], lengths[one] = np.append(told, value), value, resource
    first, at, means, deviations, came = (np.array(column) for column in zip(*rows, strict=True))
    return Predictions(first, at, means, deviations, came, np.ones(len(rows), dtype=bool))
