"""Two panels on a run's predictions: where values fell in them, and how large errors were over the run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simdyhpo.analysis.calibration import KINDS, PARTS, Calibration, Predictions, standardised_errors
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.log_axis import label_ticks
from simdyhpo.drawing.style import DECISIONS, FLOOR

_COLOURS = dict(
    zip(KINDS, (DECISIONS[ScheduleDecision.START_DYHPO], DECISIONS[ScheduleDecision.PROMOTE_SH]), strict=True)
)
_MARKERS = dict(zip(KINDS, ("o", "x"), strict=True))
_LEAST = 1e-3
"""Smaller errors are drawn there."""


def calibration_figure(kinds: Mapping[str, Calibration], predictions: Predictions) -> Figure:
    """The probability integral transform by kind, and the size of every standardised error.

    Args:
        kinds: see `simdyhpo.analysis.calibration.by_kind`.
        predictions: of the run, in its order.
    """
    with house_style():
        figure = Figure(figsize=(6.6, 2.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw_parts(left, kinds)
        _draw_errors(right, predictions)
    return figure


def _draw_parts(axes: Axes, kinds: Mapping[str, Calibration]) -> None:
    edges = np.linspace(0, 1, PARTS + 1)
    for kind, one in kinds.items():
        if one.measured:
            label = f"{kind}: {one.measured:,}, rms {one.rms:.3g}"
            axes.stairs(one.parts, edges, color=_COLOURS[kind], linewidth=1.4, label=label)
    axes.axhline(1 / PARTS, color=FLOOR.colour, dashes=FLOOR.dashes, linewidth=1)
    axes.set_xlim(0, 1)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    axes.set_xlabel("place of the value in its prediction (quantile)")
    axes.set_ylabel("share of the predictions")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=7)


def _draw_errors(axes: Axes, predictions: Predictions) -> None:
    size = np.abs(standardised_errors(predictions))
    place = np.arange(len(size))
    for kind, first in KINDS.items():
        mine = (predictions.first == first) & ~np.isnan(size)
        axes.plot(
            place[mine], np.maximum(size[mine], _LEAST), _MARKERS[kind], color=_COLOURS[kind], markersize=2.5,
            alpha=0.6, label=kind,
        )  # fmt: skip
    axes.axhline(1, color=FLOOR.colour, dashes=FLOOR.dashes, linewidth=1)
    axes.set_yscale("log")
    label_ticks(axes.yaxis)
    axes.set_xlim(0, max(len(size) - 1, 1))
    axes.set_xlabel("prediction, in order")
    axes.set_ylabel("size of its error, in deviations")
