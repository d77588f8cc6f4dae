"""Anytime curves: how far the incumbent is from the best, at every moment of a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.steps import Steps
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.log_axis import label_ticks, log_limits
from simdyhpo.drawing.style import FLOOR, PANEL_INCHES, LineStyle, line_styles

_BAND_ALPHA = 0.11
_LEGEND_LINE, _LEGEND_LETTER = 0.75, 0.072
"""Inches that a legend's column takes: its line with the space around it, and each letter of its text."""


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """What one pair of axes shows.

    Attributes:
        title: says table and workers.
        curves: mean regret by scheduler, drawn in this order.
        floor: the hindsight bound on the same axis, or None.
        x_label: with its unit.
        log_x: whether the horizontal axis is logarithmic.
    """

    title: str
    curves: Mapping[str, MeanSteps]
    floor: Steps | None
    x_label: str
    log_x: bool = False


def anytime_figure(rows: Sequence[Sequence[Panel]], *, note: str = "") -> Figure:
    """A grid of anytime panels under one legend, with `note` in small print below.

    The panels of a row share their vertical axis, so that they can be compared.
    """
    names = dict.fromkeys(name for row in rows for panel in row for name in panel.curves)
    styles = line_styles(names)
    width, height = PANEL_INCHES
    columns = max(len(row) for row in rows)
    with house_style():
        figure = Figure(figsize=(width * columns, height * len(rows) + 0.9), layout="constrained")
        grid = figure.subplots(len(rows), columns, squeeze=False)
        for row_axes, row in zip(grid, rows, strict=True):
            limits = log_limits(_bounds([curve for panel in row for curve in panel.curves.values()]))
            for axes in row_axes[len(row) :]:
                axes.set_visible(False)
            for axes, panel in zip(row_axes, row, strict=False):
                draw_anytime(axes, panel, styles, limits)
            row_axes[0].set_ylabel("normalised regret")
        handles = [_legend_line(style) for style in styles.values()]
        if any(panel.floor is not None for row in rows for panel in row):
            handles.append(_legend_line(FLOOR, width=1.0))
        columns = _legend_columns([str(line.get_label()) for line in handles], width * columns)
        figure.legend(handles=handles, loc="outside upper center", ncols=columns)
        if note:
            figure.supxlabel(note, fontsize=7.5, color="#444444", x=0.01, ha="left")
    return figure


def draw_anytime(
    axes: Axes, panel: Panel, styles: Mapping[str, LineStyle], limits: tuple[float, float] | None = None
) -> None:
    """Step curves of mean regret with shaded intervals on a logarithmic axis, and the floor while above zero.

    A mean of zero can't be on a logarithmic axis: it runs along the bottom, whose tick then says 0. A dot
    marks where a curve ends because its last run ended.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        panel: what to draw.
        styles: how each of its curves looks, by scheduler.
        limits: of the vertical axis; the panel's own if not given.
    """
    curves = panel.curves.values()
    bottom, top = limits or log_limits(_bounds(list(curves)))
    for name, curve in panel.curves.items():
        style, interval = styles[name], curve.interval
        mean, low, high = (np.maximum(part, bottom) for part in (interval.mean, interval.low, interval.high))
        axes.fill_between(
            curve.x, low, high, step="post", color=style.colour, alpha=_BAND_ALPHA, linewidth=0, zorder=1.5
        )
        axes.step(curve.x, mean, where="post", color=style.colour, dashes=style.dashes or (None, None))
        axes.plot(curve.x[-1], mean[-1], "o", color=style.colour, markersize=3.5, clip_on=False)
    end = max(curve.x[-1] for curve in curves)
    if panel.floor is not None:
        _draw_floor(axes, panel.floor, bottom, end)
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    label_ticks(axes.yaxis, has_zero=any((curve.interval.mean <= 0).any() for curve in curves))
    if panel.log_x:
        axes.set_xscale("log")
        axes.set_xlim(min(curve.x[0] for curve in curves) / 2, end * 1.1)
        label_ticks(axes.xaxis)
    else:
        axes.set_xlim(0, end * 1.01)
    axes.set_title(panel.title)
    axes.set_xlabel(panel.x_label)


def _draw_floor(axes: Axes, floor: Steps, bottom: float, end: float) -> None:
    """The floor up to `end`, and down to the bottom where it reaches zero."""
    positive = floor.y > 0
    x, y = floor.x[positive], floor.y[positive]
    zero_at = floor.x[~positive][:1]
    x = np.concatenate((x, zero_at if zero_at.size else [end]))
    y = np.concatenate((y, [bottom] if zero_at.size else y[-1:]))
    axes.step(x, y, where="post", color=FLOOR.colour, dashes=FLOOR.dashes, linewidth=1.0)


def _bounds(curves: Sequence[MeanSteps]) -> Sequence[npt.NDArray[np.float64]]:
    """All means and their upper bounds: what has to be seen."""
    return [part for curve in curves for part in (curve.interval.mean, curve.interval.high)]


def _legend_columns(titles: Sequence[str], inches: float) -> int:
    """How many columns of such titles fit side by side, up to three."""
    column = _LEGEND_LINE + _LEGEND_LETTER * max(map(len, titles))
    return min(max(int(inches / column), 1), 3)


def _legend_line(style: LineStyle, width: float | None = None) -> Line2D:
    line = Line2D([], [], color=style.colour, label=style.title)
    if style.dashes:
        line.set_dashes(style.dashes)
    if width is not None:
        line.set_linewidth(width)
    return line
