"""How good a candidate may turn out to be: expected improvement."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_ROOT_TWO_PI = float(np.sqrt(2 * np.pi))


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
