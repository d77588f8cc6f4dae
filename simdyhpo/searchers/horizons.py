"""At which resource a candidate is scored: its next level, the largest, or one that is drawn."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]

Horizon = Literal["next", "last", "random"]
"""See `simdyhpo.searchers.settings.DeepKernelOptions`."""

STREAM = "searcher-horizon"
"""Its k-th number belongs to the k-th start or resumption of the run."""


def scored_at(horizon: Horizon, levels: Integers, uniform: float | npt.ArrayLike, largest: int) -> Integers:
    """The resource at which each candidate is scored, (q,).

    Args:
        horizon: the setting.
        levels: (q,) the level to which each would run next.
        uniform: of `STREAM`, where one is drawn: one for all, or (q,).
        largest: R.
    """
    if horizon == "last":
        return np.full_like(levels, largest)
    if horizon == "random":
        return np.maximum(levels, resources_ahead(uniform, largest))
    return levels


def resources_ahead(uniform: float | npt.ArrayLike, largest: int) -> Integers:
    """1 ... R, each as likely."""
    ahead: Integers = 1 + np.floor(np.asarray(uniform) * largest).astype(np.int64)
    return ahead


def scored_ahead(levels: Integers, ahead: int | Integers, largest: int) -> Integers:
    """MFPI-random's: so many resources from where each stands, at most R, (q,)."""
    found: Integers = np.minimum(levels - 1 + ahead, largest)
    return found
