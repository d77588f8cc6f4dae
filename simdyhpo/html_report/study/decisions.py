"""What the schedulers decided: how often each kind, by method."""

from __future__ import annotations

from simdyhpo.decision_kinds import MEANINGS
from simdyhpo.html_report.study.data import StudyData
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.html_report.words import plural


def decisions_section(data: StudyData) -> Section | None:
    """A table of shares for each number of workers."""
    kinds = [kind.name for kind in MEANINGS if data.rows[kind.name].any()]
    if not kinds:
        return None
    tables = []
    for workers in data.workers:
        cells = data.cells(workers)
        rows: list[list[Value]] = []
        for label in data.labels:
            mine = cells[cells["label"] == label]
            total = int(mine["decisions"].sum())
            if total:
                shares = [100 * float(mine[kind].sum()) / total or None for kind in kinds]
                rows.append([*data.method_parts(label), float(mine["decisions"].mean()), *shares])
        crowd = f", {plural(workers, 'worker')}" if len(data.workers) > 1 else ""
        columns = [
            *map(Column, data.method_heads),
            Column("decisions a run", 0),
            *(Column(kind, 1, " %") for kind in kinds),
        ]
        if rows:
            tables.append(table(f"Share of each kind{crowd}", columns, rows))
    meanings = [(kind.name, meaning.words) for kind, meaning in MEANINGS.items() if kind.name in kinds]
    return Section("decisions", "Decisions", fill("study_decisions.html", tables=tables, meanings=meanings))
