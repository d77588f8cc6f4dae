"""LCBench's measured tables with another clock: every epoch costs the same, on every network and task."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np

from simdyhpo.errors import UnknownNameError
from simdyhpo.importers.made import MadeTable
from simdyhpo.importers.shipping import library_versions
from simdyhpo.tables.blackboxes import blackbox_manifest, load_blackbox, shipped_files
from simdyhpo.tables.curves import CurveTable

_PREFIX = "lcbench-"


class LcbenchSuite:
    """The 35 tasks, from the shipped tables: nothing need be fetched."""

    raw = "lcbench"
    title = "LCBench as measured, 35 tasks by epoch, with nominal seconds instead of predicted ones"

    class Options(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
        """How tables are made."""

        seconds_per_epoch: Annotated[float, msgspec.Meta(gt=0, le=1e6)] = 1.0

    @property
    def published(self) -> list[str]:
        """None: the tables themselves are shipped."""
        return []

    def tasks(self, data: Path) -> list[str]:  # noqa: ARG002 - every suite is asked so
        """The tasks' names."""
        return [name.removeprefix(_PREFIX) for name in shipped_files() if name.startswith(_PREFIX)]

    def table_name(self, data: Path, task: str, options: Options) -> str:  # noqa: ARG002 - likewise
        """lcbench-TASK-nominal."""
        known = self.tasks(data)
        if task not in known:
            raise UnknownNameError("lcbench task", task, known)
        return f"{_PREFIX}{task}-nominal"

    def make(self, data: Path, task: str, options: Options) -> MadeTable:
        """The shipped table, its seconds replaced."""
        shipped = load_blackbox(_PREFIX + task)
        manifest = blackbox_manifest(shipped.name)
        epochs = np.arange(1, shipped.max_resource + 1)
        info = msgspec.structs.replace(
            shipped.info, name=self.table_name(data, task, options), seconds="nominal"
        )
        table = CurveTable(
            info,
            shipped.values,
            np.tile(options.seconds_per_epoch * epochs, (len(shipped), 1)),
            shipped.configurations,
            shipped.labels,
            scores=shipped.scores,
        )
        return MadeTable(
            table=table,
            licence=manifest.licence,
            citation=manifest.citation,
            versions=library_versions("numpy"),
            notes=(f"{shipped.name} with nominal time: every epoch costs {options.seconds_per_epoch:g} s.",),
        )
