"""The incumbent over time: the best value that a run has seen so far."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.steps import Steps, improvements, lower_is_better, normalised_regret
from simdyhpo.units import NANOSECONDS

Axis = Literal["epochs", "seconds"]


def trajectory(reports: pd.DataFrame, mode: Literal["min", "max"], best: float, worst: float) -> pd.DataFrame:
    """How a run's incumbent improved.

    The incumbent counts values at any resource (protocol of arXiv 2202.09774, section 5); values that are not
    finite never count. An epoch that is paid for again counts as an epoch, as it does in the budget.

    Args:
        reports: columns time_ns, configuration, resource, value, in the order of arrival.
        mode: whether values are minimised or maximised.
        best, worst: of the table; between them regret runs from 0 to 1.

    Returns:
        One row for each improvement, and one for the last report: epochs (reports so far), seconds
        (simulated), configuration and resource of the incumbent, value, regret. Empty without a finite value.
    """
    values = reports["value"].to_numpy(dtype=np.float64)
    at, holder = incumbent_rows(values, mode)
    return pd.DataFrame(
        {
            "epochs": at + 1,
            "seconds": reports["time_ns"].to_numpy()[at] / NANOSECONDS,
            "configuration": reports["configuration"].to_numpy()[holder],
            "resource": reports["resource"].to_numpy()[holder],
            "value": values[holder],
            "regret": normalised_regret(values[holder], best, worst),
        }
    )


def incumbent_rows(
    values: npt.NDArray[np.float64], mode: Literal["min", "max"]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Where a run's incumbent improved, and its last report; and which report the incumbent is of there.

    Args:
        values: (reports,) in the order of arrival.
        mode: see `trajectory`.
    """
    improved = improvements(lower_is_better(values, mode))
    if not improved.size:  # whatever the first finite value is, it improves: so there is no incumbent
        return improved, improved
    last = len(values) - 1
    if improved[-1] == last:
        return improved, improved
    return np.append(improved, last), np.append(improved, improved[-1])


def regret_steps(run: pd.DataFrame, axis: Axis) -> Steps:
    """The incumbent's regret in one run as a step function; `.at(points)` samples it.

    NaN before the first finite report; the last value holds after the run's end, since a run that has spent
    its budget keeps its incumbent.

    Args:
        run: a trajectory, as `trajectory` returns it.
        axis: what runs along the axis: "epochs" (reports so far) or "seconds" (simulated).
    """
    return Steps(run[axis].to_numpy(dtype=np.float64), run["regret"].to_numpy(dtype=np.float64))
