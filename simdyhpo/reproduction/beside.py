"""Ours beside the paper's: the same methods at the same points of the budget, and how many times as large."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.measures import Measure
from simdyhpo.analysis.regret_curves import BudgetAxis, ranks, seed_means
from simdyhpo.drawing.style import known_name
from simdyhpo.reproduction.data import FigureData
from simdyhpo.reproduction.exact_line import exact_line
from simdyhpo.reproduction.paper import AT_EPOCHS, AT_TIMES, OF, PAPER, Published
from simdyhpo.reproduction.registry import ABSOLUTE, ACCURACY, ACCURACY_SHARE

_DYHPO = "dyhpo-p0"
"""The paper's: with one worker and without the source's halving."""


class Beside(msgspec.Struct, frozen=True):
    """One comparison.

    Attributes:
        name: in files and pages.
        axis: along which the budget is counted.
        measure: of ours.
        comparable: whether it is the paper's metric, so that a ratio says something.
    """

    name: str
    axis: BudgetAxis
    measure: Measure
    comparable: bool


COMPARISONS: Mapping[str, Sequence[Beside]] = {
    "lcbench": (
        Beside("epochs", "epochs", ABSOLUTE, comparable=False),
        Beside("accuracy", "epochs", ACCURACY, comparable=True),
        Beside("time", "total_seconds", ACCURACY_SHARE, comparable=True),
    ),
    "taskset": (Beside("epochs", "epochs", ABSOLUTE, comparable=True),),
}
"""By study. LCBench's cross-entropy is what schedulers see, balanced accuracy is the paper's metric."""


def beside(data: FigureData) -> pd.DataFrame:
    """A row for each comparison, method and point of the budget, of ours and of the paper's methods.

    Returns:
        comparison, name (that figures know the method by), title, method (the paper's word for it), at; ours
        (mean regret), low, high (95 % interval over data sets and seeds), rank, ranked (among how many),
        exact (random search over epochs), runs; paper, paper_rank (at the end; of 8); ratio (ours to the
        paper's, the exact one where there is one; only of the paper's metric), times_dyhpo and
        paper_times_dyhpo (regret as a multiple of DyHPO's there). NaN or empty where there is none.
    """
    frames = [_compared(data.by(one.measure), one) for one in COMPARISONS.get(data.plan.study.name, ())]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def beside_tables(found: pd.DataFrame) -> dict[str, list[str]]:
    """A Markdown table for each comparison of `beside`, by name.

    A cell has ours, the paper's and, in the paper's metric, how many times as large ours is; random search
    over epochs has its exact regret.
    """
    return {str(name): markdown(_table(rows)) for name, rows in found.groupby("comparison", sort=False)}


def _table(rows: pd.DataFrame) -> list[list[str]]:
    marks = list(dict.fromkeys(rows["at"]))
    over_time = max(marks) <= 1
    comparable = bool(rows["ratio"].notna().any())
    words = "ours / paper (ratio)" if comparable else "ours / paper"
    head = [f"{'time ' if over_time else '@'}{at:g}: {words}" for at in marks]
    table = [["method", *head, f"rank at the end: ours / paper of {OF}"]]
    if not comparable:
        table[0].insert(-1, "times DyHPO's at the end: ours / paper")
    for _, mine in rows.groupby("name", sort=False):
        last = mine.iloc[-1]
        named = dict.fromkeys(title for title in (last["title"], last["method"]) if title)
        words = " / ".join(named) + (", exact" if mine["exact"].notna().any() else "")
        cells = [_cell(row) for row in mine.to_dict("records")]
        if not comparable:
            cells.append(_pair(last["times_dyhpo"], last["paper_times_dyhpo"], "{:.2f}"))
        ours = f"{last['rank']:.2f} of {last['ranked']:.0f}" if last["ranked"] > 0 else "-"
        paper = f"{last['paper_rank']:.2f}" if last["paper_rank"] > 0 else "-"
        table.append([words, *cells, f"{ours} / {paper}"])
    return table


def _cell(row: Mapping[str, float]) -> str:
    ours = row["ours"] if math.isnan(row["exact"]) else row["exact"]
    text = _pair(ours, row["paper"], "{:.4f}")
    return text if math.isnan(row["ratio"]) else f"{text} ({row['ratio']:.2f})"


def _pair(ours: float, theirs: float, form: str) -> str:
    return " / ".join("-" if math.isnan(number) else form.format(number) for number in (ours, theirs))


def _compared(data: FigureData, comparison: Beside) -> pd.DataFrame:
    published, axis = PAPER[data.plan.study.name], comparison.axis
    labels = {known_name(label): label for label in data.labels}
    curves = data.mean_regret(axis)
    placed = ranks(seed_means(data.runs, data.values(axis), data.labels)).mean(axis=0)
    exact = exact_line(data) if axis == "epochs" else None
    rows = []
    for name in dict.fromkeys([*published, *labels]):
        theirs = published.get(name)
        for at, place in _points(data, axis):
            row = {
                "comparison": comparison.name,
                "name": name,
                "title": data.styles[labels[name]].title if name in labels else "",
                "method": theirs.method if theirs else "",
                "at": at,
                "paper": _published(theirs, axis, at),
                "paper_rank": _published_rank(theirs, axis, at),
            }
            if name in labels and place is not None:
                label = labels[name]
                interval = curves[label].interval
                row |= {
                    "ours": interval.mean[place],
                    "low": interval.low[place],
                    "high": interval.high[place],
                }
                row |= {"rank": placed[data.labels.index(label), place], "ranked": len(labels)}
                row["runs"] = int((data.runs["label"] == label).sum())
                if exact is not None and label == exact.label:
                    row["exact"] = exact.mean[place]
            rows.append(row)
    columns = [
        "comparison",
        "name",
        "title",
        "method",
        "at",
        "ours",
        "low",
        "high",
        "exact",
        "rank",
        "ranked",
    ]
    frame = pd.DataFrame(rows, columns=[*columns, "runs", "paper", "paper_rank"])
    numeric = ["ours", "low", "high", "exact", "rank", "ranked", "runs", "paper", "paper_rank"]
    frame[numeric] = frame[numeric].astype(float)
    best = frame["exact"].fillna(frame["ours"])
    frame["ratio"] = best / frame["paper"] if comparison.comparable else math.nan
    for column, found in (("times_dyhpo", best), ("paper_times_dyhpo", frame["paper"])):
        mine = frame["name"] == _DYHPO
        frame[column] = found / frame["at"].map(dict(zip(frame["at"][mine], found[mine], strict=True)))
    return frame


def _points(data: FigureData, axis: BudgetAxis) -> list[tuple[float, int | None]]:
    """Where the paper's numbers are, and the place of each on our axis; None beyond our budget."""
    if axis == "epochs":
        return [(float(at), at - 1 if at <= len(data.epochs) else None) for at in AT_EPOCHS]
    return [(at, int(np.searchsorted(data.shares, at))) for at in AT_TIMES]


def _published(theirs: Published | None, axis: BudgetAxis, at: float) -> float:
    if theirs is None:
        return math.nan
    if axis == "epochs":
        return theirs.regrets[AT_EPOCHS.index(int(at))]
    return theirs.over_time[AT_TIMES.index(at)] if theirs.over_time else math.nan


def _published_rank(theirs: Published | None, axis: BudgetAxis, at: float) -> float:
    """The paper's rank, known at the end of the budget."""
    if theirs is None:
        return math.nan
    if axis == "epochs":
        return theirs.rank if at == AT_EPOCHS[-1] else math.nan
    return theirs.over_time[-1] if theirs.over_time and at == AT_TIMES[-1] else math.nan
