"""A heat map: one row a problem, one column a variant, the number in each cell."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.caption import LINE_INCHES, add_caption, wrapped
from simdyhpo.drawing.log_axis import label_ticks

_ROW_INCHES = 0.2
_COLUMN_INCHES = (0.95, 0.5)  # of a few columns, of many
_MANY = 7
_LETTERS_AN_INCH = 13  # of the label of the bar
_NAME_INCHES = 0.068  # a letter of a problem's name
_COLOURS = "cividis_r"  # the same to all eyes, and in grey: dark is bad


class HeatMap(msgspec.Struct, frozen=True, kw_only=True):
    """What a heat map shows.

    Attributes:
        rows, columns: their names, first row at the top.
        values: (rows, columns) not negative; NaN for an empty cell.
        lowest: everything below has the colour of it; above zero, since colours are logarithmic.
        bar_label: what the values are.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    values: npt.NDArray[np.float64]
    lowest: float
    bar_label: str


def heat_map_figure(of: HeatMap, *, note: str = "") -> Figure:
    """Cells coloured by value; the lowest of each row in bold."""
    names = max(map(len, of.rows)) * _NAME_INCHES
    column = _COLUMN_INCHES[len(of.columns) >= _MANY]
    width = max(names + column * len(of.columns) + 1.2, 6.5)
    heads = max(map(len, of.columns)) * 0.055 + 0.3
    height = _ROW_INCHES * len(of.rows) + heads + LINE_INCHES * len(wrapped(note, width)) + 0.5
    highest = max(float(np.nanmax(of.values, initial=0.0)), of.lowest * 10)
    norm = LogNorm(of.lowest, highest, clip=True)
    with house_style():
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots()
        image = axes.imshow(
            np.where(np.isnan(of.values), np.nan, np.maximum(of.values, of.lowest)),
            cmap=_COLOURS, norm=norm, aspect="auto",
        )  # fmt: skip
        for row, line in enumerate(of.values):
            best = np.nanmin(line) if np.isfinite(line).any() else np.nan
            for column, value in enumerate(line):
                if np.isfinite(value):
                    dark = norm(max(value, of.lowest)) > 0.55
                    axes.text(
                        column, row, _short(value), ha="center", va="center", fontsize=7,
                        color="white" if dark else "black", fontweight="bold" if value == best else "normal",
                    )  # fmt: skip
        axes.set_xticks(range(len(of.columns)), of.columns, rotation=40, ha="left", rotation_mode="anchor")
        axes.set_yticks(range(len(of.rows)), of.rows)
        axes.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
        axes.grid(visible=False)
        axes.spines[:].set_visible(False)
        bar = figure.colorbar(image, ax=axes, pad=0.02, aspect=40, fraction=0.05)
        bar.set_label("\n".join(textwrap.wrap(of.bar_label, _letters_beside(len(of.rows)))))
        label_ticks(bar.ax.yaxis)
        bar.outline.set_visible(False)
        add_caption(figure, note)
    return figure


def _letters_beside(rows: int) -> int:
    """How long a line of the bar's label may be; of few rows, headings make the bar higher than these."""
    return int(_LETTERS_AN_INCH * (_ROW_INCHES * rows + 0.9))


def _short(value: float) -> str:
    """Three decimals without the leading zero: .043; 0 and 1 as they are."""
    text = f"{value:.3f}"
    return "0" if value == 0 else text.removeprefix("0") if text != "0.000" else "<.001"
