"""Which kinds of decisions were taken when: stacked shares over a run, a panel for each scheduler."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.style import DECISIONS, line_styles

_COLUMNS = 2
_INCHES = (3.1, 1.75)
"""Width and height of a panel."""


def kinds_figure(counts: Mapping[str, npt.NDArray[np.int64]], *, titled: bool = True) -> Figure:
    """Panels under one legend, whose kinds are in the order of the stacks, the lowest first.

    Args:
        counts: by scheduler, at least one: (parts, kinds), see `simdyhpo.analysis.kinds_over_time`.
        titled: how known schedulers are named; see `line_styles`.
    """
    styles = line_styles(counts, titled=titled)
    width, height = _INCHES
    columns = min(_COLUMNS, len(counts))
    rows = -(-len(counts) // columns)
    total = sum(part.sum(axis=0) for part in counts.values())
    shown = [kind for kind in DECISIONS if total[kind]]
    with house_style():
        legend_columns = 2 if columns == 1 else 3
        legend = 0.2 * -(-len(shown) // legend_columns) + 0.15
        figure = Figure(figsize=(width * columns, height * rows + legend), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True).ravel()
        for axes, name in zip_longest(grid, counts):
            if name is None:
                axes.set_visible(False)
                continue
            draw_kinds(axes, counts[name])
            axes.set_title(styles[name].title)
        for axes in grid[max(len(counts) - columns, 0) : len(counts)]:
            axes.tick_params(labelbottom=True)
            axes.set_xlabel("share of the run's epochs")
        handles = [Patch(facecolor=DECISIONS[kind], label=kind.name) for kind in shown]
        if handles:
            figure.legend(
                handles=handles, loc="outside upper center", ncols=legend_columns, fontsize=7.5,
                handlelength=1.0, handleheight=1.0,
            )  # fmt: skip
    return figure


def draw_kinds(axes: Axes, counts: npt.NDArray[np.int64]) -> None:
    """Stacked steps of the share of each kind; a gap where nothing was decided.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        counts: (parts, kinds), kinds in the order of `ScheduleDecision`.
    """
    _stack(axes, counts, 0.0, 1.0)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(_percent)


def draw_kind_lanes(axes: Axes, counts: Mapping[str, npt.NDArray[np.int64]]) -> None:
    """The same for several, from top to bottom, a lane each; a single one takes all the height.

    Args:
        axes: see `draw_kinds`.
        counts: by the name of the lane, at least one.
    """
    if len(counts) == 1:
        draw_kinds(axes, next(iter(counts.values())))
        axes.set_ylabel("share of decisions")
        return
    height = 0.84
    for place, part in enumerate(counts.values()):
        _stack(axes, part, -place - height / 2, height)
    axes.set_yticks(range(0, -len(counts), -1), list(counts))
    axes.set_ylim(0.5 - len(counts), 0.5)
    axes.set_xlim(0, 1)
    axes.grid(visible=False)
    axes.xaxis.set_major_formatter(_percent)


def _percent(share: float, _: object) -> str:
    return f"{100 * share:.0f} %"


def _stack(axes: Axes, counts: npt.NDArray[np.int64], lowest: float, height: float) -> None:
    total = counts.sum(axis=1)
    shares = np.divide(counts, total[:, None], out=np.zeros(counts.shape), where=total[:, None] > 0)
    edges = np.linspace(0, 1, len(counts) + 1)
    bottom = np.full(len(counts), lowest)
    for kind, colour in DECISIONS.items():
        share = height * shares[:, ScheduleDecision(kind)]
        if share.any():
            axes.stairs(bottom + share, edges, baseline=bottom, fill=True, color=colour, linewidth=0)
        bottom = bottom + share
