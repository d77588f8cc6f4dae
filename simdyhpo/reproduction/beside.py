"""Ours beside the paper's: the same methods at the same points of the budget, and how many times as large."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pandas as pd

from simdyhpo.analysis.markdown import markdown
from simdyhpo.analysis.measures import Measure, common_scores
from simdyhpo.analysis.regret_curves import BudgetAxis, ranks, sampled, seed_means
from simdyhpo.drawing.style import known_name
from simdyhpo.reproduction.data import FigureData
from simdyhpo.reproduction.exact_line import exact_line
from simdyhpo.reproduction.paper import AT_EPOCHS, AT_TIMES, OF, PAPER, Published, suite_of
from simdyhpo.reproduction.registry import ABSOLUTE, ACCURACY, ACCURACY_SHARE, SHARE

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
    "taskset-untrained": (Beside("epochs", "epochs", ABSOLUTE, comparable=True),),
    "yahpo-lcbench": (
        Beside("epochs", "epochs", ABSOLUTE, comparable=True),
        Beside("time", "total_seconds", SHARE, comparable=True),
    ),
}
"""By study. LCBench's cross-entropy is what schedulers see, balanced accuracy is the paper's metric."""


def beside(data: FigureData) -> pd.DataFrame:
    """A row for each comparison, method and point of the budget, of ours and of the paper's methods.

    Returns:
        comparison, name (that figures know the method by), title, method (the paper's word for it), at; ours
        (mean regret), low, high (95 % interval over data sets and seeds), rank, ranked (among how many),
        exact, simulated, simulated_error (random search over epochs: its expectation, and the mean of all
        its runs with the standard error over seeds, each seed's being the mean over all data sets), runs;
        paper, paper_rank (at the end; of 8); ratio (ours to the paper's, the exact one where there is one;
        only of the paper's metric), times_dyhpo and paper_times_dyhpo (regret as a multiple of DyHPO's
        there). NaN or empty where there is none.
    """
    frames = [_compared(data.by(one.measure), one) for one in COMPARISONS.get(data.plan.study.name, ())]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def by_data_set(data: FigureData) -> pd.DataFrame:
    """A row for each data set and variant: mean final regret over the seeds, absolute and normalised.

    Returns:
        blackbox, name (that figures know the variant by), title, seeds, absolute, normalised, and each score
        that all tables have, absolute.
    """
    measures = {"absolute": ABSOLUTE, "normalised": SHARE}
    scores = common_scores(data.plan.tables.values())
    measures |= {name: Measure(unit="absolute", score=name) for name in scores}
    columns = {name: data.by(measure).values("epochs")[:, -1] for name, measure in measures.items()}
    labels = data.runs["label"]
    titles = {label: data.styles[label].title for label in data.labels}
    frame = data.runs.assign(name=labels.map(known_name), title=labels.map(titles), seeds=1, **columns)
    found = frame.groupby(["blackbox", "name", "title"], sort=False)
    return found.agg({"seeds": "sum"} | dict.fromkeys(columns, "mean")).reset_index()


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
    published, axis = PAPER[suite_of(data.plan.study.name)], comparison.axis
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
                    row |= _simulated(data, label, at)
            rows.append(row)
    numeric = [
        "ours",
        "low",
        "high",
        "exact",
        "simulated",
        "simulated_error",
        "rank",
        "ranked",
        "runs",
        "paper",
        "paper_rank",
    ]
    frame = pd.DataFrame(rows, columns=["comparison", "name", "title", "method", "at", *numeric])
    frame[numeric] = frame[numeric].astype(float)
    best = frame["exact"].fillna(frame["ours"])
    frame["ratio"] = best / frame["paper"] if comparison.comparable else math.nan
    for column, found in (("times_dyhpo", best), ("paper_times_dyhpo", frame["paper"])):
        mine = frame["name"] == _DYHPO
        frame[column] = found / frame["at"].map(dict(zip(frame["at"][mine], found[mine], strict=True)))
    return frame


def _simulated(data: FigureData, label: str, epochs: float) -> dict[str, float]:
    """The mean of all runs of a variant, those too that others lack; under a seed, data sets go together."""
    runs = data.read.runs[data.read.runs["label"] == label]
    regrets = sampled(runs, data.incumbents, "epochs", [epochs], none=data.none)[:, 0]
    table = (
        runs.assign(regret=regrets).pivot_table(index="seed", columns="blackbox", values="regret").dropna()
    )
    by_seed = table.mean(axis=1)
    return {"simulated": by_seed.mean(), "simulated_error": by_seed.sem()}


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
