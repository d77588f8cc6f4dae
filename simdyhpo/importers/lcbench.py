"""LCBench as it was measured: validation cross-entropy by epoch, and how well each network did in the end.

Sources: Zimmer, Lindauer and Hutter (2021), Auto-PyTorch Tabular (the measurements); the curves as published
by J. Lin (GitHub, Latent-Kronecker-GPs), the final accuracies by L. Tiao (GitHub, LCBenchLite); all under
Apache-2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from simdyhpo.errors import TableError, exact, one_line
from simdyhpo.files.parquet import bounded_table
from simdyhpo.tables.curves import CurveTable
from simdyhpo.tables.files import Seconds
from simdyhpo.tables.final_scores import Mode
from simdyhpo.tables.members import check_size, opened

ATTRIBUTION = (
    "LCBench (Zimmer, Lindauer and Hutter 2021), measured: curves as published with Latent-Kronecker-GPs "
    "(J. Lin), final accuracies with LCBenchLite (L. Tiao); all Apache-2.0."
)
EPOCHS = 51
"""Of training; the published curves have one point more, the network before it."""

PARAMETERS = (
    "batch_size", "learning_rate", "momentum", "weight_decay", "num_layers", "max_units", "max_dropout",
)  # fmt: skip
"""In the order of the published columns."""
_WHOLE = ("batch_size", "num_layers", "max_units")
LOG = ("batch_size", "learning_rate", "max_units")
"""The ones that were sampled log-uniformly."""

_SCORES: Mapping[str, tuple[str, Mode, float]] = {
    "validation_balanced_accuracy": ("final_val_balanced_accuracy", "max", 1.0),
    "validation_accuracy": ("final_val_accuracy", "max", 0.01),
    "validation_cross_entropy": ("final_val_cross_entropy", "min", 1.0),
    "test_balanced_accuracy": ("final_test_balanced_accuracy", "max", 1.0),
    "test_accuracy": ("final_test_accuracy", "max", 0.01),
    "test_cross_entropy": ("final_test_cross_entropy", "min", 1.0),
}
"""Our name of a score: its column, its direction, and what makes it a share (accuracies come in percent)."""

CLASSES: Mapping[int, int] = {
    **dict.fromkeys(
        (
            3945,
            34539,
            126025,
            126026,
            126029,
            167083,
            167104,
            167149,
            167161,
            167181,
            167184,
            167190,
            167200,
            168335,
            168868,
            168908,
            189354,
            189862,
            189865,
            189866,
        ),
        2,
    ),
    **dict.fromkeys((167201, 189909), 3),
    **dict.fromkeys((167168, 168330, 189905), 4),
    **dict.fromkeys((7593, 146212, 168910, 189906), 7),
    **dict.fromkeys((167185,), 9),
    **dict.fromkeys((167152, 168331, 189908), 10),
    **dict.fromkeys((168329,), 100),
    **dict.fromkeys((189873,), 355),
}
"""How many classes each OpenML task has: a fact of its data set, which LCBench's files don't hold."""

_AGREEMENT = 2e-6
"""By how much a curve's end and the final value, which were rounded apart, may differ."""


class MeasuredTask(msgspec.Struct, frozen=True):
    """One task's files.

    Attributes:
        losses: (n, EPOCHS) validation cross-entropy after each epoch, the untrained network left out.
        parameters: (n, len(PARAMETERS)) in their natural units.
        scores: final values, n each; see `simdyhpo.tables.final_scores`.
        openml_task: the task's number at OpenML.
    """

    losses: npt.NDArray[np.float32]
    parameters: npt.NDArray[np.float64]
    scores: Mapping[str, tuple[Mode, npt.NDArray[np.float32]]]
    openml_task: int

    def columns(self) -> dict[str, npt.NDArray[Any]]:
        """The hyperparameters by name, whole numbers as such."""
        columns = dict(zip(PARAMETERS, self.parameters.T, strict=True))
        return {name: c.astype(np.int64) if name in _WHOLE else c for name, c in columns.items()}


def measured_tasks(data: Path) -> dict[str, str]:
    """The tasks in the folder `data`, which holds `curves/` and `final/`: stem of their files, by table name.

    Raises:
        TableError: there are none.
    """
    stems = sorted(path.stem for path in (data / "curves").glob("*.npz"))
    if not stems:
        raise TableError(str(data), "no curves/*.npz here", "give the folder of LCBench's measured curves")
    return {table_name(stem): stem for stem in stems}


