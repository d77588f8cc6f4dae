"""CSV exports of W&B: those of charts, with a column for each run, and the one of the table of runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.csv_run import filled, text_cells
from simdyhpo.importers.logs.runs import Logs, Run, Series, check_points, counted, some
from simdyhpo.importers.long_columns import parsed_numbers
from simdyhpo.importers.long_files import read_long_file

if TYPE_CHECKING:
    import pandas as pd

_OF_RUN = " - "
_BOUNDS = ("__MIN", "__MAX")
_AXES = {"Step": "step", "_step": "step"}
_SECONDS = ("Relative Time (Process)", "Relative Time (Wall)", "_runtime")
_OF_WANDB = frozenset(
    ["Name", "ID", "State", "Notes", "User", "Tags", "Created", "Updated", "Runtime", "End Time", "Hostname",
     "Sweep", "Group", "Job Type", "Description", "Commit", "GitHub", "Project", "Url", "GPU Count",
     "GPU Type", "Start Time", "Last Updated", "Program", "Python Version", "OS", "CLI Version", "Command",
     "Root Dir"]
)  # fmt: skip
"""Columns of the table of runs that are W&B's own."""
_ADVICE = "export the table of runs, too, with its columns of hyperparameters, into the same folder"


def export_logs(place: str, files: list[Path]) -> Logs:
    """The runs in exports: curves from charts, hyperparameters from the table of runs, joined by name.

    Columns of that table that bear a chart's metric's name, or are W&B's own, are no hyperparameters.

    Raises:
        TableError: no export of a chart is there, or a cell is no number.
    """
    frames = {file: read_long_file(file) for file in files}
    charts = {file: frame for file, frame in frames.items() if _is_chart(frame)}
    tables = {file: frame for file, frame in frames.items() if "Name" in frame.columns and file not in charts}
    if not charts:
        problem = "holds no CSV export of a chart (its columns are called 'RUN - METRIC')"
        raise TableError(place, problem, "export a chart as CSV, and the table of runs beside it")
    axes = {str(frame.columns[0]) for frame in charts.values()}
    if len(axes) > 1:
        raise TableError(place, f"charts lie along {some(sorted(axes))}", "export them along one axis")
    axis = axes.pop()
    curves: dict[str, dict[str, Series]] = {}
    for file, frame in charts.items():
        for run, metric, series in _curves(file, frame, is_time=axis in _SECONDS):
            curves.setdefault(run, {})[metric] = series
    settings = _settings(tables, {metric for mine in curves.values() for metric in mine})
    runs = [
        Run(name=name, hyperparameters=settings.get(name, {}), metrics=mine) for name, mine in curves.items()
    ]
    check_points(place, runs)
    other = [file.name for file in files if file not in charts and file not in tables]
    left = [f"{counted(len(other), 'file')} of another kind ({some(other)})"] if other else []
    unseen = [name for name in settings if name not in curves]
    left += [f"{counted(len(unseen), 'run')} that no chart has ({some(unseen)})"] if unseen else []
    notes = ("W&B leaves points out of charts of more than 1,500.",) if _is_full(runs) else ()
    return Logs(
        where=place, runs=runs, axis=_AXES.get(axis, axis), left_out=tuple(left), notes=notes, advice=_ADVICE
    )


def _is_chart(frame: pd.DataFrame) -> bool:
    return len(frame.columns) > 1 and all(_OF_RUN in str(name) for name in frame.columns[1:])


def _curves(file: Path, frame: pd.DataFrame, *, is_time: bool) -> list[tuple[str, str, Series]]:
    steps = _cells(file, frame, 0)
    found = []
    for i, name in enumerate(frame.columns[1:], start=1):
        if name.endswith(_BOUNDS) or name.endswith(f"{_OF_RUN}{'_step'}"):
            continue
        run, _, metric = name.rpartition(_OF_RUN)
        numbers = {row: value for row, value in _cells(file, frame, i).items() if row in steps}
        if numbers:
            at = [steps[row] for row in numbers]
            found.append((run, metric, Series(at, list(numbers.values()), at if is_time else None)))
    return found


def _cells(file: Path, frame: pd.DataFrame, column: int) -> dict[int, float]:
    """The numbers in a column, by row; empty cells are left out."""
    cells = text_cells(frame.iloc[:, column])
    rows = [i for i, there in enumerate(filled(cells)) if there]
    read = parsed_numbers(cells[rows])
    if read is None:
        row = next(i for i in rows if parsed_numbers(cells[i : i + 1]) is None)
        problem = f"row {row + 1}: {frame.columns[column]!r} is no number: {str(cells[row])[:60]!r}"
        raise TableError(str(file), problem, "export it again")
    return dict(zip(rows, read.tolist(), strict=True))


def _settings(tables: dict[Path, pd.DataFrame], metrics: set[str]) -> dict[str, dict[str, Any]]:
    """Hyperparameters by a run's name."""
    found: dict[str, dict[str, Any]] = {}
    for file, frame in tables.items():
        names = [name for name in frame.columns if name not in _OF_WANDB and name not in metrics]
        names = [name for name in names if not re.match(r"_|system/|Min |Max ", str(name))]
        for row in frame.to_dict("records"):
            if str(row["Name"]) in found:
                problem = f"two runs are called {str(row['Name'])!r}"
                raise TableError(str(file), problem, "rename one: charts tell runs apart by name")
            found[str(row["Name"])] = {str(name): row[name] for name in names}
    return found


def _is_full(runs: list[Run]) -> bool:
    """Whether a curve has as many points as an export at most has."""
    return any(len(series) >= 1500 for run in runs for series in run.metrics.values())
