"""Figures of what was chosen: which configurations, which decisions, which curves."""

from __future__ import annotations

import functools

import numpy as np
import numpy.typing as npt
import pandas as pd

from simdyhpo.analysis.anytime import MeanSteps
from simdyhpo.analysis.decision_shares import shares_along
from simdyhpo.analysis.efficiency import efficiency_curves
from simdyhpo.analysis.statistics import MeanInterval
from simdyhpo.decision_kinds import Effect, kinds_that
from simdyhpo.drawing.canvas import Figure
from simdyhpo.drawing.curves import CurvePanel, draw_curves
from simdyhpo.drawing.decision_strip import Strips, decision_figure
from simdyhpo.drawing.sheet import sheet
from simdyhpo.drawing.spaghetti import RunCurves, spaghetti_figure
from simdyhpo.reproduction.data import FigureData
from simdyhpo.studies.parquet import decision_numbers
from simdyhpo.studies.stored_cell import StoredCell

_PARTS = 50
_STRIPS = 10
_SPAGHETTI = 4


def efficient(data: FigureData) -> Figure:
    """Precision, regret of what is trained, and late risers, against the budget of a configuration."""
    found = efficiency_curves(data.efficiency)
    x_label = f"{data.resource}s that a configuration was trained"
    panels = (
        ("precision", "(a) Trained so far and in the top 1 %", "share of those trained so far", True),
        ("regret", "(b) Regret of what is trained", "mean normalised regret", False),
        ("risen", "(c) Top third, once in the lower two", "share of the top third", True),
    )
    drawn = []
    for column, title, y_label, percent in panels:
        curves = {label: _curve(found[found["label"] == label], column) for label in data.labels}
        panel = CurvePanel(
            title=title,
            curves={label: curve for label, curve in curves.items() if curve.x.size},
            x_label=x_label,
            y_label=y_label,
            percent=percent,
            log_y=not percent,
            flat=True,
        )
        drawn.append(functools.partial(draw_curves, panel=panel, styles=data.styles))
    note = data.caption(
        f"Of the configurations that a run trained for at least so many {data.resource}s: (a) the share that "
        "is in the table's best 1 % by the last value of its curve; (b) the mean regret of their values "
        "there; (c) of those in the table's best third there, the share that was outside it after some fewer "
        f"{data.resource}s. Pooled over seeds, mean over data sets; a curve ends where some data set has no "
        "such configuration. No bands."
    )
    return sheet([drawn], data.styles.values(), note=note, panel_inches=(3.7, 2.7))


def decisions(data: FigureData) -> Figure:
    """Strips of one data set's runs, and shares of the kinds of decisions over all runs."""
    blackbox = str(data.runs["blackbox"].iloc[0])
    variants = []
    for label in data.labels:
        mine = data.runs[data.runs["label"] == label]
        here = mine[mine["blackbox"] == blackbox]["cell"].tolist()[:_STRIPS]
        logs = {cell: _kinds(data, cell) for cell in mine["cell"]}
        along = [shares_along(kinds, _PARTS) for kinds in logs.values() if kinds.size]
        variants.append(
            Strips(
                title=data.styles[label].title,
                runs=[logs[cell] for cell in here],
                shares=np.mean(along, axis=0),
            )
        )
    note = data.caption(
        f"Left: the decisions of {data.title(blackbox)}, a line a seed; they differ in number, since a "
        f"decision may train one {data.resource} or many. Right: share of each kind in {_PARTS} equal parts "
        "of a run's decisions, mean over all runs.",
        regret=False,
    )
    return decision_figure(variants, note=note)


def spaghetti(data: FigureData) -> Figure:
    """The curves that the first seed trained on the first data set, for the first few variants."""
    first = data.runs[(data.runs["blackbox"] == data.runs["blackbox"].iloc[0])]
    first = first[first["seed"] == first["seed"].min()]
    name = str(first["blackbox"].iloc[0])
    table = data.plan.tables[name]
    runs = []
    for label in data.labels[:_SPAGHETTI]:
        cell = str(first.loc[first["label"] == label, "cell"].iloc[0])
        run = StoredCell(data.store, cell)
        curves, log = run.reports, run.decisions
        trials = curves["trial"].nunique()
        runs.append(
            RunCurves(
                title=f"{data.styles[label].title}: {trials} configurations",
                curves=curves,
                promotions=log[log["decision"].isin(kinds_that(Effect.PROMOTES)) & (log["resume_from"] > 0)],
                mode=table.mode,
            )
        )
    note = (
        f"{data.title(name)}, seed {int(first['seed'].iloc[0])}, {data.epochs[-1]:.0f} {data.resource}s in "
        "all, one run each. Symbols: where a paused trial was promoted, by the kind of decision. The worst "
        "5 % of all values are cut off."
    )
    return spaghetti_figure(
        runs,
        x_label=f"{data.resource}s that a configuration was trained",
        y_label=table.info.metric.replace("_", " "),
        note="\n".join([note, *data.remarks]),
    )


def _curve(rows: pd.DataFrame, column: str) -> MeanSteps:
    """A curve without a band, only where there is a number."""
    known = rows[rows[column].notna()]
    values = known[column].to_numpy(dtype=np.float64)
    nothing = np.full_like(values, np.nan)
    return MeanSteps(known["resource"].to_numpy(dtype=np.float64), MeanInterval(values, nothing, nothing, 1))


def _kinds(data: FigureData, cell: str) -> npt.NDArray[np.int64]:
    """The kinds of a cell's decisions, in order."""
    return decision_numbers(data.store.table(cell, "decisions", ("decision",))["decision"])
