"""A wide table: one row for each run, hyperparameters in columns, and a column for each step."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simdyhpo.errors import TableError
from simdyhpo.importers.logs.asked import Asked
from simdyhpo.importers.logs.csv_run import filled, text_cells
from simdyhpo.importers.logs.runs import Logs, Run, Series, check_points, counted, some
from simdyhpo.importers.long_columns import parsed_numbers, plain_frame
from simdyhpo.importers.long_files import read_long_file

if TYPE_CHECKING:
    import numpy.typing as npt

_STEP = re.compile(r"(?P<metric>.*?)[ _@.:/\[-]*(?P<step>[0-9]+(?:\.[0-9]+)?)\]?")
_COUNTS = ("epoch", "step", "iteration", "iter", "round", "budget")
_ALONE = "value"


def read_wide(place: str, asked: Asked) -> Logs:
    """The runs of a wide table: `1`, `2`, ..., `epoch_1` or `val_loss@1` are columns of steps.

    Empty cells behind a run's last value end its curve.

    Raises:
        TableError: no columns are steps, or a cell is empty or no number.
    """
    frame = plain_frame(place, read_long_file(Path(place)))
    families = _families([name for name in frame.columns if name not in (*asked.config, *asked.ignore)])
    if not families:
        problem = "no two columns are steps of one metric"
        raise TableError(place, problem, "call them 1, 2, ... or val_loss@1, val_loss@2, ...")
    if asked.metric in families:  # others are hyperparameters that happen to be numbered
        families = {asked.metric: families[asked.metric]}
    of_steps = {column for steps in families.values() for column in steps.values()}
    cells = {name: text_cells(frame[name]) for name in of_steps}
    given = {name: frame[name].tolist() for name in frame.columns if name not in of_steps}
    runs: list[Run] = []
    for row in range(len(frame)):
        metrics = {
            metric: series
            for metric, steps in families.items()
            if len(series := _series(place, row, steps, cells))
        }
        mine = {name: column[row] for name, column in given.items()}
        runs.append(Run(name=f"row {row + 1}", hyperparameters=mine, metrics=metrics))
    check_points(place, runs)
    advice = "give columns of hyperparameters beside those of steps"
    return Logs(where=place, runs=runs, notes=_ending_in_nan(runs), advice=advice)


def _ending_in_nan(runs: Sequence[Run]) -> tuple[str, ...]:
    """A sentence on runs that are NaN from some step to their end, as other programs write those stopped."""
    ending = [run.name for run in runs if any(_ends_in_nan(series.values) for series in run.metrics.values())]
    if not ending:
        return ()
    said = f"{len(ending):,} of {counted(len(runs), 'row')} end{'s' * (len(ending) == 1)} early in NaN"
    return (f"{said} ({some(ending)}): taken as diverged; where a run was stopped, leave its cells empty.",)


def _ends_in_nan(values: Sequence[float]) -> bool:
    return math.isnan(values[-1]) and not all(map(math.isnan, values))


def _families(names: list[str]) -> dict[str, dict[float, str]]:
    """The columns of each metric by step, in rising order."""
    found: dict[str, dict[float, str]] = {}
    for name in names:
        match = _STEP.fullmatch(name.strip())
        if match:
            metric = match["metric"].strip()
            metric = _ALONE if metric.lower() in ("", *_COUNTS) else metric
            found.setdefault(metric, {})[float(match["step"])] = name
    return {metric: dict(sorted(steps.items())) for metric, steps in found.items() if len(steps) > 1}


def _series(place: str, row: int, steps: dict[float, str], cells: dict[str, npt.NDArray[Any]]) -> Series:
    """One run's values, up to its last one."""
    mine = {step: cells[column][row : row + 1] for step, column in steps.items()}
    last = max((step for step, cell in mine.items() if filled(cell).any()), default=None)
    values = []
    taken = [] if last is None else [step for step in mine if step <= last]
    for step in taken:
        read = parsed_numbers(mine[step]) if filled(mine[step]).any() else None
        if read is None:
            said = f"is no number: {str(mine[step][0])[:60]!r}" if filled(mine[step]).any() else "is empty"
            problem = f"row {row + 1}: {steps[step]!r} {said}"
            raise TableError(place, problem, "correct it, or write nan where training diverged")
        values.append(float(read[0]))
    return Series(taken, values)
