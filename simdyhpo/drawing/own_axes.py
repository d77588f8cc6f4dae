"""The axes that a plot is drawn on: the caller's, or those of a new figure, which notebooks show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.legend_columns import legend_columns
from simdyhpo.errors import OptionError

__all__ = ["Axes", "add_legend", "own_axes"]

_ROW_INCHES = 0.2
"""Of a legend."""
_MOST_HIDDEN = 0.25
"""The largest share of axes that a legend in them may hide; a larger one stands on their right."""


@contextmanager
def own_axes(ax: Axes | None, inches: tuple[float, float] = (5.2, 2.9)) -> Iterator[Axes]:
    """Axes to draw on, under the house style.

    Args:
        ax: the caller's; None for a new figure of pyplot's, since that is what `plt.show` and notebooks show.
        inches: width and height of a new figure.

    Raises:
        OptionError: `ax` is something else.
    """
    if ax is not None and not isinstance(ax, Axes):
        raise OptionError("ax", type(ax).__name__, "give matplotlib axes, or nothing for a new figure")
    with house_style():
        if ax is None:
            from matplotlib import pyplot as plt  # here: who draws on axes of their own may do without

            _, ax = plt.subplots(figsize=inches, layout="constrained")
        yield ax


def add_legend(axes: Axes, handles: Sequence[Artist], *, above: bool) -> None:
    """A legend in the order of its handles, which hides at most a quarter of the axes.

    Args:
        axes: where the handles are drawn.
        handles: none, for no legend.
        above: whether the figure is our own, and the legend goes above it, where it hides nothing.
    """
    if not handles:
        return
    figure = axes.figure
    if not above or not isinstance(figure, Figure):
        legend = axes.legend(handles=handles, fontsize=8, frameon=True, framealpha=0.85, edgecolor="none")
        if _hidden(axes, legend) > _MOST_HIDDEN:
            legend.remove()
            axes.legend(handles=handles, fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1.0))
        return
    columns = legend_columns([str(one.get_label()) for one in handles], figure.get_figwidth())
    figure.set_figheight(figure.get_figheight() + _ROW_INCHES * -(-len(handles) // columns))
    figure.legend(handles=handles, loc="outside upper center", ncols=columns)


def _hidden(axes: Axes, legend: Legend) -> float:
    """The share of the axes that the legend covers."""
    both, whole = legend.get_window_extent(), axes.get_window_extent()
    return float(both.width * both.height / (whole.width * whole.height))
