"""What more workers cost in regret and gain in time."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from simdyhpo.catalog.entry import LineStyle
from simdyhpo.drawing.apart import side_by_side
from simdyhpo.drawing.log_axis import label_ticks, log_limits

DIAGONAL = LineStyle("As many times as workers", "#888888", (1, 1.5))


def draw_regret_by_workers(axes: Axes, scaling: pd.DataFrame, styles: Mapping[str, LineStyle]) -> None:
    """Final regret with its interval against the number of workers, both axes logarithmic.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        scaling: as `simdyhpo.analysis.scaling.worker_scaling` returns it.
        styles: by label.
    """
    bottom, top = log_limits([scaling[["regret", "regret_low", "regret_high"]]])
    labels = list(dict.fromkeys(scaling["label"]))
    # Bars of several variants at one number of workers would hide each other.
    for label, aside in zip(labels, _aside(scaling, len(labels)), strict=True):
        mine, style = scaling[scaling["label"] == label], styles[label]
        regret, low, high = (
            np.maximum(mine[name].to_numpy(dtype=np.float64), bottom)
            for name in ("regret", "regret_low", "regret_high")
        )
        errors = np.maximum(np.nan_to_num([regret - low, high - regret]), 0)
        axes.errorbar(
            mine["workers"].to_numpy() * aside, regret, yerr=errors, capsize=2,
            color=style.colour, dashes=style.dashes or (None, None), marker=style.marker or "o",
            markersize=4, elinewidth=0.9, clip_on=False,
        )  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylim(bottom, top)
    label_ticks(axes.yaxis, has_zero=bool((scaling["regret"] <= 0).any()))
    _name_workers(axes, scaling)
    axes.set_ylabel("normalised regret")
    axes.set_title("Regret after the same training")


def draw_speed_up(axes: Axes, scaling: pd.DataFrame, styles: Mapping[str, LineStyle]) -> None:
    """How many times sooner the budget is spent; thin, in `DIAGONAL`'s style: as many times as workers.

    Args:
        axes, scaling, styles: see `draw_regret_by_workers`.
    """
    workers = sorted(scaling["workers"].unique())
    ideal = np.array(workers) / workers[0]
    axes.plot(workers, ideal, color=DIAGONAL.colour, linewidth=1.0, dashes=DIAGONAL.dashes)
    labels = list(dict.fromkeys(scaling["label"]))
    for label, aside in zip(labels, _aside(scaling, len(labels)), strict=True):
        mine, style = scaling[scaling["label"] == label], styles[label]
        axes.plot(
            mine["workers"] * aside, mine["speed_up"], color=style.colour,
            dashes=style.dashes or (None, None), marker=style.marker or "o", markersize=4,
        )  # fmt: skip
    axes.set_yscale("log")
    axes.set_ylim(0.9, max(float(ideal[-1]), float(scaling["speed_up"].max())) * 1.2)
    label_ticks(axes.yaxis)
    _name_workers(axes, scaling)
    axes.set_ylabel("speed-up in simulated time")
    axes.set_title("Time for the same training")


def _aside(scaling: pd.DataFrame, count: int) -> list[float]:
    """By what each variant's points are moved to be seen beside the others'."""
    first, last = _limits(scaling)
    return side_by_side(count, last / first)


def _limits(scaling: pd.DataFrame) -> tuple[float, float]:
    return scaling["workers"].min() / 1.3, scaling["workers"].max() * 1.3


def _name_workers(axes: Axes, scaling: pd.DataFrame) -> None:
    workers = sorted(int(count) for count in scaling["workers"].unique())
    axes.set_xscale("log")
    axes.set_xlim(*_limits(scaling))
    axes.xaxis.set_major_locator(FixedLocator(workers))
    axes.xaxis.set_major_formatter(FixedFormatter([str(count) for count in workers]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xlabel("workers")
