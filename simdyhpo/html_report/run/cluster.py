"""How each worker of a run was used."""

from __future__ import annotations

from collections import Counter

from simdyhpo.html_report.run.data import RunData
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Section, fill

_LISTED = 200
"""At most so many workers get a row."""


def cluster_section(data: RunData) -> Section | None:
    """A row for each worker, below the share of all."""
    end, workers = data.manifest.end_ns, data.manifest.spec.workers
    if not end:
        return None
    decisions = Counter(record.worker for record in data.records)
    rows: list[list[Value]] = [
        [worker, decisions[worker], int(data.reports[worker]), 100 * float(data.busy[worker]) / end]
        for worker in range(min(workers, _LISTED))
    ]
    columns = [Column("worker", 0), Column("decisions", 0), Column("reports", 0), Column("busy", 1, " %")]
    body = fill(
        "run_cluster.html",
        share=f"{100 * float(data.busy.sum()) / (workers * end):.1f} %",
        table=table("By worker", columns, rows),
        left_out=workers - len(rows),
    )
    return Section("cluster", "Cluster use", body)
