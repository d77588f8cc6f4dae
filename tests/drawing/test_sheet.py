"""Sheets and curves: legends of any length, notes of any length, styles that can be told apart."""

import functools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.catalog.entries import SCHEDULERS as CATALOG
from simdyhpo.drawing.canvas import house_style, render, save_figure
from simdyhpo.drawing.caption import take_off_caption, wrapped
from simdyhpo.drawing.curves import CurvePanel, draw_curves
from simdyhpo.drawing.sheet import sheet
from simdyhpo.drawing.style import SCHEDULERS, in_legend_order, known_name, line_styles


def curve(*means, width=0.1):
    mean = np.array(means, dtype=float)
    return MeanSteps(np.arange(1.0, len(mean) + 1), MeanInterval(mean, mean - width, mean + width, 3))


def panel(labels, **settings):
    curves = {label: curve(1 + place, 2, 3 - place / 9) for place, label in enumerate(labels)}
    return CurvePanel(title="t", curves=curves, x_label="epochs trained", y_label="mean rank", **settings)


def drawn(of):
    axes = Figure().subplots()
    with house_style():
        draw_curves(axes, of, line_styles(of.curves))
    return axes


def sheet_of(labels, panels=2, note=""):
    styles = line_styles(labels)
    draw = functools.partial(draw_curves, panel=panel(labels), styles=styles)
    return sheet([[draw] * panels], styles.values(), note=note)


def boxes(figure):
    """The places of legend, axes with their labels, and note, in pixels."""
    canvas = FigureCanvasAgg(figure)
    with house_style():
        canvas.draw()
        renderer = canvas.get_renderer()
        parts = [*figure.legends, *figure.axes, figure._supxlabel]
        return [part.get_tightbbox(renderer) for part in parts if part is not None]


@pytest.mark.parametrize("count", [2, 9, len(SCHEDULERS)])
@pytest.mark.parametrize("panels", [1, 2])
def test_nothing_overlaps_or_leaves_the_figure(count, panels):
    figure = sheet_of(list(SCHEDULERS)[:count], panels, "A note that goes on and on. " * 12)
    found = boxes(figure)
    for place, box in enumerate(found):
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= figure.bbox.width + 1
        assert box.y1 <= figure.bbox.height + 1
        for other in found[place + 1 :]:
            shared = (
                min(box.x1, other.x1) - max(box.x0, other.x0),
                min(box.y1, other.y1) - max(box.y0, other.y0),
            )
            assert min(shared) < 2


def test_every_method_can_be_told_from_every_other_without_colour():
    looks = [(style.dashes, style.marker) for style in SCHEDULERS.values()]
    assert len(set(looks)) == len(looks)
    assert len({style.title for style in SCHEDULERS.values()}) == len(SCHEDULERS)
    assert all(max(to_rgb(style.colour)) < 0.96 for style in SCHEDULERS.values())  # not too pale for paper


def test_every_scheduler_of_the_catalog_has_its_look():
    assert {known_name(name) for name in CATALOG} <= set(SCHEDULERS)


def test_a_studys_label_is_the_method_that_it_means():
    styles = line_styles(["dyhpo,probability_sh=0", "dyhpo,probability_sh=0.25", "dyhpo"])
    assert styles["dyhpo,probability_sh=0"] == SCHEDULERS["dyhpo-p0"]
    assert styles["dyhpo,probability_sh=0.25"] == SCHEDULERS["dyhpo-p0.25"]
    assert styles["dyhpo"] == SCHEDULERS["dyhpo"]
    assert in_legend_order(["mine", "random", "dyhpo,probability_sh=0"]) == [
        "dyhpo,probability_sh=0", "random", "mine",
    ]  # fmt: skip


