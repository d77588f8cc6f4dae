"""How good a candidate may turn out to be: expected improvement, probability of improvement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ROOT_TWO_PI = float(np.sqrt(2 * np.pi))
_NEAR, _FAR = -1.0, -50.0
"""Where the shares of expected improvement are added up as they are, and where their series converges."""
_TINY = 1e-12
_FARTHEST = 1e100
"""So that the square of as many tiny deviations is still a number."""


def expected_improvement(mean: Floats, deviation: Floats, incumbent: Floats | float) -> Floats:
    """Mean amount by which a normal variable falls below the incumbent, (q,), not negative.

    It is 0 to the last digit from about 38 deviations on: to compare candidates, take the logarithm.

    Args:
        mean, deviation, incumbent: see `log_expected_improvement`.
    """
    result: Floats = np.exp(log_expected_improvement(mean, deviation, incumbent))
    return result


def log_expected_improvement(mean: Floats, deviation: Floats, incumbent: Floats | float) -> Floats:
    """Logarithm of the mean amount by which a normal variable falls below the incumbent.

    With z = (incumbent - mean) / deviation, that is log(deviation) + log(z Phi(z) + phi(z)), worked out so
    that it tells candidates apart at any distance.

    Args:
        mean, deviation: (q,) of the predictions, lower is better; where the deviation is 0, the improvement
            is certain, or none.
        incumbent: the value to beat, one for all or (q,).

    Returns:
        (q,), -inf where there can be no improvement.

    Source: Jones, Schonlau, Welch (1998), equation 15; Ament, Daulton, Eriksson, Balandat, Bakshy (2023),
    arXiv 2310.20708, on why its logarithm, and how.
    """
    gain = incumbent - mean
    certain = deviation <= 0
    safe = np.where(certain, 1.0, deviation)
    with np.errstate(divide="ignore", over="ignore"):
        result: Floats = np.where(
            certain, np.log(np.maximum(gain, 0.0)), np.log(safe) + _log_unit_improvement(gain / safe)
        )
    return result


def _log_unit_improvement(z: Floats) -> Floats:
    """log(z Phi(z) + phi(z)), (q,).

    Below `_NEAR` both shares nearly cancel. There it is log(phi(z)) + log(1 - |z| m) with Mills' ratio m =
    Phi(z) / phi(z), and below `_FAR`, where those cancel, too, the series of 1 - |z| m in powers of 1 / z^2.
    """
    from scipy.special import erfcx, ndtr  # here, so that listing searchers stays quick

    near = np.maximum(z, _NEAR)
    result: Floats = np.log(near * ndtr(near) + np.exp(-0.5 * near * near) / _ROOT_TWO_PI)
    low = np.flatnonzero(z < _NEAR)
    if low.size:
        away = -z[low]
        middle, far = np.minimum(away, -_FAR), np.maximum(away, -_FAR)
        mills = _ROOT_TWO_PI / 2 * erfcx(middle / np.sqrt(2))
        inverse = 1 / far**2
        series = inverse * (-3 + inverse * (15 + inverse * (-105 + inverse * 945)))
        share = np.where(away < -_FAR, np.log1p(-middle * mills), np.log1p(series) - 2 * np.log(far))
        result[low] = share - 0.5 * away * away - np.log(_ROOT_TWO_PI)
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
