"""YAHPO Gym's `lcbench` surrogate as tables of learning curves; the only module that knows yahpo-gym.

The scenario's model is a neural network fitted to LCBench, 2,000 measured trainings on each of 35 data
sets. What it answers are predictions. One model file serves all tasks; the task is one of its inputs.

Sources: Pfisterer et al. 2022, "YAHPO Gym" (the model, Apache-2.0); Zimmer et al. 2021, "Auto-PyTorch"
(LCBench, Apache-2.0).
"""

from __future__ import annotations

import contextlib
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from simdyhpo.curves import CurveTable
from simdyhpo.errors import SimdyhpoError, TableError, UnknownNameError
from simdyhpo.importers.sampling import Range, sample_configurations

if TYPE_CHECKING:
    from yahpo_gym import BenchmarkSet

SCENARIO = "lcbench"
EPOCHS = 52
"""The model's epochs run from 1, which is the network before training, to 52."""
METRIC = "val_balanced_accuracy"
TIME = "time"
ATTRIBUTION = (
    "Predictions of the surrogate of YAHPO Gym's scenario lcbench (Pfisterer et al. 2022), fitted to "
    "LCBench (Zimmer et al. 2021); both Apache-2.0. Not measurements."
)
_FILES = ("model.onnx", "config_space.json", "encoding.json")

Progress = Callable[[Iterable[int]], Iterable[int]]
"""Wraps the loop over configurations, as a progress bar does."""


class LcbenchSurrogate:
    """The surrogate of one LCBench task.

    Every curve is one call of the model on one thread, with the same number of rows: a configuration's
    curve doesn't depend on which others are computed, and the same machine gives the same bytes again.

    Attributes:
        task: the OpenML task id.
        ranges: the search space, without the task and the epoch.
    """

    def __init__(self, data: Path, task: str) -> None:
        """Load the model from `data`, the folder that holds the scenario's folder `lcbench`.

        Raises:
            SimdyhpoError: yahpo-gym is not installed.
            TableError: the model's files are missing or unusable.
            UnknownNameError: the scenario has no such task.
        """
        self._benchmark = _open(data)
        self.task = task
        tasks = [str(known) for known in self._benchmark.instances]
        if task not in tasks:
            raise UnknownNameError("LCBench task", task, tasks)
        self._benchmark.set_instance(task)
        self.ranges = _ranges(self._benchmark)

    def curves(
        self, configurations: Mapping[str, npt.NDArray[Any]], progress: Progress = iter
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Learning curves of n configurations at the model's epochs 1..52.

        Args:
            configurations: columns of length n, one for each of `ranges`.
            progress: wraps the loop over 0..n-1.

        Returns:
            Validation balanced accuracy in 0..1 and cumulative seconds, both (n, 52) and exactly as
            predicted: the seconds may fall from one epoch to the next.
        """
        count = len(next(iter(configurations.values())))
        values = np.empty((count, EPOCHS), dtype=np.float32)
        seconds = np.empty((count, EPOCHS), dtype=np.float32)
        for row in progress(range(count)):
            settings = {one.name: configurations[one.name][row].item() for one in self.ranges}
            answers = self._benchmark.objective_function(
                [settings | {"OpenML_task_id": self.task, "epoch": epoch} for epoch in range(1, EPOCHS + 1)]
            )
            values[row] = [answer[METRIC] for answer in answers]
            seconds[row] = [answer[TIME] for answer in answers]
        return values, seconds


def lcbench_table(  # noqa: PLR0913 - each setting by name
    data: Path,
    task: str,
    *,
    name: str,
    configurations: int,
    seed: int,
    progress: Progress = iter,
) -> CurveTable:
    """A table of 51 trained epochs for a seeded sample of LCBench's search space.

    The model's epoch 1, the untrained network, is left out; its epochs 2..52 become resources 1..51. Time
    counts from the model's zero, so a curve's first report carries the start-up that the model predicts
    for epoch 1: whoever starts a training pays for it.

    Args:
        data: the folder that holds the scenario's folder `lcbench`.
        task: the OpenML task id.
        name: the table's name.
        configurations: how many to sample.
        seed: seeds the sample; all tasks share one sample under one seed.
        progress: wraps the loop over the configurations.

    Raises:
        SimdyhpoError, TableError, UnknownNameError: as `LcbenchSurrogate` does.

    Warns:
        TableRepairWarning: predicted times ran backwards and were repaired.
    """
    surrogate = LcbenchSurrogate(data, task)
    columns = sample_configurations(surrogate.ranges, configurations, seed)
    values, seconds = surrogate.curves(columns, progress)
    return CurveTable.from_arrays(
        values[:, 1:],
        seconds[:, 1:],
        columns,
        mode="max",
        name=name,
        log=[one.name for one in surrogate.ranges if one.log],
        metric="validation balanced accuracy",
        resource="epoch",
        kind="surrogate",
        source=f"{ATTRIBUTION} OpenML task {task}.",
    )


def _open(data: Path) -> BenchmarkSet:
    """The scenario without a task, on one thread, with every configuration checked against its space."""
    for name in _FILES:
        if not (data / SCENARIO / name).is_file():
            raise TableError(
                str(data / SCENARIO / name),
                "there is no such file",
                "give the folder of YAHPO's data that holds lcbench/",
            )
    try:
        from yahpo_gym import BenchmarkSet
    except ImportError as error:
        raise SimdyhpoError(
            f"YAHPO's surrogates need yahpo-gym ({error}): pip install 'simdyhpo[yahpo]'"
        ) from None
    with _data_path(data), contextlib.redirect_stdout(io.StringIO()):  # it prints what to cite
        try:
            return BenchmarkSet(SCENARIO, multithread=False)
        except Exception as error:  # noqa: BLE001 - the errors of onnxruntime and JSON share no base
            raise TableError(str(data / SCENARIO), f"unusable ({error})", "get YAHPO's data again") from None


@contextlib.contextmanager
def _data_path(data: Path) -> Iterator[None]:
    """yahpo-gym reads from `data` inside.

    Its own way to say so writes a settings file into the user's home. A benchmark keeps the path that it
    was opened with, so the former setting can come back at once.
    """
    from yahpo_gym import local_config

    before = local_config._config  # noqa: SLF001 - see above
    local_config._config = {"data_path": str(data)}  # noqa: SLF001
    try:
        yield
    finally:
        local_config._config = before  # noqa: SLF001


def _ranges(benchmark: BenchmarkSet) -> tuple[Range, ...]:
    """The numeric hyperparameters of the space, in its order."""
    space = benchmark.get_opt_space(drop_fidelity_params=True)
    numeric = itertools.filterfalse(lambda one: one.name == "OpenML_task_id", space.values())
    return tuple(
        Range(
            name=one.name,
            lower=one.lower,
            upper=one.upper,
            integer=type(one).__name__ == "UniformIntegerHyperparameter",
            log=one.log,
        )
        for one in numeric
    )
