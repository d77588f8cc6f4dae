"""What the board keeps of a run: its incumbent's regret at equal steps of the budget."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.marks import counted, incumbent_regret
from simdyhpo.board.definition import MARKS
from simdyhpo.runs.spec import RunSpec
from simdyhpo.units import NANOSECONDS

Marks = npt.NDArray[np.float32]


def cell_marks(time_ns: npt.NDArray[np.int64], values: npt.NDArray[np.float64], spec: RunSpec) -> Marks:
    """The regret, normalised by the table's worst, after 1, 2, ... `MARKS` hundredths of the budget.

    With a budget of epochs, the k-th mark is after k hundredths of them; with one of seconds, at k
    hundredths of the simulated time, reports that arrive just then included. A run without an incumbent
    counts as 1; one that ended early keeps its last.

    Args:
        time_ns: (reports,) when each arrived, in order.
        values: (reports,) what it reported, in the table's unit.
        spec: of the run.

    Returns:
        (`MARKS`,) in single precision: a regret of 0 stays 0.
    """
    box, steps = spec.blackbox, np.arange(1, MARKS + 1)
    if spec.budget.max_epochs is not None:
        x, points = np.arange(1.0, len(values) + 1), steps * (spec.budget.max_epochs / MARKS)
    else:
        x, points = time_ns / NANOSECONDS, steps * (float(spec.budget.max_seconds or 0) / MARKS)
    regret = incumbent_regret(values, x, box["mode"], box["best"], box["worst"])
    return counted(regret.at(points)).astype(np.float32)


def span(spec: RunSpec) -> float:
    """What a normalised regret of 1 is in the table's own unit."""
    return abs(float(spec.blackbox["best"]) - float(spec.blackbox["worst"]))
