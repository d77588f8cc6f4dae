"""TaskSet's text tasks as the DyHPO authors published them: JSON files, 1,000 runs, losses at 51 points.

The first point is the network before training, at chance for every configuration; tables leave it out.

Source: Metz et al. 2020, "Using a thousand optimization tasks to learn hyperparameter search strategies"
(the curves, Apache-2.0); Wistuba, Kadra, Grabocka 2022, arXiv 2202.09774 (the selection of tasks and the
filter).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError, UnknownNameError, one_line
from simdyhpo.importers.unpacking import unpacked_file
from simdyhpo.tables.curves import CurveTable

PREFIX = "FixedTextRNNClassification_imdb_"
ATTRIBUTION = (
    "TaskSet (Metz et al. 2020), measured curves as published with DyHPO (Wistuba, Kadra, Grabocka 2022), "
    "after the paper's filter; Apache-2.0."
)
ATTRIBUTION_ALL = (
    "TaskSet (Metz et al. 2020), measured curves as published with DyHPO (Wistuba, Kadra, Grabocka 2022), "
    "all of them; Apache-2.0."
)
QUANTILE = 0.95
Keep = Literal["paper", "all"]
"""Which curves a table keeps: those that pass the DyHPO paper's filter, see `filtered`, or all."""

_LOG = ("learning_rate", "epsilon", "l1", "l2", "linear_decay", "exponential_decay")
_NEAR_ONE = ("beta1", "beta2")
"""Sampled such that 1 - beta is log-uniform: kept as `one_minus_beta1`, `one_minus_beta2`."""


def taskset_tasks(data: Path) -> dict[str, Path]:
    """The task files in the folder `data`, by the task's short name.

    Raises:
        TableError: there are none.
    """
    paths = sorted(data.glob(f"{PREFIX}*.json")) + sorted(data.glob(f"{PREFIX}*.json.gz"))
    if not paths:
        raise TableError(
            str(data), "no TaskSet files here", f"give the folder that holds {PREFIX}*.json[.gz]"
        )
    return {path.name.removeprefix(PREFIX).partition(".")[0]: path for path in paths}


class Filtered(msgspec.Struct, frozen=True):
    """What the paper's filter does.

    Attributes:
        kept: (n,), True where a curve stays.
        with_nan: how many curves go because of a NaN.
        too_high: how many others go because they reach the threshold somewhere.
    """

    kept: npt.NDArray[np.bool_]
    with_nan: int
    too_high: int


class TasksetCurves(msgspec.Struct, frozen=True):
    """One task's file.

    Attributes:
        task: the task's short name.
        losses: (n, points) validation losses.
        columns: hyperparameters, n each.
    """

    task: str
    losses: npt.NDArray[np.float64]
    columns: dict[str, npt.NDArray[np.float64]]


def read_taskset(data: Path, task: str) -> TasksetCurves:
    """The curves of one task, nothing left out.

    Args:
        data: the folder of task files.
        task: a short name, see `taskset_tasks`.

    Raises:
        TableError: the file is missing, damaged or of another format.
        UnknownNameError: there is no such task.
    """
    paths = taskset_tasks(data)
    if task not in paths:
        raise UnknownNameError("TaskSet task", task, paths)
    runs = _runs(paths[task])
    try:
        losses = np.array([run["valid"]["loss"] for run in runs], dtype=np.float64)
        columns = _columns([run["hp"] for run in runs])
        if losses.ndim != 2 or 0 in losses.shape:
            raise ValueError(f"losses of shape {losses.shape}")  # noqa: TRY301 - like any other surprise
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise TableError(
            str(paths[task]), f"not a TaskSet file ({one_line(error)})", "get the file again"
        ) from None
    return TasksetCurves(task, losses, columns)


def taskset_table(
    data: Path, task: str, *, keep: Keep = "paper", untrained: bool = False, seconds_per_step: float = 1.0
) -> CurveTable:
    """The validation losses of one task. TaskSet has no times: every step costs the same.

    Args:
        data: the folder of task files.
        task: a short name, see `taskset_tasks`.
        keep: which curves, see `Keep`.
        untrained: whether curves begin with the untrained network, as in the DyHPO authors' loader.
        seconds_per_step: the declared cost of a step.

    Raises:
        TableError, UnknownNameError: as `read_taskset` does.
    """
    curves = read_taskset(data, task)
    return curves_table(curves, keep=keep, untrained=untrained, seconds_per_step=seconds_per_step)


def curves_table(
    curves: TasksetCurves, *, keep: Keep, untrained: bool, seconds_per_step: float
) -> CurveTable:
    """The table of one task; see `taskset_table`.

    Raises:
        TableError: no curve passes the filter.
    """
    kept = filtered(curves.losses).kept if keep == "paper" else np.ones(len(curves.losses), dtype=np.bool_)
    if not kept.any():
        raise TableError(f"TaskSet task {curves.task}", "no curve passes the paper's filter", "say keep=all")
    losses = curves.losses[kept, (0 if untrained else 1) :]
    seconds = np.broadcast_to(seconds_per_step * np.arange(1.0, losses.shape[1] + 1), losses.shape)
    return CurveTable.from_arrays(
        losses,
        seconds,
        {name: column[kept] for name, column in curves.columns.items()},
        mode="min",
        name=table_name(curves.task, keep, untrained=untrained),
        log=[*_LOG, *(f"one_minus_{name}" for name in _NEAR_ONE)],
        metric="validation loss",
        resource="step",
        kind="measured",
        source=ATTRIBUTION if keep == "paper" else ATTRIBUTION_ALL,
        seconds="nominal",
    )


def table_name(task: str, keep: Keep, *, untrained: bool) -> str:
    """What a task's table is called: the paper's curves, trained networks alone, have the plain name."""
    said = ("-all" if keep == "all" else "") + ("-untrained" if untrained else "")
    return f"taskset-{task.lower().replace('_', '-')}{said}"


def filtered(losses: npt.NDArray[np.float64]) -> Filtered:
    """The paper's filter.

    Curves with a NaN go first. Of the others, those go that anywhere reach the threshold: the smallest, over
    all points, of the 95 % quantiles at each point.

    Args:
        losses: (n, points).
    """
    complete = ~np.isnan(losses).any(axis=1)
    if not complete.any():
        return Filtered(complete, len(losses), 0)
    threshold = np.quantile(losses[complete], QUANTILE, axis=0).min()
    low = np.where(complete[:, None], losses, np.inf).max(axis=1) < threshold
    return Filtered(complete & low, int((~complete).sum()), int((complete & ~low).sum()))


def _runs(path: Path) -> Any:  # noqa: ANN401 - JSON that was not checked yet
    """The parsed file. The standard parser is used because the files hold bare NaN, which is not JSON."""
    import json

    try:
        with unpacked_file(path) as file:
            return json.load(file)
    except ValueError as error:
        raise TableError(
            str(path), f"damaged or truncated ({one_line(error)})", "get the file again"
        ) from None


def _columns(settings: list[dict[str, float]]) -> dict[str, npt.NDArray[np.float64]]:
    columns = {name: np.array([one[name] for one in settings], dtype=np.float64) for name in settings[0]}
    for name in _NEAR_ONE:
        columns[f"one_minus_{name}"] = 1 - columns.pop(name)
    return columns
