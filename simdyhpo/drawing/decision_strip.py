"""Which kind of decision was taken when: a strip a run, and the shares over many runs."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from simdyhpo.decisions import ScheduleDecision
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.caption import LINE_INCHES, add_caption, wrapped
from simdyhpo.drawing.style import DECISIONS

_HEIGHT = 1.05
_WIDTH = 4.6
_MOST_IN_A_LINE = 6


class Strips(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of one variant.

    Attributes:
        title: the variant's.
        runs: the kinds of decision of a few runs in order, a strip each.
        shares: (parts, kinds) mean share of each kind of `ScheduleDecision` in equal parts of a run.
    """

    title: str
    runs: Sequence[npt.NDArray[np.int64]]
    shares: npt.NDArray[np.float64]


def decision_figure(variants: Sequence[Strips], *, note: str = "") -> Figure:
    """A row for each variant: the strips of its runs on the left, shares along the run on the right."""
    kinds = [
        kind for kind in DECISIONS if any(strips.shares[:, kind].any() for strips in variants)
    ]  # in the order of the stack
    lines = wrapped(note, 2 * _WIDTH)
    with house_style():
        height = _HEIGHT * len(variants) + LINE_INCHES * len(lines) + 1.1
        figure = Figure(figsize=(2 * _WIDTH, height), layout="constrained")
        grid = figure.subplots(len(variants), 2, squeeze=False, sharex="col")
        most = max(len(run) for strips in variants for run in strips.runs)
        for row, strips in zip(grid, variants, strict=True):
            draw_strips(row[0], strips.runs, most)
            draw_shares_along(row[1], strips.shares)
            row[0].set_title(strips.title)
        grid[-1, 0].set_xlabel("number of the decision")
        grid[-1, 1].set_xlabel("share of a run's decisions taken")
        handles = [Patch(facecolor=DECISIONS[kind], label=kind.name) for kind in kinds]
        lines_of_legend = -(-len(handles) // _MOST_IN_A_LINE)
        figure.legend(
            handles=handles,
            loc="outside upper center",
            ncols=-(-len(handles) // lines_of_legend),
            handlelength=1.2,
        )
        add_caption(figure, note)
    return figure


def draw_strips(axes: Axes, runs: Sequence[npt.NDArray[np.int64]], most: int) -> None:
    """One line of cells a run, coloured by kind; white after its end.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        runs: kinds of decision in order.
        most: decisions of the longest run that is drawn anywhere.
    """
    image = np.full((len(runs), most), np.nan)
    for row, run in zip(image, runs, strict=True):
        row[: len(run)] = run
    colours = ListedColormap([DECISIONS[kind] for kind in ScheduleDecision])
    axes.imshow(
        image, cmap=colours, vmin=-0.5, vmax=len(ScheduleDecision) - 0.5, aspect="auto",
        interpolation="nearest", extent=(0, most, len(runs), 0),
    )  # fmt: skip
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.set_ylabel(f"{len(runs)} run{'s' * (len(runs) != 1)}")


def draw_shares_along(axes: Axes, shares: npt.NDArray[np.float64]) -> None:
    """Stacked areas of the kinds' shares, in the order of `DECISIONS`.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        shares: see `Strips`.
    """
    edges = np.linspace(0, 1, len(shares) + 1)
    bottom = np.zeros(len(shares) + 1)
    for kind, colour in DECISIONS.items():
        share = np.append(shares[:, kind], shares[-1, kind])
        if not share.any():
            continue
        axes.fill_between(edges, bottom, bottom + share, step="post", color=colour, linewidth=0)
        bottom = bottom + share
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.xaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    axes.yaxis.set_major_formatter(lambda share, _: f"{100 * share:.0f} %")
    axes.grid(visible=False)
