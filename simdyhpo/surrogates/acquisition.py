"""How good a candidate may turn out to be: expected improvement, probability of improvement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ROOT_TWO_PI = float(np.sqrt(2 * np.pi))
_TINY = 1e-12
_FARTHEST = 1e100
"""So that the square of as many tiny deviations is still a number."""


def expected_improvement(mean: Floats, deviation: Floats, incumbent: Floats | float) -> Floats:
    """Mean amount by which a normal variable falls below the incumbent.

    Args:
        mean, deviation: (q,) of the predictions, lower is better; where the deviation is 0, the improvement
            is certain.
        incumbent: the value to beat, one for all or (q,).

    Returns:
        (q,), not negative.

    Source: Jones, Schonlau, Welch (1998), equation 15.
    """
    from scipy.special import ndtr  # here, so that listing searchers stays quick

    gain = incumbent - mean
    certain = deviation <= 0
    safe = np.where(certain, 1.0, deviation)
    z = gain / safe
    improvement = gain * ndtr(z) + safe * np.exp(-0.5 * z * z) / _ROOT_TWO_PI
    result: Floats = np.maximum(np.where(certain, gain, improvement), 0.0)
    return result


def log_probability_below(mean: Floats, deviation: Floats, threshold: Floats | float) -> Floats:
    """Logarithm of the probability that a normal variable falls below the threshold.

    The logarithm tells candidates apart where the probability itself is 0 or 1 to the last digit.

    Args:
        mean, deviation: (q,) of the predictions, lower is better; a deviation of 0 counts as a tiny one.
        threshold: the value to fall below, one for all or (q,).

    Returns:
        (q,), finite and not positive.

    Source: Kushner (1964), the probability of improvement.
    """
    from scipy.special import log_ndtr  # here, so that listing searchers stays quick

    gain = np.clip(threshold - mean, -_FARTHEST, _FARTHEST)
    result: Floats = log_ndtr(gain / np.maximum(deviation, _TINY))
    return result
