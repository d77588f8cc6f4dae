"""A run's logs as Parquet: equal runs give equal bytes (under one version of pyarrow)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from simdyhpo.analysis.marks import SHARES
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.records import DecisionLog
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.ledger import ACCOUNTS
from simdyhpo.simulation.reports import Reports
from simdyhpo.traces.schema import DECISION_COLUMNS, REPORT_COLUMNS, Kind, kind_of

_TYPES: Mapping[Kind, pa.DataType] = {
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    str: pa.string(),
    ScheduleDecision: pa.string(),
}
_NAMES = pa.array([kind.name for kind in ScheduleDecision])
_ALL_NUMBERS = np.array([int(kind) for kind in ScheduleDecision], dtype=np.int64)
_NUMBERS = {kind.name: int(kind) for kind in ScheduleDecision}


def _schema(columns: Mapping[str, Kind]) -> pa.Schema:
    """The cell's key, then these columns."""
    return pa.schema([("cell", pa.string()), *((name, _TYPES[kind]) for name, kind in columns.items())])


DECISIONS = _schema(DECISION_COLUMNS)
REPORTS = _schema(REPORT_COLUMNS)

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
        *((limit.name, _TYPES[kind_of(limit.type)]) for limit in msgspec.structs.fields(Budget)),
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
        *((f"{account}_seconds", pa.float64()) for account in ACCOUNTS),
        ("manifest", pa.string()),
    ]
)
"""One row a cell: what was asked, how much happened, how good it was, where the workers' time went; the
manifest as JSON."""

LATER: Mapping[str, object] = {
    **{kind.name: 0 for kind in ScheduleDecision if kind > ScheduleDecision.RETRY},
    "marks_rule": 1,
    "cluster": "ideal",
    "failed_trials": None,
    "utilisation": None,
    **{f"{name}_seconds": None for name in ACCOUNTS},
}
"""Columns of `CELLS` that files written by earlier versions lack, and what they would have held."""

TIMING = pa.schema([("cell", pa.string()), ("wall_seconds", pa.float64())])
"""One row a cell: the host seconds of the simulation. Apart, since they differ each time."""


def decisions_table(cell: str, log: DecisionLog) -> pa.Table:
    """The decision log of a cell, with the schema `DECISIONS`."""
    columns = log.all_columns()
    columns["decision"] = _NAMES.take(pa.array(columns["decision"]))
    return _table(cell, columns, DECISIONS)


def decision_numbers(names: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """The column `decision` of such a table as numbers of `ScheduleDecision`."""
    found = pc.index_in(names, value_set=_NAMES)  # type: ignore[attr-defined]  # made when it is imported
    if found.null_count:
        raise KeyError(next(name for name in names.to_pylist() if name not in _NUMBERS))
    found = found.to_numpy()
    numbers: npt.NDArray[np.int64] = _ALL_NUMBERS[found]
    return numbers


def reports_table(cell: str, reports: Reports) -> pa.Table:
    """The reports of a cell, with the schema `REPORTS`."""
    return _table(cell, msgspec.structs.asdict(reports), REPORTS)


def _table(cell: str, columns: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    named = {"cell": pa.repeat(cell, len(next(iter(columns.values())))), **columns}
    return pa.table([_column(named[field.name], field.type) for field in schema], schema=schema)


def _column(values: object, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    # NaN stays NaN, which says "doesn't apply" in a score and "diverged" in a report; only text has nulls.
    return pa.array(values, type=kind, from_pandas=False)