def test_curves_have_symbols_bands_and_units():
    axes = drawn(panel(["hyperband", "random"]))
    hyperband, random = axes.lines
    assert hyperband.get_marker() == SCHEDULERS["hyperband"].marker
    assert random.get_marker() == "None"
    assert hyperband.get_drawstyle() == "steps-post"
    assert len(axes.collections) == 2
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epochs trained", "mean rank")


def test_scales():
    shares = drawn(panel(["asha"], percent=True))
    assert shares.get_ylim() == (0, 1.02)
    assert shares.yaxis.get_major_formatter()(0.25, 0) == "25 %"
    assert drawn(panel(["asha"], log_x=True, log_y=True)).get_yscale() == "log"
    assert drawn(panel(["asha"], downwards=True)).yaxis_inverted()
    assert drawn(panel(["asha"], flat=True)).lines[0].get_drawstyle() == "default"


def test_pdf_is_written_and_the_same_each_time(tmp_path):
    paths = save_figure(sheet_of(["asha", "pasha"]), tmp_path, "pair", ("pdf", "png"))
    assert [path.name for path in paths] == ["pair.pdf", "pair.png"]
    first, second = (render(sheet_of(["asha", "pasha"]), "pdf") for _ in range(2))
    assert first == second == paths[0].read_bytes()
    assert first.startswith(b"%PDF")
    assert b"CreationDate" not in first


def test_notes_keep_their_lines_and_are_wrapped():
    lines = wrapped("one two three\nfour", 0.5)
    assert lines[-1] == "four"
    assert all(len(line) <= 8 for line in lines)
    assert wrapped("", 3) == []


def test_a_caption_stands_inside_or_beside(tmp_path):
    note = "One note that is longer than a line of the figure is wide. " * 3 + "\nAnother line."
    whole = sheet_of(["asha", "pasha"], note=note)
    bare = sheet_of(["asha", "pasha"])
    with_it = save_figure(whole, tmp_path, "with", ("svg", "png"))
    assert [path.name for path in with_it] == ["with.svg", "with.png"]
    apart = save_figure(sheet_of(["asha", "pasha"], note=note), tmp_path, "apart", ("svg",), caption=False)
    assert [path.name for path in apart] == ["apart.svg", "apart.md"]
    assert apart[1].read_text() == f"{note}\n"
    taken = sheet_of(["asha", "pasha"], note=note)
    assert take_off_caption(taken) == note
    assert taken.get_size_inches() == pytest.approx(bare.get_size_inches())  # the room that it took is gone
    assert save_figure(bare, tmp_path, "bare", ("svg",), caption=False) == (tmp_path / "bare.svg",)
    assert take_off_caption(bare) == ""


@pytest.mark.parametrize("count", [6, 10, 13])
def test_a_legend_is_a_quarter_of_small_panels_at_most(count):
    labels = list(SCHEDULERS)[:count]
    styles = line_styles(labels)
    draw = functools.partial(draw_curves, panel=panel(labels), styles=styles)
    figure = sheet([[draw] * 3], styles.values(), panel_inches=(2.45, 1.75))
    legend = boxes(figure)[0]
    assert legend.width * legend.height <= figure.bbox.width * figure.bbox.height / 4
    assert legend.x0 >= 0
    assert legend.x1 <= figure.bbox.width


def test_a_legend_of_points_shows_them():
    styles = line_styles(["asha", "hyperband"])
    draw = functools.partial(draw_curves, panel=panel(styles), styles=styles)
    for points, first in ((True, "o"), (False, "None")):
        lines = sheet([[draw]], styles.values(), points=points).legends[0].get_lines()
        assert [line.get_marker() for line in lines] == [first, styles["hyperband"].marker]


def test_labels_of_a_users_study_stay_as_they_are():
    for labels in (["asha", "dyhpo", "mine"], ["dyhpo,probability_sh=0"]):
        styles = line_styles(labels, titled=False)
        assert [style.title for style in styles.values()] == labels
        assert [style.colour for style in styles.values()] == [
            style.colour for style in line_styles(labels).values()
        ]
