"""How much room words have in a figure: measured, broken into lines, and what is still too much."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FixedLocator
from matplotlib.transforms import Bbox

_SLACK = 2.0
"""Pixels that two boxes may share: they have margins."""
_LEAST = 0.3
"""Inches: a panel that is lower or narrower shows nothing."""
_MOST_OF_FIGURE = 1 / 3
"""The share of a figure's height that legends may take."""
_BAR = "<colorbar>"
"""What matplotlib calls the axes of a bar of colours, which are narrow."""


def renderer_of(figure: Figure) -> RendererAgg:
    """What measures a figure's words."""
    canvas: Any = FigureCanvasAgg(figure)
    renderer: RendererAgg = canvas.get_renderer()
    return renderer


def wrapped_to(text: Text, room: float, renderer: RendererAgg) -> str:
    """The words of a text, broken into lines that are no longer than some pixels if the words allow it.

    Args:
        text: horizontal, or turned by a right angle.
        room: pixels along it.
        renderer: that measures.
    """
    box = text.get_window_extent(renderer)
    length = box.height if text.get_rotation() == 90 else box.width
    if length <= room or room <= 0:
        return text.get_text()
    longest = max(map(len, text.get_text().splitlines()))
    words = " ".join(text.get_text().split())
    return "\n".join(textwrap.wrap(words, max(int(longest * room / length), 1), break_long_words=False))


class Ticks:
    """An axis' ticks, of which some may have to go."""

    def __init__(self, axis: Axis) -> None:
        """What there is now is what `begin_again` goes back to."""
        labels = axis.get_ticklabels()
        self._axis = axis
        self._points = float(labels[0].get_fontsize()) if labels else 0.0
        self._locator, self._formatter = axis.get_major_locator(), axis.get_major_formatter()

    def begin_again(self, share: float) -> None:
        """All ticks, in letters of that share of their size."""
        self._axis.set_major_locator(self._locator)
        self._axis.set_major_formatter(self._formatter)
        self._axis.set_tick_params(labelsize=share * self._points)

    def thin(self, renderer: RendererAgg) -> None:
        """Leave out every other tick, or more, if labels hide each other; the figure is laid out."""
        low, high = sorted(self._axis.get_view_interval())
        found = [(tick.get_loc(), tick.label1) for tick in self._axis.get_major_ticks()]
        seen = sorted((place, text) for place, text in found if low <= place <= high and text.get_text())
        boxes = [text.get_window_extent(renderer) for _, text in seen]
        for step in range(1, len(seen)):
            if not any(_shared(*pair, -_SLACK) for pair in itertools.pairwise(boxes[::step])):
                break
        else:
            return
        if step > 1:
            self._axis.set_major_locator(FixedLocator([place for place, _ in seen[::step]]))
            self._axis.set_major_formatter(FixedFormatter([text.get_text() for _, text in seen[::step]]))


def crowded(figure: Figure, renderer: RendererAgg) -> bool:
    """Whether words hide each other or leave the figure, or a panel has no room; the figure is laid out."""
    panels = [axes for axes in figure.axes if axes.get_visible()]
    least = _LEAST * figure.dpi
    drawn = [axes.get_window_extent(renderer) for axes in panels if axes.axison and axes.get_label() != _BAR]
    if any(box.width < least or box.height < least for box in drawn):
        return True
    whole = _boxes([*panels, *figure.legends, *figure.texts], renderer)
    width, height = figure.bbox.width + _SLACK, figure.bbox.height + _SLACK
    if any(box.x0 < -_SLACK or box.y0 < -_SLACK or box.x1 > width or box.y1 > height for box in whole):
        return True
    if any(_shared(*pair) for pair in itertools.combinations(whole, 2)):
        return True
    written = [_boxes(axes.texts, renderer) for axes in panels]
    if any(_shared(*pair, -_SLACK) for boxes in written for pair in itertools.combinations(boxes, 2)):
        return True
    legends = sum(box.height for box in _boxes(figure.legends, renderer))
    return bool(legends > _MOST_OF_FIGURE * figure.bbox.height)


def _boxes(parts: Sequence[Artist], renderer: RendererAgg) -> list[Bbox]:
    found = [part.get_tightbbox(renderer) for part in parts if part.get_visible()]
    return [box for box in found if box is not None]


def _shared(one: Bbox, other: Bbox, slack: float = _SLACK) -> bool:
    """Whether two boxes share more than so many pixels."""
    across = min(one.x1, other.x1) - max(one.x0, other.x0)
    along = min(one.y1, other.y1) - max(one.y0, other.y0)
    return bool(min(across, along) > slack)
