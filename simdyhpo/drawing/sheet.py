"""A sheet: panels in rows under one legend, with small print below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.caption import LINE_INCHES, add_caption, wrapped
from simdyhpo.drawing.legend_columns import SMALL, legend_columns, narrow_columns
from simdyhpo.drawing.style import PANEL_INCHES

Draw = Callable[[Axes], object]
"""Draws one panel on empty axes, under the house style."""

_ROW_INCHES = 0.2
_MOST_OF_PANELS = 1 / 3
"""A legend that is higher than this share of its panels, and so than a quarter of the picture, gets smaller
letters and columns of different widths."""


def sheet(  # noqa: PLR0913 - the parts of a sheet
    rows: Sequence[Sequence[Draw]],
    legend: Iterable[LineStyle] = (),
    *,
    note: str = "",
    panel_inches: tuple[float, float] = PANEL_INCHES,
    thin: LineStyle | None = None,
    points: bool = False,
) -> Figure:
    """A grid of panels; rows may be of different length.

    Args:
        rows: what draws each panel.
        legend: of lines, in the order in which they are named; none for no legend.
        note: small print; its lines are wrapped to the figure's width.
        panel_inches: width and height of a panel.
        thin: a further line of the legend, drawn thinner: a bound, say.
        points: whether the lines of the legend, but for the thin one, join points.
    """
    columns = max(len(row) for row in rows)
    width, height = panel_inches[0] * columns, panel_inches[1] * len(rows)
    styles = [*legend, *([] if thin is None else [thin])]
    titles = [style.title for style in styles]
    per_row, small = legend_columns(titles, width), False
    if _ROW_INCHES * -(-len(titles) // per_row) > _MOST_OF_PANELS * height:
        per_row, small = narrow_columns(titles, width), True
    extra = _ROW_INCHES * -(-len(styles) // per_row) + LINE_INCHES * len(wrapped(note, width)) + 0.25
    with house_style():
        figure = Figure(figsize=(width, height + extra), layout="constrained")
        grid = figure.subplots(len(rows), columns, squeeze=False)
        for row_axes, row in zip(grid, rows, strict=True):
            for axes in row_axes[len(row) :]:
                axes.set_visible(False)
            for axes, draw in zip(row_axes, row, strict=False):
                draw(axes)
        if styles:
            handles = [
                legend_line(style, 1.0) if style is thin else legend_line(style, points=points)
                for style in styles
            ]
            figure.legend(
                handles=handles, loc="outside upper center", ncols=per_row, fontsize=SMALL if small else None
            )
        add_caption(figure, note)
    return figure


def legend_line(style: LineStyle, width: float | None = None, *, points: bool = False) -> Line2D:
    """A line for legends, as the curves are drawn; under the house style.

    Args:
        style: of the line.
        width: of the line; the usual one if not given.
        points: whether it joins points: without a symbol of its own, these are dots.
    """
    marker = style.marker or ("o" if points else None)
    line = Line2D([], [], color=style.colour, label=style.title, marker=marker, markersize=4.5)
    if style.dashes:
        line.set_dashes(style.dashes)
    if width is not None:
        line.set_linewidth(width)
    return line
