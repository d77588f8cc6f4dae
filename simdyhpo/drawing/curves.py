"""Curves of means with bands on plain axes: ranks, shares, anything along a budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
import numpy as np
from matplotlib.axes import Axes

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.log_axis import label_ticks, log_limits
from simdyhpo.drawing.style import band_alpha, marking


class CurvePanel(msgspec.Struct, frozen=True, kw_only=True):
    """What one pair of axes shows.

    Attributes:
        title: says what and on which problems.
        curves: by label, drawn in this order; a band is drawn where its bounds are no NaN.
        x_label, y_label: with their units.
        log_x, log_y: whether an axis is logarithmic.
        percent: whether the vertical axis shows shares as percentages, from 0.
        flat: whether points are joined by straight lines instead of steps.
        downwards: whether low values are at the top, as for ranks.
    """

    title: str
    curves: Mapping[str, MeanSteps]
    x_label: str
    y_label: str
    log_x: bool = False
    log_y: bool = False
    percent: bool = False
    flat: bool = False
    downwards: bool = False


def draw_curves(axes: Axes, panel: CurvePanel, styles: Mapping[str, LineStyle]) -> None:
    """Draw a panel on empty axes; matplotlib's settings should be `house_style`'s."""
    alpha = band_alpha(len(panel.curves))
    for place, (label, curve) in enumerate(panel.curves.items()):
        style, interval = styles[label], curve.interval
        joined = "default" if panel.flat else "steps-post"
        step: Literal["post"] | None = None if panel.flat else "post"
        axes.fill_between(
            curve.x, interval.low, interval.high, step=step, color=style.colour, alpha=alpha,
            linewidth=0, zorder=1.5,
        )  # fmt: skip
        axes.plot(
            curve.x, interval.mean, drawstyle=joined, color=style.colour,
            dashes=style.dashes or (None, None), **marking(style, place),
        )  # fmt: skip
    _scale(axes, panel)
    axes.set_title(panel.title)
    axes.set_xlabel(panel.x_label)
    axes.set_ylabel(panel.y_label)


def _scale(axes: Axes, panel: CurvePanel) -> None:
    curves = list(panel.curves.values())
    end = max(float(curve.x[-1]) for curve in curves)
    if panel.log_x:
        axes.set_xscale("log")
        axes.set_xlim(min(float(curve.x[0]) for curve in curves), end * 1.03)
        label_ticks(axes.xaxis)
    else:
        axes.set_xlim(0, end * 1.01)
    if panel.log_y:
        axes.set_yscale("log")
        axes.set_ylim(*log_limits([curve.interval.mean for curve in curves]))
        label_ticks(axes.yaxis)
    if panel.percent:
        highest = max(float(np.nanmax(curve.interval.mean, initial=0.0)) for curve in curves)
        axes.set_ylim(0, min(1.02, max(1.1 * highest, 0.02)))
        axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
    if panel.downwards:
        axes.invert_yaxis()
