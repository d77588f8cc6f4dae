"""Lines of means against a property of tables, with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from simdyhpo.catalog.entry import LineStyle


def draw_by_property(  # noqa: PLR0913 - a panel and its words
    axes: Axes,
    means: pd.DataFrame,
    labels: Iterable[str],
    styles: Mapping[str, LineStyle],
    *,
    title: str,
    x_label: str,
    y_label: str,
) -> None:
    """Draw a line for each method, its points side by side so that their intervals can be told apart.

    Args:
        axes: empty axes; matplotlib's settings should be `house_style`'s.
        means: as `simdyhpo.analysis.by_property.by_property` returns it.
        labels: which methods, in the order of drawing.
        styles: by label.
        title, x_label, y_label: the panel's words, with units.
    """
    shown = [label for label in labels if (means["label"] == label).any()]
    values = np.unique(means["x"])
    gap = float(np.diff(values).min()) if len(values) > 1 else 1.0
    for place, label in enumerate(shown):
        mine, style = means[means["label"] == label], styles[label]
        x = mine["x"].to_numpy() + 0.09 * gap * (place - (len(shown) - 1) / 2)
        mean, low, high = (mine[name].to_numpy(dtype=np.float64) for name in ("mean", "low", "high"))
        axes.errorbar(
            x, mean, yerr=np.maximum(np.nan_to_num([mean - low, high - mean]), 0), color=style.colour,
            dashes=style.dashes or (None, None), marker=style.marker or "o", markersize=4, linewidth=1.4,
            elinewidth=0.8,
        )  # fmt: skip
    axes.set_xticks(values, [f"{value:g}" for value in values])
    axes.set_xlim(values[0] - 0.5 * gap, values[-1] + 0.5 * gap)
    axes.set_ylim(bottom=0)
    axes.grid(visible=False, axis="x")
    axes.set_title(title)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
