"""Marks that would hide each other are told apart; legends hide little and keep their order."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.friedman import rank_test
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.drawing.anytime import Panel, anytime_figure, draw_anytime
from simdyhpo.drawing.apart import in_steps, side_by_side
from simdyhpo.drawing.canvas import house_style
from simdyhpo.drawing.critical_difference import draw_critical_difference
from simdyhpo.drawing.own_axes import add_legend
from simdyhpo.drawing.scaling import draw_regret_by_workers, draw_speed_up
from simdyhpo.drawing.sheet import legend_line
from simdyhpo.drawing.style import SCHEDULERS, line_styles


def test_marks_move_until_none_hides_another():
    assert in_steps([(0, 0), (0, 1), (9, 0), (0, 2)], near=3) == [0, 1, 0, 2]
    assert in_steps([(0, 0), (0, 2), (0, 4)], near=3) == [0, 1, 0]
    assert in_steps([], near=3) == []
    assert side_by_side(1, 64) == [1]
    assert np.prod(side_by_side(4, 64)) == pytest.approx(1)


def ends(figure, axes):
    """Where the dots at the ends of curves are, in pixels."""
    dots = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    return np.array([line.get_transform().transform(np.ravel(line.get_data())) for line in dots])


def test_curves_that_end_together_have_a_dot_each():
    mean = np.array([0.5, 0.1])
    curve = MeanSteps(np.array([1.0, 10.0]), MeanInterval(mean, mean, mean, 1))
    other = MeanSteps(np.array([1.0, 10.0]), MeanInterval(mean, mean, np.array([0.5, 0.4]), 1))
    panel = Panel(title="", curves={"asha": curve, "random": other, "sh": curve}, floor=None, x_label="x")
    figure = Figure()
    axes = figure.subplots()
    with house_style():
        draw_anytime(axes, panel, line_styles(panel.curves))
    places = ends(figure, axes)
    assert len(places) == 3
    apart = np.abs(places[:, None] - places[None]).max(axis=-1) * 72 / figure.dpi
    assert apart[~np.eye(3, dtype=bool)].min() == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("titled", "order"),
    [(True, ["ASHA (promotion)", "Random search", "mine"]), (False, ["mine", "random", "asha"])],
)
def test_legends_have_the_papers_order_under_its_titles_and_else_the_users(titled, order):
    mean = np.array([0.5])
    curve = MeanSteps(np.array([1.0]), MeanInterval(mean, mean, mean, 1))
    panel = Panel(title="", curves=dict.fromkeys(["mine", "random", "asha"], curve), floor=None, x_label="x")
    texts = anytime_figure([[panel]], titled=titled).legends[0].get_texts()
    assert [text.get_text() for text in texts] == order


def test_equal_ranks_have_symbols_below_each_other():
    values = np.array([[0.1, 0.1, 0.3]] * 6)
    test = rank_test(values, ["asha", "sh", "random"])
    axes = Figure(figsize=(7, 1.5)).subplots()
    with house_style():
        draw_critical_difference(axes, test, line_styles(test.labels))
    symbols = [line for line in axes.lines if line.get_marker() in ("o", "^") and len(line.get_xdata()) == 1]
    assert sorted(float(np.ravel(line.get_ydata())[0]) for line in symbols) == pytest.approx([-0.36, 0, 0])


@pytest.mark.parametrize("draw", [draw_regret_by_workers, draw_speed_up])
def test_equal_points_by_workers_stand_side_by_side(draw):
    columns = {"regret": 0.1, "regret_low": 0.05, "regret_high": 0.2, "speed_up": 1.0}
    rows = [{"label": label, "workers": count, **columns} for label in ("asha", "sh") for count in (1, 4)]
    axes = Figure().subplots()
    with house_style():
        draw(axes, pd.DataFrame(rows), line_styles(["asha", "sh"]))
    asha, halving = (line.get_xdata() for line in axes.lines if line.get_marker() in ("o", "^"))
    assert np.asarray(halving) / np.asarray(asha) == pytest.approx((4 * 1.3**2) ** 0.016)


@pytest.mark.parametrize("count", [2, 8, len(SCHEDULERS)])
def test_a_legend_hides_a_quarter_at_most(count):
    figure = Figure(figsize=(4, 3))
    axes = figure.subplots()
    with house_style():
        add_legend(axes, [legend_line(style) for style in list(SCHEDULERS.values())[:count]], above=False)
    legend, whole = axes.get_legend().get_window_extent(), axes.get_window_extent()
    covered = max(min(legend.x1, whole.x1) - max(legend.x0, whole.x0), 0) * legend.height
    assert covered <= whole.width * whole.height / 4
    assert (legend.x0 >= whole.x1) == (count > 2)
