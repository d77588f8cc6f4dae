"""What every worker did, from the run's beginning to its end."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from simdyhpo.analysis.occupancy import Spans, occupancy
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.caption import add_caption
from simdyhpo.units import NANOSECONDS

# Okabe and Ito's colours again: training is blue, what it costs beside is orange, what goes wrong is dark.
COLOURS: Mapping[str, str] = {
    "busy": "#0072B2",
    "overhead": "#E69F00",
    "lost": "#D55E00",
    "absent": "#3A3A3A",
}
IDLE = "#EDEDED"
_MOST_BARS = 1500
"""With more intervals, or more workers than that have room, a raster takes the bars' place: no file grows
beyond a megabyte, whatever the run."""
_MOST_ROWS = 40
_RASTER_ROWS, _RASTER_COLUMNS = 400, 1200
_SHARES = 300


def timeline_figure(
    spans: Mapping[str, Spans], *, workers: int, length_ns: int, title: str, note: str = ""
) -> Figure:
    """Workers from top to bottom, time from left to right; above it, what all of them do on the whole.

    Where there is no room for a bar for each interval, cells show the mixture of what is in them.

    Args:
        spans: intervals by kind; the kinds are those of `COLOURS`. What is in none of them is idle.
        workers: their number.
        length_ns: the run's length.
        title: says what ran where.
        note: in small print below.
    """
    with house_style():
        height = min(2.2 + 0.16 * workers, 5.6)
        figure = Figure(figsize=(8.6, height + 1.2), layout="constrained")
        top, main = figure.subplots(2, 1, sharex=True, height_ratios=(1, max(1.2, height - 1.4)))
        _draw_shares(top, spans, workers, max(length_ns, 1))
        top.set_title(title)
        draw_workers(main, spans, workers=workers, length_ns=length_ns)
        figure.legend(handles=timeline_handles(), loc="outside upper right", ncols=5, handlelength=1.2)
        add_caption(figure, note)
    return figure


def timeline_handles(kinds: Collection[str] = tuple(COLOURS)) -> list[Patch]:
    """A legend's entries, under the house style: these kinds, and what is in none."""
    shown = {kind: colour for kind, colour in COLOURS.items() if kind in kinds} | {"idle": IDLE}
    return [Patch(color=colour, label=kind) for kind, colour in shown.items()]


def draw_workers(axes: Axes, spans: Mapping[str, Spans], *, workers: int, length_ns: int) -> None:
    """A row for each worker, from top to bottom; time from left to right.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        spans, workers, length_ns: see `timeline_figure`.
    """
    length_ns = max(length_ns, 1)
    if sum(len(one.worker) for one in spans.values()) <= _MOST_BARS and workers <= _MOST_ROWS:
        _draw_bars(axes, spans, workers, length_ns)
    else:
        _draw_raster(axes, spans, workers, length_ns)
    axes.set_ylim(workers - 0.5, -0.5)
    axes.set_xlim(0, length_ns / NANOSECONDS)
    axes.set_ylabel("worker")
    axes.yaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 2.5, 5, 10], integer=True))
    axes.set_xlabel("simulated seconds")
    axes.grid(visible=False)


def _draw_shares(axes: Axes, spans: Mapping[str, Spans], workers: int, length_ns: int) -> None:
    edges = np.linspace(0, length_ns / NANOSECONDS, _SHARES + 1)
    base = np.zeros(_SHARES)
    for kind, colour in COLOURS.items():
        if kind not in spans:
            continue
        share = _grid(spans[kind], workers, length_ns, (1, _SHARES))[0]
        axes.stairs(base + share, edges, baseline=base, fill=True, color=colour, linewidth=0)
        base = base + share
    axes.set_facecolor(IDLE)
    axes.set_ylim(0, 1)
    axes.set_yticks([0, 0.5, 1], ["0", "50 %", "100 %"])
    axes.set_ylabel("of workers")
    axes.grid(visible=False)


def _draw_bars(axes: Axes, spans: Mapping[str, Spans], workers: int, length_ns: int) -> None:
    axes.barh(range(workers), length_ns / NANOSECONDS, height=0.8, color=IDLE, linewidth=0)
    for kind, one in spans.items():
        left, right = one.begin_ns / NANOSECONDS, one.end_ns / NANOSECONDS
        top, bottom = one.worker - 0.4, one.worker + 0.4
        corners = np.stack(
            [np.stack([left, right, right, left], -1), np.stack([top, top, bottom, bottom], -1)], -1
        )
        edges = {"edgecolors": "white", "linewidths": 0.4} if kind == "busy" else {"linewidths": 0}
        axes.add_collection(PolyCollection(list(corners), facecolors=COLOURS[kind], **edges))


def _draw_raster(axes: Axes, spans: Mapping[str, Spans], workers: int, length_ns: int) -> None:
    rows = min(workers, _RASTER_ROWS)
    picture = np.tile(np.array(to_rgb(IDLE)), (rows, _RASTER_COLUMNS, 1))
    idle = picture[0, 0].copy()
    for kind, one in spans.items():
        share = _grid(one, workers, length_ns, (rows, _RASTER_COLUMNS))
        picture += share[:, :, None] * (np.array(to_rgb(COLOURS[kind])) - idle)
    axes.imshow(
        np.clip(picture, 0, 1),
        extent=(0, length_ns / NANOSECONDS, workers - 0.5, -0.5),
        aspect="auto",
        interpolation="nearest",
    )
    if workers <= _MOST_ROWS:
        axes.hlines(np.arange(1, workers) - 0.5, 0, length_ns / NANOSECONDS, color="white", linewidth=1)


def _grid(spans: Spans, workers: int, length_ns: int, shape: tuple[int, int]) -> npt.NDArray[np.float64]:
    return occupancy(
        spans.worker, spans.begin_ns, spans.end_ns, workers=workers, length_ns=length_ns, shape=shape
    )
