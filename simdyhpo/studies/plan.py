"""From a study to the keys of its results: what to run, and where to look."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from simdyhpo.blackboxes import describe
from simdyhpo.catalog import SchedulerFactory
from simdyhpo.curves import CurveTable
from simdyhpo.run_specs import RunSpec, run_spec
from simdyhpo.studies.keys import cell_key
from simdyhpo.studies.spec import Cell, Study
from simdyhpo.studies.tables import study_table


class PlannedCell(msgspec.Struct, frozen=True):
    """A cell with its full spec (defaults and table included) and the key of its result."""

    cell: Cell
    spec: RunSpec
    key: str


class Plan(msgspec.Struct, frozen=True):
    """All that a study asks for.

    Attributes:
        study: whose plan it is.
        cells: in the order in which they should be run.
        tables: by name.
    """

    study: Study
    cells: list[PlannedCell]
    tables: dict[str, CurveTable]

    def missing(self, finished: Iterable[str]) -> list[PlannedCell]:
        """The cells without a result, each key once (two labels may mean the same run)."""
        by_key = {planned.key: planned for planned in reversed(self.cells)}
        for key in finished:
            by_key.pop(key, None)
        return [planned for planned in self.cells if by_key.get(planned.key) is planned]

    def shard(self, number: int, of: int) -> Plan:
        """Every `of`-th cell, from `number` (0 to `of - 1`) on: together, the shards are the whole plan."""
        return Plan(self.study, self.cells[number::of], self.tables)

    @property
    def keys(self) -> list[str]:
        """Of all cells, in their order."""
        return [planned.key for planned in self.cells]


def make_plan(study: Study, tables: Path | None = None) -> Plan:
    """Load the tables and work out every cell's key.

    Args:
        study: what is asked.
        tables: a folder of tables `NAME.npz` beside those that `load_blackbox` finds.

    Raises:
        UnknownNameError: there is no such blackbox, scheduler or option.
        TableError: a table is damaged.
    """
    loaded = {name: study_table(name, tables) for name in study.blackboxes}
    descriptions = {name: describe(table) for name, table in loaded.items()}
    factories = {v.label: SchedulerFactory(v.scheduler, v.options) for v in study.variants}
    cells = []
    for cell in study.cells():
        factory = factories[cell.variant.label]
        spec = run_spec(
            descriptions[cell.blackbox],
            factory,
            cell.workers,
            cell.seed,
            cell.sampling,
            cell.budget,
            cell.cluster.cluster,
        )
        cells.append(PlannedCell(cell, spec, cell_key(spec)))
    return Plan(study, cells, loaded)
