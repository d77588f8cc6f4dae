"""Figures inside the page: SVG as an image of its own, so that its many paths are no part of the document."""

from __future__ import annotations

import base64

from markupsafe import Markup

from simdyhpo.drawing.canvas import Figure, render
from simdyhpo.html_report.charts import Chart
from simdyhpo.html_report.templates import fill

_POINTS, _PIXELS = 72, 96
"""Per inch: matplotlib's unit, and CSS's."""


def picture(figure: Figure, title: str, caption: str = "", chart: Chart | None = None) -> Markup:
    """A figure that can be enlarged; with a chart, the page's script lets one explore its curves instead.

    Args:
        figure: what is seen.
        title: says what it shows, to those who don't see it, too.
        caption: a sentence below it.
        chart: what the figure draws, as data.
    """
    width, height = (round(float(inches) * _PIXELS) for inches in figure.get_size_inches())
    source = "data:image/svg+xml;base64," + base64.b64encode(render(figure, "svg")).decode()
    return fill(
        "picture.html", source=source, width=width, height=height, title=title, caption=caption,
        curves=Markup("" if chart is None else chart.packed()),
    )  # fmt: skip
