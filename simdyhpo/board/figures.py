"""The board's figures: the critical-difference diagram, and mean regret along the budget by suite."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.measures import NORMALISED
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.board.ranking import Ranking
from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.canvas import Figure
from simdyhpo.drawing.critical_difference import draw_critical_difference, rows_needed
from simdyhpo.drawing.curves import CurvePanel, draw_curves
from simdyhpo.drawing.own_axes import Axes, add_legend, own_axes
from simdyhpo.drawing.sheet import legend_line, sheet
from simdyhpo.drawing.style import in_legend_order, line_styles
from simdyhpo.errors import SimdyhpoError

_FIELD = "#C4C4C4"
"""Of curves that only show where the field is."""
_MINE = "#C2185B"
"""Of the method that a figure is about."""
_WIDE = 8.6
"""Inches of a diagram."""


def rank_figure(found: Ranking, mine: str = "") -> Figure:
    """The critical-difference diagram of the last ranks.

    Args:
        found: the ranking.
        mine: the method that it is about, if one.

    Raises:
        SimdyhpoError: fewer than two methods are ranked.
    """
    _check_several(found)
    test, styles = found.test(), _styles(found, mine)
    note = (
        f"{_where(found)} Mean ranks of the last regret over tables, 1 the lowest; a bar joins methods that "
        "Nemenyi's test at the level 0.05 doesn't tell apart."
    )
    draw = [[lambda axes: draw_critical_difference(axes, test, styles)]]
    return sheet(draw, note=note, panel_inches=(_WIDE, 0.2 * rows_needed(test) + 0.3))


def regret_figure(found: Ranking, shown: Sequence[str] = ()) -> Figure:
    """Mean regret along the budget, a panel for each suite.

    Args:
        found: the ranking.
        shown: who is drawn in colour, the one that it is about first; the others in grey behind them. All if
            none.

    Raises:
        SimdyhpoError: fewer than two methods are ranked.
    """
    _check_several(found)
    styles = _shown_styles(found, shown)
    panels = [_panel(found, suite, shown) for suite in found.suites]
    named = shown or in_legend_order(found.labels)
    note = (
        f"{_where(found)} {NORMALISED.words()} Means over seeds, then over tables; bands are 95 % bootstrap "
        "intervals over tables and seeds."
        + (f" Only {shown[0]} has one; in grey: the others of the board." if shown else "")
    )
    draw = [[lambda axes, panel=panel: draw_curves(axes, panel, styles) for panel in panels]]
    return sheet(draw, [styles[label] for label in named], note=note, panel_inches=(4.6, 3.1))


def plot_critical_difference(found: Ranking, mine: str, ax: Axes | None = None) -> Axes:
    """The diagram on axes; see `rank_figure`."""
    _check_several(found)
    test = found.test()
    with own_axes(ax, (_WIDE, 0.2 * rows_needed(test) + 0.45)) as axes:
        draw_critical_difference(
            axes, test, _styles(found, mine), f"Ranks of the last regret, {found.grid.words}"
        )
    return axes


def plot_regret(found: Ranking, suite: str | None, ax: Axes | None, shown: Sequence[str]) -> Axes:
    """Mean regret along the budget on axes; see `regret_figure`."""
    _check_several(found)
    styles = _shown_styles(found, shown)
    with own_axes(ax) as axes:
        draw_curves(axes, _panel(found, suite, shown), styles)
        add_legend(axes, [legend_line(styles[label]) for label in shown], above=ax is None)
    return axes


def axis_words(found: Ranking) -> str:
    """What runs along the budget."""
    return "epochs" if found.part.axis == "epochs" else "simulated time / budget (%)"


def _panel(found: Ranking, suite: str | None, shown: Sequence[str]) -> CurvePanel:
    tables = [one for one in found.grid.tables if suite in (None, found.board.suite_of(one))]
    curves = found.curves(suite)
    behind = [label for label in curves if shown and label not in shown]
    ordered = [*behind, *(shown[::-1] or in_legend_order(curves))]  # what it is about lies on top
    banded = shown[:1] or ordered
    return CurvePanel(
        title=f"{suite or 'all'}, {len(tables)} table{'s' * (len(tables) != 1)}",
        curves={label: curves[label] if label in banded else _plain(curves[label]) for label in ordered},
        x_label=axis_words(found),
        y_label=NORMALISED.label(),
        log_y=True,
    )


def _where(found: Ranking) -> str:
    return f"Board {found.board.version}, {found.part.title}; {found.grid.words}."


def _plain(curve: MeanSteps) -> MeanSteps:
    """Without its band."""
    nothing = np.full_like(curve.interval.mean, np.nan)
    return MeanSteps(curve.x, MeanInterval(curve.interval.mean, nothing, nothing, curve.interval.runs))


def _styles(found: Ranking, mine: str = "") -> dict[str, LineStyle]:
    styles = line_styles(in_legend_order(found.labels), titled=False)
    return styles | ({mine: LineStyle(mine, _MINE)} if mine in styles else {})


def _shown_styles(found: Ranking, shown: Sequence[str]) -> dict[str, LineStyle]:
    styles = _styles(found, next(iter(shown), ""))
    behind = [label for label in styles if shown and label not in shown]
    return styles | {
        label: msgspec.structs.replace(styles[label], colour=_FIELD, dashes=(), marker="") for label in behind
    }


def _check_several(found: Ranking) -> None:
    if len(found.labels) < 2:
        raise SimdyhpoError(
            f"board {found.board.version}, {found.part.name}: fewer than two methods have all of these cells "
            f"({found.grid.words}); ask for fewer seeds, or one suite"
        )
