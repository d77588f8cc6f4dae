"""MLflow's runs, from whichever store: what both have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from simdyhpo.importers.logs.runs import Logs, Run, Series, check_points, counted, some, unfinished


class Report(NamedTuple):
    """One value of a metric; the time is in milliseconds since 1970."""

    step: int
    value: float
    time: int


class MlflowRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run as MLflow stores it.

    Attributes:
        name: its name, or its id.
        experiment: the name of its experiment.
        start: in milliseconds since 1970, if it is known.
        deleted, running: its state.
        parameters: text by name.
        metrics: reports by name, in the order of steps.
    """

    name: str
    experiment: str
    start: int | None
    deleted: bool
    running: bool
    parameters: Mapping[str, Any]
    metrics: Mapping[str, Sequence[Report]]


def mlflow_logs(where: str, stored: Iterable[MlflowRun]) -> Logs:
    """Runs as logs: seconds count from a run's start, or from its first report if that is earlier.

    Raises:
        TableError: there are too many reports.
    """
    runs: list[Run] = []
    left: dict[str, list[str]] = {}
    running: list[str] = []
    for one in stored:
        if one.deleted:
            left.setdefault("deleted", []).append(one.name)
        elif not one.metrics:
            left.setdefault("without metrics", []).append(one.name)
        else:
            runs.append(_run(one))
            running += [one.name] if one.running else []
    check_points(where, runs)
    return Logs(
        where=where,
        runs=runs,
        notes=(unfinished(running, "run"),) if running else (),
        left_out=tuple(f"{counted(len(names), 'run')} {why} ({some(names)})" for why, names in left.items()),
        advice="log them with mlflow.log_params",
    )


def _run(one: MlflowRun) -> Run:
    times = [report.time for reports in one.metrics.values() for report in reports]
    start = min([*times, *([one.start] if one.start else [])])
    metrics = {
        name: Series(
            [float(report.step) for report in reports],
            [report.value for report in reports],
            [(report.time - start) / 1000 for report in reports],
        )
        for name, reports in one.metrics.items()
    }
    return Run(name=one.name, hyperparameters=one.parameters, metrics=metrics, group=one.experiment)


def default_places(folder: Path) -> Path:
    """Where MLflow writes by itself: in a folder, `mlflow.db` or `mlruns`; else the folder itself."""
    for name in ("mlflow.db", "mlruns"):
        if (folder / name).exists():
            return folder / name
    return folder
