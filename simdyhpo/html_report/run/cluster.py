"""How each worker of a run was used."""

from __future__ import annotations

import math
from collections import Counter

from simdyhpo.html_report.run.data import RunData
from simdyhpo.html_report.tables import Column, Value, table
from simdyhpo.html_report.templates import Section, fill
from simdyhpo.traces.accounts import told_totals

_LISTED = 200
"""At most so many workers get a row."""


def cluster_section(data: RunData) -> Section | None:
    """A row for each worker, below the share of all."""
    end, workers = data.manifest.end_ns, data.manifest.spec.workers
    if not end:
        return None
    decisions = Counter(record.worker for record in data.records)
    kinds = _kinds(data)
    rows: list[list[Value]] = [
        [worker, decisions[worker], int(data.reports[worker]), *_shares(data, worker, kinds)]
        for worker in range(min(workers, _LISTED))
    ]
    columns = [Column("worker", 0), Column("decisions", 0), Column("reports", 0)]
    body = fill(
        "run_cluster.html",
        share="" if math.isnan(data.time.share) else f"{100 * data.time.share:.1f} %",
        table=table("By worker", [*columns, *(Column(kind, 1, " %") for kind in kinds)], rows),
        left_out=workers - len(rows),
        unknown=bool(kinds) and not all(data.time.known),
    )
    return Section("cluster", "Cluster use", body)


def _kinds(data: RunData) -> list[str]:
    """Which accounts there are to be shown: on an ideal cluster, who isn't busy is idle."""
    if data.time.accounts is None:
        return []
    return ["busy"] if told_totals(data.manifest) is None else list(data.time.accounts.__struct_fields__)


def _shares(data: RunData, worker: int, kinds: list[str]) -> list[Value]:
    """In per cent of the run's length."""
    if not data.time.known[worker]:
        return [None] * len(kinds)
    return [100 * int(getattr(data.time.accounts, kind)[worker]) / data.manifest.end_ns for kind in kinds]