def table_name(task: str) -> str:
    """What a task's table is called: `lcbench-`, then the data set in small letters and hyphens."""
    return "lcbench-" + task.lower().replace("_", "-").replace(".", "-")


def read_measured(data: Path, task: str) -> MeasuredTask:
    """One task's curves and final values.

    Args:
        data: the folder that holds `curves/` and `final/`.
        task: the stem of its files.

    Raises:
        TableError: a file is missing, damaged or of another shape, or curves and final values disagree.
    """
    curves = data / "curves" / f"{task}.npz"
    final = data / "final" / f"{task}.results.parquet.gzip"
    parameters, losses = _curves(curves)
    finals = _finals(final, len(losses))
    with np.errstate(invalid="ignore"):
        apart = np.abs(losses[:, -1] - finals["final_val_cross_entropy"])
    if not (apart <= _AGREEMENT * np.maximum(1, np.abs(losses[:, -1]))).all():
        row = int(np.argmax(np.nan_to_num(apart, nan=np.inf)))
        raise TableError(
            str(final),
            f"configuration {row} ends at {exact(finals['final_val_cross_entropy'][row])}, its curve in "
            f"{curves.name} at {exact(losses[row, -1])}",
            "get both files of the same task again",
        )
    scores = {
        name: (mode, (factor * finals[column]).astype(np.float32))
        for name, (column, mode, factor) in _SCORES.items()
    }
    return MeasuredTask(
        losses[:, 1:].astype(np.float32), parameters, scores, int(finals["OpenML_task_id"][0])
    )


def measured_seconds(data: Path, task: str) -> npt.NDArray[np.float64] | None:
    """(n, EPOCHS) measured seconds since the start of training; None where the task has none.

    Raises:
        TableError: the file is damaged or of another shape.
    """
    path = data / "final" / f"{task}.metrics.parquet.gzip"
    if not path.exists():
        return None
    columns = _parquet(path, ["time"])
    points = EPOCHS + 1
    if len(columns["time"]) % points:
        raise TableError(str(path), f"{len(columns['time'])} rows, not {points} a curve", "get it again")
    return columns["time"].reshape(-1, points)[:, 1:]


def measured_table(task: MeasuredTask, name: str, elapsed: npt.NDArray[Any], seconds: Seconds) -> CurveTable:
    """The table of a task.

    Args:
        task: its curves.
        name: of the table.
        elapsed: (n, EPOCHS) seconds since the start of training.
        seconds: where these come from.

    Raises:
        TableError: see `CurveTable.from_arrays`.
    """
    return CurveTable.from_arrays(
        task.losses,
        elapsed,
        task.columns(),
        mode="min",
        name=name,
        log=LOG,
        metric="validation cross-entropy",
        resource="epoch",
        kind="measured",
        source=f"{ATTRIBUTION} OpenML task {task.openml_task}.",
        seconds=seconds,
        classes=CLASSES.get(task.openml_task, 0),
        scores=task.scores,
    )


def _curves(path: Path) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    try:
        with opened(path) as archive:
            check_size(archive, ("X", "Y"))
            parameters, losses = archive["X"], archive["Y"]
    except FileNotFoundError:
        raise TableError(str(path), "there is no such file", "check task and folder") from None
    except Exception as error:  # noqa: BLE001 - damaged bytes raise anything
        raise TableError(str(path), f"damaged ({one_line(error)})", "get the file again") from None
    if parameters.shape != (len(losses), len(PARAMETERS)) or losses.shape[1:] != (EPOCHS + 1,):
        problem = f"X has shape {parameters.shape}, Y {losses.shape}"
        raise TableError(str(path), problem, f"expected (n, {len(PARAMETERS)}) and (n, {EPOCHS + 1})")
    return parameters, losses


def _finals(path: Path, count: int) -> dict[str, npt.NDArray[Any]]:
    columns = _parquet(path, [column for column, _, _ in _SCORES.values()] + ["OpenML_task_id"])
    if len(columns["OpenML_task_id"]) != count:
        problem = f"{len(columns['OpenML_task_id'])} rows for {count} curves"
        raise TableError(str(path), problem, "get both files of the same task again")
    return columns


def _parquet(path: Path, names: list[str]) -> dict[str, npt.NDArray[Any]]:
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            table = bounded_table(file, names)
        return {name: table[name].to_numpy() for name in names}
    except (OSError, KeyError, ValueError) as error:  # pyarrow's own are ValueErrors
        raise TableError(
            str(path), f"missing, damaged or without a column ({one_line(error)})", "get the file again"
        ) from None
