"""Stacks of kinds: as high as their shares, in the colours of every figure."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from simdyhpo import ScheduleDecision
from simdyhpo.drawing.canvas import render
from simdyhpo.drawing.kinds_over_time import draw_kinds, kinds_figure
from simdyhpo.drawing.style import DECISIONS


def counts(**kinds):
    made = np.zeros((4, len(ScheduleDecision)), dtype=np.int64)
    for name, numbers in kinds.items():
        made[:, ScheduleDecision[name]] = numbers
    return made


def test_stacks_are_shares():
    axes = Figure().subplots()
    draw_kinds(axes, counts(START_DYHPO=[1, 1, 0, 0], PROMOTE_SH=[3, 0, 2, 0]))
    lower, upper = axes.patches
    assert [to_hex(part.get_facecolor()).upper() for part in (lower, upper)] == [
        DECISIONS[ScheduleDecision.START_DYHPO], DECISIONS[ScheduleDecision.PROMOTE_SH]
    ]  # fmt: skip
    assert lower.get_data().values.tolist() == [0.25, 1, 0, 0]
    assert upper.get_data().values.tolist() == [1, 1, 1, 0]  # nothing was decided in the last part
    assert upper.get_data().baseline.tolist() == [0.25, 1, 0, 0]


@pytest.mark.parametrize("panels", [1, 2, 3, 5])
def test_a_panel_for_each(panels):
    made = {f"method {at}": counts(START_RANDOM=[2, 1, 1, 1], STOP=[0, 1, 1, 3]) for at in range(panels)}
    figure = kinds_figure(made)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in shown] == list(made)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["START_RANDOM", "STOP"]


def test_the_same_bytes_each_time():
    made = {"method": counts(START_RANDOM=[2, 1, 1, 1])}
    assert render(kinds_figure(made), "svg") == render(kinds_figure(made), "svg")


def test_without_any_decision():
    assert kinds_figure({"nothing": counts()}).legends == []
