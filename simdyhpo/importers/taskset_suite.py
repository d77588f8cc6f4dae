"""TaskSet's text tasks as a suite of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from simdyhpo.errors import UnknownNameError
from simdyhpo.importers.made import MadeTable
from simdyhpo.importers.published import PUBLISHED
from simdyhpo.importers.shipping import library_versions
from simdyhpo.importers.taskset import (
    Keep,
    curves_table,
    filtered,
    read_taskset,
    table_name,
    taskset_tasks,
)

_CITATION = (
    "Metz, Maheswaranathan, Sun, Freeman, Poole and Sohl-Dickstein (2020): Using a thousand optimization "
    "tasks to learn hyperparameter search strategies, arXiv 2002.11887. Wistuba, Kadra and Grabocka (2022): "
    "Supervising the Multi-Fidelity Race of Hyperparameter Configurations, NeurIPS."
)


class TasksetSuite:
    """The twelve text tasks that the DyHPO authors published."""

    raw = "taskset"
    title = "TaskSet: RNNs on 12 text tasks by step, measured; metric: validation loss"

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """How tables are made."""

        keep: Keep = "paper"
        untrained: bool = False
        seconds_per_step: Annotated[float, msgspec.Meta(gt=0, le=1e6)] = 1.0

    @property
    def published(self) -> list[str]:
        """One file a task."""
        return list(PUBLISHED[self.raw].files)

    def tasks(self, data: Path) -> list[str]:
        """The tasks' short names."""
        return sorted(taskset_tasks(data))

    def table_name(self, data: Path, task: str, options: Options) -> str:
        """taskset-TASK, -all if no curve is left out, -untrained if the first point isn't."""
        known = taskset_tasks(data)
        if task not in known:
            raise UnknownNameError("taskset task", task, known)
        return table_name(task, options.keep, untrained=options.untrained)

    def make(self, data: Path, task: str, options: Options) -> MadeTable:
        """Read one task's file."""
        curves = read_taskset(data, task)
        table = curves_table(
            curves,
            keep=options.keep,
            untrained=options.untrained,
            seconds_per_step=options.seconds_per_step,
        )
        dropped, notes = {}, [f"No times are published: every step costs {options.seconds_per_step:g} s."]
        if options.untrained:
            notes.append("Resource 1 is the network before training.")
        else:
            notes.append("The first published point, the network before training, is left out.")
        if options.keep == "paper":
            result = filtered(curves.losses)
            dropped = {"a NaN": result.with_nan, "a loss too high": result.too_high}
            notes.append(
                f"The DyHPO paper's filter leaves out {result.with_nan + result.too_high} of "
                f"{len(curves.losses)} curves: {result.with_nan} hold a NaN, {result.too_high} reach the "
                "smallest of the 95 % quantiles at each step."
            )
        else:
            notes.append(f"All {len(curves.losses)} curves, diverged ones included.")
        return MadeTable(
            table=table,
            licence="Apache-2.0",
            citation=_CITATION,
            versions=library_versions("numpy"),
            dropped=dropped,
            notes=tuple(notes),
        )
