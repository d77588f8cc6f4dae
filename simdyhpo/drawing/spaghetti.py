"""All learning curves that a run trained, and where they were promoted."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.caption import LINE_INCHES, add_caption, wrapped
from simdyhpo.drawing.log_axis import label_ticks
from simdyhpo.drawing.style import DECISIONS, MEAN_COLOUR, PANEL_INCHES, PART_COLOUR, PROMOTION_SYMBOLS


class RunCurves(msgspec.Struct, frozen=True, kw_only=True):
    """What one run trained.

    Attributes:
        title: the variant and the table.
        curves: one row for each report, in order of arrival: trial, resource, value.
        promotions: one row for each promotion: trial, resume_from, decision.
        mode: "min" or "max" of the value.
    """

    title: str
    curves: pd.DataFrame
    promotions: pd.DataFrame
    mode: str


def spaghetti_figure(
    runs: Sequence[RunCurves], *, x_label: str, y_label: str, note: str = "", columns: int = 2
) -> Figure:
    """A panel for each run, on common axes."""
    width, height = PANEL_INCHES[0] * min(columns, len(runs)), PANEL_INCHES[1] * -(-len(runs) // columns)
    with house_style():
        extra = 0.5 + LINE_INCHES * len(wrapped(note, width))
        figure = Figure(figsize=(width, height + extra), layout="constrained")
        grid = figure.subplots(-(-len(runs) // columns), min(columns, len(runs)), squeeze=False)
        limits = value_limits(runs)
        for axes, run in zip(grid.flat, runs, strict=False):
            draw_spaghetti(axes, run)
            axes.set_ylim(*limits)
            axes.set_xlabel(x_label)
        for axes in list(grid.flat)[len(runs) :]:
            axes.set_visible(False)
        for row in grid:
            row[0].set_ylabel(y_label)
        handles = spaghetti_handles(runs)
        figure.legend(handles=handles, loc="outside upper center", ncols=len(handles))
        add_caption(figure, note)
    return figure


def spaghetti_handles(runs: Sequence[RunCurves]) -> list[Line2D]:
    """A legend's entries, under the house style."""
    seen = {kind for run in runs for kind in run.promotions["decision"]}
    return [
        Line2D([], [], color=PART_COLOUR, linewidth=0.8, label="trained"),
        Line2D([], [], color=MEAN_COLOUR, linewidth=1.4, label="held the incumbent"),
        *(_promotion_handle(kind) for kind in PROMOTION_SYMBOLS if kind in seen),
    ]


def draw_spaghetti(axes: Axes, run: RunCurves) -> None:
    """Every trial's curve in grey, those that held the incumbent in blue, a symbol at each promotion.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        run: what to draw.
    """
    values = run.curves["value"].to_numpy(dtype=np.float64)
    keys = np.where(np.isfinite(values), values if run.mode == "min" else -values, np.inf)
    held = set(run.curves["trial"].to_numpy()[keys <= np.minimum.accumulate(keys)])
    curves = {
        trial: part.drop_duplicates("resource").sort_values("resource")[["resource", "value"]].to_numpy()
        for trial, part in run.curves.groupby("trial", sort=False)
    }
    others = [curve for trial, curve in curves.items() if trial not in held]
    best = [curve for trial, curve in curves.items() if trial in held]
    axes.add_collection(LineCollection(others, colors=PART_COLOUR, linewidths=0.5, alpha=0.5))
    axes.add_collection(LineCollection(best, colors=MEAN_COLOUR, linewidths=1.4, zorder=2.5))
    ones = np.array([curve[0] for curve in curves.values() if len(curve) == 1]).reshape(-1, 2)
    axes.plot(ones[:, 0], ones[:, 1], ".", color=PART_COLOUR, markersize=1.5, alpha=0.5)
    at = run.curves.drop_duplicates(["trial", "resource"]).set_index(["trial", "resource"])["value"]
    for kind, symbol in PROMOTION_SYMBOLS.items():
        mine = run.promotions[run.promotions["decision"] == kind]
        places = list(zip(mine["trial"], mine["resume_from"], strict=True))
        axes.plot(
            mine["resume_from"], at.reindex(places), linestyle="", marker=symbol, markersize=2.6,
            color=DECISIONS[kind], markeredgewidth=0, alpha=0.8, zorder=3,
        )  # fmt: skip
    axes.set_xscale("log")  # most is decided early
    axes.set_xlim(0.9, max(run.curves["resource"].max(), 2) * 1.06)
    label_ticks(axes.xaxis)
    axes.set_title(run.title)


def value_limits(runs: Sequence[RunCurves], worst: float = 0.05) -> tuple[float, float]:
    """From the best value to where all but the share `worst` lie: a few diverged would flatten the others."""
    values = np.concatenate([run.curves["value"].to_numpy(dtype=np.float64) for run in runs])
    values = values[np.isfinite(values)]
    if runs[0].mode == "min":
        low, high = float(values.min()), float(np.quantile(values, 1 - worst))
    else:
        low, high = float(np.quantile(values, worst)), float(values.max())
    room = 0.04 * (high - low) or 1e-9
    return low - room, high + room


def _promotion_handle(kind: ScheduleDecision) -> Line2D:
    return Line2D(
        [],
        [],
        linestyle="",
        marker=PROMOTION_SYMBOLS[kind],
        color=DECISIONS[kind],
        markersize=4,
        label=kind.name,
    )
