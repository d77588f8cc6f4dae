"""A cell's one row: what was asked, what came of it, and how the row and its manifest bear each other out."""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa

from simdyhpo.analysis.marks import MARKS_RULE
from simdyhpo.decisions import ScheduleDecision
from simdyhpo.runs.result import RunResult
from simdyhpo.simulation.budget import Budget
from simdyhpo.simulation.named_clusters import cluster_name
from simdyhpo.studies.parquet import CELLS, LATER
from simdyhpo.studies.run_marks import run_marks
from simdyhpo.traces.manifest import RunManifest, manifest_from_json, manifest_of, to_json_line
from simdyhpo.units import NANOSECONDS

_MAY_BE_EMPTY = {
    *Budget.__struct_fields__,
    "best_value",
    *(name for name, value in LATER.items() if value is None),
}
"""Columns that need hold nothing: limits that a budget hasn't, and what wasn't there or wasn't kept."""


def cell_table(key: str, result: RunResult, checksums: dict[str, str]) -> pa.Table:
    """The row of a finished run whose logs have these checksums, with the schema `CELLS`."""
    manifest, accounts, reports = manifest_of(result, checksums), result.accounts, result.report_columns
    counts = np.bincount(result.log.columns()["decision"], minlength=len(ScheduleDecision))
    row = {
        "cell": key,
        "behaviour": manifest.spec.behaviour,
        **_said_twice(manifest),
        **{kind.name: int(counts[kind]) for kind in ScheduleDecision},
        **run_marks(reports.time_ns, reports.value, manifest.spec).columns(),
        "marks_rule": MARKS_RULE,
        "failed_trials": result.failed_trials,
        "utilisation": accounts.utilisation,
        **{f"{name}_seconds": total / NANOSECONDS for name, total in accounts.totals_ns.items()},
        "manifest": to_json_line(manifest),
    }
    return pa.Table.from_pylist([row], schema=CELLS)


def manifest_in(table: pa.Table, key: str) -> RunManifest:
    """The manifest of the cell whose row, with the schema `CELLS`, this is; the two held against each other.

    Raises:
        ValueError: it is not one row, another cell's, or its manifest is damaged or says something else.
    """
    if len(table) != 1:
        raise ValueError(f"holds {len(table)} rows instead of one")
    row = table.to_pylist()[0]
    if row["cell"] != key:
        raise ValueError(f"is of another cell ({row['cell']})")
    try:
        manifest = manifest_from_json(row["manifest"] or "")
    except msgspec.MsgspecError as error:
        raise ValueError(f"its manifest is damaged ({error})") from None
    empty = [name for name, value in row.items() if value is None and name not in _MAY_BE_EMPTY]
    if empty:
        raise ValueError(f"its column {empty[0]} is empty")
    expected = _said_twice(manifest)
    wrong = [name for name, value in expected.items() if not _same(row[name], value)]
    if wrong:
        raise ValueError(f"its manifest says something else than its column {wrong[0]}")
    if sum(row[kind.name] for kind in ScheduleDecision) != manifest.counts.decisions:
        raise ValueError("its numbers of decisions don't add up")
    return manifest


def check_seconds(table: pa.Table, key: str) -> None:
    """See that a table with the schema `TIMING` is of one cell, and of this one.

    Raises:
        ValueError: it isn't.
    """
    if table["cell"].to_pylist() != [key] or table["wall_seconds"].null_count:
        raise ValueError("doesn't hold the host seconds of this cell")


def _said_twice(manifest: RunManifest) -> dict[str, object]:
    """What the manifest says, and the row in columns of its own."""
    spec = manifest.spec
    return {
        "blackbox": spec.blackbox["name"],
        "checksum": spec.blackbox["checksum"],
        "scheduler": spec.scheduler,
        "options": to_json_line(spec.options),
        "workers": spec.workers,
        "seed": spec.seed,
        "sampling": spec.sampling,
        "cluster": cluster_name(spec.cluster),
        **msgspec.structs.asdict(spec.budget),
        "ended_by": manifest.ended_by,
        "end_ns": manifest.end_ns,
        **msgspec.structs.asdict(manifest.counts),
        "best_value": manifest.best_value,
    }


def _same(stored: object, said: object) -> bool:
    """Whether they are equal; a value that is not finite is null in the manifest."""
    return stored == said or (said is None and stored != stored)  # noqa: PLR0124 - NaN
