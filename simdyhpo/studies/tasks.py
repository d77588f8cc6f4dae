"""What goes to a worker and what comes back: a cell that is asked for, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from simdyhpo.catalog.factory import SchedulerFactory
from simdyhpo.runs.front_door import Run
from simdyhpo.runs.result import RunResult
from simdyhpo.runs.spec import RunSpec
from simdyhpo.tables.curves import CurveTable


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One cell, as it is sent to a worker process.

    Attributes:
        key: of the cell.
        spec: what to run.
        options: the settings as the study gives them; the spec has the defaults, too.
        table: the shared table's file, named after its checksum.
        along: the file's bytes go along, for a worker that doesn't see the study's folder.
    """

    key: str
    spec: RunSpec
    options: Mapping[str, Any]
    table: Path
    along: bool = False

    @property
    def file_along(self) -> Path | None:
        """Whose bytes go along, if any do."""
        return self.table if self.along else None

    @property
    def factory(self) -> SchedulerFactory:
        """What makes its scheduler.

        Raises:
            SimdyhpoError: see `SchedulerFactory`.
        """
        return SchedulerFactory(self.spec.scheduler, self.options)

    def simulate(self, table: CurveTable) -> RunResult:
        """Run it.

        Args:
            table: what `self.table` holds.

        Raises:
            SimdyhpoError: see `simdyhpo.simulate`.
        """
        return Run(self.spec, self.factory, table).finish()


class Outcome(msgspec.Struct, frozen=True):
    """What became of a task.

    Attributes:
        key: of the cell.
        failure: why there is no result, in a line; None if there is one.
        fatal: the result can't be kept, so that going on makes no sense.
        unseen: nothing was done, since the worker can't write into the study's folder, and why; None if
            something was. With the table along, the task can be done there all the same.
        story: of a failure that the worker couldn't note itself.
        files: of a cell that the worker couldn't keep itself, by name, with their checksums.
    """

    key: str
    failure: str | None = None
    fatal: bool = False
    unseen: str | None = None
    story: str | None = None
    files: Mapping[str, bytes] | None = None
