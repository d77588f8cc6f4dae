"""The sweep figure: what stands where, what it says, and the same bytes each time."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PolyCollection
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer, ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.text import Text

from simdyhpo import ScheduleDecision
from simdyhpo.analysis.sweep import sweep_by_blackbox, sweep_summary
from simdyhpo.drawing.canvas import house_style, render
from simdyhpo.drawing.style import DECISIONS, MEAN_COLOUR, PART_COLOUR, SCHEDULERS
from simdyhpo.drawing.sweep import draw_regrets, draw_shares, sweep_figure
from simdyhpo.streams import Streams

BOXES = ("lcbench-fashion-mnist", "lcbench-covertype", "digits-mlp")
VALUES = (0, 0.05, 0.1, 0.25, 0.5, 1.0)


def sweep(values=VALUES, boxes=BOXES, seeds=10, rival="asha", regret=None):
    """Summary and means by blackbox of made-up runs; `regret(place, box)` overrules the regrets."""
    draw = Streams(0).generator("sweep")
    labels = {value: f"v-{value}" for value in values}
    rows = []
    for box, blackbox in enumerate(boxes):
        for seed in range(seeds):
            for place, label in enumerate([*labels.values(), *([rival] if rival else [])]):
                kinds = {"START_RANDOM": 70, "PROMOTE_RUNG": 30}
                if label != rival:
                    kinds = {"START_DYHPO": 50, "PROMOTE_DYHPO": 40 - 2 * place, "PROMOTE_SH": 2 * place}
                found = 0.3 * 0.4**box * draw.uniform(0.5, 1.5) if regret is None else regret(place, box)
                rows.append(
                    {"blackbox": blackbox, "label": label, "workers": 1, "seed": seed, "regret_1": found}
                    | {"log10_regret": np.log10(max(found, 1e-4)), "area": found, "decisions": 100}
                    | {kind.name: kinds.get(kind.name, 0) for kind in ScheduleDecision}
                )
    frame = pd.DataFrame(rows)
    return sweep_summary(frame, labels, rival), sweep_by_blackbox(frame, labels, rival)


def regrets(*frames):
    axes = Figure().subplots()
    with house_style():
        draw_regrets(axes, *frames, "probability_sh")
    return axes


def shares(summary):
    axes = Figure().subplots()
    with house_style():
        draw_shares(axes, summary, "probability_sh")
    return axes


def tick_texts(axes):
    return [text.get_text() for text in axes.get_xticklabels()]


def labels(axes):
    return {text.get_text(): text for text in axes.texts}


def mean_line(axes):
    (container,) = [found for found in axes.containers if isinstance(found, ErrorbarContainer)]
    line, _, (bars,) = container
    return line, np.array(bars.get_segments())


def grey_lines(axes):
    return [line for line in axes.lines if line.get_color() == PART_COLOUR]


def test_equal_figures_are_equal_bytes():
    for kind in ("png", "svg"):
        first, second = (render(sweep_figure(*sweep(), option="probability_sh"), kind) for _ in range(2))
        assert first == second
    assert render(sweep_figure(*sweep(seeds=9), option="probability_sh"), "svg") != first


NAMES = ("last", "next", "none", "random", "level", "all")


def test_names_stand_at_equal_steps():
    summary, by_blackbox = sweep(values=NAMES)
    for axes in (regrets(summary, by_blackbox), shares(summary)):
        assert axes.get_xticks().tolist() == [0, 1, 2, 3, 4, 5]
        assert tick_texts(axes) == list(NAMES)
        assert axes.get_xlim() == (-0.5, 5.5)
        assert axes.get_xlabel() == "probability_sh"


@pytest.mark.parametrize("values", [VALUES, (0.5, 0, 0.1, 1.0, 0.25, 0.05)])
def test_numbers_stand_at_themselves_in_any_order(values):
    summary, by_blackbox = sweep(values=values)
    axes, right = regrets(summary, by_blackbox), shares(summary)
    line, bars = mean_line(axes)
    assert line.get_xdata().tolist() == sorted(values)
    order = np.argsort(values)
    np.testing.assert_allclose(line.get_ydata(), summary["regret"][:6].to_numpy()[order])
    np.testing.assert_allclose(bars[:, :, 1], summary[["regret_low", "regret_high"]][:6].to_numpy()[order])
    for one in (axes, right):
        assert one.get_xlim() == pytest.approx((-0.04, 1.04))
        assert tick_texts(one) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
        assert one.get_xlabel() == "probability_sh"
    least = 0.05
    assert [float(grey.get_xdata()[0]) for grey in grey_lines(axes)] == pytest.approx(
        [-0.05 * least, 0, 0.05 * least]
    )


def test_numbers_of_many_magnitudes_stand_on_a_logarithmic_axis():
    axes = regrets(*sweep(values=(0.0001, 0.001, 0.01, 0.1)))
    assert axes.get_xscale() == "log"
    assert tick_texts(axes) == ["0.0001", "0.001", "0.01", "0.1"]
    assert regrets(*sweep(values=(1, 49))).get_xscale() == "linear"
    assert regrets(*sweep(values=(1, 50))).get_xscale() == "log"
    assert regrets(*sweep(values=(0, 50))).get_xscale() == "linear"


def test_means_with_their_intervals():
    summary, by_blackbox = sweep()
    axes = regrets(summary, by_blackbox)
    line, bars = mean_line(axes)
    assert axes.get_yscale() == "log"
    assert line.get_color() == MEAN_COLOUR
    assert line.get_xdata().tolist() == list(VALUES)
    np.testing.assert_allclose(line.get_ydata(), summary["regret"][:6])
    np.testing.assert_allclose(bars[:, :, 1], summary[["regret_low", "regret_high"]][:6])
    bottom, top = axes.get_ylim()
    assert bottom < bars[:, :, 1].min()
    assert bars[:, :, 1].max() < top


def test_each_blackbox_is_a_labelled_grey_line_with_its_own_marker():
    summary, by_blackbox = sweep(values=NAMES)
    axes = regrets(summary, by_blackbox)
    lines = grey_lines(axes)
    for line, box in zip(lines, BOXES, strict=True):
        mine = by_blackbox[(by_blackbox["blackbox"] == box) & ~by_blackbox["rival"]]["regret"]
        np.testing.assert_allclose(line.get_ydata(), mine)
        assert labels(axes)[box].xy == (line.get_xdata()[-1], mine.iloc[-1])
        assert labels(axes)[box].get_color() == PART_COLOUR
    assert [float(line.get_xdata()[-1]) for line in lines] == pytest.approx([4.95, 5, 5.05])  # side by side
    assert len({line.get_marker() for line in lines}) == 3
    assert set(labels(axes)) == {*BOXES, "mean of 3", "ASHA (promotion)"}


def test_the_rival_is_a_dashed_line_and_a_band():
    summary, by_blackbox = sweep()
    axes = regrets(summary, by_blackbox)
    colour = SCHEDULERS["asha"].colour
    (line,) = [line for line in axes.lines if line.get_color() == colour]
    row = summary.iloc[-1]
    assert line.get_ydata() == [row["regret"]] * 2
    assert line.is_dashed()
    (band,) = axes.patches
    assert to_hex(band.get_facecolor()) == colour.lower()
    assert band.get_y() == row["regret_low"]
    assert band.get_y() + band.get_height() == pytest.approx(row["regret_high"])


def test_without_a_rival_there_is_neither():
    axes = regrets(*sweep(rival=None))
    assert not axes.patches
    assert set(labels(axes)) == {*BOXES, "mean of 3"}
    figure = sweep_figure(*sweep(rival=None), option="p")
    assert "Dashed" not in figure.get_supxlabel()


def test_one_blackbox_is_the_mean():
    axes = regrets(*sweep(boxes=["digits-mlp"]))
    assert grey_lines(axes) == []
    assert set(labels(axes)) == {"digits-mlp", "ASHA (promotion)"}
    assert labels(axes)["digits-mlp"].get_color() == MEAN_COLOUR


def test_one_run_has_no_bar():
    frames = sweep(boxes=["digits-mlp"], seeds=1)
    axes = regrets(*frames)
    line, bars = mean_line(axes)
    assert np.isfinite(line.get_ydata()).all()
    assert (bars[:, 0] == bars[:, 1]).all()
    assert not axes.patches
    note = sweep_figure(*frames, option="p").get_supxlabel()
    assert "one run each" in note
    assert "interval" not in note


def test_a_mean_of_zero_lies_on_a_bottom_that_says_so():
    axes = regrets(*sweep(regret=lambda place, box: 0.0 if (place, box) == (1, 2) else 0.1))
    bottom = axes.get_ylim()[0]
    assert grey_lines(axes)[2].get_ydata().tolist() == pytest.approx([0.1, bottom, 0.1, 0.1, 0.1, 0.1])
    zero = axes.get_yticklabels()[0]
    assert (zero.get_text(), axes.get_yticks()[0]) == ("0", bottom)
    plain = regrets(*sweep(regret=lambda place, box: 0.1))
    assert "0" not in [text.get_text() for text in plain.get_yticklabels()]


def test_a_value_without_runs_is_a_gap():
    summary, by_blackbox = sweep()
    missing = summary.index[-2]
    numbers = ["regret", "regret_low", "regret_high", "START_DYHPO", "PROMOTE_DYHPO", "PROMOTE_SH"]
    summary.loc[missing, numbers] = np.nan
    summary.loc[missing, "runs"] = 0
    by_blackbox.loc[by_blackbox["value"] == "1", "regret"] = np.nan
    axes = regrets(summary, by_blackbox)
    (container,) = axes.containers
    assert np.isnan(container[0].get_ydata()).tolist() == [False] * 5 + [True]
    assert labels(axes)["mean of 3"].xy == (0.5, summary["regret"][4])
    for _, bottom, top in areas(shares(summary)).values():
        assert bottom[-1] == top[-1]
    figure = sweep_figure(summary, by_blackbox, option="p")
    assert "mean over 0 to 30 runs" in figure.get_supxlabel()
    assert render(figure, "png")


def areas(axes):
    """By colour, what is filled: places, lower and upper edge."""
    found = {}
    for area in axes.collections:
        if isinstance(area, PolyCollection):
            points = area.get_paths()[0].vertices
            half = len(points) // 2  # a corner, the lower edge, a corner, the upper edge backwards
            lower, upper = points[1:half], points[half + 1 : -1][::-1]
            found[to_hex(area.get_facecolor()[0])] = (lower[:, 0], lower[:, 1], upper[:, 1])
    return found


def test_areas_are_the_shares_and_add_up_to_one():
    summary, _ = sweep()
    drawn, top = areas(shares(summary)), np.zeros(6)
    for name in ("START_DYHPO", "PROMOTE_DYHPO", "PROMOTE_SH"):
        places, lower, upper = drawn.pop(DECISIONS[ScheduleDecision[name]].lower())
        assert places.tolist() == list(VALUES)
        np.testing.assert_allclose(lower, top, atol=1e-12)
        np.testing.assert_allclose(upper - lower, summary[name][:6])
        top = upper
    assert not drawn
    np.testing.assert_allclose(top, 1)


def test_bars_are_the_shares_and_add_up_to_one():
    summary, _ = sweep(values=NAMES)
    axes = shares(summary)
    names = ["START_DYHPO", "PROMOTE_DYHPO", "PROMOTE_SH"]
    stacks = dict(zip(names, (one for one in axes.containers if isinstance(one, BarContainer)), strict=True))
    top = np.zeros(6)
    for name, bars in stacks.items():
        heights = [bar.get_height() for bar in bars]
        np.testing.assert_allclose(heights, summary[name][:6])
        np.testing.assert_allclose([bar.get_y() for bar in bars], top, atol=1e-12)
        assert {to_hex(bar.get_facecolor()) for bar in bars} == {DECISIONS[ScheduleDecision[name]].lower()}
        top += heights
    np.testing.assert_allclose(top, 1)


def test_the_legend_has_the_stacks_order_from_its_top():
    legend = shares(sweep()[0]).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["PROMOTE_SH", "PROMOTE_DYHPO", "START_DYHPO"]
    colours = [to_hex(patch.get_facecolor()) for patch in legend.get_patches()]
    kinds = (ScheduleDecision.PROMOTE_SH, ScheduleDecision.PROMOTE_DYHPO, ScheduleDecision.START_DYHPO)
    assert colours == [DECISIONS[kind].lower() for kind in kinds]


def test_every_kind_of_decision_has_a_colour_of_its_own():
    assert set(DECISIONS) == set(ScheduleDecision)
    assert len(set(DECISIONS.values())) == len(ScheduleDecision)


def test_the_note_says_what_is_drawn():
    note = sweep_figure(*sweep(), option="p", note="Budget: 100 epochs.").get_supxlabel().replace("\n", " ")
    for part in (
        "0 is a blackbox's best value, 1 its worst",
        "mean over 30 runs with its 95 % bootstrap interval",
        "Grey: each blackbox's mean",
        "Dashed: ASHA (promotion), mean over 30 runs; band: its interval",
        "shares of a run's decisions",
    ):
        assert part in note
    assert note.endswith("Budget: 100 epochs.")


CASES = {
    "two values": {"values": (0, 1)},
    "one value": {"values": (0.25,)},
    "twelve values": {"values": tuple(round(0.01 * 1.5**power, 3) for power in range(12))},
    "magnitudes": {"values": (0.0001, 0.003, 0.2)},
    "names": {"values": ("dyhpo", "dyhpo-fast", "random", "gaussian-process")},
    "one blackbox": {"boxes": ("digits-mlp",)},
    "twenty blackboxes": {"boxes": tuple(f"taskset-task-{index}" for index in range(20)), "seeds": 2},
    "no rival": {"rival": None},
    "unknown rival": {"rival": "mine"},
    "one seed": {"boxes": ("digits-mlp",), "seeds": 1, "rival": None},
    "all zero": {"regret": lambda place, box: 0.0},
    "all one": {"regret": lambda place, box: 1.0},
}


@pytest.mark.parametrize("case", CASES)
def test_no_text_lies_over_another_or_outside(case):
    figure = sweep_figure(*sweep(**CASES[case]), option="probability_sh")
    canvas = FigureCanvasAgg(figure)
    with house_style():
        canvas.draw()
    drawer = canvas.get_renderer()
    left, right = figure.axes
    texts = [
        *left.texts,
        left.xaxis.label,
        left.yaxis.label,
        *left.get_xticklabels(),
        *left.get_yticklabels(),
    ]
    texts += [right.xaxis.label, *right.get_xticklabels(), *right.get_yticklabels()]
    texts += [*right.get_legend().get_texts(), figure._supxlabel]
    slanted = {text for text in texts if text.get_rotation() == 40}
    # A label's own extent would hold the thin line to its point, too.
    boxes = {text: Text.get_window_extent(text, drawer) for text in texts if text.get_text()}
    for text, box in boxes.items():
        assert figure.bbox.x0 <= box.x0, text
        assert box.x1 <= figure.bbox.x1, text
        assert figure.bbox.y0 <= box.y0, text
        for other, its in boxes.items():
            # Around slanted texts stand upright boxes, which overlap although the texts don't.
            if text is not other and not {text, other} <= slanted:
                assert not box.overlaps(its), (text, other)


def test_long_rows_of_values_are_slanted():
    def rotations(**settings):
        return {text.get_rotation() for text in shares(sweep(**settings)[0]).get_xticklabels()}

    assert rotations() == {0}
    assert rotations(values=[f"value {number}" for number in range(12)]) == {40}
    assert rotations(values=CASES["names"]["values"]) == {40}
