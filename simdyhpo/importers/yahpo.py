"""YAHPO Gym's surrogates as tables of learning curves, evaluated through onnxruntime alone.

A scenario's model is a neural network fitted to measured runs. What it answers are predictions. One model
file serves all tasks of a scenario; the task is one of its inputs. yahpo-gym itself is not needed: tests
compare with it.

Sources: Pfisterer et al. 2022, "YAHPO Gym" (the models, Apache-2.0); Zimmer et al. 2021, "Auto-PyTorch"
(LCBench, Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from simdyhpo.errors import SimdyhpoError, TableError, UnknownNameError, one_line
from simdyhpo.importers.sampling import Range, sample_configurations
from simdyhpo.importers.scenarios import SCENARIOS, Scenario
from simdyhpo.importers.yahpo_space import read_space
from simdyhpo.tables.curves import CurveTable

Progress = Callable[[Iterable[int]], Iterable[int]]
"""Wraps the loop over configurations, as a progress bar does."""


class Surrogate:
    """The surrogate of one task of a scenario.

    Every curve is one call of the model on one thread, with the same number of rows: a row's last bits depend
    on how many stand beside it. So a configuration's curve doesn't depend on which others are computed, and
    the same machine gives the same bytes again. Larger batches would save next to nothing.

    Attributes:
        scenario: what is evaluated.
        task: the task's id.
        space: the search space.
    """

    def __init__(self, data: Path, scenario: str, task: str) -> None:
        """Load the model from `data`, the folder that holds the scenario's folder.

        Args:
            data: YAHPO's data.
            scenario: one of `SCENARIOS`.
            task: an id, or a name that the scenario gives it.

        Raises:
            SimdyhpoError: onnxruntime is not installed.
            TableError: the model's files are missing or unusable.
            UnknownNameError: there is no such scenario or task.
        """
        self.scenario = find_scenario(scenario)
        folder = data / self.scenario.name
        self.space = read_space(folder, self.scenario)
        self.task = task_id(self.scenario, self.space.tasks, task)
        self._session = _session(folder / "model.onnx", self.scenario)

    def curves(
        self,
        configurations: Mapping[str, npt.NDArray[Any]],
        grid: Sequence[float],
        outputs: Sequence[str],
        progress: Progress = iter,
    ) -> npt.NDArray[np.float32]:
        """Predictions for n configurations at the values `grid` of the fidelity.

        Args:
            configurations: columns of length n, one for each hyperparameter of the space.
            grid: R values of the fidelity; a curve's last bits depend on R, too.
            outputs: which of the scenario's outputs.
            progress: wraps the loop over 0..n-1.

        Returns:
            Shape (outputs, n, R), exactly as predicted: seconds may fall from one point to the next.
        """
        scenario, space = self.scenario, self.space
        count = len(next(iter(configurations.values())))
        constants = {scenario.instance: np.full(count, self.task)}
        constants |= {name: np.full(count, value) for name, value in scenario.fixed.items()}
        columns = {**configurations, **constants, scenario.fidelity: np.zeros(count)}
        categories = np.stack([space.encoded(name, columns[name]) for name in scenario.categorical], axis=1)
        numbers = np.stack([space.numbers(columns[name]) for name in scenario.numeric], axis=1)
        fidelity = scenario.numeric.index(scenario.fidelity)
        wanted = [scenario.outputs.index(name) for name in outputs]
        answers = np.empty((len(wanted), count, len(grid)), dtype=np.float32)
        for row in progress(range(count)):
            inputs = np.repeat(numbers[row : row + 1], len(grid), axis=0)
            inputs[:, fidelity] = grid
            tasks = np.repeat(categories[row : row + 1], len(grid), axis=0)
            predicted = self._session.run(None, {"x_cat": tasks, "x_cont": inputs})[0]
            answers[:, row] = predicted[:, wanted].T
        return answers


def yahpo_table(  # noqa: PLR0913 - each setting by name
    data: Path,
    scenario: str,
    task: str,
    *,
    name: str,
    configurations: int,
    seed: int,
    metric: str | None = None,
    progress: Progress = iter,
) -> CurveTable:
    """A table for a seeded sample of a scenario's search space.

    The scenario's grid becomes resources 1..R. LCBench's epoch 1, the untrained network, is left out; time
    counts from the model's zero, so a curve's first report carries the start-up that the model predicts for
    epoch 1: whoever starts a training pays for it.

    Args:
        data: the folder that holds the scenario's folder.
        scenario: one of `SCENARIOS`.
        task: an id or a name.
        name: the table's name.
        configurations: how many to sample.
        seed: seeds the sample; all tasks share one sample under one seed.
        metric: one of the scenario's metrics; its first by default.
        progress: wraps the loop over the configurations.

    Raises:
        SimdyhpoError, TableError, UnknownNameError: as `Surrogate` does.

    Warns:
        TableRepairWarning: predicted times ran backwards and were repaired.
    """
    known = find_scenario(scenario)
    metric = find_metric(known, metric)
    surrogate = Surrogate(data, scenario, task)
    space = surrogate.space
    columns = sample_configurations(space.parameters, configurations, seed, space.conditions)
    values, seconds = surrogate.curves(columns, known.grid, (metric, known.seconds), progress)
    trained = slice(known.untrained, None)
    return CurveTable.from_arrays(
        values[:, trained],
        seconds[:, trained],
        columns,
        mode=known.metrics[metric].mode,
        name=name,
        log=[one.name for one in space.parameters if isinstance(one, Range) and one.log],
        metric=known.metrics[metric].label,
        resource=known.resource,
        labels=known.grid[trained] if known.labelled else None,
        kind="surrogate",
        source=f"{_attribution(known)} OpenML task {surrogate.task}.",
        time=known.time,
    )


def find_scenario(name: str) -> Scenario:
    """A scenario by name.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in SCENARIOS:
        raise UnknownNameError("YAHPO scenario", name, SCENARIOS)
    return SCENARIOS[name]


