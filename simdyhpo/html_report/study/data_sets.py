"""Each data set by itself: a table of all of them, and what happened on each, folded away."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from markupsafe import Markup

from simdyhpo.analysis.mean_ranks import mean_ranks
from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.study.figures import data_set_picture
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import hours, interval_words, plural, regret_words, table_words


def data_sets_section(data: StudyData) -> Section | None:
    """Final regret by data set and method, then a part for each data set."""
    if data.rows.empty:
        return None
    overviews = [
        _overview(data, workers, rows, label)
        for workers in data.workers
        if len(data.cells(workers))
        for rows, label in ((data.rows, data.regret.label), (data.other, data.regret.other_label))
    ]
    parts = [
        {
            "anchor": _anchor(data, blackbox),
            "name": blackbox,
            "about": _about(data, blackbox),
            "best": _best(data, blackbox),
            "crowds": [
                {
                    "title": plural(workers, "worker") if len(data.workers) > 1 else "",
                    "picture": data_set_picture(data, blackbox, workers),
                    "table": _methods(data, cells),
                }
                for workers in data.workers
                if len(cells := data.cells(workers, blackbox=blackbox))
            ],
        }
        for blackbox in data.blackboxes
    ]
    body = fill("study_data_sets.html", overviews=overviews, parts=parts)
    return Section("data-sets", "Data sets", body)


def _anchor(data: StudyData, blackbox: str) -> str:
    return f"data-set-{data.blackboxes.index(blackbox) + 1}"


def _overview(data: StudyData, workers: int, rows: pd.DataFrame, label: str) -> Markup:
    """A row for each data set, a column for each method; the best of a row in bold."""
    cells = rows[rows["workers"] == workers]
    means = cells.groupby(["blackbox", "label"])["regret_1"].mean().unstack("label")  # noqa: PD010
    means = means.reindex(index=data.blackboxes, columns=data.labels)
    lines: list[list[Value]] = []
    best = []
    for blackbox, regrets in means.iterrows():
        lines.append([str(blackbox), *map(float, regrets)])
        best.append([False, *(regrets == regrets.min())])
    crowd = f", {plural(workers, 'worker')}" if len(data.workers) > 1 else ""
    return table(
        f"Mean final {label} by data set{crowd}",
        [Column("data set"), *(Column(method, 4) for method in data.labels)],
        lines,
        links=[_anchor(data, blackbox) for blackbox in data.blackboxes],
        best=best,
    )


def _best(data: StudyData, blackbox: str) -> str:
    """Who has the least mean regret there, over all numbers of workers."""
    cells = data.rows[data.rows["blackbox"] == blackbox]
    means = cells.groupby("label")["regret_1"].mean().dropna()
    if means.empty:
        return "no result yet"
    lowest = [label for label in data.labels if label in means.index and means[label] == means.min()]
    return f"{' and '.join(lowest)}, {regret_words(means.min())}"


def _about(data: StudyData, blackbox: str) -> str:
    """What the manifest of a run says of the table."""
    cells = data.rows[data.rows["blackbox"] == blackbox]
    if cells.empty:
        return ""
    said = table_words(json.loads(cells["manifest"].iloc[0])["spec"]["blackbox"])
    return f"{said[0].upper()}{said[1:]}."


def _methods(data: StudyData, cells: pd.DataFrame) -> Markup:
    ranks = mean_ranks(cells, data.labels).mean
    columns = [
        *map(Column, data.method_heads), Column("rank", 1), Column("runs", 0),
        Column(f"final {data.regret.heads[0]}", 4),
        Column("95 % interval"), Column(f"final {data.regret.heads[1]}", 4), Column("area", 4),
        Column("trials", 0), Column("hours", 2),
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for label in data.labels:
        mine = cells[cells["label"] == label]
        if mine.empty:
            continue
        regrets = mine["regret_1"].to_numpy(dtype=np.float64)
        rows.append(
            [
                *data.method_parts(label), ranks.get(label), len(mine), float(mine["regret_1"].mean()),
                interval_words(regrets), float(data.other.loc[mine.index, "regret_1"].mean()),
                float(mine["area"].mean()), float(mine["trials"].mean()),
                hours(mine["end_ns"].mean()),
            ]
        )  # fmt: skip
    lowest = cells.groupby("label")["regret_1"].mean().min()
    final = len(data.method_heads) + 2
    best = [[place == final and row[final] == lowest for place in range(len(columns))] for row in rows]
    return table("Means over seeds; hours are simulated", columns, rows, best=best)
