"""Ticks of logarithmic axes: plain decimals, never too few."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from simdyhpo.drawing.log_axis import label_ticks, log_limits


def ticks(low, high, **settings):
    axes = Figure().subplots()
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    label_ticks(axes.yaxis, **settings)
    texts = [text.get_text() for text in axes.get_yticklabels()]
    assert axes.yaxis.get_ticklocs(minor=True).size == 0
    return dict(zip(texts, axes.get_yticks(), strict=True))


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0.01, 1, ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]),
        (0.0005, 1, ["0.001", "0.01", "0.1", "1"]),
        (0.21, 0.48, ["0.25", "0.3", "0.35", "0.4", "0.45"]),
        (0.02, 0.06, ["0.02", "0.03", "0.04", "0.05", "0.06"]),
    ],
)
def test_round_numbers(low, high, texts):
    found = ticks(low, high)
    assert list(found) == texts
    assert [float(text) for text in found] == pytest.approx(list(found.values()))


@pytest.mark.parametrize("low", np.geomspace(1e-3, 0.9, 23))
@pytest.mark.parametrize("factor", [1.02, 1.1, 1.5, 2, 3, 10, 300, 1000])
def test_three_at_least(low, factor):
    assert len(ticks(low, low * factor)) >= 3


def test_the_low_end_may_stand_for_zero():
    assert ticks(0.009, 0.5, has_zero=True) == pytest.approx(
        {"0": 0.009, "0.02": 0.02, "0.05": 0.05, "0.1": 0.1, "0.2": 0.2, "0.5": 0.5}
    )


def test_limits():
    assert log_limits([[0.1, np.nan], [[0.0], [0.4]], [np.inf]]) == pytest.approx((0.07, 0.46))
    assert log_limits([[0.9, 1.0]]) == pytest.approx((0.63, 1.0))
    assert log_limits([[0.9, 3.0]]) == pytest.approx((0.63, 3.45)), "absolute regrets may be larger than 1"
    assert log_limits([[0.0], []]) == (1e-3, 1.0)
