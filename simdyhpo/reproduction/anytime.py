"""Figures along the budget: regret, rank, targets, the gap to the floor."""

from __future__ import annotations

import functools

import numpy as np

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.floor import floor
from simdyhpo.analysis.marks import counted
from simdyhpo.analysis.regret_curves import (
    BudgetAxis,
    Floats,
    mean_curves,
    rank_curves,
    seed_means,
    targets_reached,
)
from simdyhpo.analysis.statistics import bootstrap_mean
from simdyhpo.analysis.steps import Steps
from simdyhpo.drawing.anytime import Panel, draw_anytime, regret_limits
from simdyhpo.drawing.canvas import Figure
from simdyhpo.drawing.curves import CurvePanel, draw_curves
from simdyhpo.drawing.sheet import Draw, sheet
from simdyhpo.drawing.style import FLOOR, PANEL_INCHES
from simdyhpo.reproduction.data import FigureData
from simdyhpo.reproduction.exact_line import EXACT_WORDS, ExactLine, exact_line

TARGETS = np.geomspace(0.3, 0.001, 31)
"""Regrets whose reaching is counted."""
_AXES: tuple[BudgetAxis, ...] = ("epochs", "total_seconds")
_SMALL = (2.45, 1.75)
_ALONE = (6.6, 3.2)
_MOST_COLUMNS = 5
_BAND = "Bands: 95 % bootstrap interval"


def over_epochs(data: FigureData) -> Figure:
    """Mean regret and mean rank against epochs."""
    return _regret_and_rank(data, "epochs")


def over_time(data: FigureData) -> Figure:
    """Mean regret and mean rank against relative time, the method's own included."""
    return _regret_and_rank(data, "total_seconds")


def by_blackbox(data: FigureData) -> Figure:
    """A small panel of regret against epochs for each data set."""
    blackboxes, labels = data.runs["blackbox"].to_numpy(), data.runs["label"].to_numpy()
    values = data.values("epochs")
    names, exact = list(dict.fromkeys(blackboxes)), exact_line(data)
    styles = data.styles if exact is None else exact.styles(data.styles)
    columns = min(_MOST_COLUMNS, len(names))
    rows: list[list[Draw]] = []
    for place, name in enumerate(names):
        curves = {
            label: _over_seeds(data.epochs, values[(blackboxes == name) & (labels == label)])
            for label in data.labels
        }
        if exact is not None:
            curves[exact.label] = exact.steps(data.epochs, name)
        first, last = place % columns == 0, place + columns >= len(names)
        panel = Panel(
            title=_shortened(data.title(name)),
            curves=curves,
            floor=None,
            x_label=_trained(data) if last else "",
            y_label=_y_label(data) if first else "",
            small=columns > 2,
        )
        if first:
            rows.append([])
        rows[-1].append(functools.partial(draw_anytime, panel=panel, styles=styles))
    where = f"Cluster: {data.on_cluster}. " if len(data.plan.study.clusters) > 1 else ""
    bands = f"{where}{_BAND} of the mean over seeds.{_exact_words(exact)}"
    note = data.caption(f"{bands} Every panel has a vertical axis of its own.")
    size = _SMALL if columns > 2 else PANEL_INCHES if columns == 2 else _ALONE
    return sheet(rows, styles.values(), note=note, panel_inches=size)


def targets(data: FigureData) -> Figure:
    """The share of (run, target) pairs reached, against epochs and against time."""
    panels: list[Draw] = []
    for axis in _AXES:
        reached = targets_reached(data.values(axis), TARGETS)
        curves = {
            label: MeanSteps(data.points(axis), found)
            for label, found in mean_curves(data.runs, reached, data.labels).items()
        }
        panel = CurvePanel(
            title="Targets reached",
            curves=curves,
            x_label=_x_label(data, axis),
            y_label="share of (run, target) pairs",
            percent=True,
        )
        panels.append(functools.partial(draw_curves, panel=panel, styles=data.styles))
    note = data.caption(
        f"Targets: {TARGETS.size} regrets from {TARGETS[0]:g} to {TARGETS[-1]:g}, equally spaced in the "
        f"logarithm. {_BAND} over data sets and seeds. {_time_words(data)}"
    )
    return sheet([panels], data.styles.values(), note=note)


def gap_to_floor(data: FigureData) -> Figure:
    """Mean regret beside what hindsight could have reached, on logarithmic axes."""
    panels: list[Panel] = []
    for axis in _AXES:
        points = data.points(axis)
        bounds = [_floor(data, name, axis) for name in dict.fromkeys(data.runs["blackbox"])]
        panels.append(
            Panel(
                title=_problems(data),
                curves=data.mean_regret(axis),
                floor=Steps(points, np.mean(bounds, axis=0)),
                x_label=_x_label(data, axis),
                log_x=True,
                y_label="" if panels else _y_label(data),
            )
        )
    limits = regret_limits(panels)
    drawn = [
        functools.partial(draw_anytime, panel=panel, styles=data.styles, limits=limits) for panel in panels
    ]
    note = data.caption(
        f"{_BAND} over data sets and seeds. Hindsight bound: the least regret that any run could have by "
        f"then, mean over data sets, drawn while above zero. {_time_words(data)}"
    )
    return sheet([drawn], data.styles.values(), note=note, thin=FLOOR)


