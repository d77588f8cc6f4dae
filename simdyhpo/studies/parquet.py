"""A run's logs as Parquet: equal runs give equal bytes (under one version of pyarrow)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from simdyhpo.analysis.marks import SHARES
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionLog, DecisionRecord
from simdyhpo.simulation.ledger import Accounts
from simdyhpo.simulation.reports import Reports

_TYPES: Mapping[Any, pa.DataType] = {
    int: pa.int64(),
    float: pa.float64(),
    ScheduleDecision: pa.string(),
    str | None: pa.string(),
}
_NAMES = pa.array([kind.name for kind in ScheduleDecision])
_NUMBERS = {kind.name: int(kind) for kind in ScheduleDecision}

DECISIONS = pa.schema(
    [("cell", pa.string()), *((f.name, _TYPES[f.type]) for f in msgspec.structs.fields(DecisionRecord))]
)
"""One row a decision: the cell's key, then the fields of `DecisionRecord`; decisions by name."""

REPORTS = pa.schema(
    [
        ("cell", pa.string()),
        ("time_ns", pa.int64()),
        ("worker", pa.int64()),
        ("trial", pa.int64()),
        ("configuration", pa.int64()),
        ("resource", pa.int64()),
        ("value", pa.float64()),
        ("ignored", pa.bool_()),
    ]
)
"""One row a report: the cell's key, then the fields of `Reports`."""

CELLS = pa.schema(
    [
        ("cell", pa.string()),
        ("behaviour", pa.int64()),
        ("blackbox", pa.string()),
        ("checksum", pa.string()),
        ("scheduler", pa.string()),
        ("options", pa.string()),
        ("workers", pa.int64()),
        ("seed", pa.int64()),
        ("sampling", pa.string()),
        ("cluster", pa.string()),
        ("max_seconds", pa.float64()),
        ("max_epochs", pa.int64()),
        ("max_trials", pa.int64()),
        ("max_decisions", pa.int64()),
        ("ended_by", pa.string()),
        ("end_ns", pa.int64()),
        ("epochs", pa.int64()),
        ("trials", pa.int64()),
        ("decisions", pa.int64()),
        *((kind.name, pa.int64()) for kind in ScheduleDecision),
        ("best_value", pa.float64()),
        *((f"regret_{share:g}", pa.float64()) for share in SHARES),
        ("area", pa.float64()),
        ("log10_regret", pa.float64()),
        ("marks_rule", pa.int64()),
        ("failed_trials", pa.int64()),
        ("utilisation", pa.float64()),
        *((f"{account}_seconds", pa.float64()) for account in Accounts.__struct_fields__),
        ("manifest", pa.string()),
    ]
)
"""One row a cell: what was asked, how much happened, how good it was, where the workers' time went; the
manifest as JSON."""

LATER: Mapping[str, object] = {
    "PROMOTE_MODEL": 0,
    "marks_rule": 1,
    "cluster": "ideal",
    "failed_trials": None,
    "utilisation": None,
    **{f"{name}_seconds": None for name in Accounts.__struct_fields__},
}
"""Columns of `CELLS` that files written by earlier versions lack, and what they would have held."""

TIMING = pa.schema([("cell", pa.string()), ("wall_seconds", pa.float64())])
"""One row a cell: the host seconds of the simulation. Apart, since they differ each time."""


def decisions_table(cell: str, log: DecisionLog) -> pa.Table:
    """The decision log of a cell, with the schema `DECISIONS`."""
    integers = log.columns()
    columns: dict[str, object] = {"index": np.arange(len(log)), **integers, **log.reason_columns()}
    columns["decision"] = _NAMES.take(pa.array(integers["decision"]))
    columns["cell"] = pa.repeat(cell, len(log))
    return pa.table([_column(columns[field.name], field.type) for field in DECISIONS], schema=DECISIONS)


def decision_numbers(names: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """The column `decision` of such a table as numbers of `ScheduleDecision`."""
    return np.array([_NUMBERS[name] for name in names.to_pylist()], dtype=np.int64)


def reports_table(cell: str, reports: Reports) -> pa.Table:
    """The reports of a cell, with the schema `REPORTS`."""
    columns: dict[str, object] = msgspec.structs.asdict(reports) | {"cell": pa.repeat(cell, len(reports))}
    return pa.table([_column(columns[field.name], field.type) for field in REPORTS], schema=REPORTS)


def _column(values: object, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    # NaN stays NaN, which says "doesn't apply" in a score and "diverged" in a report; only text has nulls.
    return pa.array(values, type=kind, from_pandas=False)
