"""The marks of a run against its own budget."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.marks import Marks, incumbent_regret, regret_marks
from simdyhpo.analysis.scales import Scale
from simdyhpo.analysis.steps import Steps
from simdyhpo.runs.spec import RunSpec
from simdyhpo.simulation.budget import Budget
from simdyhpo.units import NANOSECONDS

Floats = npt.NDArray[np.float64]


def run_marks(time_ns: npt.NDArray[np.int64], values: Floats, spec: RunSpec) -> Marks:
    """Along the budget's own axis: epochs if it has them, else seconds, else the epochs that were had.

    Args:
        time_ns: (reports,) when each arrived, in order.
        values: (reports,) what it reported, in the table's unit.
        spec: of the run.
    """
    box = spec.blackbox
    return _along_the_budget(
        time_ns, spec.budget, lambda x: incumbent_regret(values, x, box["mode"], box["best"], box["worst"])
    )


def measured_marks(
    time_ns: npt.NDArray[np.int64],
    values: Floats,
    configurations: npt.NDArray[np.int64],
    budget: Budget,
    scale: Scale,
) -> Marks:
    """The same in another measure.

    Args:
        time_ns, values, configurations: (reports,) when each arrived, in order; what it reported; of whom.
        budget: of the run.
        scale: the measure on the run's table.
    """
    return _along_the_budget(time_ns, budget, lambda x: scale.steps(values, configurations, x))


def _along_the_budget(
    time_ns: npt.NDArray[np.int64], budget: Budget, regret: Callable[[Floats], Steps]
) -> Marks:
    if budget.max_epochs is None and budget.max_seconds is not None:
        return regret_marks(regret(time_ns / NANOSECONDS), float(budget.max_seconds), "seconds")
    x = np.arange(1, len(time_ns) + 1, dtype=np.float64)
    return regret_marks(regret(x), float(budget.max_epochs or len(time_ns)), "epochs")
