"""A sheet: panels in rows under one legend, with small print below."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.caption import LINE_INCHES, add_caption, wrapped
from simdyhpo.drawing.style import PANEL_INCHES

Draw = Callable[[Axes], object]
"""Draws one panel on empty axes, under the house style."""

_HANDLE_INCHES = 0.72  # a legend's line and the space around an entry
_LETTER_INCHES = 0.072
_ROW_INCHES = 0.2
_MOST_OF_PANELS = 1 / 3
"""A legend that is higher than this share of its panels, and so than a quarter of the picture, gets smaller
letters and columns of different widths."""
_SMALL, _USUAL = 7, 9  # points of letters


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
        per_row, small = _narrow_columns(titles, width), True
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
                handles=handles, loc="outside upper center", ncols=per_row, fontsize=_SMALL if small else None
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


def legend_columns(titles: Sequence[str], width_inches: float) -> int:
    """As many columns as fit, and then no more than the number of rows needs."""
    if not titles:
        return 1
    most = int(width_inches / (_HANDLE_INCHES + _LETTER_INCHES * max(map(len, titles))))
    rows = -(-len(titles) // max(most, 1))
    return -(-len(titles) // rows)


def _narrow_columns(titles: Sequence[str], width_inches: float) -> int:
    """As many columns of small print as fit, each as wide as its own titles."""
    for columns in range(len(titles), 1, -1):
        rows = -(-len(titles) // columns)
        longer = len(titles) - columns * (rows - 1)  # so many columns have all rows, the first ones
        ends = [
            rows * place if place <= longer else (rows - 1) * place + longer for place in range(columns + 1)
        ]
        longest = [max(map(len, titles[begin:end])) for begin, end in itertools.pairwise(ends)]
        letters = _LETTER_INCHES * _SMALL / _USUAL * sum(longest)
        if columns * _HANDLE_INCHES + letters <= width_inches:
            return -(-len(titles) // rows)
    return 1