def _regret_and_rank(data: FigureData, axis: BudgetAxis) -> Figure:
    curves, styles = data.mean_regret(axis), data.styles
    exact = exact_line(data) if axis == "epochs" else None
    if exact is not None:
        curves, styles = curves | {exact.label: exact.steps(data.epochs)}, exact.styles(styles)
    regret = Panel(
        title=_problems(data),
        curves=curves,
        floor=None,
        x_label=_x_label(data, axis),
        y_label=_y_label(data),
    )
    means = seed_means(data.runs, data.values(axis), data.labels)
    rank = CurvePanel(
        title=_problems(data),
        curves={label: MeanSteps(data.points(axis), found) for label, found in rank_curves(means).items()},
        x_label=_x_label(data, axis),
        y_label=f"mean rank (1 to {len(data.labels)})",
    )
    drawn: list[Draw] = [
        functools.partial(draw_anytime, panel=regret, styles=styles),
        functools.partial(draw_curves, panel=rank, styles=styles),
    ]
    bands = f"{_BAND}; of regrets over data sets and seeds, of ranks over data sets."
    if len(means.blackboxes) == 1:
        bands = f"{_BAND} over seeds; of ranks with one data set: none."
    simulated = " In ranks it has its simulated runs." if exact is not None else ""
    ranks = "Ranks are those of the means over seeds on each data set, 1 the lowest."
    time = f" {_time_words(data)}" if axis != "epochs" else ""
    note = data.caption(f"{bands}{_exact_words(exact)}{simulated} {ranks}{time}")
    return sheet([drawn], styles.values(), note=note)


def _exact_words(exact: ExactLine | None) -> str:
    return "" if exact is None else f" {EXACT_WORDS}"


def _over_seeds(x: Floats, values: Floats) -> MeanSteps:
    """The mean of runs, only where one of them changes (and at the end): exact, and quick to draw."""
    changes = np.ones(len(x), dtype=np.bool_)
    changes[1:-1] = (np.diff(values, axis=1) != 0).any(axis=0)[:-1]
    return MeanSteps(x[changes], bootstrap_mean(values[:, changes]))


def _floor(data: FigureData, blackbox: str, axis: BudgetAxis) -> Floats:
    table = data.plan.tables[blackbox]
    if axis == "epochs":
        bound = floor(table, "epochs").at(data.epochs)
    else:
        bound = floor(table, "seconds").at(data.shares * data.unit_seconds[blackbox])
    values = table.best + (table.worst - table.best) * counted(bound)
    return data.measure.on(table).regrets(values)


def _problems(data: FigureData) -> str:
    count = data.runs["blackbox"].nunique()
    workers = int(data.runs["workers"].iloc[0])
    name = data.title(data.runs["blackbox"].iloc[0]) if count == 1 else f"{count} data sets"
    where = f", {data.on_cluster}" if len(data.plan.study.clusters) > 1 else ""
    return f"{name}, {workers} worker{'s' * (workers != 1)}{where}"


def _y_label(data: FigureData) -> str:
    """What the regret is of stands on a line of its own: panels are low."""
    return data.regret_label.replace(", ", ",\n")


def _x_label(data: FigureData, axis: BudgetAxis) -> str:
    if axis == "epochs":
        return _trained(data)
    return f"time / {data.unit_words}"


def _trained(data: FigureData) -> str:
    return f"{data.resource}s trained"


def _time_words(data: FigureData) -> str:
    nominal = [table.name for table in data.plan.tables.values() if table.info.seconds == "nominal"]
    which = "" if len(nominal) == len(data.plan.tables) else f" of {', '.join(map(data.title, nominal))}"
    counted = f" Every {data.resource}{which} counts as one second." if nominal else ""
    return (
        "Time: simulated training and the method's own host seconds (spread evenly over a run's decisions; "
        f"{_host_words(data)}), by data set in units of the {data.unit_words} "
        f"there, cut at 1; a run that ends earlier keeps its incumbent, one that "
        f"has none yet counts as the worst.{counted}"
    )


def _host_words(data: FigureData) -> str:
    """How much of the time is the host's: of all, and where most.

    The share of all may hide a data set with short trainings, where the axis is mainly about how fast the
    method decides on this machine.
    """
    sums = data.runs.groupby(["blackbox", "label"], sort=False)[["host_seconds", "total_seconds"]].sum()
    shares = (sums["host_seconds"] / sums["total_seconds"]).fillna(0)
    whole = sums["host_seconds"].sum() / sums["total_seconds"].sum()
    blackbox, label = shares.idxmax()
    whose = f"{data.styles[label].title} on {data.title(blackbox)}"
    return (
        f"{100 * whole:.2g} % of all time, and most, {100 * shares.max():.2g} %, of {whose}; another machine "
        "has others"
    )


def _shortened(name: str, most: int = 30) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
