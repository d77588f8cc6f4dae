"""The marks of a run against its own budget."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.marks import Marks, incumbent_regret, regret_marks
from simdyhpo.runs.spec import RunSpec
from simdyhpo.units import NANOSECONDS


def run_marks(time_ns: npt.NDArray[np.int64], values: npt.NDArray[np.float64], spec: RunSpec) -> Marks:
    """Along the budget's own axis: epochs if it has them, else seconds, else the epochs that were had.

    Args:
        time_ns: (reports,) when each arrived, in order.
        values: (reports,) what it reported, in the table's unit.
        spec: of the run.
    """
    in_seconds = spec.budget.max_epochs is None and spec.budget.max_seconds is not None
    x = time_ns / NANOSECONDS if in_seconds else np.arange(1, len(values) + 1, dtype=np.float64)
    box = spec.blackbox
    regret = incumbent_regret(values, x, box["mode"], box["best"], box["worst"])
    if in_seconds:
        return regret_marks(regret, float(spec.budget.max_seconds or 0), "seconds")
    return regret_marks(regret, float(spec.budget.max_epochs or len(values)), "epochs")
