"""How the workers were used: simulated time, how busy they were, and what deciding cost on the host."""

from __future__ import annotations

import pandas as pd

from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.study.logs import kept_accounts
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import hours
from simdyhpo.simulation.ledger import ACCOUNTS

_FAILED = "failed_trials"


def cluster_section(data: StudyData) -> Section | None:
    """One table, a row for each method and number of workers."""
    if data.rows.empty:
        return None
    accounts = kept_accounts(data.rows)
    failed = _FAILED in data.rows.columns
    columns = [
        *map(Column, data.method_heads), Column("workers", 0), Column("runs", 0), Column("epochs a run", 0),
        Column("simulated hours a run", 2), Column("worker hours in all", 0),
        *(Column(name, 1, " %") for name in accounts or ("busy",)),
        *([Column("failed trials a run", 2)] if failed else []), Column("host ms a decision", 2),
    ]  # fmt: skip
    rows: list[list[Value]] = []
    for workers in data.workers:
        for label in data.labels:
            mine = data.cells(workers, label=label)
            if mine.empty:
                continue
            rows.append(
                [
                    *data.method_parts(label), workers, len(mine), float(mine["epochs"].mean()),
                    hours(mine["end_ns"].mean()),
                    hours(float(mine["end_ns"].sum()) * workers), *_shares(data, mine, accounts),
                    *([float(mine[_FAILED].mean())] if failed else []),
                    1000 * float(mine["seconds_per_decision"].mean()),
                ]
            )  # fmt: skip
    made = table("Means over runs", columns, rows)
    return Section("cluster", "Cluster use", fill("study_cluster.html", table=made, accounts=bool(accounts)))


def busy_share(data: StudyData, cells: pd.DataFrame) -> pd.Series:
    """For each of some cells the share of the workers' time that was spent on training, in [0, 1]."""
    if kept_accounts(data.rows):
        return cells["busy_seconds"] / cells[[f"{name}_seconds" for name in ACCOUNTS]].sum(axis="columns")
    return cells["cell"].map(lambda key: data.logs[key].busy)


def _shares(data: StudyData, cells: pd.DataFrame, accounts: list[str]) -> list[float]:
    """In per cent: of all time that is accounted for, or as the logs have it."""
    if not accounts:
        return [100 * float(busy_share(data, cells).mean())]
    seconds = cells[[f"{name}_seconds" for name in accounts]].sum()
    return [100 * float(part) for part in seconds / seconds.sum()]
