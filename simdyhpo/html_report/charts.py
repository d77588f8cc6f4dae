"""Curves as data of the page, which its script draws: values to be pointed at, methods to be hidden, zoom.

They are packed, and laid on as fine a grid as there is room for, so that a page grows by a bounded number of
bytes, whatever the study. What is drawn at a point of the grid is exact.
"""

from __future__ import annotations

import base64
import json
import math
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.drawing.style import line_styles

ROOM = 200_000
"""Bytes for the curves of a page, all together."""
_GRIDS = (240, 160, 100, 60, 40, 25)
"""Points of an axis, the finest first."""
_DIGITS, _PLACE_DIGITS = 4, 6
"""Of values, and of where they are."""

Floats = npt.NDArray[np.float64]


class ChartAxis(msgspec.Struct, frozen=True):
    """What curves are looked at over.

    Attributes:
        name: what one chooses it by.
        label: of the axis, with its unit.
        curves: mean regret by method.
        log: whether the axis is logarithmic.
    """

    name: str
    label: str
    curves: Mapping[str, MeanSteps]
    log: bool = False

    def places(self, curve: MeanSteps) -> Floats:
        """Where a curve changes, as far as that is on the axis."""
        places: Floats = curve.x[curve.x > 0] if self.log else curve.x
        return places


class Chart(msgspec.Struct, frozen=True):
    """Curves of the same methods over one axis or several.

    Attributes:
        label: of the vertical axis.
        axes: those that have curves.
        first: the name of the axis that is shown first.
        room: how many bytes the data may take.
    """

    label: str
    axes: Sequence[ChartAxis]
    first: str = ""
    room: int = ROOM

    def packed(self) -> str:
        """JSON, deflated, in base64; empty where there is no curve, or no room for the coarsest grid."""
        axes = [axis for axis in self.axes if any(axis.places(curve).size for curve in axis.curves.values())]
        methods = list(dict.fromkeys(name for axis in axes for name in axis.curves))
        looks = line_styles(methods, titled=False)
        plain = {
            "label": self.label,
            "first": next((place for place, axis in enumerate(axes) if axis.name == self.first), 0),
            "methods": [
                {"name": name, "colour": look.colour, "dashes": [2 * part for part in look.dashes]}
                for name, look in looks.items()
            ],
        }
        for points in _GRIDS if axes else ():
            found = plain | {"axes": [_axis(axis, methods, points) for axis in axes]}
            text = json.dumps(found, separators=(",", ":"), ensure_ascii=False)
            packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
            if len(packed) <= self.room:
                return packed
        return ""


def _axis(axis: ChartAxis, methods: Sequence[str], points: int) -> dict[str, Any]:
    grid = _grid(axis, points)
    nothing = {"mean": [None] * len(grid)}
    curves = [_curve(axis.curves[name], grid) if name in axis.curves else nothing for name in methods]
    return {
        "name": axis.name,
        "label": axis.label,
        "log": axis.log,
        "x": _plain(grid, _PLACE_DIGITS),
        "curves": curves,
    }


def _grid(axis: ChartAxis, points: int) -> Floats:
    """Of all places where a curve changes: those nearest to equal steps, and where curves begin and end."""
    places = [axis.places(curve) for curve in axis.curves.values()]
    every: Floats = np.unique(np.concatenate(places))
    if len(every) <= points:
        return every
    spaced = np.geomspace if axis.log else np.linspace
    wanted = np.searchsorted(every, spaced(every[0], every[-1], points)).clip(max=len(every) - 1)
    ends = [edge for mine in places for edge in (*mine[:1], *mine[-1:])]
    chosen: Floats = np.unique(np.concatenate([every[wanted], ends]))
    return chosen


def _curve(curve: MeanSteps, grid: Floats) -> dict[str, Any]:
    at = np.searchsorted(curve.x, grid, side="right") - 1
    there = (at >= 0) & (grid <= curve.x[-1])
    parts = {"mean": curve.interval.mean, "low": curve.interval.low, "high": curve.interval.high}
    kept = {name: np.where(there, part[at.clip(min=0)], np.nan) for name, part in parts.items()}
    if np.isnan(kept["low"][there]).all() or (kept["low"][there] == kept["high"][there]).all():
        kept = {"mean": kept["mean"]}
    return {name: _plain(part) for name, part in kept.items()}


def _plain(values: Floats, digits: int = _DIGITS) -> list[float | None]:
    return [float(f"{value:.{digits}g}") if math.isfinite(value) else None for value in values.tolist()]
