"""A figure in the size that somebody's page has room for."""

from __future__ import annotations

from matplotlib.figure import Figure

from simdyhpo.drawing.caption import wrap_anew
from simdyhpo.drawing.legend_columns import legend_columns

Inches = tuple[float, float]
"""Width and height."""


def fit(figure: Figure, size: Inches) -> None:
    """Give a figure that was drawn another size: letters stay as large, panels, legend and caption adapt.

    Under the house style.
    """
    figure.set_size_inches(*size)
    wrap_anew(figure)
    for legend in list(figure.legends):
        titles = [text.get_text() for text in legend.get_texts()]
        letters, handles = legend.get_texts()[0].get_fontsize(), legend.legend_handles
        legend.remove()
        columns = legend_columns(titles, size[0])
        figure.legend(
            handles=handles, labels=titles, loc="outside upper center", ncols=columns, fontsize=letters
        )
