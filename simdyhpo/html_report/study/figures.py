"""The figures that a study's report begins with. A further one is a line in `FIGURES`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec
from markupsafe import Markup

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.incumbents import Axis
from simdyhpo.drawing.anytime import Panel, anytime_figure
from simdyhpo.drawing.canvas import Figure
from simdyhpo.drawing.kinds_over_time import kinds_figure
from simdyhpo.html_report.charts import ROOM, Chart, ChartAxis
from simdyhpo.html_report.pictures import picture
from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import plural

_AXIS_LABELS: dict[Axis, str] = {"epochs": "epochs", "seconds": "simulated seconds"}
TIME = "simulated time"
_RELATIVE_TIME = "simulated time / mean length of the data set's runs"
_OVERVIEW_ROOM = ROOM // 10
"""Bytes for the curves over all data sets; each data set's share what is left."""


class ReportFigure(msgspec.Struct, frozen=True):
    """A figure of the report.

    Attributes:
        title: what it shows.
        caption: how to read it.
        draw: makes it for one number of workers; None where it makes no sense.
        regret: whether it shows regrets: the caption then says which.
        chart: the same as data that can be explored, where there is more to see in it.
    """

    title: str
    caption: str
    draw: Callable[[StudyData, int], Figure | None]
    regret: bool = False
    chart: Callable[[StudyData, int], Chart] | None = None


def _anytime(data: StudyData, workers: int) -> Figure | None:
    if curves := data.curves(data.axis, workers):
        return anytime_figure([[_panel(data, data.axis, curves)]], titled=False)
    return None


def _anytime_chart(data: StudyData, workers: int) -> Chart:
    """Over epochs and over simulated time, which several data sets have in units of their own."""
    over_epochs = ChartAxis("epochs", _AXIS_LABELS["epochs"], data.curves("epochs", workers))
    if len(data.blackboxes) == 1:
        over_time = ChartAxis(TIME, _AXIS_LABELS["seconds"], data.curves("seconds", workers), log=True)
    else:
        over_time = ChartAxis(TIME, _RELATIVE_TIME, data.curves_over_relative_time(workers))
    return Chart(data.regret.label, [over_epochs, over_time], _name(data.axis), _OVERVIEW_ROOM)


def _kinds(data: StudyData, workers: int) -> Figure | None:
    counts = data.kinds(workers)
    return kinds_figure(counts, titled=False) if counts else None


FIGURES: tuple[ReportFigure, ...] = (
    ReportFigure(
        "Regret over the budget",
        "Mean of the incumbent's regret over all runs; shaded: 95 % bootstrap interval.",
        _anytime,
        regret=True,
        chart=_anytime_chart,
    ),
    ReportFigure(
        "Kinds of decisions over a run",
        "Of all decisions taken at that point of the run, the share of each kind, over all runs.",
        _kinds,
    ),
)


def figures_section(data: StudyData) -> Section | None:
    """All of `FIGURES`, for each number of workers."""
    pictures = []
    for drawn in FIGURES:
        for workers in data.workers:
            figure = drawn.draw(data, workers)
            if figure is not None:
                crowd = f", {plural(workers, 'worker')}" if len(data.workers) > 1 else ""
                caption = f"{drawn.caption} {data.regret.words[0]}" if drawn.regret else drawn.caption
                chart = drawn.chart and drawn.chart(data, workers)
                pictures.append(picture(figure, drawn.title + crowd, caption, chart))
    if not pictures:
        return None
    return Section("figures", "Figures", fill("study_figures.html", pictures=pictures))


def data_set_picture(data: StudyData, blackbox: str, workers: int) -> Markup:
    """Regret on one blackbox: over epochs, and below over simulated seconds; nothing where no run has any."""
    found = {axis: data.curves(axis, workers, blackbox=blackbox) for axis in _AXIS_LABELS}
    panels = [[_panel(data, axis, curves)] for axis, curves in found.items() if curves]
    if not panels:
        return Markup()
    axes = [
        ChartAxis(_name(axis), _AXIS_LABELS[axis], curves, axis == "seconds")
        for axis, curves in found.items()
    ]
    rest = ROOM - _OVERVIEW_ROOM * len(data.workers)
    room = rest // (len(data.blackboxes) * len(data.workers))
    crowd = f", {plural(workers, 'worker')}" if len(data.workers) > 1 else ""
    return picture(
        anytime_figure(panels, titled=False), f"Regret on {blackbox}{crowd}",
        chart=Chart(data.regret.label, axes, _name(data.axis), room),
    )  # fmt: skip


def _name(axis: Axis) -> str:
    return TIME if axis == "seconds" else axis


def _panel(data: StudyData, axis: Axis, curves: Mapping[str, MeanSteps]) -> Panel:
    return Panel(
        title="", curves=curves, floor=None, x_label=_AXIS_LABELS[axis], log_x=axis == "seconds",
        y_label=data.regret.label,
    )  # fmt: skip
