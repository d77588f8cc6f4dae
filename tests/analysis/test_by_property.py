"""Means by a property of tables, and their picture."""

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from simdyhpo.analysis.by_property import by_property
from simdyhpo.drawing.by_property import draw_by_property
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.style import line_styles

ROWS = pd.DataFrame(
    {
        "blackbox": ["a", "a", "b", "c", "a", "b", "other"],
        "label": ["asha"] * 4 + ["random"] * 3,
        "regret_1": [0.1, 0.3, 0.6, 0.5, math.nan, 0.2, 9.0],
        "best_value": [1.0, 1, 1, 1, math.nan, 1, 1],
    }
)
X = {"a": 0.0, "b": 0.0, "c": 1.0}


def test_means_are_over_tables_then_runs():
    found = by_property(ROWS, X).set_index(["label", "x"])
    assert found.loc[("asha", 0.0), "mean"] == pytest.approx((0.2 + 0.6) / 2)
    assert (found.loc[("asha", 0.0), "tables"], found.loc[("asha", 0.0), "runs"]) == (2, 3)
    assert found.loc[("random", 0.0), "mean"] == pytest.approx((1 + 0.2) / 2)  # no incumbent counts as 1
    assert ("random", 1.0) not in found.index
    inside = found.loc[("asha", 0.0)]
    assert 0.1 <= inside["low"] < inside["mean"] < inside["high"] <= 0.6
    assert math.isnan(found.loc[("asha", 1.0), "low"])  # one run has no interval


def test_a_line_a_method_and_a_tick_a_value():
    means = by_property(ROWS, X)
    with house_style():
        axes = Figure().subplots()
        styles = line_styles(["asha", "random"])
        draw_by_property(
            axes, means, ["random", "asha", "nobody"], styles, title="t", x_label="x", y_label="regret"
        )
    assert len(axes.containers) == 2
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["0", "1"]
    assert axes.get_ylim()[0] == 0
    random, asha = (container.lines[0].get_xdata() for container in axes.containers)
    assert np.isclose(random[0], -np.flip(asha)[-1])
