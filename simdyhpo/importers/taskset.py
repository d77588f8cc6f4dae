"""TaskSet's text tasks as the DyHPO authors published them: JSON files, 1,000 runs, losses at 51 points.

Source: Metz et al. 2020, "Using a thousand optimization tasks to learn hyperparameter search strategies"
(the curves, Apache-2.0); Wistuba, Kadra, Grabocka 2022, arXiv 2202.09774 (the selection of tasks and the
filter).
"""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.curves import CurveTable
from simdyhpo.errors import TableError, UnknownNameError

PREFIX = "FixedTextRNNClassification_imdb_"
ATTRIBUTION = (
    "TaskSet (Metz et al. 2020), measured curves as published with DyHPO (Wistuba, Kadra, Grabocka 2022), "
    "after the paper's filter; Apache-2.0."
)
QUANTILE = 0.95
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


def taskset_table(data: Path, task: str, *, filtered: bool = True) -> CurveTable:
    """The validation losses of one task, with one second a step: TaskSet has no times.

    Args:
        data: the folder of task files.
        task: a short name, see `taskset_tasks`.
        filtered: leave out diverging curves as the paper does, see `keeps`.

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
    except (KeyError, TypeError, ValueError) as error:
        raise TableError(str(paths[task]), f"not a TaskSet file ({error!r})", "get the file again") from None
    kept = keeps(losses) if filtered else np.ones(len(losses), dtype=np.bool_)
    losses = losses[kept]
    seconds = np.broadcast_to(np.arange(1.0, losses.shape[1] + 1), losses.shape)
    return CurveTable.from_arrays(
        losses,
        seconds,
        {name: column[kept] for name, column in columns.items()},
        mode="min",
        name=f"taskset-{task.lower().replace('_', '-')}",
        log=[*_LOG, *(f"one_minus_{name}" for name in _NEAR_ONE)],
        metric="validation loss",
        resource="step",
        kind="measured",
        source=ATTRIBUTION,
    )


def keeps(losses: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which curves pass the paper's filter.

    Curves with a NaN go first. Of the others, those go that anywhere reach the threshold: the smallest, over
    all points, of the 95 % quantiles at each point.

    Args:
        losses: (n, points).

    Returns:
        (n,), True where a curve stays.
    """
    complete = ~np.isnan(losses).any(axis=1)
    threshold = np.quantile(losses[complete], QUANTILE, axis=0).min()
    kept: npt.NDArray[np.bool_] = complete & (
        np.where(complete[:, None], losses, np.inf).max(axis=1) < threshold
    )
    return kept


def _runs(path: Path) -> Any:  # noqa: ANN401 - JSON that was not checked yet
    """The parsed file. The standard parser is used because the files hold bare NaN, which is not JSON."""
    import json

    try:
        raw = path.read_bytes()
        return json.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise TableError(str(path), f"damaged or truncated ({error})", "get the file again") from None


def _columns(settings: list[dict[str, float]]) -> dict[str, npt.NDArray[np.float64]]:
    columns = {name: np.array([one[name] for one in settings], dtype=np.float64) for name in settings[0]}
    for name in _NEAR_ONE:
        columns[f"one_minus_{name}"] = 1 - columns.pop(name)
    return columns
