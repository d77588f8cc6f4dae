"""Critical-difference diagrams (Demsar 2006): mean ranks on a line, bars over those that don't differ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from simdyhpo.analysis.friedman import RankTest
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.apart import in_steps

_ROW = 1.0
"""Distance between two rows of labels; all heights are in this unit."""
_SYMBOL = 5.0
"""Points across a symbol."""
_LOWER = 0.36
"""How far a symbol is moved down where another one is."""


def rows_needed(test: RankTest) -> float:
    """The height of a diagram in rows of labels."""
    return 2.6 + len(test.groups()) * 0.45 + (-(-len(test.labels) // 2) - 1) * _ROW


def draw_critical_difference(
    axes: Axes, test: RankTest, styles: Mapping[str, LineStyle], title: str = ""
) -> None:
    """The mean ranks as points on a line, named at the sides: the better half left, the others right.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        test: what to draw.
        styles: by label.
        title: of the panel.
    """
    count = len(test.labels)
    lowest, highest = 1.0, float(count)
    span = highest - lowest
    groups = test.groups()
    axes.axis("off")
    axes.set_xlim(lowest - 0.72 * span, highest + 0.72 * span)
    axes.set_ylim(1.7 - rows_needed(test), 1.7)
    axes.plot([lowest, highest], [0, 0], color="black", linewidth=1)
    for rank in range(1, count + 1, 1 + count // 14):
        axes.plot([rank, rank], [0, 0.14], color="black", linewidth=1)
        axes.text(rank, 0.22, f"{rank}", ha="center", va="bottom", fontsize=8)
    width = min(test.critical_difference, span)
    wide = "" if width == test.critical_difference else " (wider than the axis)"
    axes.plot([lowest, lowest + width], [1.05, 1.05], color="black", linewidth=1.4, marker="|", markersize=5)
    axes.text(
        lowest + width / 2, 1.15, f"critical difference {test.critical_difference:.2f}{wide}",
        ha="center", va="bottom", fontsize=8,
    )  # fmt: skip
    for place, (first, last) in enumerate(groups):
        height = -0.32 - 0.45 * place
        ends = test.mean_ranks[[first, last]] + np.array([-0.012, 0.012]) * span
        axes.plot(ends, [height, height], color="black", linewidth=3, solid_capstyle="butt", zorder=3)
    below = 0.55 + 0.45 * len(groups)
    half = -(-count // 2)
    # Symbols that would hide each other stand below each other, each on its own line.
    points = 72 / axes.figure.dpi * axes.transData.transform([(rank, 0) for rank in test.mean_ranks])
    lower = in_steps([(float(x), float(y)) for x, y in points], _SYMBOL)
    for place, (label, rank) in enumerate(zip(test.labels, test.mean_ranks, strict=True)):
        left = place < half
        row = place if left else count - 1 - place
        height = -below - _ROW * row
        edge = lowest - 0.04 * span if left else highest + 0.04 * span
        style = styles[label]
        axes.plot(
            [rank, rank, edge], [0, height, height], color=style.colour, linewidth=1.2,
            dashes=style.dashes or (None, None), solid_joinstyle="miter", zorder=2,
        )  # fmt: skip
        axes.plot(
            rank, -_LOWER * lower[place], marker=style.marker or "o", color=style.colour, markersize=_SYMBOL,
            zorder=4,
        )  # fmt: skip
        axes.annotate(
            f"{style.title} ({rank:.2f})", (edge, height), (-3 if left else 3, 0),
            textcoords="offset points", ha="right" if left else "left", va="center", fontsize=8,
        )  # fmt: skip
    axes.set_title(title)
