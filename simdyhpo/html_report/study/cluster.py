"""How the workers were used: simulated time, how busy they were, and what deciding cost on the host."""

from __future__ import annotations

from markupsafe import Markup

from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import hours

_STORED = ("utilisation", "crashes", "preemptions", "stragglers")
"""Columns of stored cells that say more of the cluster; shown where the results have them."""


def cluster_section(data: StudyData) -> Section | None:
    """One table, a row for each method and number of workers."""
    if data.rows.empty:
        return None
    return Section("cluster", "Cluster use", fill("study_cluster.html", table=_table(data)))


def _table(data: StudyData) -> Markup:
    stored = [name for name in _STORED if name in data.rows.columns]
    columns = [
        Column("method"), Column("workers", 0), Column("runs", 0), Column("epochs a run", 0),
        Column("simulated hours a run", 2), Column("worker hours in all", 0), Column("busy", 1, " %"),
        *(Column(name, 3) for name in stored), Column("host ms a decision", 2),
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for workers in data.workers:
        for label in data.labels:
            mine = data.cells(workers, label=label)
            if mine.empty:
                continue
            busy = mine["cell"].map(lambda key: data.logs[key].busy)
            rows.append(
                [
                    label, workers, len(mine), float(mine["epochs"].mean()), hours(mine["end_ns"].mean()),
                    hours(float(mine["end_ns"].sum()) * workers), 100 * float(busy.mean()),
                    *(float(mine[name].mean()) for name in stored),
                    1000 * float(mine["seconds_per_decision"].mean()),
                ]
            )  # fmt: skip
    return table("Means over runs", columns, rows)
