"""A figure in the size that somebody's page has room for."""

from __future__ import annotations

import warnings

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text

from simdyhpo.drawing.caption import has_caption, wrap_anew
from simdyhpo.drawing.room import Ticks, crowded, renderer_of, wrapped_to

Inches = tuple[float, float]
"""Width and height."""

_LETTERS = (1.0, 0.88, 0.76)
"""Sizes of letters that are tried, as shares of the usual: the last has 7 points and a little less."""
_NARROW = 2.2
"""Inches. Panels beside each other that would be narrower are stacked,"""
_LOW = 1.4
"""if each then has so many inches of height, its share of the legend's included."""
_ALONG_HEIGHT = 1.2
"""So much longer than its panel is high a label may be: it ends beside the title and the ticks' labels."""


class TightFigureWarning(UserWarning):
    """A figure has more words than its size has room for."""


def fit(figure: Figure, size: Inches, name: str = "the figure") -> None:
    """Give a figure that was drawn another size: panels, legend, titles and caption adapt.

    Letters stay as large where there is room, and get smaller where there isn't. Panels that would be narrow
    are stacked if the height allows it. Under the house style; a figure that is still too full warns.

    Args:
        figure: what was drawn.
        size: in inches.
        name: what the warning calls it.
    """
    figure.set_size_inches(*size)
    renderer = renderer_of(figure)
    panels = [axes for axes in figure.axes if axes.get_visible()]
    _stack(figure, panels, size)
    words = {text: (text.get_text(), float(text.get_fontsize())) for axes in panels for text in _words(axes)}
    ticks = [Ticks(axis) for axes in panels for axis in (axes.xaxis, axes.yaxis)]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "constrained_layout not applied")
        legends = [float(legend.get_texts()[0].get_fontsize()) for legend in figure.legends]
        for share in _LETTERS:
            for text, (original, points) in words.items():
                text.set_text(original)
                text.set_fontsize(share * points)
            for one in ticks:
                one.begin_again(share)
            wrap_anew(figure)
            for legend, points in zip(list(figure.legends), legends, strict=True):
                _widen(figure, legend, share * points, renderer)
            _wrap(figure, panels, renderer)
            for one in ticks:
                one.thin(renderer)
            figure.draw_without_rendering()
            if not crowded(figure, renderer):
                break
        else:
            _warn(size, name, captioned=has_caption(figure))
    figure.set_layout_engine("none")  # what was looked at is what is drawn


def _warn(size: Inches, name: str, *, captioned: bool) -> None:
    less = ", or leave out the small print (--no-caption)" if captioned else ", or leave something out"
    warnings.warn(
        f"{name}: {size[0]:g}x{size[1]:g} inches have no room for all its words; make it larger{less}",
        TightFigureWarning,
        stacklevel=3,
    )


def _words(axes: Axes) -> list[Text]:
    """Titles, labels of axes, and what is written in a panel."""
    own = [part for part in axes.get_children() if isinstance(part, Text)]
    return [text for text in (*own, axes.xaxis.label, axes.yaxis.label) if text.get_text()]


def _stack(figure: Figure, panels: list[Axes], size: Inches) -> None:
    """Let a single row of narrow panels be a column, where there is height for it."""
    places = [axes.get_subplotspec() for axes in panels]
    grids = {place.get_gridspec() for place in places if place is not None}
    count = len(panels)
    if count < 2 or None in places or len(grids) != 1 or grids.pop().nrows > 1:
        return
    if size[0] / count >= _NARROW or size[1] / count < _LOW:
        return
    label = panels[0].get_ylabel()  # the others of a row may do without
    grid = figure.add_gridspec(count, 1)
    for place, axes in enumerate(panels):
        axes.set_subplotspec(grid[place])
        if not axes.get_ylabel():
            axes.set_ylabel(label)


def _wrap(figure: Figure, panels: list[Axes], renderer: RendererAgg) -> None:
    """Break titles and labels to the sizes that their panels have with short ones; the figure is laid out."""
    words = {text: text.get_text() for axes in panels for text in _words(axes) if text not in axes.texts}
    for text in words:
        text.set_text("x")
    figure.draw_without_rendering()
    for axes in panels:
        box = axes.get_window_extent(renderer)
        for text in [text for text in _words(axes) if text in words]:
            if text is axes.yaxis.label:
                room = _ALONG_HEIGHT * box.height
            elif text is axes.xaxis.label or _has_right_neighbour(axes):
                room = box.width
            else:
                room = figure.bbox.x1 - box.x0
            text.set_text(words[text])
            text.set_text(wrapped_to(text, room, renderer))
    figure.draw_without_rendering()


def _has_right_neighbour(axes: Axes) -> bool:
    place = axes.get_subplotspec()
    return place is None or place.colspan.stop < place.get_gridspec().ncols


def _widen(figure: Figure, old: Legend, points: float, renderer: RendererAgg) -> None:
    """Put a new legend in the place of an old one: as many columns as fit, and no more than its rows need."""
    titles = [text.get_text() for text in old.get_texts()]
    handles = old.legend_handles
    settings = {"handlelength": old.handlelength, "handleheight": old.handleheight}
    old.remove()
    for most in range(len(titles), 0, -1):
        columns = -(-len(titles) // -(-len(titles) // most))
        legend = figure.legend(
            handles=handles, labels=titles, loc="outside upper center", ncols=columns,
            fontsize=points, columnspacing=1.5, **settings,
        )  # fmt: skip
        if most == 1 or legend.get_window_extent(renderer).width <= figure.bbox.width:
            return
        legend.remove()
