"""A plot as a small picture for `_repr_html_`: without pyplot, so that no figure stays open."""

from __future__ import annotations

from collections.abc import Callable

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simdyhpo.drawing.canvas import house_style, render
from simdyhpo.errors import SimdyhpoError

_INCHES = (3.9, 2.3)


def small_picture(draw: Callable[[Axes], object]) -> str:
    """The text of an SVG image; empty where there is nothing to draw.

    Args:
        draw: draws on axes; a `SimdyhpoError` says that it can't.
    """
    with house_style():
        figure = Figure(figsize=_INCHES, layout="constrained")
        axes = figure.subplots()
    try:
        draw(axes)
    except SimdyhpoError:
        return ""
    return render(figure, "svg").decode()
