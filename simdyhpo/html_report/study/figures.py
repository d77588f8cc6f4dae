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
from simdyhpo.html_report.pictures import picture
from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import plural

_AXIS_LABELS: dict[Axis, str] = {"epochs": "epochs", "seconds": "simulated seconds"}


class ReportFigure(msgspec.Struct, frozen=True):
    """A figure of the report.

    Attributes:
        title: what it shows.
        caption: how to read it.
        draw: makes it for one number of workers; None where it makes no sense.
        regret: whether it shows regrets: the caption then says which.
    """

    title: str
    caption: str
    draw: Callable[[StudyData, int], Figure | None]
    regret: bool = False


def _anytime(data: StudyData, workers: int) -> Figure | None:
    if curves := data.curves(data.axis, workers):
        return anytime_figure([[_panel(data, data.axis, curves)]], titled=False)
    return None


def _kinds(data: StudyData, workers: int) -> Figure | None:
    counts = data.kinds(workers)
    return kinds_figure(counts, titled=False) if counts else None


FIGURES: tuple[ReportFigure, ...] = (
    ReportFigure(
        "Regret over the budget",
        "Mean of the incumbent's regret over all runs; shaded: 95 % bootstrap interval.",
        _anytime,
        regret=True,
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
                pictures.append(picture(figure, drawn.title + crowd, caption))
    if not pictures:
        return None
    return Section("figures", "Figures", fill("study_figures.html", pictures=pictures))


def data_set_picture(data: StudyData, blackbox: str, workers: int) -> Markup:
    """Regret on one blackbox: over epochs, and below over simulated seconds; nothing where no run has any."""
    panels = [
        [_panel(data, axis, curves)]
        for axis in _AXIS_LABELS
        if (curves := data.curves(axis, workers, blackbox=blackbox))
    ]
    if not panels:
        return Markup()
    crowd = f", {plural(workers, 'worker')}" if len(data.workers) > 1 else ""
    return picture(anytime_figure(panels, titled=False), f"Regret on {blackbox}{crowd}")


def _panel(data: StudyData, axis: Axis, curves: Mapping[str, MeanSteps]) -> Panel:
    return Panel(
        title="", curves=curves, floor=None, x_label=_AXIS_LABELS[axis], log_x=axis == "seconds",
        y_label=data.regret.label,
    )  # fmt: skip
