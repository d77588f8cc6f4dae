"""Figures in other sizes: words neither hide each other nor leave the figure, and too little room is said."""

import functools
import itertools
import warnings

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from simdyhpo.analysis.friedman import rank_test
from simdyhpo.drawing.anytime import Panel, draw_anytime
from simdyhpo.drawing.canvas import house_style, save_figure
from simdyhpo.drawing.caption import take_off_caption
from simdyhpo.drawing.critical_difference import draw_critical_difference
from simdyhpo.drawing.curves import CurvePanel, draw_curves
from simdyhpo.drawing.fitting import TightFigureWarning, fit
from simdyhpo.drawing.kinds_over_time import kinds_figure
from simdyhpo.drawing.sheet import sheet
from simdyhpo.drawing.style import line_styles
from tests.drawing.test_sheet import curve

NAMES = ("asha", "hyperband", "random", "asha reduction_factor=2")
COLUMN, PAGE = (3.3, 2.5), (6.9, 2.8)


def regret_and_rank(panels=2):
    styles = line_styles(NAMES, titled=False)
    curves = {name: curve(0.9, 0.1 + place / 20, 0.004, width=0) for place, name in enumerate(NAMES)}
    titles = ["12 data sets, 1 worker", "12 data sets of these, 4 workers on a flaky cluster"]
    regret = Panel(
        title=titles[0], curves=curves, floor=None, x_label="time / total time of random",
        y_label="normalised regret", log_x=True,
    )  # fmt: skip
    rank = CurvePanel(title=titles[1], curves=curves, x_label="epochs trained", y_label="mean rank (1 to 4)")
    drawn = [
        functools.partial(draw_anytime, panel=regret, styles=styles),
        *[functools.partial(draw_curves, panel=rank, styles=styles)] * (panels - 1),
    ]
    return sheet([drawn], styles.values(), note="What is drawn, in many words. " * 6)


def ranks():
    labels = list(NAMES)
    test = rank_test(np.arange(40.0).reshape(10, 4) % 7, labels)
    draw = functools.partial(
        draw_critical_difference, test=test, styles=line_styles(labels, titled=False),
        title="After 60 epochs, 10 data sets; Friedman's p = 0.378",
    )  # fmt: skip
    return sheet([[draw], [draw]])


def kinds():
    return kinds_figure(
        {
            f"a method with a long name {place}": np.eye(20, 12)[:, ::-1] * (np.arange(12) < 4)
            for place in range(4)
        }
    )


def words(figure):
    """The boxes of all words, as large as they are drawn."""
    canvas = FigureCanvasAgg(figure)
    with house_style():
        canvas.draw()
        renderer = canvas.get_renderer()
        texts = [*figure.texts, *figure.legends]
        for axes in figure.axes:
            texts += [axes.title, axes._left_title, *axes.texts]
            for axis in (axes.xaxis, axes.yaxis) if axes.axison else ():
                low, high = axis.get_view_interval()
                texts += [axis.label, *(
                    tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high
                )]  # fmt: skip
        boxes = [part.get_window_extent(renderer) for part in texts if part.get_visible()]
    return [box for box in boxes if min(box.width, box.height) > 1]


def hidden(figure):
    """How many pairs of words share more than their margins, and how many leave the figure."""
    boxes = words(figure)
    pairs = sum(
        min(min(one.x1, other.x1) - max(one.x0, other.x0), min(one.y1, other.y1) - max(one.y0, other.y0)) > 2
        for one, other in itertools.combinations(boxes, 2)
    )
    width, height = figure.bbox.width + 2, figure.bbox.height + 2
    return pairs, sum(box.x0 < -2 or box.y0 < -2 or box.x1 > width or box.y1 > height for box in boxes)


@pytest.mark.parametrize("size", [COLUMN, PAGE, (3.3, 4.5)], ids=str)
@pytest.mark.parametrize("draw", [regret_and_rank, ranks, kinds])
def test_in_a_column_and_on_a_page_all_words_can_be_read(draw, size):
    figure = draw()
    take_off_caption(figure)
    with warnings.catch_warnings(), house_style():
        warnings.simplefilter("error")
        fit(figure, size)
    assert tuple(figure.get_size_inches()) == size
    assert hidden(figure) == (0, 0)


def test_letters_get_smaller_only_where_there_is_no_room():
    sizes = {}
    for size in (COLUMN, (9.2, 4.0)):
        figure = regret_and_rank()
        take_off_caption(figure)
        with house_style():
            fit(figure, size)
        axes = figure.axes[0]
        sizes[size] = [axes.yaxis.label.get_fontsize(), figure.legends[0].get_texts()[0].get_fontsize()]
    assert sizes[(9.2, 4.0)] == [9, 9]
    assert all(6.5 <= points < 9 for points in sizes[COLUMN])


def test_narrow_panels_are_stacked_where_there_is_height():
    def places(size):
        figure = regret_and_rank()
        take_off_caption(figure)
        with house_style():
            fit(figure, size)
        left, right = (axes.get_window_extent() for axes in figure.axes)
        return "stacked" if right.y1 < left.y0 else "side by side" if right.x0 > left.x1 else "hidden"

    assert [places(size) for size in (COLUMN, (3.3, 4.5), PAGE)] == [
        "side by side",
        "stacked",
        "side by side",
    ]


def test_a_size_without_room_is_said_once(tmp_path):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        save_figure(regret_and_rank(), tmp_path, "regret", ("png", "svg", "pdf"), size=(2, 1.2))
        save_figure(regret_and_rank(), tmp_path, "bare", ("png",), caption=False, size=(2, 1.2))
    assert [one.category for one in told] == [TightFigureWarning] * 2
    captioned, bare = (str(one.message) for one in told)
    assert captioned.startswith("regret: 2x1.2 inches have no room")
    assert ["--no-caption" in said for said in (captioned, bare)] == [True, False]
