"""Colours, line styles and sizes, the same in every figure."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from simdyhpo.catalog.entries import SCHEDULERS as _ENTRIES
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.decision_kinds import MEANINGS, Effect, kinds_that
from simdyhpo.decisions import ScheduleDecision

_SOLID: tuple[float, ...] = ()
_LONG = (5, 1.2)
_SHORT = (2, 1)
_DASH_DOT = (3, 1, 1, 1)

# Colours from Okabe and Ito's and Tol's palettes, which colour-blind readers can tell apart.
_DYHPO: Mapping[str, LineStyle] = {
    "dyhpo-p0": LineStyle("DyHPO", "#0072B2"),
    # One ramp, from blue to sky, in the order of the values.
    "dyhpo-p0.05": LineStyle("DyHPO, probability_sh 0.05", "#1D82BE", _SHORT, "o"),
    "dyhpo-p0.1": LineStyle("DyHPO, probability_sh 0.1", "#3A93CB", _DASH_DOT, "s"),
    "dyhpo-p0.25": LineStyle("DyHPO, probability_sh 0.25", "#56B4E9", _LONG),
    "dyhpo-p0.5": LineStyle("DyHPO, probability_sh 0.5", "#71BFEC", _SOLID, "^"),
    "dyhpo-p0.9": LineStyle("DyHPO, probability_sh 0.9", "#8ACBEF", _SHORT, "v"),
}
_FORMS_OF_DYHPO: Mapping[str, LineStyle] = {
    "no-curve-p0": LineStyle("DyHPO without the curve branch", "#332288", _SOLID, "o"),
    "no-curve-p0.25": LineStyle("... with probability_sh 0.25", "#6F63B5", _LONG, "o"),
    "gp-p0": LineStyle("DyHPO, plain GP", "#00798C", _SOLID, "D"),
    "gp-p0.25": LineStyle("DyHPO, plain GP, probability_sh 0.25", "#52AEBC", _LONG, "D"),
    "released-p0": LineStyle("DyHPO, released training", "#003F63", _SHORT, "P"),
    "random-searcher-p0": LineStyle("DyHPO, random scores", "#9A9A9A", _SOLID, "x"),
    "random-searcher-p0.25": LineStyle("DyHPO, random scores, probability_sh 0.25", "#9A9A9A", _LONG, "x"),
}
_LOOKS = {name: entry.look for name, entry in _ENTRIES.items() if entry.look is not None}
SCHEDULERS: Mapping[str, LineStyle] = {
    **_DYHPO,
    **{name: _LOOKS[name] for name in ("dyhpo", "asha", "asha-stopping", "random")},
    **_FORMS_OF_DYHPO,
    **_LOOKS,
}
"""How every method looks, in every figure; the order is that of legends."""
_SAME: Mapping[str, str] = {
    "dyhpo-no-curve": "no-curve-p0.25",
    "dyhpo-gp": "gp-p0.25",
    "dyhpo-released": "released-p0",
}
"""Other names of the same thing."""
_OTHERS = (
    ("#009E73", (), ""),
    ("#CC79A7", (5, 1.2), ""),
    ("#000000", (3, 1, 1, 1), ""),
    ("#7A5195", (2, 1), ""),
    ("#8C6D1F", (6, 1.5, 1, 1.5), ""),
)
FLOOR = LineStyle("Hindsight bound", "#888888", (1, 1.5))

MEAN_COLOUR = "#0072B2"
"""Of a mean, where what it is the mean of is drawn beside it."""
PART_COLOUR = "#707070"
"""Of what such a mean is the mean of."""

DECISIONS: Mapping[ScheduleDecision, str] = {
    kind: MEANINGS[kind].colour
    for effect in Effect
    for kind in sorted(kinds_that(effect), key=lambda kind: kind.name)
}
"""The colour of each kind of decision, in every figure; in the order in which they are stacked, from the
bottom: starts, then promotions, then what happens at milestones."""

_SYMBOLS = "o^sDvP"
PROMOTION_SYMBOLS: Mapping[ScheduleDecision, str] = {
    kind: MEANINGS[kind].symbol
    for kind in sorted(kinds_that(Effect.PROMOTES), key=lambda kind: _SYMBOLS.index(MEANINGS[kind].symbol))
}
"""The symbol of each kind that promotes, where promotions are points; in the order of the legend."""

RC: Mapping[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same glyphs everywhere
    "font.size": 9,
    "text.parse_math": False,  # names are written as they are, whatever dollar signs are in them
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.handlelength": 3.2,
    "lines.linewidth": 1.7,
    "figure.constrained_layout.h_pad": 0.07,
    "figure.constrained_layout.w_pad": 0.07,
    "pdf.fonttype": 42,  # journals refuse type 3 fonts
    "svg.hashsalt": "simdyhpo",  # ids in the file are then the same each time
    "svg.fonttype": "path",
}
PANEL_INCHES = (4.6, 2.7)
"""Width and height of one panel."""
DOTS_PER_INCH = 200


def line_styles(names: Iterable[str], *, titled: bool = True) -> dict[str, LineStyle]:
    """A style for each name. Known schedulers look the same in every figure; the others get what is left.

    Args:
        names: of methods, or a study's labels.
        titled: whether known ones are written with their titles, as the paper's figures and their tables do;
            else as they are named, as in all tables of a user's own study.

    A study's label says the same as a name here: `dyhpo,probability_sh=0` is `dyhpo-p0`. An unknown name's
    colour follows from the name, moved on only if another one in this figure has it.
    """
    styles: dict[str, LineStyle] = {}
    taken: set[int] = set()
    for name in names:
        known = known_name(name)
        if known in SCHEDULERS:
            look = SCHEDULERS[known]
            styles[name] = look if titled else msgspec.structs.replace(look, title=name)
            continue
        index = zlib.crc32(name.encode()) % len(_OTHERS)
        while index in taken and len(taken) < len(_OTHERS):
            index = (index + 1) % len(_OTHERS)
        taken.add(index)
        styles[name] = LineStyle(name, *_OTHERS[index])
    return styles


def known_name(label: str) -> str:
    """The name under which `SCHEDULERS` may have a study's label."""
    name = re.sub(r"[, ]probability_sh=([0-9.]+)$", r"-p\1", label)
    return _SAME.get(name, name)


def in_legend_order(labels: Iterable[str]) -> list[str]:
    """Labels in the order of `SCHEDULERS`, then the unknown ones as they came."""
    places = {name: place for place, name in enumerate(SCHEDULERS)}
    return sorted(labels, key=lambda label: places.get(known_name(label), len(places)))


def band_alpha(curves: int) -> float:
    """How opaque the bands of so many curves are: less with more of them, since they lie on each other."""
    return min(0.11, 0.6 / max(curves, 1))


def marking(style: LineStyle, place: int) -> dict[str, Any]:
    """Settings of a line that bears a style's symbol here and there; those of the place-th line start later.

    So symbols of lines that run into each other don't hide each other.
    """
    if not style.marker:
        return {}
    begin = 0.023 * (place % 6) + 0.0115 * (place // 6 % 2)
    return {"marker": style.marker, "markersize": 4.5, "markevery": (0.02 + begin, 0.14)}
