"""When a table has too few configurations for its workers: rules for one run and for many."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IDLE = 0.05
"""From this share of the workers' time on it is worth a word that they had nothing to do."""


def ran_out(
    ended_by: npt.ArrayLike, trials: npt.ArrayLike, configurations: npt.ArrayLike, idle_share: npt.ArrayLike
) -> npt.NDArray[np.bool_]:
    """Whether runs ended early, or kept workers idle, with all configurations of their table started.

    A scheduler that starts fewer of its own accord, as successive halving may, isn't meant.

    Args:
        ended_by: (runs,) "budget" or "exhausted".
        trials, configurations: (runs,) how many were started, and how many there are.
        idle_share: (runs,) of the workers' time; NaN where not known.
    """
    early = np.asarray(ended_by) == "exhausted"
    found: npt.NDArray[np.bool_] = np.greater_equal(trials, configurations) & (
        early | np.greater_equal(idle_share, IDLE)
    )
    return found
