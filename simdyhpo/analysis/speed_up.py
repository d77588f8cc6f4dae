"""How much sooner one curve is where another one ends."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]


def first_reach(x: Floats, regret: Floats, target: float) -> float:
    """The first point at which `regret` is at most `target`; NaN if there is none."""
    reached = np.flatnonzero(regret <= target)
    return float(x[reached[0]]) if reached.size else float("nan")


def speed_ups(x: Floats, regrets: Mapping[str, Floats], rival: str) -> pd.DataFrame:
    """When each label's mean regret is down to the rival's at the end.

    Args:
        x: (points,) the budget, rising.
        regrets: (points,) by label.
        rival: one of the labels.

    Returns:
        One row for each label: label, target (the rival's last regret), reached (the first point at or below
        it; NaN if never), speed_up (the budget in units of `reached`).
    """
    target = float(regrets[rival][-1])
    rows = []
    for label, regret in regrets.items():
        reached = first_reach(x, regret, target)
        rows.append({"label": label, "target": target, "reached": reached, "speed_up": x[-1] / reached})
    return pd.DataFrame(rows, columns=["label", "target", "reached", "speed_up"])
