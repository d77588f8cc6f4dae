"""Both futures of a forked run in one figure."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from simdyhpo.analysis.anytime import mean_steps
from simdyhpo.analysis.floor import floor
from simdyhpo.analysis.marks import incumbent_regret
from simdyhpo.analysis.steps import Steps
from simdyhpo.drawing.anytime import Panel, anytime_figure
from simdyhpo.drawing.canvas import save_figure
from simdyhpo.simulation.reports import Reports
from simdyhpo.tables.curves import CurveTable
from simdyhpo.units import NANOSECONDS

_AXES = (("epochs", "epochs trained"), ("seconds", "simulated time (s)"))


def draw_futures(  # noqa: PLR0913 - what, where, and how
    futures: dict[str, Reports],
    table: CurveTable,
    folder: Path,
    *,
    note: str,
    caption: bool = True,
    size: tuple[float, float] | None = None,
) -> tuple[Path, ...]:
    """Write `futures.png` and `futures.svg`: regret over epochs and over time.

    Args:
        futures: what each run reported, by the name that the legend shows.
        table: the table that they replayed.
        folder: where to.
        note: in small print below.
        caption, size: see `save_figure`.

    Raises:
        OutputError: the folder can't be written.
    """
    panels = []
    for axis, label in _AXES:
        curves = {}
        for name, reports in futures.items():
            counted = np.arange(1.0, len(reports) + 1)
            x = counted if axis == "epochs" else reports.time_ns / NANOSECONDS
            regret = incumbent_regret(reports.value, x, table.mode, table.best, table.worst)
            if regret.x.size:  # drawn to the run's end, not to its last improvement
                ends = Steps(np.append(regret.x, x[-1]), np.append(regret.y, regret.y[-1]))
                curves[name] = mean_steps([ends])
        bound = floor(table, "epochs" if axis == "epochs" else "seconds")
        panels.append(Panel(title=table.name, curves=curves, floor=bound, x_label=label))
    return save_figure(anytime_figure([panels], note=note), folder, "futures", caption=caption, size=size)
