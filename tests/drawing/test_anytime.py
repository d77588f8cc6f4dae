"""The anytime figure: what it shows, the same bytes each time, and nothing left behind."""

import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from simdyhpo.analysis.anytime import mean_steps
from simdyhpo.analysis.steps import Steps
from simdyhpo.drawing.anytime import Panel, anytime_figure, draw_anytime
from simdyhpo.drawing.canvas import house_style, render, save_figure
from simdyhpo.drawing.style import SCHEDULERS, line_styles
from simdyhpo.errors import OutputError

FLOOR = Steps(np.array([1.0, 2.0, 3.0]), np.array([0.4, 0.1, 0.0]))


def curve(*runs):
    return mean_steps([Steps(np.arange(1.0, len(run) + 1), np.array(run)) for run in runs])


def panel(curves=None, **settings):
    curves = curves or {
        "dyhpo-p0": curve([0.9, 0.5, 0.2], [0.8, 0.3, 0.1]),
        "random": curve([0.9, 0.8, 0.8], [0.9, 0.9, 0.4]),
    }
    settings = {"title": "small, 1 worker", "floor": FLOOR, "x_label": "epochs trained"} | settings
    return Panel(curves=curves, **settings)


def drawn(of):
    axes = Figure().subplots()
    with house_style():
        draw_anytime(axes, of, line_styles(of.curves))
    return axes


def test_equal_figures_are_equal_bytes():
    for kind, head in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        first, second = (render(anytime_figure([[panel()]], note="A note."), kind) for _ in range(2))
        assert first == second
        assert first.startswith(head)
        assert b"Matplotlib v" not in first


def test_the_users_settings_neither_matter_nor_change():
    plain = render(anytime_figure([[panel()]]), "svg")
    with mpl.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "svg.hashsalt": None}):
        assert render(anytime_figure([[panel()]]), "svg") == plain
        assert mpl.rcParams["lines.linewidth"] == 9
        assert mpl.rcParams["axes.facecolor"] == "red"


def test_pyplot_is_never_loaded():
    code = """
import sys
import numpy as np
from simdyhpo.analysis.anytime import mean_steps
from simdyhpo.analysis.steps import Steps
from simdyhpo.drawing.anytime import Panel, anytime_figure
from simdyhpo.drawing.canvas import render

curve = mean_steps([Steps(np.array([1.0, 2.0]), np.array([0.5, 0.2]))])
figure = anytime_figure([[Panel(title="", curves={"asha": curve}, floor=None, x_label="")]])
assert render(figure, "png") and render(figure, "svg")
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_curves_step_after_their_points_in_the_schedulers_colour():
    axes = drawn(panel())
    lines = {line.get_color(): line for line in axes.lines if line.get_drawstyle() == "steps-post"}
    mine = lines[SCHEDULERS["dyhpo-p0"].colour]
    assert mine.get_xdata().tolist() == [1, 2, 3]
    np.testing.assert_allclose(mine.get_ydata(), [0.85, 0.4, 0.15])
    assert axes.get_yscale() == "log"
    assert axes.get_title(loc="left") == "small, 1 worker"
    assert axes.get_xlabel() == "epochs trained"


def test_floor_stops_where_it_reaches_zero():
    axes = drawn(panel())
    bottom = axes.get_ylim()[0]
    floor = next(line for line in axes.lines if line.get_linewidth() == 1.0)
    assert floor.get_xdata().tolist() == [1, 2, 3]
    assert floor.get_ydata().tolist() == [0.4, 0.1, bottom]


def test_floor_above_zero_runs_to_the_end():
    high = Steps(np.array([1.0]), np.array([0.3]))
    axes = drawn(panel(floor=high))
    floor = next(line for line in axes.lines if line.get_linewidth() == 1.0)
    assert floor.get_xdata().tolist() == [1, 3]
    assert floor.get_ydata().tolist() == [0.3, 0.3]


def test_mean_of_zero_lies_on_a_bottom_that_says_so():
    axes = drawn(panel({"asha": curve([0.5, 0.0], [0.4, 0.0])}))
    bottom = axes.get_ylim()[0]
    assert axes.yaxis.get_major_locator()()[0] == bottom
    assert axes.yaxis.get_major_formatter()(bottom, 0) == "0"
    assert axes.lines[0].get_ydata()[-1] == bottom
    assert "0" not in [text.get_text() for text in drawn(panel()).get_yticklabels()]


@pytest.mark.parametrize("log_x", [False, True])
def test_all_regrets_zero_or_one_run(log_x):
    nothing = panel({"asha": curve([0.0, 0.0])}, log_x=log_x, floor=None)
    assert render(anytime_figure([[nothing, panel()], [panel()]]), "png")


def test_a_scheduler_looks_the_same_in_every_figure():
    assert line_styles(["asha", "mine"])["asha"] == line_styles(["random", "asha"])["asha"]
    assert line_styles(["mine"])["mine"] == line_styles(["asha", "mine"])["mine"]
    looks = [(s.colour, s.dashes, s.marker) for s in line_styles([*SCHEDULERS, *"abcde"]).values()]
    assert len(set(looks)) == len(looks)


def test_a_users_methods_stand_in_the_users_order_and_the_papers_in_the_houses():
    some = {name: curve([0.9, 0.5]) for name in ("random", "mine", "asha")}
    rows = [[panel({"asha": some["asha"]})], [panel(some)]]

    def legend(titled):
        return [text.get_text() for text in anytime_figure(rows, titled=titled).legends[0].get_texts()]

    assert legend(titled=False) == ["random", "mine", "asha", "Hindsight bound"]
    assert legend(titled=True) == ["ASHA (promotion)", "Random search", "mine", "Hindsight bound"]


def test_unwritable_folder_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be written"):
        save_figure(anytime_figure([[panel()]]), tmp_path / "file", "anytime")
