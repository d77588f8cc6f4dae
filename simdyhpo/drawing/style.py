"""Colours, line styles and sizes, the same in every figure."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from simdyhpo.decisions import ScheduleDecision


class LineStyle(msgspec.Struct, frozen=True):
    """How one scheduler's curve looks.

    Attributes:
        title: the scheduler's name in legends.
        colour: hexadecimal.
        dashes: on and off lengths in line widths; empty for a solid line.
    """

    title: str
    colour: str
    dashes: tuple[float, ...] = ()


# Colours from Okabe and Ito's palette, which colour-blind readers can tell apart; dashes tell curves apart
# in grey, too. One hue a family: blue for DyHPO, orange for ASHA.
SCHEDULERS: Mapping[str, LineStyle] = {
    "dyhpo-p0": LineStyle("DyHPO", "#0072B2"),
    "dyhpo-p0.25": LineStyle("DyHPO, probability_sh 0.25", "#56B4E9", (5, 1.2)),
    "asha": LineStyle("ASHA (promotion)", "#D55E00", (3, 1, 1, 1)),
    "asha-stopping": LineStyle("ASHA (stopping)", "#E69F00", (2, 1)),
    "random": LineStyle("Random search", "#555555", (6, 1.5, 1, 1.5, 1, 1.5)),
}
_OTHERS = (
    ("#009E73", ()),
    ("#CC79A7", (5, 1.2)),
    ("#000000", (3, 1, 1, 1)),
    ("#7A5195", (2, 1)),
    ("#8C6D1F", (6, 1.5, 1, 1.5)),
)
FLOOR = LineStyle("Hindsight bound", "#888888", (1, 1.5))

MEAN_COLOUR = "#0072B2"
"""Of a mean, where what it is the mean of is drawn beside it."""
PART_COLOUR = "#707070"
"""Of what such a mean is the mean of."""

# Okabe and Ito's whole palette, a light grey, and a darker shade of the pink for other models' promotions.
# As with schedulers, blue is DyHPO's and orange is halving's.
# From the bottom of a stack to its top: starts, then promotions, then what happens at milestones.
DECISIONS: Mapping[ScheduleDecision, str] = {
    ScheduleDecision.START_DYHPO: "#0072B2",
    ScheduleDecision.START_MODEL: "#CC79A7",
    ScheduleDecision.START_RANDOM: "#C8C8C8",
    ScheduleDecision.PROMOTE_DYHPO: "#56B4E9",
    ScheduleDecision.PROMOTE_MODEL: "#8B3A75",
    ScheduleDecision.PROMOTE_RUNG: "#E69F00",
    ScheduleDecision.PROMOTE_SH: "#D55E00",
    ScheduleDecision.CONTINUE: "#009E73",
    ScheduleDecision.STOP: "#000000",
    ScheduleDecision.RETRY: "#F0E442",
}
"""The colour of each kind of decision, in every figure; in the order in which they are stacked."""

RC: Mapping[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same glyphs everywhere
    "font.size": 9,
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
    "svg.hashsalt": "simdyhpo",  # ids in the file are then the same each time
    "svg.fonttype": "path",
}
PANEL_INCHES = (4.6, 2.7)
"""Width and height of one panel."""
DOTS_PER_INCH = 200


def line_styles(names: Iterable[str]) -> dict[str, LineStyle]:
    """A style for each name. Known schedulers look the same in every figure; the others get what is left.

    An unknown name's colour follows from the name, moved on only if another one in this figure has it.
    """
    styles: dict[str, LineStyle] = {}
    taken: set[int] = set()
    for name in names:
        if name in SCHEDULERS:
            styles[name] = SCHEDULERS[name]
            continue
        index = zlib.crc32(name.encode()) % len(_OTHERS)
        while index in taken and len(taken) < len(_OTHERS):
            index = (index + 1) % len(_OTHERS)
        taken.add(index)
        styles[name] = LineStyle(name, *_OTHERS[index])
    return styles
