"""A run's figures. A further one is a line in `FIGURES`."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simdyhpo.analysis.anytime import MeanSteps, mean_steps
from simdyhpo.analysis.incumbents import Axis, regret_steps
from simdyhpo.drawing.anytime import Panel, anytime_figure
from simdyhpo.drawing.canvas import Figure
from simdyhpo.drawing.kinds_over_time import kinds_figure
from simdyhpo.html_report.charts import ROOM, Chart, ChartAxis
from simdyhpo.html_report.pictures import picture
from simdyhpo.html_report.run.data import RunData
from simdyhpo.html_report.templates import Section, fill


class ReportFigure(msgspec.Struct, frozen=True):
    """A figure of the report.

    Attributes:
        title: what it shows.
        caption: how to read it.
        draw: makes it; None where it makes no sense.
        regret: whether the caption has to say what regret is meant.
        over: of which axis its curve can be explored first.
    """

    title: str
    caption: str
    draw: Callable[[RunData], Figure | None]
    regret: bool = False
    over: Axis | None = None


_AXIS_LABELS: dict[Axis, str] = {"epochs": "epochs", "seconds": "simulated seconds"}


def _curves(data: RunData, axis: Axis) -> dict[str, MeanSteps]:
    return {data.manifest.spec.scheduler: mean_steps([regret_steps(data.incumbents, axis)])}


def _chart(data: RunData, first: Axis) -> Chart:
    names: dict[Axis, str] = {"epochs": "epochs", "seconds": "simulated time"}
    axes = [
        ChartAxis(name, _AXIS_LABELS[axis], _curves(data, axis), axis == "seconds")
        for axis, name in names.items()
    ]
    return Chart(data.regret.label, axes, names[first], ROOM // len(names))


def _anytime(axis: Axis) -> Callable[[RunData], Figure | None]:
    def draw(data: RunData) -> Figure | None:
        if data.incumbents.empty:
            return None
        panel = Panel(
            title="", curves=_curves(data, axis), floor=None, x_label=_AXIS_LABELS[axis],
            log_x=axis == "seconds", y_label=data.regret.label,
        )  # fmt: skip
        return anytime_figure([[panel]], titled=False)

    return draw


def _kinds(data: RunData) -> Figure | None:
    return kinds_figure({data.manifest.spec.scheduler: data.kinds}, titled=False) if data.records else None


FIGURES: tuple[ReportFigure, ...] = (
    ReportFigure(
        "Regret over epochs", "The incumbent's regret.", _anytime("epochs"), regret=True, over="epochs"
    ),
    ReportFigure(
        "Regret over simulated time", "The same, by the clock.", _anytime("seconds"), over="seconds"
    ),
    ReportFigure(
        "Kinds of decisions", "Of the decisions at that point of the run, the share of each kind.", _kinds
    ),
)


def figures_section(data: RunData) -> Section | None:
    """All of `FIGURES`."""
    drawn = [(one, figure) for one in FIGURES if (figure := one.draw(data)) is not None]
    if not drawn:
        return None
    said = data.regret.words[0]
    pictures = [
        picture(
            figure,
            one.title,
            f"{one.caption} {said}" if one.regret else one.caption,
            _chart(data, one.over) if one.over else None,
        )
        for one, figure in drawn
    ]
    return Section("figures", "Figures", fill("study_figures.html", pictures=pictures))
