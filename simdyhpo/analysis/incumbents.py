"""The incumbent over time: the best value that a run has seen so far."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

NANOSECONDS = 1_000_000_000


def trajectory(reports: pd.DataFrame, mode: Literal["min", "max"], best: float, worst: float) -> pd.DataFrame:
    """How a run's incumbent improved.

    The incumbent counts values at any resource (SPEC of the paper's protocol: arXiv 2202.09774, section 5);
    values that are not finite never count.

    Args:
        reports: columns time_ns, configuration, resource, value, in the order of arrival.
        mode: whether values are minimised or maximised.
        best, worst: of the table; between them regret runs from 0 to 1.

    Returns:
        One row for each improvement, and one for the last report: epochs (reports so far), seconds
        (simulated), configuration and resource of the incumbent, value, regret. Empty without a finite value.
    """
    values = reports["value"].to_numpy(dtype=np.float64)
    finite = np.isfinite(values)
    keys = np.where(finite, values if mode == "min" else -values, np.inf)
    running = np.minimum.accumulate(keys) if len(keys) else keys
    improved = np.flatnonzero(np.diff(running, prepend=np.inf) < 0)
    if not improved.size:
        columns = ("epochs", "seconds", "configuration", "resource", "value", "regret")
        return pd.DataFrame({name: pd.Series(dtype=np.float64) for name in columns})
    at = np.append(improved, len(keys) - 1) if improved[-1] != len(keys) - 1 else improved
    holder = improved[np.searchsorted(improved, at, side="right") - 1]
    incumbent = values[holder]
    span = best - worst
    return pd.DataFrame(
        {
            "epochs": at + 1,
            "seconds": reports["time_ns"].to_numpy()[at] / NANOSECONDS,
            "configuration": reports["configuration"].to_numpy()[holder],
            "resource": reports["resource"].to_numpy()[holder],
            "value": incumbent,
            "regret": (best - incumbent) / span if span else np.zeros(len(at)),
        }
    )
