"""A scenario of YAHPO Gym as a suite of tables, one for each task."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from simdyhpo.files.bounded import file_checksum
from simdyhpo.importers.made import MadeTable
from simdyhpo.importers.published import PUBLISHED
from simdyhpo.importers.scenarios import TIME_NOTES
from simdyhpo.importers.shipping import library_versions, repairs_go_to_the_manifest
from simdyhpo.importers.yahpo import find_metric, find_scenario, task_id, yahpo_table
from simdyhpo.importers.yahpo_space import read_space

_CITATION = (
    "Pfisterer, Schneider, Moosbauer, Binder and Bischl (2022): YAHPO Gym - An Efficient "
    "Multi-Objective Multi-Fidelity Benchmark for Hyperparameter Optimization, AutoML Conference."
)


class YahpoSuite:
    """One scenario."""

    raw = "yahpo"

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """How tables are made."""

        configurations: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 2000
        metric: str | None = None
        seed: Annotated[int, msgspec.Meta(ge=0)] = 0

    def __init__(self, scenario: str, title: str, prefix: str | None = None) -> None:
        """Name the tables after the scenario, or `prefix` where that belongs to measured ones."""
        self.scenario = find_scenario(scenario)
        self.prefix = prefix or scenario
        metrics = ", ".join(self.scenario.metrics)
        self.title = f"YAHPO Gym's surrogate of {title}; metric: {metrics}"

    @property
    def published(self) -> list[str]:
        """Model, search space and encoding."""
        return [path for path in PUBLISHED[self.raw].files if path.startswith(f"{self.scenario.name}/")]

    def tasks(self, data: Path) -> list[str]:
        """The names of the scenario's tasks, or their ids where they have no names."""
        space = read_space(data / self.scenario.name, self.scenario)
        return sorted(self.scenario.tasks.get(task, task) for task in space.tasks)

    def table_name(self, data: Path, task: str, options: Options) -> str:
        """PREFIX-TASK, and the metric if it isn't the default."""
        space = read_space(data / self.scenario.name, self.scenario)
        number = task_id(self.scenario, space.tasks, task)
        parts = [self.prefix, self.scenario.tasks.get(number, number)]
        if find_metric(self.scenario, options.metric) != find_metric(self.scenario, None):
            parts.append(str(options.metric))
        return "-".join(parts).replace("_", "-")

    def make(self, data: Path, task: str, options: Options) -> MadeTable:
        """Evaluate the surrogate for a seeded sample of configurations."""
        with repairs_go_to_the_manifest():
            table = yahpo_table(
                data,
                self.scenario.name,
                task,
                name=self.table_name(data, task, options),
                configurations=options.configurations,
                seed=options.seed,
                metric=options.metric,
            )
        file = f"{self.scenario.name}/model.onnx"
        model = file_checksum(data / file)
        published = PUBLISHED[self.raw]
        versions = {
            "yahpo_data": published.release if published.files[file] == model else "unknown",
            f"{file} sha256": model,
        }
        return MadeTable(
            table=table,
            licence="Apache-2.0",
            citation=f"{_CITATION} {self.scenario.citation}",
            versions=library_versions("numpy", "onnxruntime") | versions,
            seeds={"configurations": options.seed},
            notes=(
                "Surrogate predictions, not measurements.",
                *self.scenario.notes,
                TIME_NOTES[self.scenario.time],
                (
                    f"{table.time_repairs} of {table.values.size} predicted times ran backwards; the file "
                    "holds them as predicted, and loading raises them to the time before."
                ),
            ),
        )
