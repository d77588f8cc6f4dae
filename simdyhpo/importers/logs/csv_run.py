"""A CSV file as one run: a column that counts, and a column for each metric; empty cells are no reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError
from simdyhpo.hyperparameters.cells import writing
from simdyhpo.hyperparameters.column_checks import SHOWN
from simdyhpo.importers.logs.runs import Run, Series
from simdyhpo.importers.long_columns import parsed_numbers

if TYPE_CHECKING:
    import pandas as pd

COUNTERS = ("epoch", "step", "iteration", "iter", "training_iteration", "global_step", "_step", "round")
"""What a column that counts is called, the first that is there."""


def csv_run(
    path: Path, frame: pd.DataFrame, name: str, hyperparameters: Mapping[str, Any], axis: str | None
) -> Run | None:
    """The run in a file; None if it has no rows.

    Args:
        path: of the file, for errors.
        frame: what is in it.
        name: of the run.
        hyperparameters: of the run.
        axis: the column that counts; None: rows do, from 1.

    Raises:
        TableError: a column is called twice, or what counts is no number.
    """
    names = [str(column).strip() for column in frame.columns]
    twice = [one for one in names if names.count(one) > 1]
    if twice:
        raise TableError(str(path), f"two columns are called {twice[0]!r}", "rename one")
    if not len(frame):
        return None
    columns = {one: text_cells(frame.iloc[:, i]) for i, one in enumerate(names)}
    steps = np.arange(1.0, len(frame) + 1)
    if axis is not None:
        steps = _numbers(path, axis, columns[axis])
        if not np.isfinite(steps).all():
            row = int(np.flatnonzero(~np.isfinite(steps))[0])
            raise TableError(str(path), f"row {row + 1}: {axis!r} is not finite", "give a finite number")
    metrics, unreadable = {}, {}
    for one, cells in columns.items():
        there = filled(cells)
        if one == axis or not one or not there.any():
            continue
        try:
            values = _numbers(path, one, cells, there)
        except TableError as error:
            unreadable[one] = f"{error.source}: {error.problem}"
            continue
        metrics[one] = Series(steps[there].tolist(), values.tolist())
    return Run(name=name, hyperparameters=hyperparameters, metrics=metrics, unreadable=unreadable)


def text_cells(column: pd.Series) -> npt.NDArray[Any]:
    """The cells of a column as text, as a CSV has them; what is nothing, in a Parquet file, is empty."""
    cells: npt.NDArray[Any] = np.empty(len(column), dtype=object)
    cells[:] = [cell if isinstance(cell, str) else writing(cell) for cell in column.astype(object)]
    return cells


def filled(cells: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which cells hold something."""
    return np.array([bool(cell.strip()) for cell in cells], dtype=np.bool_)


def counter(names: Sequence[str]) -> str | None:
    """The column that counts, by its name; None if there is none."""
    return next((one for one in COUNTERS if one in names), None)


def _numbers(
    path: Path, name: str, cells: npt.NDArray[Any], there: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.float64]:
    """The numbers in cells, or in those that are there.

    Raises:
        TableError: one is none.
    """
    rows = np.arange(len(cells)) if there is None else np.flatnonzero(there)
    read = parsed_numbers(cells[rows])
    if read is not None:
        return read
    row = next(int(i) for i in rows if parsed_numbers(cells[i : i + 1]) is None)
    problem = f"row {row + 1}: {name!r} is no number: {str(cells[row])[:SHOWN]!r}"
    raise TableError(str(path), problem, "correct it")
