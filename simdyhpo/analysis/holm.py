"""Many tests at once: p values that keep the chance of any false alarm at the level of a single test."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def holm(p: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """P values corrected by Holm's step-down procedure (Holm 1979), in the order given.

    The least of n p values is multiplied by n, the next by n - 1, and so on; none is then below one that was
    smaller before, and none above 1. The tests need not be independent of each other.

    Args:
        p: (n,) p values. NaN says that there was no test: it stays NaN and counts for nothing.
    """
    values = np.asarray(p, dtype=np.float64)
    corrected = np.full_like(values, np.nan)
    tests = np.flatnonzero(np.isfinite(values))
    rising = tests[np.argsort(values[tests], kind="stable")]
    scaled = values[rising] * np.arange(len(rising), 0, -1)
    corrected[rising] = np.minimum(np.maximum.accumulate(scaled), 1.0)
    return corrected
