"""Diagrams, heat maps, strips, spaghetti, scaling: what stands where, and that all can be drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from simdyhpo.analysis.friedman import rank_test
from simdyhpo.analysis.scaling import worker_scaling
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.drawing.canvas import house_style, render
from simdyhpo.drawing.critical_difference import draw_critical_difference, rows_needed
from simdyhpo.drawing.decision_strip import Strips, decision_figure
from simdyhpo.drawing.heat_map import HeatMap, heat_map_figure
from simdyhpo.drawing.scaling import draw_regret_by_workers, draw_speed_up
from simdyhpo.drawing.spaghetti import RunCurves, draw_spaghetti, spaghetti_figure
from simdyhpo.drawing.style import DECISIONS, MEAN_COLOUR, SCHEDULERS, line_styles
from simdyhpo.streams import Streams


def axes_of(draw, *parts):
    axes = Figure().subplots()
    with house_style():
        draw(axes, *parts)
    return axes


def diagram(labels, shift):
    values = Streams(2).generator("diagram").normal(size=(30, len(labels))) + np.array(shift)
    test = rank_test(values, labels)
    return test, axes_of(draw_critical_difference, test, line_styles(labels), "title")


def test_diagram_names_everyone_with_rank_and_joins_the_alike():
    test, axes = diagram(["asha", "random", "dyhpo-p0"], [0, 3, 0.1])
    texts = [text.get_text() for text in axes.texts]
    for label, rank in zip(test.labels, test.mean_ranks, strict=True):
        assert f"{SCHEDULERS[label].title} ({rank:.2f})" in texts
    bars = [line for line in axes.lines if line.get_linewidth() == 3]
    assert len(bars) == len(test.groups()) == 1
    left, right = bars[0].get_xdata()
    assert left < test.mean_ranks[0] < test.mean_ranks[1] < right < test.mean_ranks[2]
    ruler = axes.lines[len([1, 2, 3]) + 1]
    assert np.ptp(ruler.get_xdata()) == pytest.approx(test.critical_difference)


def test_diagram_of_many_grows_and_numbers_only_some_ranks():
    labels = list(SCHEDULERS)[:20]
    test, axes = diagram(labels, range(20))
    small, _ = diagram(labels[:3], range(3))
    assert rows_needed(test) > rows_needed(small)
    ranks = [text.get_text() for text in axes.texts if text.get_text().isdigit()]
    assert 5 <= len(ranks) <= 14


def heat_map(values):
    return heat_map_figure(
        HeatMap(
            rows=["x", "y"], columns=["p", "q"], values=np.array(values), lowest=1e-3, bar_label="regret"
        ),
        note="note",
    )


def test_heat_map_says_every_number_and_marks_the_best():
    axes = heat_map([[0.1, 0.25], [0.0, np.nan]]).axes[0]
    texts = {text.get_text(): text.get_fontweight() for text in axes.texts}
    assert texts == {".100": "bold", ".250": "normal", "0": "bold"}
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["x", "y"]


def test_heat_map_of_nothing_but_zero_and_one():
    assert render(heat_map([[0.0, 0.0], [0.0002, 1.0]]), "png")


def strips():
    starts = np.full(9, int(ScheduleDecision.START_RANDOM))
    mixed = np.array([0, 2, 2, 1, 1, 0])
    shares = np.zeros((4, len(ScheduleDecision)))
    shares[:, ScheduleDecision.START_RANDOM] = 1
    dynamic = np.zeros((4, len(ScheduleDecision)))
    dynamic[:, 1:3] = 0.5
    return [
        Strips(title="a", runs=[starts], shares=shares),
        Strips(title="b", runs=[mixed, mixed], shares=dynamic),
    ]


def test_strips_end_where_runs_end_in_the_decisions_colours():
    figure = decision_figure(strips())
    image = figure.axes[2].images[0]
    array = np.ma.filled(image.get_array().astype(float), np.nan)
    assert array.shape == (2, 9)
    assert np.isnan(array[0, 6:]).all()
    colour = to_hex(image.cmap(image.norm(array[0, 1]))).upper()
    assert colour == DECISIONS[ScheduleDecision.START_DYHPO]
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["START_DYHPO", "START_RANDOM", "PROMOTE_DYHPO"]
    assert render(figure, "svg")


def test_spaghetti_marks_promotions_and_who_led():
    curves = pd.DataFrame(
        {"trial": [0, 1, 1, 2, 0], "resource": [1, 1, 2, 1, 2], "value": [0.5, 0.6, 0.9, 0.2, np.nan]}
    )
    promotions = pd.DataFrame(
        {"trial": [1], "resume_from": [1], "decision": [int(ScheduleDecision.PROMOTE_SH)]}
    )
    run = RunCurves(title="r", curves=curves, promotions=promotions, mode="max")
    axes = axes_of(draw_spaghetti, run)
    grey, blue = axes.collections
    assert to_hex(blue.get_edgecolor()[0]).upper() == MEAN_COLOUR
    assert (len(grey.get_segments()), len(blue.get_segments())) == (1, 2)
    marked = [line for line in axes.lines if line.get_marker() == "^"]
    assert marked[0].get_xydata().tolist() == [[1, 0.6]]
    figure = spaghetti_figure([run, run, run], x_label="epochs", y_label="accuracy")
    assert [axes.get_visible() for axes in figure.axes] == [True, True, True, False]
    assert render(figure, "png")


def test_scaling_shows_everyone_at_every_number_of_workers():
    rows = [
        (box, label, workers, seed, regret / workers, 100 / workers)
        for box in "xy"
        for label, regret in (("asha", 0.2), ("mine", 0.0))
        for workers in (1, 4, 16)
        for seed in (0, 1)
    ]
    scaling = worker_scaling(
        pd.DataFrame(rows, columns=["blackbox", "label", "workers", "seed", "regret", "seconds"])
    )
    styles = line_styles(["asha", "mine"])
    axes = axes_of(draw_speed_up, scaling, styles)
    assert [line.get_ydata().tolist() for line in axes.lines[1:]] == [pytest.approx([1, 4, 16])] * 2
    assert axes.get_ylim()[1] > 16
    regrets = axes_of(draw_regret_by_workers, scaling, styles)
    assert regrets.yaxis.get_major_formatter()(regrets.get_ylim()[0], 0) == "0"
    assert [text.get_text() for text in regrets.get_xticklabels()] == ["1", "4", "16"]
