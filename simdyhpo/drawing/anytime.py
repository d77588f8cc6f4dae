"""Anytime curves: how far the incumbent is from the best, at every moment of a run."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import ScaledTranslation

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.steps import Steps
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.apart import in_steps
from simdyhpo.drawing.labels import along_axis
from simdyhpo.drawing.log_axis import label_ticks, log_limits
from simdyhpo.drawing.sheet import sheet
from simdyhpo.drawing.style import (
    FLOOR,
    PANEL_INCHES,
    RC,
    band_alpha,
    in_legend_order,
    line_styles,
    marking,
)

REGRET = "normalised regret"
_SMALL_WIDTH = 1.1
_DOT = 3.5
"""Points across the dot at the end of a curve."""


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """What one pair of axes shows.

    Attributes:
        title: says table and workers.
        curves: mean regret by scheduler, drawn in this order.
        floor: the hindsight bound on the same axis, or None.
        x_label: with its unit.
        log_x: whether the horizontal axis is logarithmic.
        y_label: of the vertical axis, with its unit; empty where its neighbour on the left says it.
        small: whether the panel is one of very many, with smaller type.
    """

    title: str
    curves: Mapping[str, MeanSteps]
    floor: Steps | None
    x_label: str
    log_x: bool = False
    y_label: str = ""
    small: bool = False


def anytime_figure(
    rows: Sequence[Sequence[Panel]],
    *,
    note: str = "",
    panel_inches: tuple[float, float] = PANEL_INCHES,
    titled: bool = True,
) -> Figure:
    """A grid of anytime panels under one legend, with `note` in small print below.

    The panels of a row share their vertical axis, so that they can be compared.

    Args:
        rows: of panels.
        note: the caption.
        panel_inches: width and height of a panel.
        titled: how known methods are named (see `line_styles`), and so their order in the legend: the
            house's, or else that of the panel with the most curves.
    """
    by_size = sorted((panel for row in rows for panel in row), key=lambda panel: -len(panel.curves))
    names = list(dict.fromkeys(name for panel in by_size for name in panel.curves))
    styles = line_styles(in_legend_order(names) if titled else names, titled=titled)
    has_floor = any(panel.floor is not None for row in rows for panel in row)
    drawn = [
        [
            functools.partial(
                draw_anytime, panel=_named(panel, first=panel is row[0]), styles=styles, limits=limits
            )
            for panel in row
        ]
        for row in rows
        for limits in [regret_limits(row)]
    ]
    thin = FLOOR if has_floor else None
    return sheet(drawn, styles.values(), note=note, thin=thin, panel_inches=panel_inches)


def regret_limits(panels: Sequence[Panel]) -> tuple[float, float]:
    """Of a vertical axis on which all curves of the panels can be seen."""
    return log_limits(_bounds([curve for panel in panels for curve in panel.curves.values()]))


def _named(panel: Panel, *, first: bool) -> Panel:
    return msgspec.structs.replace(panel, y_label=panel.y_label or REGRET) if first else panel


def draw_anytime(
    axes: Axes, panel: Panel, styles: Mapping[str, LineStyle], limits: tuple[float, float] | None = None
) -> None:
    """Step curves of mean regret with shaded intervals on a logarithmic axis, and the floor while above zero.

    A mean of zero can't be on a logarithmic axis: it runs along the bottom, whose tick then says 0. A dot
    marks where a curve ends because its last run ended; dots that would hide each other stand in a row.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        panel: what to draw.
        styles: how each of its curves looks, by scheduler.
        limits: of the vertical axis; the panel's own if not given.
    """
    curves = panel.curves.values()
    bottom, top = limits or log_limits(_bounds(list(curves)))
    alpha = band_alpha(len(curves))
    width = _SMALL_WIDTH if panel.small else RC["lines.linewidth"]
    ends: list[tuple[float, float, str]] = []
    for place, (name, curve) in enumerate(panel.curves.items()):
        style, interval = styles[name], curve.interval
        mean, low, high = (np.maximum(part, bottom) for part in (interval.mean, interval.low, interval.high))
        axes.fill_between(
            curve.x,
            low,
            high,
            step="post",
            color=style.colour,
            alpha=alpha,
            linewidth=0,
            zorder=1.5,
        )
        axes.step(
            curve.x, mean, where="post", color=style.colour, dashes=style.dashes or (None, None),
            linewidth=width, **marking(style, place),
        )  # fmt: skip
        ends.append((float(curve.x[-1]), float(mean[-1]), style.colour))
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
    _draw_ends(axes, ends)
    title = axes.set_title(panel.title)
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(along_axis(panel.y_label))
    if panel.small:
        axes.tick_params(labelsize=7)
        for text in (title, axes.xaxis.label, axes.yaxis.label):
            text.set_fontsize(8)


def _draw_ends(axes: Axes, ends: Sequence[tuple[float, float, str]]) -> None:
    """A dot where each curve ends, beside those that it would hide; the axes' limits are set."""
    figure = axes.figure
    assert figure is not None
    places = axes.transData.transform([(x, y) for x, y, _ in ends]) * 72 / figure.dpi
    aside = in_steps([(float(x), float(y)) for x, y in places], _DOT)
    for (x, y, colour), step in zip(ends, aside, strict=True):
        moved = ScaledTranslation(step * _DOT / 72, 0, figure.dpi_scale_trans)
        axes.plot(
            x, y, "o", color=colour, markersize=_DOT, clip_on=False, transform=axes.transData + moved
        )  # fmt: skip


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