def find_metric(scenario: Scenario, metric: str | None) -> str:
    """A metric of the scenario; its first if None.

    Raises:
        UnknownNameError: the scenario has no such metric.
    """
    if metric is not None and metric not in scenario.metrics:
        raise UnknownNameError(f"metric of {scenario.name}", metric, scenario.metrics)
    return metric or next(iter(scenario.metrics))


def task_id(scenario: Scenario, tasks: Sequence[str], task: str) -> str:
    """The id of a task given by id or name.

    Raises:
        UnknownNameError: there is no such task.
    """
    by_name = {name: number for number, name in scenario.tasks.items() if number in tasks}
    found = by_name.get(task, task)
    if found not in tasks:
        raise UnknownNameError(f"{scenario.name} task", task, {*tasks, *by_name})
    return found


def _attribution(scenario: Scenario) -> str:
    if scenario.name == "lcbench":
        return (
            "Predictions of the surrogate of YAHPO Gym's scenario lcbench (Pfisterer et al. 2022), fitted to "
            "LCBench (Zimmer et al. 2021); both Apache-2.0. Not measurements."
        )
    return (
        f"Predictions of the surrogate of YAHPO Gym's scenario {scenario.name} (Pfisterer et al. 2022); "
        "Apache-2.0. Not measurements."
    )


def _session(path: Path, scenario: Scenario) -> Any:  # noqa: ANN401 - onnxruntime carries no types
    """The model on one thread: more would change sums, and so the last bits."""
    try:
        import onnxruntime
    except ImportError as error:
        raise SimdyhpoError(
            f"YAHPO's surrogates need onnxruntime ({error}): pip install 'simdyhpo[onnx]'"
        ) from None
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    if not path.is_file():
        raise TableError(str(path), "there is no such file", "get YAHPO's data again")
    try:
        session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:  # noqa: BLE001 - onnxruntime's errors share no base
        raise TableError(str(path), f"unusable ({one_line(error)})", "get YAHPO's data again") from None
    widths = {one.name: one.shape[-1] for one in session.get_inputs()}
    if widths != {"x_cat": len(scenario.categorical), "x_cont": len(scenario.numeric)}:
        problem = f"not the model of {scenario.name}: its inputs are {widths}"
        raise TableError(str(path), problem, "get YAHPO's data again")
    return session
