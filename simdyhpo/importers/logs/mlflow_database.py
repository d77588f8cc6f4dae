"""MLflow's SQLite file, read with the standard library: MLflow itself takes seconds to load, and writes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.mlflow_runs import MlflowRun, Report
from simdyhpo.importers.logs.sqlite import read_only, tables_in

_TABLES = {"experiments", "runs", "params", "metrics"}
_LARGEST = 1.797e308
"""MLflow stores infinite values as the largest number there is."""


def database_runs(path: Path) -> Iterator[MlflowRun]:
    """All runs, those that started first at first.

    Raises:
        TableError: it is no MLflow database, or damaged.
    """
    missing = _TABLES - tables_in(path)
    if missing:
        problem = f"is an SQLite file, but none of MLflow's: it has no table {min(missing)!r}"
        raise TableError(str(path), problem, "check path and source")
    with read_only(path) as connection:
        rows = connection.execute(
            "SELECT r.run_uuid, r.name, r.start_time, r.lifecycle_stage, r.status, e.name, e.lifecycle_stage "
            "FROM runs AS r JOIN experiments AS e ON e.experiment_id = r.experiment_id "
            "ORDER BY r.start_time, r.run_uuid"
        ).fetchall()
        for run, name, start, stage, status, experiment, its_stage in rows:
            parameters = connection.execute("SELECT key, value FROM params WHERE run_uuid = ?", (run,))
            reports = connection.execute(
                "SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ? "
                "ORDER BY key, step, timestamp",
                (run,),
            )
            metrics: dict[str, list[Report]] = {}
            for key, value, time, step, is_nan in reports:
                metrics.setdefault(key, []).append(Report(step, _value(value, is_nan), time))
            yield MlflowRun(
                name=name or run,
                experiment=experiment,
                start=start,
                deleted="active" not in (stage or "active") or "active" not in (its_stage or "active"),
                running=status in ("RUNNING", "SCHEDULED"),
                parameters=dict(parameters),
                metrics=metrics,
            )


def _value(value: float, is_nan: int) -> float:
    if is_nan:
        return math.nan
    return math.copysign(math.inf, value) if abs(value) > _LARGEST else float(value)
